"""Finding the folders for drafts and sent mail on servers of every habit."""

from __future__ import annotations

import pytest
from imapclient.imap_utf7 import encode

from tests.rig.dovecot import Dovecot
from tests.rig.letters import draft
from tests.rig.mailbox import on_dovecot
from tests.rig.scripted import scripted
from triage.errors import FolderMissing
from triage.imap.drafts_box import put_once
from triage.imap.folder_names import DRAFTS, SENT, folded
from triage.imap.folders import Folders, find_folders
from triage.imap.session import open_session


def listing(*entries: tuple[str, str], delimiter: str = "/") -> bytes:
    """The answer to LIST for these (flags, name)."""
    lines = [
        b'* LIST (%s) "%s" "%s"' % (flags.encode(), delimiter.encode(), encode(name))
        for flags, name in entries
    ]
    return b"\n".join([*lines, b"TAG OK done"])


def found(
    *entries: tuple[str, str],
    delimiter: str = "/",
    script: tuple[tuple[bytes, bytes], ...] = (),
    capabilities: bytes = b"",
    drafts: str | None = None,
    sent: str | None = None,
) -> Folders:
    """What is found on a server that lists these (flags, name)."""
    answers = (*script, (b'LIST "" "\\*"', listing(*entries, delimiter=delimiter)))
    with (
        scripted(*answers, capabilities=capabilities) as server,
        open_session(server.server, server.secret) as session,
    ):
        return find_folders(session, drafts=drafts, sent=sent)


@pytest.mark.dovecot
class TestOnDovecot:
    """Real servers of three kinds."""

    def test_german_names_by_special_use(self, dovecot: Dovecot) -> None:
        bob = on_dovecot(dovecot, dovecot.user("bob"))
        with bob.second_client() as client:
            client.create_folder("Drafts")
        with bob.session() as session:
            folders = find_folders(session, drafts=None, sent=None)
            put_once(session, folders.drafts, message_id="<draft-1@studio.example>", raw=draft())
        assert folders == Folders("Entwürfe", "Gesendet")
        assert list(bob.stored("Entwürfe").values()) == [draft()]
        assert bob.stored("Drafts") == {}

    def test_a_prefix_and_no_special_use(self, dovecot: Dovecot) -> None:
        carol = on_dovecot(dovecot, dovecot.user("carol"))
        with carol.session() as session:
            assert find_folders(session, drafts=None, sent=None) == Folders(
                "INBOX.Drafts", "INBOX.Sent Items"
            )
            assert find_folders(session, drafts="Drafts", sent="Trash") == Folders(
                "INBOX.Drafts", "INBOX.Trash"
            )
            put_once(session, "INBOX.Drafts", message_id="<draft-1@studio.example>", raw=draft())
        assert len(carol.stored("INBOX.Drafts")) == 1

    def test_none_at_all_names_the_key(self, dovecot: Dovecot) -> None:
        nell = on_dovecot(dovecot, dovecot.user("nell"))
        with nell.session() as session, pytest.raises(FolderMissing, match=r"No folder for drafts.*`drafts`"):
            find_folders(session, drafts=None, sent=None)

    def test_created_names_in_other_languages(self, dovecot: Dovecot) -> None:
        for drafts, sent in (
            ("Brouillons", "Éléments envoyés"),
            ("下書き", "送信済み"),
            ("Черновики", "Отправленные"),
        ):
            nell = on_dovecot(dovecot, dovecot.user("nell"))
            with nell.second_client() as client:
                client.create_folder(drafts)
                client.create_folder(sent)
            with nell.session() as session:
                assert find_folders(session, drafts=None, sent=None) == Folders(drafts, sent)


class TestByUse:
    """SPECIAL-USE wins over every name."""

    def test_a_folder_that_is_merely_called_drafts_loses(self) -> None:
        assert found(("", "Drafts"), ("\\Drafts", "Klad"), ("", "Sent"), ("\\Sent", "Weg")) == Folders(
            "Klad", "Weg"
        )

    def test_gmail(self) -> None:
        folders = found(
            ("\\HasChildren \\Noselect", "[Gmail]"),
            ("\\All", "[Gmail]/Alle Nachrichten"),
            ("\\Drafts", "[Gmail]/Entwürfe"),
            ("\\Sent", "[Gmail]/Gesendet"),
        )
        assert folders == Folders("[Gmail]/Entwürfe", "[Gmail]/Gesendet")

    def test_cyrus_tells_only_when_asked(self) -> None:
        special = (rb"LIST \(SPECIAL-USE\)", listing(("\\Drafts", "Concept")))
        folders = found(("", "Concept"), ("", "Drafts"), script=(special,), capabilities=b"SPECIAL-USE")
        assert folders == Folders("Concept", None)

    def test_courier_is_not_asked_for_what_it_does_not_name(self) -> None:
        every = listing(
            ("\\HasNoChildren", "INBOX.Trash"), ("\\HasNoChildren", "INBOX.Drafts"), delimiter="."
        )
        folders = found(
            ("", "INBOX.Trash"),
            ("", "INBOX.Drafts"),
            delimiter=".",
            script=((rb"LIST \(SPECIAL-USE\)", every),),
        )
        assert folders == Folders("INBOX.Drafts", None)

    def test_a_refusal_to_tell_is_survived(self) -> None:
        refusal = (rb"LIST \(SPECIAL-USE\)", b"TAG BAD what")
        assert found(("", "Drafts"), script=(refusal,), capabilities=b"SPECIAL-USE") == Folders(
            "Drafts", None
        )

    def test_the_personal_one_of_several(self) -> None:
        namespace = (b"NAMESPACE", b'* NAMESPACE (("" "/")) (("user/" "/")) NIL\nTAG OK done')
        folders = found(
            ("\\Drafts", "user/ann/Drafts"),
            ("\\Drafts", "Drafts"),
            script=(namespace,),
            capabilities=b"NAMESPACE",
        )
        assert folders == Folders("Drafts", None)

    def test_what_cannot_be_opened_does_not_count(self) -> None:
        assert found(("\\Drafts \\NonExistent", "Old"), ("\\Noselect", "Drafts"), ("", "Draft")) == Folders(
            "Draft", None
        )


