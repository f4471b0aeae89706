"""How the freelancer writes: what sent mails show, counted, and what was set by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Literal, TypeVar

from triage.clients import voice_words
from triage.clients.profile import AddressForm

T = TypeVar("T", str, bool)

Value = str | int | bool
Source = Literal["set", "client", "language", "overall"]
NAMES = ("greeting", "sign_off", "name", "form", "words", "contractions", "exclamation")
"""The features in the order they are shown."""
SETTABLE = ("greeting", "sign_off", "form", "words", "contractions")
BOUND = frozenset({"greeting", "sign_off"})
"""Features that are words of one language."""
EVERY_LANGUAGE = ""
EVERY_CLIENT = ""

# Habits change: older mails than these tell nothing.
MOST_SAMPLES = 1_500
RECENT = 300
RECENT_FORMS = 5
# One mail is chance, two are a coincidence.
LEAST_MAILS = 3
# So many equal bodies were filled in, not written.
TEMPLATE_MAILS = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """What one sent mail shows of its writer's voice; the mail itself can't be told from it.

    ``identity`` and ``body`` are digests; ``day`` is ISO 8601; ``address`` is empty where several were
    written to. ``greeting`` holds ``{name}``, ``mark`` is the comma or colon behind it, ``name`` how the
    client was called ("{first}", "Herr {last}"). ``short`` and ``full`` count English contractions and what
    could have been one.
    """

    identity: str
    day: str
    address: str
    language: str
    greeting: str
    mark: str
    name: str
    sign_off: str
    form: AddressForm | None
    words: int
    short: int
    full: int
    exclaims: bool
    body: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One habit, how many of the mails looked at show it (0: set by hand), and what it was learnt from."""

    value: Value
    mails: int
    of: int
    source: Source


@dataclass(frozen=True, slots=True)
class VoiceFeatures:
    """The voice to write in; a feature that isn't known is absent."""

    found: Mapping[str, Feature] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A feature that is text; empty where it isn't known."""
        feature = self.found.get(name)
        return feature.value if feature and isinstance(feature.value, str) else ""

    @property
    def words(self) -> int | None:
        """The usual length of a mail."""
        feature = self.found.get("words")
        return int(feature.value) if feature else None

    @property
    def contracts(self) -> bool | None:
        """Whether "I'll" is written rather than "I will"."""
        feature = self.found.get("contractions")
        return bool(feature.value) if feature else None

    @property
    def form(self) -> AddressForm | None:
        """The form of address towards this client."""
        form = self.text("form")
        return "formal" if form == "formal" else "familiar" if form == "familiar" else None


Fixed = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""What was set by hand: client key ("": all) → language ("": all) → feature → value."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far back a folder of sent mail has been read."""

    folder: str
    uidvalidity: int
    lowest_uid: int


@dataclass(frozen=True, slots=True)
class VoiceBook:
    """Everything known of the freelancer's voice; in which order mails were learnt makes no difference."""

    samples: tuple[Sample, ...] = ()
    fixed: Fixed = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def identities(self) -> frozenset[str]:
        """The mails that were learnt from, so that none counts twice."""
        return frozenset(sample.identity for sample in self.samples)

    def learnt(self, samples: Iterable[Sample]) -> VoiceBook:
        """The book with these mails as well; of one mail learnt twice one sample stays."""
        unique = {sample.identity: sample for sample in self.samples}
        for sample in samples:
            known = unique.setdefault(sample.identity, sample)
            if known != sample:  # no order may decide between them
                unique[sample.identity] = min(known, sample, key=repr)
        return replace(self, samples=_newest(unique.values(), MOST_SAMPLES))

    def with_fixed(self, client: str, language: str, name: str, value: Value | None) -> VoiceBook:
        """The book with one feature set by hand; None takes it back."""
        fixed = {key: {code: dict(found) for code, found in by.items()} for key, by in self.fixed.items()}
        features = fixed.setdefault(client, {}).setdefault(language, {})
        features.pop(name, None)
        if value is not None:
            features[name] = value
        return replace(self, fixed=_without_empty(fixed))

    def forgotten(self, clients: Collection[str]) -> VoiceBook:
        """The book without what was learnt of, and set for, the clients with these keys."""
        keys = {key.lower() for key in clients}
        kept = tuple(sample for sample in self.samples if not _is_of(sample, keys))
        fixed = {key: by for key, by in self.fixed.items() if key.lower() not in keys}
        return replace(self, samples=kept, fixed=fixed)


