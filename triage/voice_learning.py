"""Learning the freelancer's voice from sent mail: in a pass a little at a time, or at once when asked."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from classifiers.language import detect_language
from triage.clients.voice import Place, Sample, VoiceBook
from triage.clients.voice_reading import Letter, digest, fingerprint, sample_of
from triage.containment import contained
from triage.errors import TriageError, VoiceUnusable
from triage.imap.inbox import Fetched
from triage.imap.sent import SentReading, newest_sent, older_sent, sent_texts
from triage.ledger.contract import DraftState
from triage.ledger.lock import account_lock
from triage.mail.gate import gate
from triage.mail.message import Message
from triage.mail.new_text import extract, message_new_text
from triage.mail.parse import parse
from triage.voice_file import FILE_NAME, load_voice, save_voice, voice_path

if TYPE_CHECKING:
    from collections.abc import Collection

    from triage.config import Account, Config
    from triage.imap.session import Session
    from triage.ledger.contract import Ledger

logger = logging.getLogger(__name__)

# So few that no pass is late for it.
MOST_A_PASS = 25
# With so many mails learnt from, older ones are no longer looked for.
ENOUGH = 200
LOCK_WAIT_S = 10.0
MOST_READERS = 5

_FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|i|doorst)\s*:", re.IGNORECASE)
_TO_MANY = re.compile(
    r"^(?:.*[._-])?(?:list|lists|liste|news|newsletter|announce|all|everyone|team|support|ticket|tickets)@"
    r"|-l@|@(?:lists?|groups|listserv)\.|@googlegroups\.com$|no[._-]?reply|bounce|unsubscribe",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose voice it is; ``is_drafted`` knows the messages that we left a draft for."""

    account: str
    name: str
    own: Collection[str]
    is_drafted: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of learning: mails read, and those that told something new."""

    read: int
    new: int


# --------------------------------------------------------------------------------------------------- one mail


def sample_of_mail(fetched: Fetched, writer: Writer) -> Sample | None:
    """What one sent mail tells; None where it wasn't written by hand for somebody. Never raises."""
    message = parse(fetched.raw)
    if not _is_letter(message, writer):
        return None
    text = message_new_text(message)
    if _is_own_draft(message, text, writer):
        return None
    sender = message.sender.name if message.sender else ""
    letter = Letter(
        key=message.message_id or message.content_hash,
        day=fetched.internal_date.astimezone(UTC).date(),
        to=message.to,
        language=detect_language(text),
        text=text,
        signed=extract(
            message.text, html=None if message.is_from_html else message.html, keep_signature=True
        ),
        own_name=writer.name or sender,
    )
    return sample_of(letter)


def _is_letter(message: Message, writer: Writer) -> bool:
    """Whether the freelancer wrote this to a person or a few: no forward, list, invitation, note to self."""
    own = {address.lower() for address in writer.own}
    to = [address.email.lower() for address in message.to]
    if message.sender is None or message.sender.email.lower() not in own:
        return False
    if not 0 < len(to) <= MOST_READERS or own & {*to} or any(_TO_MANY.search(one) for one in to):
        return False
    is_invitation = any(part.media_type == "text/calendar" for part in message.attachments)
    return gate(message, ()) is None and not is_invitation and not _FORWARD.match(message.subject)


def _is_own_draft(message: Message, text: str, writer: Writer) -> bool:
    """Whether the words are a draft of ours that was sent as it was.

    A draft's reference carries the fingerprint of its text. Many mail programs drop the header: then a reply
    to a message that we drafted for is taken for our draft.
    """
    reference = message.header("X-Draft-Reference")
    if reference is not None:
        return _is_marked(reference, text)
    return message.in_reply_to is not None and writer.is_drafted(message.in_reply_to)


def _is_marked(reference: str, text: str) -> bool:
    """Whether a draft's reference holds this text's fingerprint; one without any might be of any text."""
    _, dash, said = reference.partition("-")
    return not dash or said == fingerprint(text)


# ----------------------------------------------------------------------------------------------- in a pass


