"""The bare script that an empty sweep is measured against: connect, log in, examine, log out."""

import sys

from imapclient import IMAPClient

host, port, user, password = sys.argv[1:]
client = IMAPClient(host, int(port), ssl=False)
client.login(user, password)
client.select_folder("INBOX", readonly=True)
client.logout()
