"""``triage sweep`` with everything but the classification: every message is judged clear. CONFIG."""

import sys
from collections.abc import Sequence

from classifiers.judge import Judgement
from triage import conclude
from triage.__main__ import main


class Clear:
    """Judges nothing."""

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Clear, for each."""
        return [Judgement(language="en", findings={}, severity=0, note="") for _ in items]


conclude.load_classifier = lambda *_: Clear()
sys.argv[1:] = ["sweep", "--json", "--config", sys.argv[1]]
main()
