"""The world around the program: a mailbox, the user, the clients, the machine; and what it knows of itself.

What people do is done to the files of the mailbox, as by a mail program on the same machine, at any moment,
in the middle of a pass too. The world remembers every message that is not the program's, byte for byte, and
its flags.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from itertools import count
from pathlib import Path

from tests.chaos import own_accord
from tests.chaos.letters import USER_WORD, Letter, letter, own_reply
from tests.chaos.machine import CONFIG, Machine
from tests.rig.dovecot import TELLTALE_PASSWORD
from tests.rig.maildir import Maildir, Stored

FOLDERS = ("INBOX", "Drafts", "Sent", "Archive")
#: A Wednesday in office hours.
BEGINNING = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of the program's as it lies in Drafts, and the letters that it may answer.

    ``matter`` tells letters and drafts that belong together: the Message-ID answered, or the subject. ``own``
    is the client of one that answers nothing: a reminder, a question for feedback.
    """

    stored: Stored
    message_id: str
    matter: str
    answers: tuple[int, ...]
    own: str = ""


def bare(subject: str) -> str:
    """A subject without the mark of a reply."""
    return subject.removeprefix("Re: ")


def matter_of(one: Letter) -> str:
    """What a draft that answers this letter has in common with it."""
    return one.message_id or bare(one.subject)


