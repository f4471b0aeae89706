"""``python -m classifiers.tune``: teach the networks and write ``encoder_tuned``; two hours on two cores."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from classifiers.tune.fitting import RECIPE
from classifiers.tune.parts import FOLDS, make_part, write
from classifiers.tuned import tuned_folder


def main() -> int:
    """Tune, and write the files."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.tune", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/tune"), help="where unfinished work is kept")
    parser.add_argument("--workers", type=int, default=2, help="how many networks to teach at once")
    parser.add_argument("--parts", default="", help="only these folds, parted by commas; writes no files")
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    parts = [int(n) for n in chosen.parts.split(",") if n] or list(range(FOLDS + 1))
    with ProcessPoolExecutor(chosen.workers, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(make_part, parts, [RECIPE] * len(parts), [chosen.work] * len(parts)))
    if not chosen.parts:
        write(RECIPE, chosen.work, tuned_folder())
    return 0


if __name__ == "__main__":
    sys.exit(main())
