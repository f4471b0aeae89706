"""``python -m triage`` and the ``triage`` command."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line."""
    from triage.commands import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a client's words must not end the program where the terminal has no letters for them
            stream.reconfigure(errors="replace")
    app(prog_name="triage")


if __name__ == "__main__":
    main()
