"""``make fuzz``: so many seconds of mail made up by a fuzzer that watches which code it reaches.

With atheris where it is installed (Linux, ``pip install .[fuzz]``), else with Hypothesis changing the seeds.
An input that breaks a promise is written beside the corpus, and the process ends with its traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CORPUS = Path(__file__).parent / "corpus"
FOUND = "found-"


def main() -> None:
    """Fuzz for the seconds asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: Hypothesis changes the seeds instead.")
        _by_hypothesis(asked.seconds)
        return
    with atheris.instrument_imports(include=["triage.mail"]):
        from tests.fuzz.target import put_through
    # what is found on the way is thrown away: the corpus is kept by hand, small and readable
    place = tempfile.mkdtemp(prefix="fuzz-")
    flags = [f"-max_total_time={asked.seconds}", "-max_len=20000", "-timeout=20", "-print_final_stats=1"]
    flags += [f"-artifact_prefix={CORPUS}{os.sep}{FOUND}", f"-dict={CORPUS.parent / 'mail.dict'}"]
    flags += [f"-seed={asked.seed}"] if asked.seed else []
    atheris.Setup([sys.argv[0], *flags, place, str(CORPUS)], lambda data: put_through(data) and None)
    atheris.Fuzz()


def _by_hypothesis(seconds: int) -> None:
    """Seeds cut, joined and strewn with noise, about three hundred a second."""
    from tests.fuzz.target import put_through

    seeds = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    piece = st.sampled_from(seeds).flatmap(
        lambda seed: st.tuples(st.integers(0, len(seed)), st.integers(0, len(seed))).map(
            lambda ends: seed[min(ends) : max(ends)]
        )
    )
    mail = st.lists(st.one_of(piece, st.binary(max_size=8)), max_size=6).map(b"".join)
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=max(1, seconds * 300), deadline=None, suppress_health_check=slow)
    @given(mail)
    def holds(raw: bytes) -> None:
        put_through(raw)

    holds()


if __name__ == "__main__":
    main()
