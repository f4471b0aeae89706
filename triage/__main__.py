"""``python -m triage`` and the ``triage`` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from triage.commands import app

    app(prog_name="triage")


if __name__ == "__main__":
    main()
