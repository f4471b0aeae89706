"""``python -m triage`` and the ``triage`` command."""

from __future__ import annotations

import gc
import io
import os
import sys

# Objects between two searches for cycles. Python's own 700 has it search twice for each message read.
OBJECTS_A_SEARCH = 50_000


def main() -> None:
    """Run the command line."""
    gc.set_threshold(OBJECTS_A_SEARCH, 20, 20)
    # pydantic would look through every installed package for plugins, and run what it finds
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from triage.commands import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a client's words must not end the program where the terminal has no letters for them
            stream.reconfigure(errors="replace")
    app(prog_name="triage")


if __name__ == "__main__":
    main()
