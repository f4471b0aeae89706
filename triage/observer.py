"""Who is told what a pass does; light, so that an empty pass stays light."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.conclude import Conclusion


class Observer:
    """Told what happens; does nothing. Commands that show progress override what they need."""

    def started(self, total: int) -> None:
        """``total`` messages are about to be read."""

    def training(self, step: str, fraction: float) -> None:
        """The classifier is being trained: a step's name and how far all of it is, 0 to 1."""

    def handled(self, conclusion: Conclusion, received: datetime) -> None:
        """One message is settled."""

    def draft(self, conclusion: Conclusion, raw: bytes) -> None:
        """A draft is placed (or, in a dry run, would be)."""

    def step(self, step: str, invoices: Sequence[str], raw: bytes) -> None:
        """A step of the payment ladder for these invoices is drafted (or, in a dry run, would be)."""

    def own_mail(self, kind: str, client: str, raw: bytes) -> None:
        """An update or a question for feedback is drafted (or, in a dry run, would be)."""

    def withdrawn(self, message_id: str, invoices: Sequence[str]) -> None:
        """An untouched draft of a step that isn't due any more is (or would be) taken back."""

    def failed(self, uid: int, reason: str) -> None:
        """One message could not be handled."""
