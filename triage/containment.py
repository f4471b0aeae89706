"""The one broad ``except`` of the house: what nobody foresaw is contained, logged without a word of mail."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TypeVar

from triage.errors import TriageError

logger = logging.getLogger(__name__)

T = TypeVar("T")


def contained(work: Callable[[], T], unforeseen: Callable[[str], None], what: str) -> T | None:
    """The work's result; an unforeseen error is logged, told by its type's name, and gives None.

    A TriageError was foreseen and goes on to whom it concerns. ``what`` names the work in the log.
    """
    try:
        return work()
    except TriageError:
        raise
    except Exception as error:  # noqa: BLE001
        # The type and the place of an error: its text may quote the message.
        logger.error(
            "%s: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
        )
        unforeseen(type(error).__name__)
        return None
