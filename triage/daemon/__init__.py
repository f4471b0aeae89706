"""The daemon: a pass over each account on a schedule, and when the server announces mail; see ``loop``."""
