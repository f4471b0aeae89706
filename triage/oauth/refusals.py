"""What a provider refuses, as one sentence with what to do next; never the provider's own words.

Those may hold addresses. Of them only the error's name is read, and the number that Microsoft puts before its
texts (AADSTS65001: no consent), since nothing else tells a missing consent from a blocked device.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from triage.errors import ConfigError, SignInNeeded, SignInUnreachable, TriageError
from triage.oauth.grant import Grant

Doing = Literal["sign in", "renew"]

MAX_SKEW = timedelta(minutes=5)
# Google ends a sign-in to a registration in testing after seven days.
_TESTING = timedelta(days=7)
_NUMBER = re.compile(r"AADSTS(\d{5,7})")
_NAME = re.compile(r"[a-z_]{3,40}")


class Refused(Exception):
    """A provider's refusal: the error's name (RFC 6749, 5.2), Microsoft's number, Google's subtype."""

    def __init__(self, name: str, number: int = 0, subtype: str = "", skew: timedelta = timedelta()) -> None:
        super().__init__(name)
        self.name, self.number, self.subtype, self.skew = name, number, subtype, skew

    @classmethod
    def of(cls, told: Mapping[str, object], skew: timedelta = timedelta()) -> Refused:
        """The refusal in an endpoint's answer or a redirect's parameters."""
        found = _NUMBER.search(str(told.get("error_description", "")))
        numbers = told.get("error_codes")
        listed = [code for code in numbers if isinstance(code, int)] if isinstance(numbers, list) else []
        number = int(found.group(1)) if found else next(iter(listed), 0)
        return cls(_named(told.get("error")), number, _named(told.get("error_subtype")), skew)


def _named(told: object) -> str:
    """Only what looks like an error's name is one."""
    return told if isinstance(told, str) and _NAME.fullmatch(told) else ""


@dataclass(frozen=True, slots=True)
class Case:
    """Whose sign-in was refused, and when; ``grant`` is the one that should have been renewed."""

    account: str
    provider: str
    doing: Doing
    now: datetime
    grant: Grant | None = None

    @property
    def again(self) -> str:
        """How the user signs in again."""
        return f"`triage authorize {self.account}`"


def told(refused: Refused, case: Case) -> TriageError:
    """The error for the user."""
    if abs(refused.skew) > MAX_SKEW:
        minutes = round(abs(refused.skew).total_seconds() / 60)
        return SignInNeeded(
            f"The sign-in is refused, and this machine's clock is {minutes} minutes off: set it right, "
            f"then run {case.again}."
        )
    if refused.number:
        return _microsoft(refused, case)
    if case.provider == "google" and case.doing == "renew" and refused.name == "invalid_grant":
        return SignInNeeded(_google_ended(refused, case))
    kind, sentence = _BY_NAME.get(refused.name, (SignInNeeded, _UNKNOWN))
    if case.doing == "renew" and refused.name in ("invalid_grant", "access_denied"):
        kind, sentence = SignInNeeded, _ENDED
    return _made(kind, sentence, refused, case)


def _made(kind: type[TriageError], sentence: str, refused: Refused, case: Case) -> TriageError:
    name = refused.name or "no reason"
    code = f"AADSTS{refused.number}"
    return kind(sentence.format(again=case.again, account=case.account, name=name, code=code))


def _google_ended(refused: Refused, case: Case) -> str:
    if refused.subtype in ("invalid_rapt", "rapt_required"):
        return (
            "Your organisation's Google policy wants you to sign in anew from time to time: run "
            f"{case.again}; its administrator can exempt this client."
        )
    if _may_be_testing(case):
        return (
            "Google has ended this sign-in after seven days, as it does while a registration is in testing: "
            f'publish it (Google Cloud console, Audience, "In production"), then run {case.again}.'
        )
    return (
        "Google has ended this sign-in: it was revoked, your password was changed, or it lay unused for six "
        f"months; run {case.again}."
    )