def _newest(samples: Iterable[Sample], most: int) -> tuple[Sample, ...]:
    """The newest mails, newest first; those of one day in an order of their own, whatever came first."""
    return tuple(sorted(samples, key=lambda one: (one.day, one.identity), reverse=True)[:most])


def _without_empty(fixed: Fixed) -> Fixed:
    kept = {key: {code: found for code, found in by.items() if found} for key, by in fixed.items()}
    return {key: by for key, by in kept.items() if by}


def _is_of(sample: Sample, keys: Collection[str]) -> bool:
    """Whether a mail went to one of these addresses or "@domains"."""
    return bool(sample.address) and (
        sample.address in keys or f"@{sample.address.rpartition('@')[2]}" in keys
    )


# ------------------------------------------------------------------------------------------------- the voice


def voice_for(
    book: VoiceBook, keys: Sequence[str], language: str, form: AddressForm | None = None
) -> VoiceFeatures:
    """The voice to write to a client in: set by hand for them or for all, else learnt from them or from all.

    ``keys`` are what the client goes by: first the address written to, then further addresses, "@domain"s
    and the name in the client file. With ``form`` nothing is learnt from mails in the other form of address.
    """
    found: dict[str, Feature] = {}
    samples = [one for one in _written(book.samples) if form is None or one.form in (form, None)]
    here = [sample for sample in samples if sample.language == language]
    lowered = [key.lower() for key in keys if key]
    theirs = [sample for sample in here if _is_of(sample, lowered)]
    to_them = [sample for sample in theirs if sample.address == lowered[0]]
    for features in (
        _fixed(book.fixed, [*lowered, EVERY_CLIENT], language),
        learnt_features(to_them, "client"),
        _for_anyone(learnt_features(theirs, "client", is_shared=True)),
        _for_anyone(learnt_features(here, "language", is_shared=True), is_stranger=True),
        {name: one for name, one in learnt_features(samples, "overall").items() if name == "words"},
    ):
        found = {**features, **found}
    return VoiceFeatures({name: found[name] for name in NAMES if name in found})


def overall_features(book: VoiceBook, language: str | None) -> dict[str, Feature]:
    """The voice as a whole, or in one language; what was set for all counts too."""
    samples = [one for one in _written(book.samples) if language in (one.language, None)]
    learnt = learnt_features(samples, "language" if language else "overall", is_shared=True)
    if language is None:
        learnt = {name: one for name, one in learnt.items() if name in ("words", "exclamation")}
    found = _for_anyone(learnt) | _fixed(book.fixed, [EVERY_CLIENT], language or EVERY_LANGUAGE)
    return {name: found[name] for name in NAMES if name in found}


def usual_language(book: VoiceBook, keys: Collection[str]) -> str | None:
    """The language most mails to these clients are in; without keys, most mails at all."""
    theirs = [one for one in book.samples if not keys or _is_of(one, {key.lower() for key in keys})]
    counts = Counter(sample.language for sample in sorted(theirs, key=lambda one: one.language))
    return counts.most_common(1)[0][0] if counts else None


def mails_to(book: VoiceBook, keys: Collection[str]) -> tuple[Sample, ...]:
    """What was learnt from mail to these addresses and "@domain"s."""
    lowered = {key.lower() for key in keys}
    return tuple(sample for sample in book.samples if _is_of(sample, lowered))


def _for_anyone(features: Mapping[str, Feature], *, is_stranger: bool = False) -> dict[str, Feature]:
    """Without what belongs to one reader: their name, and for strangers the form of address."""
    personal = {"name", "form"} if is_stranger else {"name"}
    return {name: feature for name, feature in features.items() if name not in personal}


