"""``triage sweep`` with one account after another. CONFIG."""

import sys

from triage.__main__ import main
from triage.commands import sweep

sweep.AT_ONCE = 1
sys.argv[1:] = ["sweep", "--json", "--config", sys.argv[1]]
main()