@dataclass
class World:
    """One mailbox and all that is true of it."""

    mail: Maildir
    machines: list[Machine]
    chance: random.Random
    now: datetime = BEGINNING
    letters: list[Letter] = field(default_factory=list)
    others: dict[str, dict[str, tuple[str, bytes]]] = field(
        default_factory=lambda: {folder: {} for folder in FOLDERS}
    )
    heirs: dict[str, Draft] = field(default_factory=dict)
    """What the user made of drafts of the program's, by name."""
    thrown_away: set[str] = field(default_factory=set)
    """Message-IDs of drafts that the user deleted when the program knew of them."""
    own: dict[str, int] = field(default_factory=dict)
    """Clients to be written to of our own accord, with the most drafts each may have."""
    own_dealt_with: set[str] = field(default_factory=set)
    thrown_reminders: set[str] = field(default_factory=set)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _uidvalidity: count[int] = field(default_factory=lambda: count(1_800_000_001))

    @classmethod
    def begun(
        cls,
        mail: Maildir,
        folder: Path,
        machines: int,
        chance: random.Random,
        *,
        has_own: bool,
        **facts: object,
    ) -> World:
        """An empty mailbox and this many computers that look after it; ``has_own``: and a client file."""
        for name in FOLDERS:
            mail.make(name)
        made = []
        for number in range(machines):
            home = folder / f"machine-{number}"
            (home / "disk").mkdir(parents=True)
            (home / "secret").write_text(TELLTALE_PASSWORD + "\n")
            text = CONFIG.format(secret=home / "secret", state=home / "state", **facts)
            (home / "config.toml").write_text(text + own_accord.SETTINGS * has_own)
            if has_own:
                own_accord.write_clients(home)
            made.append(Machine(home))
        return cls(mail, made, chance, own=own_accord.ADDRESSES if has_own else {})

    # ------------------------------------------------------------------------------------------ what is seen

    def drafts(self) -> list[Draft]:
        """What lies in Drafts and is the program's."""
        mine = self.others["Drafts"]
        return [self._draft(one) for name, one in self.mail.stored("Drafts").items() if name not in mine]

    def _draft(self, stored: Stored) -> Draft:
        headers = BytesHeaderParser().parsebytes(stored.raw)
        own = next((one for one in self.own if one in headers.get("To", "")), "")
        if own:
            return Draft(stored, headers.get("Message-ID", ""), own, (), own)
        matter = headers.get("In-Reply-To") or bare(" ".join(headers.get("Subject", "").split()))
        twins = [one for one in self.letters if matter_of(one) == matter]
        meant = [one for one in twins if f"<{one.client}>" in headers.get("To", "")] or twins
        return Draft(stored, headers.get("Message-ID", ""), matter, tuple(one.number for one in meant))

    def of(self, number: int) -> Letter:
        """The letter of that number."""
        return next(one for one in self.letters if one.number == number)

    # ------------------------------------------------------------------------------------------- the clients

    def write(self, kind: str | None = None) -> Letter:
        """A client writes on a new matter."""
        kind = kind or self.chance.choice(["angry", "more", "late", "angry", "more", "civil", "list", "away"])
        return self._deliver(letter(next(self._numbers), kind))

    def write_again(self) -> None:
        """A client writes again on the same matter."""
        if earlier := self._some(one for one in self.letters if one.wanted == "draft"):
            for one in self.letters:
                if one.client == earlier.client:
                    one.dealt_with.add("the client wrote again")
            self._deliver(letter(next(self._numbers), self.chance.choice(["angry", "more"]), follows=earlier))

    def write_twin(self) -> None:
        """Another message comes with the Message-ID of an earlier one."""
        if earlier := self._some(one for one in self.letters if one.message_id):
            kind = self.chance.choice([kind for kind in ("angry", "late") if kind != earlier.kind])
            new = self._deliver(letter(next(self._numbers), kind, twin_of=earlier))
            # an answer names a Message-ID: whether it means this one too can't be told
            new.dealt_with |= earlier.dealt_with & {"answered", "sent", "edited without a mark"}

    def _deliver(self, new: Letter) -> Letter:
        new.name = self.mail.put("INBOX", new.raw, arrived=self._moment())
        self.letters.append(new)
        self.others["INBOX"][new.name] = ("", new.raw)
        return new

    # ---------------------------------------------------------------------------------------------- the user

    def flag(self) -> None:
        """The user reads a message, stars it, or takes that back."""
        if one := self._some(one for one in self.letters if one.folder):
            flags = self.chance.choice(["S", "FS", "F", "RS", ""])
            self.mail.set_flags(one.folder, one.name, flags)
            self.others[one.folder][one.name] = (flags, one.raw)

    def archive(self) -> None:
        """The user moves a message out of the inbox, or back into it."""
        if one := self._some(one for one in self.letters if one.folder):
            target = "Archive" if one.folder == "INBOX" else "INBOX"
            self.mail.move(one.folder, one.name, target)
            self.others[target][one.name] = self.others[one.folder].pop(one.name)
            one.folder = target
            one.dealt_with.add("moved")

    def delete(self) -> None:
        """The user deletes a message."""
        if one := self._some(one for one in self.letters if one.folder):
            self.mail.remove(one.folder, one.name)
            del self.others[one.folder][one.name]
            one.folder = ""
            one.dealt_with.add("deleted")

    def answer(self) -> None:
        """The user answers from elsewhere."""
        if one := self._some(one for one in self.letters if one.wanted != "nothing"):
            self._sent(own_reply(next(self._numbers), one))
            self._answered(one)

    def edit(self) -> None:
        """The user writes a draft of the program's anew: a new message, then the old one is deleted."""
        if draft := self._some_draft():
            message = message_from_bytes(draft.stored.raw, policy=policy.SMTP)
            assert isinstance(message, EmailMessage)
            if self.chance.random() < 0.7:
                del message["Message-ID"]
                message["Message-ID"] = f"<edited-{next(self._numbers)}@program.example>"
            # a mail program may drop our mark; where no Message-ID is answered nothing would be left then
            if self.chance.random() < 0.3 and message["In-Reply-To"] and not draft.own:
                del message["X-Draft-Reference"]
                self._unmark(draft)
            message.set_content(f"My own words, Jo, about {USER_WORD}.\n")
            self._mine("Drafts", message.as_bytes(), "D")
            self.heirs[list(self.others["Drafts"])[-1]] = draft
            self._deal(draft, "edited")
            self.mail.remove("Drafts", draft.stored.name)

    def throw_away(self) -> None:
        """The user deletes a draft of the program's."""
        if draft := self._some_draft():
            known = [machine.draft_state(draft.message_id) for machine in self.machines]
            if all(state == "present" for state in known):
                self.thrown_away.add(draft.message_id)
                if draft.own:
                    self.thrown_reminders.add(draft.message_id)
            self.mail.remove("Drafts", draft.stored.name)
            self._deal(draft, "thrown away")

    def send(self) -> None:
        """The user sends a draft: as it is, or edited before."""
        if draft := self._some_draft():
            self.mail.remove("Drafts", draft.stored.name)
            self._sent_off(draft, draft.stored.raw)
        elif heirs := sorted(name for name in self.heirs if name in self.others["Drafts"]):
            name = self.chance.choice(heirs)
            self.mail.remove("Drafts", name)
            self._sent_off(self.heirs[name], self.others["Drafts"].pop(name)[1])

    def note(self) -> None:
        """The user keeps a draft of their own that has nothing to do with any letter."""
        number = next(self._numbers)
        raw = f"Message-ID: <note-{number}@program.example>\r\nSubject: Note\r\n\r\n{USER_WORD}\r\n"
        self._mine("Drafts", raw.encode(), "D")

    def _sent_off(self, draft: Draft, raw: bytes) -> None:
        self._sent(raw)
        self._deal(draft, "sent")
        for number in draft.answers:
            self._answered(self.of(number))

    def _sent(self, raw: bytes) -> None:
        self._mine("Sent", raw, "S")

    def _mine(self, folder: str, raw: bytes, flags: str) -> None:
        name = self.mail.put(folder, raw, flags=flags, arrived=self._moment())
        self.others[folder][name] = (flags, raw)

    def _answered(self, answered: Letter) -> None:
        """A reply answers what it points to, and perhaps its twin, and perhaps others on the matter."""
        answered.answered = True
        for one in self.letters:
            if matter_of(one) == matter_of(answered) or one.client == answered.client:
                one.dealt_with.add("answered")

    def _deal(self, draft: Draft, how: str) -> None:
        if draft.own:
            self.own_dealt_with.add(draft.own)
        for number in draft.answers:
            self.of(number).dealt_with.add(how)

    def _unmark(self, draft: Draft) -> None:
        """Without the mark a draft may be for any letter of that Message-ID."""
        for one in self.letters:
            if matter_of(one) == draft.matter:
                one.dealt_with.add("edited without a mark")

    def _some(self, found: object) -> Letter | None:
        candidates = list(found)  # type: ignore[call-overload]
        return self.chance.choice(candidates) if candidates else None

    def _some_draft(self) -> Draft | None:
        drafts = sorted(self.drafts(), key=lambda draft: draft.message_id)
        return self.chance.choice(drafts) if drafts else None

    # -------------------------------------------------------------------------------------------- the server

    def rebuild(self, folder: str) -> None:
        """The server gives a folder a new UIDVALIDITY and the old UIDs to other messages."""
        names = list(self.mail.stored(folder))
        self.chance.shuffle(names)
        self.mail.rebuild(folder, next(self._uidvalidity), names)

    def wipe(self, folder: str) -> None:
        """The server loses a folder and makes it anew, empty."""
        for name in self.mail.stored(folder):
            self.mail.remove(folder, name)
        for draft in self.drafts():
            self._deal(draft, "wiped")
        for one in self.letters:
            if one.folder == folder:
                one.folder = ""
                one.dealt_with.add("wiped")
            if folder == "Drafts":
                one.dealt_with.add("wiped")
                self.own_dealt_with |= set(self.own)
            if folder == "Sent":
                one.answered = False
        self.others[folder].clear()
        self.mail.rebuild(folder, next(self._uidvalidity))

    @property
    def is_forgetful(self) -> bool:
        """Whether any computer's ledger was lost or set back."""
        return any(machine.is_forgetful for machine in self.machines)

    def forget_thrown_reminders(self) -> None:
        """What is due on another day may be due once more."""
        self.thrown_away -= self.thrown_reminders

    def later(self, seconds: float = 60) -> None:
        """Time goes on."""
        self.now += timedelta(seconds=seconds)

    def _moment(self) -> float:
        """A second of its own for everything that comes: servers know no finer time."""
        self.later(1)
        return self.now.timestamp()


ACTS = (
    World.write, World.write, World.write_again, World.write_twin, World.flag, World.archive, World.delete,
    World.answer, World.edit, World.edit, World.throw_away, World.send, World.note,
)  # fmt: skip
"""What people do, the usual more often."""