class TestByName:
    """Where the server says nothing, the usual names in the usual places."""

    @pytest.mark.parametrize("name", [name for line in DRAFTS.values() for name in line.split(", ")])
    def test_every_known_name_of_drafts(self, name: str) -> None:
        assert found(("", "INBOX"), ("", "Work"), ("", name)) == Folders(name, None)

    @pytest.mark.parametrize("name", [name for line in SENT.values() for name in line.split(", ")])
    def test_every_known_name_of_sent(self, name: str) -> None:
        assert found(("", "INBOX"), ("", "Drafts"), ("", name)) == Folders("Drafts", name)

    @pytest.mark.parametrize("parent", ["INBOX/", "[Gmail]/", "[Google Mail]/", "mail/"])
    def test_below_the_parents_that_providers_use(self, parent: str) -> None:
        assert found(("", f"{parent}Brouillons")) == Folders(f"{parent}Brouillons", None)

    def test_below_the_prefix_that_the_server_tells(self) -> None:
        namespace = (b"NAMESPACE", b'* NAMESPACE (("Mara." ".")) NIL NIL\nTAG OK done')
        folders = found(
            ("", "Mara.Bozze"), delimiter=".", script=(namespace,), capabilities=b"NAMESPACE", sent="Bozze"
        )
        assert folders == Folders("Mara.Bozze", "Mara.Bozze")

    def test_case_and_composition_do_not_matter(self) -> None:
        decomposed = "ENTWU\N{COMBINING DIAERESIS}RFE"
        assert found(("", decomposed), ("", "gesendete elemente")) == Folders(
            decomposed, "gesendete elemente"
        )

    def test_one_deep_among_the_users_own_is_not_meant(self) -> None:
        with pytest.raises(FolderMissing):
            found(("", "Projects/Drafts"), ("", "Archive/2019/Drafts"))

    def test_the_subscribed_one_of_two(self) -> None:
        subscribed = (b"LSUB", b'* LSUB () "/" "Entw&APw-rfe"\nTAG OK done')
        assert found(("", "Drafts"), ("", "Entwürfe"), script=(subscribed,)) == Folders("Entwürfe", None)

    def test_the_commoner_one_of_two(self) -> None:
        assert found(("", "Konsep"), ("", "Drafts")) == Folders("Drafts", None)

    def test_a_flat_server_and_a_folder_named_by_a_number(self) -> None:
        script = ((b"LIST", b"* LIST () NIL 2024\n* LIST () NIL Drafts\nTAG OK done"),)
        assert found(script=script) == Folders("Drafts", None)

    def test_at_least_a_dozen_languages(self) -> None:
        wanted = {
            "en",
            "de",
            "fr",
            "es",
            "it",
            "pt",
            "nl",
            "sv",
            "no",
            "da",
            "fi",
            "pl",
            "cs",
            "ru",
            "tr",
            "ja",
        }
        for names in (DRAFTS, SENT):
            assert wanted <= {code for line in names for code in line.split()}

    def test_no_name_stands_for_both(self) -> None:
        both = [
            {folded(name) for line in names.values() for name in line.split(", ")} for names in (DRAFTS, SENT)
        ]
        assert both[0] & both[1] == set()


class TestConfigured:
    """A name in the configuration wins, and must exist."""

    def test_it_wins_over_special_use(self) -> None:
        assert found(("\\Drafts", "Drafts"), ("", "Later"), drafts="Later") == Folders("Later", None)

    def test_its_spelling_is_the_servers(self) -> None:
        assert found(("", "Drafts"), ("", "Später"), drafts="später") == Folders("Später", None)

    @pytest.mark.parametrize("key", ["drafts", "sent"])
    def test_one_that_is_missing_is_told_with_its_key(self, key: str) -> None:
        with pytest.raises(FolderMissing, match=f'no folder "Nowhere".*`{key}`'):
            found(("\\Drafts", "Drafts"), **{key: "Nowhere"})  # type: ignore[arg-type]
