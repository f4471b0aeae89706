"""No push address leads to mail: every service that apprise knows is either named by us or refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.errors import ConfigError
from triage.notify.addresses import MAIL_SCHEMES, PLUGINS, addresses_in, scheme_of
from triage.notify.gate import is_refused

ROOT = Path(__file__).parents[2]
# Their source speaks of mail without sending any: one lets its server mail, which its parameter would ask for
# and is refused for; the other looks a person up by an address.
SPEAKS_OF_MAIL = {"ntfy", "slack"}
_LISTING = """
import json
from apprise.manager_plugins import NotificationManager
manager = NotificationManager()
manager.load_modules()
print(json.dumps({s: [manager[s].__module__, manager[s].__name__] for s in manager.schemas()}))
"""


@pytest.fixture(scope="module")
def services() -> dict[str, list[str]]:
    """Every scheme that the installed apprise knows, with module and class; asked in a process of its own."""
    done = subprocess.run([sys.executable, "-c", _LISTING], capture_output=True, check=True, text=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """The source of each plugin of apprise, by its module's name within ``apprise.plugins``."""
    found: dict[str, str] = {}
    for path in files("apprise") or ():
        if path.suffix == ".py" and path.parts[:2] == ("apprise", "plugins"):
            name = path.parts[2].removesuffix(".py")
            found[name] = found.get(name, "") + Path(str(path.locate())).read_text(encoding="utf-8")
    return found


def refusal(address: str) -> str:
    with pytest.raises(ConfigError) as caught:
        scheme_of(address)
    return str(caught.value)


def test_each_named_service_is_where_we_say(services: dict[str, list[str]]) -> None:
    for scheme, (module, name) in PLUGINS.items():
        assert scheme in services
        where, called = services[scheme]
        assert called == name
        assert where.removeprefix("apprise.plugins.").partition(".")[0] == module


def test_every_other_service_is_refused(services: dict[str, list[str]]) -> None:
    assert len(services) > 150
    for scheme in set(services) - set(PLUGINS):
        assert "secretive" not in refusal(f"{scheme}://user:secretive@host.example/topic")


def test_services_that_mail_are_refused_by_name(
    services: dict[str, list[str]], sources: dict[str, str]
) -> None:
    """Whatever imports Python's sender, or speaks of mail as what it sends, gets the sentence about mail."""
    told = {s for s in services if "would send mail" in refused_or_empty(f"{s}://user:pass@host.example/x")}
    assert told >= MAIL_SCHEMES & set(services)
    sends = {name for name, text in sources.items() if re.search(r"^(import|from) smtplib", text, re.M)}
    assert sends == {"email"}
    modules = {scheme: where.split(".")[2] for scheme, (where, _) in services.items()}
    assert {scheme for scheme, name in modules.items() if name in sends} <= told
    much = {name for name, text in sources.items() if len(re.findall("e-?mail", text, re.I)) >= 35}
    assert {scheme for scheme, name in modules.items() if name in much} <= told


def refused_or_empty(address: str) -> str:
    try:
        scheme_of(address)
    except ConfigError as error:
        return str(error)
    return ""


def test_no_named_service_speaks_of_mail(sources: dict[str, str]) -> None:
    speaking = {module for module, _ in PLUGINS.values() if re.search("e-?mail|smtp", sources[module], re.I)}
    assert speaking == SPEAKS_OF_MAIL


@pytest.mark.parametrize(
    "scheme", ["mailto", "mailtos", "MAILTO", "sendgrid", "ses", "sparkpost", "mailgun", "smtp2go", "o365",
               "azure", "brevo", "resend", "postmark", "mailersend", "mailchimp", "protonmail", "smtps"]
)  # fmt: skip
def test_the_sentence_about_mail_is_exact(scheme: str) -> None:
    assert refusal(f"{scheme}://user:pass@gmail.example") == (
        f'A push address with "{scheme.lower()}://" would send mail, and this program never sends mail: '
        "use a push service such as ntfy, Gotify, Pushover or Telegram."
    )