def _may_be_testing(case: Case) -> bool:
    """A sign-in that was renewed after its seventh day can't have been one for testing."""
    if case.grant is None:
        return False
    end = case.grant.signed_in + _TESTING
    return case.grant.issued < end + timedelta(hours=2) and case.now > end - timedelta(hours=2)


_ENDED = "The provider has ended this sign-in: it was revoked, or lay unused for too long; run {again}."
_UNKNOWN = "The provider refuses the sign-in ({name}): check the keys under `oauth`, then run {again}."
_CLIENT = (
    "The provider doesn't know this client: check oauth.client_id and the client's secret, which "
    "`triage authorize {account} --client-secret-stdin` stores; docs/oauth.md tells where they come from."
)
_BUSY = "The sign-in service is unwell for the moment: nothing is lost, the next pass tries again."

#: Errors of RFC 6749 (4.1.2.1, 5.2), RFC 8628 (3.5) and OpenID Connect.
_BY_NAME: Mapping[str, tuple[type[TriageError], str]] = {
    "access_denied": (
        SignInNeeded,
        "The sign-in was declined: run {again} and allow access to mail; while a registration is in "
        "testing, your address must stand among its test users.",
    ),
    "authorization_declined": (SignInNeeded, "The sign-in was declined on the other device: run {again}."),
    "expired_token": (SignInNeeded, "The code was not entered in time: run {again} for a new one."),
    "bad_verification_code": (SignInNeeded, "The code is not known any more: run {again} for a new one."),
    "invalid_grant": (SignInNeeded, "The sign-in took too long or was used before: run {again}."),
    "invalid_client": (ConfigError, _CLIENT),
    "deleted_client": (
        ConfigError,
        "This client's registration was deleted at the provider: make a new one and set oauth.client_id.",
    ),
    "disabled_client": (
        ConfigError,
        "The provider has switched this client off: look at its registration there, or make a new one and "
        "set oauth.client_id.",
    ),
    "unauthorized_client": (
        ConfigError,
        "The provider doesn't let this client sign in that way: its registration must be one for desktop "
        "programs (docs/oauth.md), and oauth.client_id its id.",
    ),
    "unsupported_grant_type": (
        ConfigError,
        "The provider knows no sign-in of that kind: try {again} with --device, or without it.",
    ),
    "invalid_scope": (
        ConfigError,
        "The provider refuses what is asked for: correct oauth.scopes, or give the client access to mail.",
    ),
    "redirect_uri_mismatch": (
        ConfigError,
        "The registration doesn't allow the answer to come to this machine: register a desktop program.",
    ),
    "admin_policy_enforced": (
        SignInNeeded,
        "Your organisation doesn't let this client read mail: ask its administrator to, then run {again}.",
    ),
    "interaction_required": (SignInNeeded, "The provider wants you to sign in anew: run {again}."),
    "login_required": (SignInNeeded, "The provider wants you to sign in anew: run {again}."),
    "consent_required": (SignInNeeded, "The provider wants your consent anew: run {again}."),
    "temporarily_unavailable": (SignInUnreachable, _BUSY),
    "server_error": (SignInUnreachable, _BUSY),
}


def _microsoft(refused: Refused, case: Case) -> TriageError:
    for numbers, kind, sentence in _BY_NUMBER:
        if refused.number in numbers:
            return _made(kind, f"{sentence} ({{code}}).", refused, case)
    known = refused.name if refused.name in _BY_NAME else "interaction_required"
    kind, sentence = _BY_NAME[known]
    if known == "invalid_grant":
        sentence = _ENDED if case.doing == "renew" else sentence
    more = "; https://login.microsoftonline.com/error?code=" + str(refused.number) + " says more."
    return _made(kind, sentence.removesuffix(".") + more, refused, case)


_ADMIN = "ask its administrator"

