"""The bare loop that a sweep is measured against: it only fetches. HOST PORT USER PASSWORD BATCH."""

import sys

from imapclient import IMAPClient

host, port, user, password, batch = sys.argv[1:]
client = IMAPClient(host, int(port), ssl=False)
client.login(user, password)
client.select_folder("INBOX", readonly=True)
uids = client.search("ALL")
size = 0
for start in range(0, len(uids), int(batch)):
    for data in client.fetch(uids[start : start + int(batch)], ["BODY.PEEK[]"]).values():
        size += len(data[b"BODY[]"])
client.logout()
print(len(uids), size)
