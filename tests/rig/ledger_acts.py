"""Short ways to the usual acts on a ledger, shared by its tests."""

from __future__ import annotations

from datetime import UTC, datetime

from triage.ledger import Claim, Ledger, MessageRow

NOW = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
ACCOUNT = "studio"


def claimed(
    ledger: Ledger,
    uid: int,
    *,
    key: str | None = None,
    content: str | None = None,
    folder: str = "INBOX",
    uidvalidity: int = 7,
    account: str = ACCOUNT,
    subject: str = "The second page",
    client: str = "lena@client.example",
) -> Claim:
    """Claim a message that is told apart by its UID unless key and content are given."""
    return ledger.claim(
        account,
        folder,
        uidvalidity,
        uid,
        key=key or f"<{uid}@client.example>",
        content_hash=content or f"content of {uid}",
        received=NOW,
        client=client,
        subject=subject,
    )


def planned(ledger: Ledger, uid: int, draft: str | None = None) -> MessageRow:
    """Claim a message and write down the intent to draft a reply."""
    row = claimed(ledger, uid).row
    ledger.plan(
        row.id,
        draft_message_id=draft or f"<reply-{uid}@studio.example>",
        decision="draft",
        reason="hostility",
    )
    found = ledger.find(str(row.id))
    assert found is not None
    return found


def row_of(ledger: Ledger, row_id: int) -> MessageRow:
    """The row as the ledger has it now."""
    found = ledger.find(str(row_id))
    assert found is not None
    return found
