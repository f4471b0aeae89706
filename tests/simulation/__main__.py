"""``make simulate``: the month with progress, every promise asked after each pass, and a picture of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.rig.dovecot import Dovecot, is_installed
from tests.simulation.chart import chart
from tests.simulation.judging import PopulationJudge
from tests.simulation.month import OCTOBER, Simulation, simulation
from tests.simulation.world import PROMISED

FIGURE = Path(__file__).parents[2] / "docs" / "figures" / "month.svg"


def main() -> int:
    """Run it; 1 where a promise is broken."""
    asked = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    asked.add_argument("--seed", type=int, default=OCTOBER.seed, help="another month of letters")
    asked.add_argument("--svg", type=Path, default=FIGURE, help="where the picture goes")
    options = asked.parse_args()
    if not is_installed():
        print(
            "The simulation needs a Dovecot on this machine: apt-get install dovecot-imapd.", file=sys.stderr
        )
        return 1
    plan = replace(OCTOBER, seed=options.seed)
    with Dovecot() as server, tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        month = simulation(plan, server, Path(folder), PopulationJudge)
        broken = live(month)
        options.svg.parent.mkdir(parents=True, exist_ok=True)
        options.svg.write_text(chart(month), encoding="utf-8")
    print(closing(month), f"The month as a picture: {options.svg}", sep="\n")
    if broken:
        print(f"BROKEN: {broken}", file=sys.stderr)
    return int(bool(broken))


def live(month: Simulation) -> str:
    """Let the time pass, a line a day; returns what is broken, if anything."""
    day, began = None, time.monotonic()
    try:
        for moment in month.run():
            if moment.date() != day:
                day = moment.date()
                seconds = time.monotonic() - began
                letters, open_ones = len(month.world.delivered), len(month.world.awaiting())
                print(
                    f"{day:%a %d %b}  {letters:3} letters  {open_ones:2} await an answer  "
                    f"{len(month.drafted):3} drafted  {len(month.told):3} alarms  ({seconds:.0f} s)",
                    flush=True,
                )
    except AssertionError as error:
        return str(error)
    return ""


def closing(month: Simulation) -> str:
    """The figures at the end."""
    letters = month.world.delivered
    awaited = [one for one in letters if one.saying.awaits]
    in_time = sum(one.answered is not None and one.answered <= one.arrived + PROMISED for one in awaited)
    return (
        f"{len(letters)} letters, {len(awaited)} awaiting an answer ({in_time} answered within 24 hours); "
        f"{len(month.drafted)} drafts, {len(month.told)} alarms, {len(month.passes)} passes, "
        f"{month.refused} without a server. Every promise was asked after every pass."
    )


if __name__ == "__main__":
    sys.exit(main())
