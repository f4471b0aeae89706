"""The freelancer's voice as facts that a draft is written from: what is on file for a client comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drafts.situation import Freelancer, Voice
from triage.clients.profile import Client
from triage.clients.recipient import called
from triage.clients.voice import VoiceBook, VoiceFeatures, voice_for
from triage.mail.message import Address


def with_voice(
    facts: Mapping[str, Any],
    book: VoiceBook,
    sender: Address | None,
    client: Client | None,
    language: str,
    freelancer: Freelancer,
) -> dict[str, Any]:
    """The fields of a Situation with the voice, and what it fills in where the client file is silent."""
    keys = client_keys(sender, client)
    features = voice_for(book, keys, language)
    near, distant = (voice_for(book, keys, language, form) for form in ("familiar", "formal"))
    name = facts.get("greeting_name") or (called(features.text("name"), sender) if sender else "")
    own = freelancer if freelancer.language == language else Freelancer(freelancer.name)
    return dict(facts) | {
        "form": facts.get("form") or features.form,
        "greeting_name": name,
        "voice": Voice(
            greeting=_unless_set(near, "greeting", own.greeting),
            sign_off=_unless_set(near, "sign_off", own.sign_off),
            # "Sehr geehrter" wants "Herr Weiss": without that name another greeting is better
            formal_greeting=distant.text("greeting") if name else "",
            formal_sign_off=_unless_set(distant, "sign_off", own.sign_off),
            words=features.words,
            contracts=features.contracts,
        ),
    }


def client_keys(sender: Address | None, client: Client | None) -> tuple[str, ...]:
    """What the voice knows a client by: first the address they write from."""
    address = (sender.email,) if sender else ()
    if client is None:
        return address
    return (*address, *client.addresses, *(f"@{domain}" for domain in client.domains), client.name)


def _unless_set(features: VoiceFeatures, name: str, configured: str) -> str:
    """A habit, unless it is only learnt and the configuration says otherwise."""
    feature = features.found.get(name)
    return "" if feature is None or (configured and feature.source != "set") else str(feature.value)
