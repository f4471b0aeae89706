"""The configuration of the private Dovecot and what its users are like."""

from __future__ import annotations

import pwd
from dataclasses import dataclass
from pathlib import Path

from tests.rig.certificates import Certificates

#: Extra fields of the user database, by kind of user. ``name`` and ``name-1``, ``name-2`` … all exist.
PROFILES = {
    # English names with SPECIAL-USE
    "alice": "",
    "load": "",
    # German names, which SPECIAL-USE alone explains
    "bob": "userdb_namespace/inbox/disabled=yes userdb_namespace/inbox_de/disabled=no",
    # an old hoster: INBOX. prefix, no SPECIAL-USE
    "carol": "userdb_namespace/inbox/disabled=yes userdb_namespace/inbox_old/disabled=no",
    # room for 64 KB or 20 messages
    "quinn": "userdb_quota_rule=*:storage=64K:messages=20",
    # may look into Drafts and not write there
    "rita": "userdb_acl=vfile:{folder}/read-only.acl",
    # nothing but an INBOX
    "nell": "userdb_namespace/inbox/disabled=yes userdb_namespace/inbox_bare/disabled=no",
    # a password full of traps
    "harda": "",
}


@dataclass(frozen=True)
class Place:
    """Where the server runs and as whom."""

    folder: Path
    port: int
    tlsport: int
    certificates: Certificates
    mail_owner: str
    internal_user: str
    internal_group: str


def password_line(
    folder: Path, profile: str, name: str, password: str, owner: pwd.struct_passwd, home: Path
) -> str:
    """One line of the password file."""
    extra = PROFILES[profile].format(folder=folder)
    scheme = "{PLAIN.HEX}" + password.encode().hex()
    return f"{name}:{scheme}:{owner.pw_uid}:{owner.pw_gid}::{home}::{extra}\n"


def configuration(place: Place, version: tuple[int, int]) -> str:
    """dovecot.conf for Dovecot 2.3."""
    if version >= (2, 4):
        raise RuntimeError("Dovecot 2.4 is not supported yet")
    folder = place.folder
    return f"""
base_dir = {folder}/run
state_dir = {folder}/run
instance_name = test-{place.port}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {place.internal_user}
default_internal_group = {place.internal_group}
default_login_user = {place.mail_owner}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_plugins = quota acl
mail_fsync = never
ssl = yes
ssl_cert = <{place.certificates.certificate}
ssl_key = <{place.certificates.key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_cache_size = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {place.port}
  }}
  inet_listener imaps {{
    port = {place.tlsport}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_rule = *:storage=10G
}}
protocol imap {{
  mail_plugins = $mail_plugins imap_quota
  mail_max_userip_connections = 50
}}
{_namespace("inbox", ["Drafts", "Sent", "Junk", "Trash", "Archive"], _ENGLISH)}
{_namespace("inbox_de", ["Entwürfe", "Gesendet", "Spam", "Papierkorb"], _GERMAN, disabled=True)}
{_namespace("inbox_old", ["Drafts", "Sent Items", "Trash"], {}, disabled=True, prefix="INBOX.")}
{_namespace("inbox_bare", [], {}, disabled=True)}
!include_try {folder}/knobs/*.conf
"""


_ENGLISH = {name: name for name in ("Drafts", "Sent", "Junk", "Trash", "Archive")}
_GERMAN = {"Entwürfe": "Drafts", "Gesendet": "Sent", "Spam": "Junk", "Papierkorb": "Trash"}


def _namespace(
    name: str, folders: list[str], uses: dict[str, str], *, disabled: bool = False, prefix: str = ""
) -> str:
    lines = [
        f"namespace {name} {{",
        "  inbox = yes",
        f"  disabled = {'yes' if disabled else 'no'}",
        f"  separator = {'.' if prefix else '/'}",
        f"  prefix = {prefix}",
    ]
    for folder in folders:
        use = [f"    special_use = \\{uses[folder]}"] if folder in uses else []
        lines += [f'  mailbox "{folder}" {{', "    auto = subscribe", *use, "  }"]
    return "\n".join([*lines, "}"])