@pytest.mark.parametrize(
    "address",
    [
        "ntfy://host.example/topic?email=me@x.example", "ntfys://host.example/topic?to=x&Email=me",
        "json://ntfy.example/?+X-Email=me", "json://ntfy.example/?:email=me&:topic=t",
        "jsons://ntfy.example/?-e%6Dail=me", "form://host.example?x=1;mail=me",
        "json://host.example/?%2BX-E%252DMail=me", "slack://token/?email=1",
    ],
)  # fmt: skip
def test_a_service_can_not_be_asked_to_mail(address: str) -> None:
    assert "asks its service to send mail" in refusal(address)


@pytest.mark.parametrize(
    "address", ["", "ntfy", "ntfy:/x", "://x", "my-secret-topic", "n tfy://x", "ntfy://"]
)
def test_what_is_no_address_is_not_repeated(address: str) -> None:
    said = refusal(address)
    assert said.startswith("A push address must begin with its service")
    assert "my-secret" not in said


def test_the_desktop_has_a_setting_of_its_own() -> None:
    assert refusal("dbus://host") == (
        '"dbus://" is this machine\'s desktop: set alarms.desktop = true instead.'
    )


def test_addresses_are_parted_by_spaces_and_lines() -> None:
    assert addresses_in(" ntfy://a\nntfy://b  ntfy://a\r\n") == ["ntfy://a", "ntfy://b"]


@settings(deadline=None)
@given(st.text(), st.sampled_from(sorted(PLUGINS)))
def test_no_refusal_repeats_what_stands_behind_the_scheme(rest: str, scheme: str) -> None:
    for address in (rest, f"{scheme}://{rest}", f"zz{scheme}://Zq{rest}"):
        assert "Zq" not in refused_or_empty(address)


@pytest.mark.parametrize(
    ("module", "refused"),
    [
        ("apprise.plugins.email", True), ("apprise.plugins.email.base", True),
        ("apprise.plugins.sendgrid", True), ("apprise.plugins.apprise_api", True),
        ("apprise.plugins.ifttt", True), ("apprise.plugins.ntfy", False), ("apprise.plugins.base", False),
        ("apprise.plugins.matrix.base", False), ("apprise", False), ("email.message", False),
        ("smtpd", True),
    ],
)  # fmt: skip
def test_what_the_gate_lets_in(module: str, refused: bool) -> None:
    assert is_refused(module) == refused


def test_behind_the_gate_nothing_that_mails_can_be_loaded(services: dict[str, list[str]]) -> None:
    """In a process with the gate closed: every named plugin loads, every other one and the sender don't."""
    script = f"""
import sys, importlib
from triage.notify.gate import close_gate
from triage.notify.addresses import PLUGINS
close_gate()
loaded, refused = set(), set()
for module in {sorted({where for where, _ in services.values()})!r}:
    try:
        importlib.import_module(module)
        loaded.add(module.split(".")[2])
    except ImportError:
        refused.add(module.split(".")[2])
try:
    import smtplib
    sys.exit("it was loaded")
except ImportError:
    pass
assert loaded == {{module for module, _ in PLUGINS.values()}}, loaded
assert "email" in refused and len(refused) > 100
assert not [name for name in sys.modules if name.startswith(("smtp", "apprise.plugins.email"))]
print("closed")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("closed\n", 0), done.stderr


def test_no_configured_address_reaches_a_plugin_that_mails() -> None:
    """Each service's plugin is made for an address as the process that tells makes it; then look around."""
    script = """
import sys
from triage.errors import ConfigError
from triage.notify.addresses import PLUGINS
from triage.notify.gate import close_gate
from triage.notify.push import pusher
close_gate()
before = set()
for scheme, (module, _) in PLUGINS.items():
    try:
        pusher(f"{scheme}://user:pass@127.0.0.1:9/one/two/three/four?x=y")
    except ConfigError:
        pass
    loaded = {name.split(".")[2] for name in sys.modules if name.startswith("apprise.plugins.")}
    assert loaded == before | {"base", module}, (scheme, loaded)
    before = loaded
    assert not [name for name in sys.modules if name.startswith("smtp")], scheme
print("none")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("none\n", 0), done.stderr