def writer_of(config: Config, account: Account, ledger: Ledger) -> Writer:
    """The freelancer of one account, as the ledger knows the drafts left for them."""

    @functools.cache
    def drafted() -> frozenset[int]:
        return frozenset(draft.row_id for draft in ledger.drafts(account.name, get_args(DraftState)))

    def is_drafted(message_id: str) -> bool:
        row = ledger.find(message_id) if drafted() else None
        return row is not None and row.id in drafted()

    return Writer(account.name, config.freelancer.name, (account.address, *account.aliases), is_drafted)


def learn_in_pass(session: Session, folder: str, reading: SentReading, state: Path, writer: Writer) -> None:
    """Learn from mail sent since the last pass, and from some older; a failure costs the pass nothing."""
    work = functools.partial(_learn_some, session, folder, reading, state, writer)
    try:
        contained(work, lambda _: None, "voice")
    except TriageError as error:
        logger.warning("voice: not learnt in this pass: %s", error)


def _learn_some(session: Session, folder: str, reading: SentReading, state: Path, writer: Writer) -> None:
    book = load_voice(voice_path(state))
    known = book.identities
    new = [one.uid for one in reading.replies if digest(one.message_id or "") not in known]
    place = _place(book.places.get(writer.account), folder, reading)
    older, lowest = _older(session, place, book, MOST_A_PASS - len(new))
    uids = [*older, *sorted(new)][-MOST_A_PASS:]
    samples = list(_samples(sent_texts(session, folder, uids), writer))
    add(state, samples, writer.account, replace(place, lowest_uid=lowest))


def _place(place: Place | None, folder: str, reading: SentReading) -> Place:
    """How far back was read; a folder that is new or rebuilt is begun at the newest mail."""
    if place is not None and (place.folder, place.uidvalidity) == (folder, reading.uidvalidity):
        return place
    lowest = min((one.uid for one in reading.replies), default=reading.last_uid + 1)
    return Place(folder, reading.uidvalidity, lowest)


def _older(session: Session, place: Place, book: VoiceBook, most: int) -> tuple[list[int], int]:
    if len(book.samples) >= ENOUGH:
        return [], place.lowest_uid
    return older_sent(session, place.folder, place.lowest_uid, most)


def _samples(mails: Iterable[Fetched], writer: Writer) -> Iterator[Sample]:
    for fetched in mails:
        work = functools.partial(sample_of_mail, fetched, writer)
        sample = contained(work, lambda _: None, f"sent uid {fetched.uid}")
        if sample is not None:
            yield sample


def add(state: Path, samples: Sequence[Sample], account: str = "", place: Place | None = None) -> int:
    """Put samples into the file; returns how many were new."""

    def added(book: VoiceBook) -> VoiceBook:
        places = {**book.places, account: place} if place is not None else book.places
        return replace(book.learnt(samples), places=places)

    before, after = change(state, added)
    return len(after.identities - before.identities)


def change(state: Path, work: Callable[[VoiceBook], VoiceBook]) -> tuple[VoiceBook, VoiceBook]:
    """Change what is in the file, while nobody else does; returns the voice before and after."""
    with account_lock(state, FILE_NAME, wait=LOCK_WAIT_S):
        before = load_voice(voice_path(state))
        after = work(before)
        if after != before:
            save_voice(voice_path(state), after)
    return before, after


def forget_all(state: Path) -> None:
    """Empty the file, also one that can't be read; how far Sent was read stays known where it can be."""
    with account_lock(state, FILE_NAME, wait=LOCK_WAIT_S):
        places = {}
        with suppress(VoiceUnusable):
            places = dict(load_voice(voice_path(state)).places)
        save_voice(voice_path(state), VoiceBook(places=places))


# ------------------------------------------------------------------------------------------------ when asked


def learn_newest(
    session: Session,
    folder: str,
    *,
    most: int,
    state: Path,
    writer: Writer,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Learnt:
    """Learn from the newest mails of the folder; what was learnt before a stop or a failure is kept."""
    uids = newest_sent(session, folder, most)
    read = new = 0
    for start in range(0, len(uids), MOST_A_PASS):
        if stop():
            break
        chunk = uids[::-1][start : start + MOST_A_PASS]
        new += add(state, list(_samples(sent_texts(session, folder, chunk), writer)))
        read += len(chunk)
        progress(read, len(uids))
    return Learnt(read, new)
