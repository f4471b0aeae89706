"""A browser without a screen: follows a provider's page to where it leads, forms included.

As a program it is what BROWSER names: ``BROWSER="python tests/rig/browser.py %s"``.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from urllib.parse import urlencode


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are followed by hand, to know where they lead."""

    def redirect_request(self, *_: object) -> None:
        """No further."""


def last_address(page: str) -> str:
    """Where the page sends the browser, which is not gone to."""
    try:
        with urllib.request.build_opener(_Stay).open(page, timeout=20) as response:
            form = json.loads(response.read())
            return f"{form['post']}?{urlencode(form['form'])}"
    except urllib.error.HTTPError as error:
        with error:
            return str(error.headers["Location"])


def visit(page: str) -> str:
    """Sign in at the page, go where it leads, and read what is told there."""
    try:
        with urllib.request.build_opener(_Stay).open(page, timeout=20) as response:
            form = json.loads(response.read())
            target, data = form["post"], urlencode(form["form"]).encode()
    except urllib.error.HTTPError as error:
        with error:
            target, data = str(error.headers["Location"]), None
    return fetched(target, data)


def fetched(address: str, data: bytes | None = None) -> str:
    """The words of one page, be it an error's."""
    try:
        with urllib.request.urlopen(address, data, timeout=20) as response:
            words: bytes = response.read()
    except urllib.error.HTTPError as error:
        with error:
            words = error.read()
    return words.decode()


if __name__ == "__main__":
    visit(sys.argv[1])
