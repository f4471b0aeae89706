"""The configuration of the private Dovecot, 2.3 or 2.4, and what its users are like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.rig.certificates import Certificates


@dataclass(frozen=True)
class Profile:
    """One kind of user: the namespace that holds the folders, and the room there is in KB (0: plenty).

    ``has_rights``: a file ``dovecot-acl`` in a folder says who may do what there.
    """

    namespace: str = "inbox"
    quota: int = 0
    has_rights: bool = False


#: Users ``name`` and ``name-1``, ``name-2`` … of each kind exist.
PROFILES = {
    # English names with SPECIAL-USE
    "alice": Profile(),
    "load": Profile(),
    # German names, which SPECIAL-USE alone explains
    "bob": Profile("inbox_de"),
    # an old hoster: INBOX. prefix, no SPECIAL-USE
    "carol": Profile("inbox_old"),
    # room for 64 KB
    "quinn": Profile(quota=64),
    # may look into Drafts and not write there
    "rita": Profile("inbox_ro"),
    # nothing but an INBOX
    "nell": Profile("inbox_bare"),
    # whose room and rights are taken away and given back
    "storm": Profile(quota=300, has_rights=True),
    # a password full of traps
    "harda": Profile(),
}

_ENGLISH = {name: f"\\{name}" for name in ("Drafts", "Sent", "Junk", "Trash", "Archive")}
_GERMAN = {"Entwürfe": "\\Drafts", "Gesendet": "\\Sent", "Spam": "\\Junk", "Papierkorb": "\\Trash"}
_OLD = {"Drafts": "", "Sent Items": "", "Trash": ""}
_NAMESPACES: Mapping[str, Mapping[str, str]] = {
    "inbox": _ENGLISH,
    "inbox_de": _GERMAN,
    "inbox_old": _OLD,
    "inbox_ro": _ENGLISH,
    "inbox_bare": {},
}


@dataclass(frozen=True)
class Place:
    """Where the server runs and as whom; ``version`` is its own.

    ``introspection``: the address that is asked about OAuth tokens; without one none is good.
    """

    folder: Path
    port: int
    tlsport: int
    certificates: Certificates
    mail_owner: str
    mail_ids: tuple[int, int]
    internal_user: str
    internal_group: str
    version: tuple[int, int]
    introspection: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it is Dovecot 2.4 or later, which renamed most settings."""
        return self.version >= (2, 4)


def password_line(place: Place, profile: str, name: str, password: str) -> str:
    """One line of the password file."""
    kind = PROFILES[profile]
    extra = []
    if kind.namespace != "inbox":
        extra += ["userdb_namespace/inbox/disabled=yes", f"userdb_namespace/{kind.namespace}/disabled=no"]
    if kind.quota:
        rule = f"storage_size={kind.quota}K" if place.is_new else f"rule=*:storage={kind.quota}K"
        extra.append(f"userdb_quota_{rule}")
    if kind.namespace == "inbox_ro" and not place.is_new:
        extra.append(f"userdb_acl=vfile:{place.folder}/read-only.acl")
    if kind.has_rights and not place.is_new:
        extra.append("userdb_acl=vfile")
    secret = "{PLAIN.HEX}" + password.encode().hex()
    user, group = place.mail_ids
    return f"{name}:{secret}:{user}:{group}::{place.folder}/mail/{name}::{' '.join(extra)}\n"


def certificate_setting(place: Place, certificates: Certificates) -> str:
    """The lines that name the server's certificate."""
    if place.is_new:
        return (
            f"ssl_server_cert_file = {certificates.certificate}\nssl_server_key_file = {certificates.key}\n"
        )
    return f"ssl_cert = <{certificates.certificate}\nssl_key = <{certificates.key}\n"


def configuration(place: Place) -> str:
    """The whole of dovecot.conf."""
    return "\n".join(
        [
            "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0" if place.is_new else "",
            _SHARED.format(place=place),
            _tokens(place) if place.introspection else "",
            (_NEW if place.is_new else _OLD_STYLE).format(folder=place.folder),
            certificate_setting(place, place.certificates),
            *(_namespace(place, name) for name in _NAMESPACES),
            f"!include_try {place.folder}/knobs/*.conf\n",
        ]
    )


def introspection_settings(place: Place) -> str:
    """The file that Dovecot 2.3 wants beside its configuration."""
    return (
        f"introspection_mode = post\nintrospection_url = {place.introspection}\n"
        "username_attribute = username\nusername_format = %u\n"
        "active_attribute = active\nactive_value = true\n"
    )


def _tokens(place: Place) -> str:
    if place.is_new:
        return _NEW_TOKENS.format(place=place)
    return _OLD_TOKENS.format(place=place)


def _namespace(place: Place, name: str) -> str:
    prefix, separator = ("INBOX.", ".") if name == "inbox_old" else ("", "/")
    lines = [
        f"namespace {name} {{",
        "  inbox = yes",
        f"  disabled = {'no' if name == 'inbox' else 'yes'}",
        f"  separator = {separator}",
        f"  prefix = {prefix}",
    ]
    for folder, use in _NAMESPACES[name].items():
        lines += [f'  mailbox "{folder}" {{', "    auto = subscribe"]
        if use:
            lines.append(f"    special_use = {use}")
        if name == "inbox_ro" and folder == "Drafts" and place.is_new:
            lines += ["    acl owner {", "      rights = lrs", "    }"]
        lines.append("  }")
    return "\n".join([*lines, "}"])


_SHARED = """
base_dir = {place.folder}/run
state_dir = {place.folder}/run
instance_name = test-{place.port}
log_path = {place.folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {place.internal_user}
default_internal_group = {place.internal_group}
default_login_user = {place.mail_owner}
first_valid_uid = 0
first_valid_gid = 0
mail_fsync = never
ssl = yes
auth_failure_delay = 0
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
"""

_OLD_TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {place.folder}/oauth2.conf
}}
"""

_NEW_TOKENS = """
oauth2_introspection_mode = post
oauth2_introspection_url = {place.introspection}
oauth2_username_attribute = username
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
"""

_OLD_STYLE = """
mail_location = maildir:~/Maildir
mail_plugins = quota acl
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
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
"""

_NEW = """
mail_driver = maildir
mail_path = ~/Maildir
mail_plugins {{
  quota = yes
  acl = yes
}}
acl_driver = vfile
auth_allow_cleartext = yes
auth_mechanisms = plain login
passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
userdb passwd-file {{
  passwd_file_path = {folder}/users
}}
quota "User quota" {{
  driver = count
}}
quota_storage_size = 10G
quota_storage_grace = 0
protocol imap {{
  mail_plugins {{
    imap_quota = yes
  }}
  mail_max_userip_connections = 50
}}
"""