def _fixed(fixed: Fixed, keys: Sequence[str], language: str) -> dict[str, Feature]:
    by_key = {key.lower(): by for key, by in fixed.items()}
    found: dict[str, Feature] = {}
    for key in keys:
        for code in (language, EVERY_LANGUAGE):
            for name, value in by_key.get(key, {}).get(code, {}).items():
                found.setdefault(name, Feature(value, 0, 0, "set"))
    return found


def _written(samples: Iterable[Sample]) -> list[Sample]:
    """Without texts that were sent over and over."""
    every = list(samples)
    bodies = Counter(sample.body for sample in every if sample.body)
    return [sample for sample in every if bodies[sample.body] < TEMPLATE_MAILS]


def learnt_features(
    samples: Iterable[Sample], source: Source, *, is_shared: bool = False
) -> dict[str, Feature]:
    """What these mails have in common; ``is_shared``: without what fits one reader or an intimate alone."""
    every = _newest(samples, RECENT)
    forms = [sample for sample in every if sample.form][:RECENT_FORMS]
    is_fit = _fits_anyone if is_shared else lambda _: True
    found = {
        "greeting": _commonest(every, lambda one: one.greeting if is_fit(one) else "", source),
        "sign_off": _commonest(every, lambda one: _shared_sign_off(one, is_shared), source),
        "name": _commonest(every, lambda one: one.name, source),
        "form": _commonest(forms, lambda one: one.form or "", source),
        "words": _length(every, source),
        "contractions": _contractions(every, source),
        "exclamation": _exclamation(every, source),
    }
    if greeting := found["greeting"]:
        found["greeting"] = replace(greeting, value=f"{greeting.value}{_mark(every, greeting.value)}")
    return {name: feature for name, feature in found.items() if feature is not None}


def _fits_anyone(sample: Sample) -> bool:
    head = sample.greeting.removesuffix(" {name}").rstrip(",")
    return not (
        voice_words.is_gendered(head, sample.language) or voice_words.is_casual(head, sample.language)
    )


def _shared_sign_off(sample: Sample, is_shared: bool) -> str:
    return "" if is_shared and voice_words.is_casual_sign_off(sample.sign_off) else sample.sign_off


def _commonest(samples: Sequence[Sample], of: Callable[[Sample], str], source: Source) -> Feature | None:
    """What most mails have, whatever its capitals, if enough have it; between equals the newest decides."""
    values = [value for sample in samples if (value := of(sample))]
    groups = Counter(value.casefold() for value in values)
    if not groups or max(groups.values()) < LEAST_MAILS:
        return None
    group, mails = groups.most_common(1)[0]
    spellings = Counter(value for value in values if value.casefold() == group)
    return Feature(spellings.most_common(1)[0][0], mails, len(values), source)


def _mark(samples: Sequence[Sample], greeting: Value) -> str:
    """What stands behind this greeting most often."""
    marks = Counter(sample.mark for sample in samples if sample.greeting == greeting)
    return marks.most_common(1)[0][0]


def _length(samples: Sequence[Sample], source: Source) -> Feature | None:
    if len(samples) < LEAST_MAILS:
        return None
    return Feature(round(median(sample.words for sample in samples)), len(samples), len(samples), source)


def _contractions(samples: Sequence[Sample], source: Source) -> Feature | None:
    telling = [sample for sample in samples if sample.short + sample.full]
    if len(telling) < LEAST_MAILS:
        return None
    short, full = sum(one.short for one in telling), sum(one.full for one in telling)
    is_short = short >= full
    agreeing = sum(1 for one in telling if (one.short >= one.full) == is_short)
    return Feature(is_short, agreeing, len(telling), source)


def _exclamation(samples: Sequence[Sample], source: Source) -> Feature | None:
    if len(samples) < LEAST_MAILS:
        return None
    mails = sum(sample.exclaims for sample in samples)
    is_used = 2 * mails >= len(samples)
    return Feature(is_used, mails if is_used else len(samples) - mails, len(samples), source)
