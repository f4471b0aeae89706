"""The demo: the whole job on an embedded mail server with a day's invented mail."""
