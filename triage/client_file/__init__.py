"""The client file's edge: one TOML file read whole, edited by hand or by commands."""

from triage.client_file.loading import load_book, load_clients

__all__ = ["load_book", "load_clients"]