#: Microsoft Entra's numbers, grouped by what the user can do.
_BY_NUMBER: tuple[tuple[frozenset[int], type[TriageError], str], ...] = (
    (
        frozenset({50072, 50074, 50076, 50078, 50079, 50158}),
        SignInNeeded,
        "Microsoft wants a second factor now: run {again} and confirm it",
    ),
    (
        frozenset(
            {50097, 50129, 50131, 53000, 53001, 53002, 53003, 53004, 530031, 530032, 530034, 530035, 530036}
        ),
        SignInNeeded,
        "Your organisation's conditional access blocks this sign-in or this machine: " + _ADMIN + " to "
        "allow it, then run {again}",
    ),
    (
        frozenset({70043, 70044}),
        SignInNeeded,
        "Your organisation wants you to sign in anew from time to time: run {again}",
    ),
    (
        frozenset({65001, 65004}),
        SignInNeeded,
        "Microsoft has no consent of yours for this client: run {again} and accept that it reads mail",
    ),
    (
        frozenset({90008, 90094, 90095, 650051, 650052, 650056}),
        SignInNeeded,
        "Your organisation lets only an administrator consent to this client: "
        + _ADMIN
        + " to, then run {again}",
    ),
    (
        frozenset({70008, 70081, 700081, 700082, 700084, 50089}),
        SignInNeeded,
        "Microsoft has ended this sign-in, because it lay unused or has reached its age: run {again}",
    ),
    (
        frozenset({50132, 50133, 50173, 54005, 70000}),
        SignInNeeded,
        "Microsoft has ended this sign-in, because it was revoked or your password was changed: run {again}",
    ),
    (
        frozenset({50055, 50144}),
        SignInNeeded,
        "Your password there has expired: set a new one, then run {again}",
    ),
    (
        frozenset({50034, 50020, 51004}),
        SignInNeeded,
        "Microsoft doesn't know this address in this tenant: sign in with the mailbox's own, or correct "
        "oauth.tenant, then run {again}",
    ),
    (
        frozenset({50053, 50057, 50105, 50177, 500571}),
        SignInNeeded,
        "This login is locked, or may not use this client: " + _ADMIN + ", then run {again}",
    ),
    (
        frozenset({70018, 70019, 70020}),
        SignInNeeded,
        "The code was not entered in time: run {again} for a new one",
    ),
    (frozenset({50126}), SignInNeeded, "The name or the password was wrong: run {again}"),
    (
        frozenset({700016, 700038, 7000112, 90013, 900144}),
        ConfigError,
        "Microsoft doesn't know this client in this tenant: correct oauth.client_id or oauth.tenant",
    ),
    (
        frozenset({90002, 90019, 900023, 900021}),
        ConfigError,
        "Microsoft knows no such tenant: correct oauth.tenant (common, organizations, consumers or yours)",
    ),
    (
        frozenset({50194}),
        ConfigError,
        "The registration is for one tenant alone: set oauth.tenant to that tenant's id",
    ),
    (
        frozenset({9002331, 9002346}),
        ConfigError,
        'The registration is for personal accounts alone: set oauth.tenant to "consumers"',
    ),
    (
        frozenset({7000012, 7000215, 7000218, 70002, 7000222}),
        ConfigError,
        'The registration is not one of a public client: switch on "Allow public client flows" there '
        "(Authentication)",
    ),
    (
        frozenset({50011, 500113, 500117, 900971}),
        ConfigError,
        "The registration doesn't allow the answer to come to this machine: add the redirect URI "
        'http://localhost there, under "Mobile and desktop applications"',
    ),
    (
        frozenset({65002, 65005, 70011, 500011, 650053, 650054, 650057}),
        ConfigError,
        "The registration has no access to mail: add the delegated permission IMAP.AccessAsUser.All "
        "there, or correct oauth.scopes",
    ),
    (
        frozenset({500133, 700024, 70007}),
        SignInNeeded,
        "Microsoft finds the times of this sign-in wrong: set this machine's clock right, then run {again}",
    ),
    (
        frozenset({70012, 90006, 90020, 90024, 90033, 90055, 90092, 900561, 90099, 50196}),
        SignInUnreachable,
        "Microsoft's sign-in service is unwell for the moment: the next pass tries again",
    ),
)
