"""The arrows of the house: imports point down only, and each part knows no more than it needs."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.source import ROOT, Import, imports, modules

PURE = {"errors", "mail", "clients", "clock", "alarms"}
EDGES = {"imap", "ledger", "config", "credentials", "presets", "files", "archive", "voice_file", "notify"}
BELOW_PIPELINE = (
    PURE
    | EDGES
    | {"client_file", "decide", "desk", "conclude", "observer", "containment", "briefing", "placing"}
)
EVERYTHING = BELOW_PIPELINE | {
    "phrase_file", "pipeline", "order", "oauth", "access", "sweep", "daemon", "evidence", "voice_learning",
    "ladder", "ladder_view",
    "alarm_facts", "alarms_due", "digest", "telling",
    "heartbeat", "log_file", "service", "supervisor", "power", "side_by_side",
    "views", "story", "evidence_index", "evidence_pack", "batches", "history", "chronology", "backtest",
    "corrections",
}  # fmt: skip

# Each part of `triage` and the parts that it may import, itself aside. A part that isn't named here fails
# the test: a new one is placed on purpose.
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "mail": {"errors"},
    "clients": {"errors", "mail"},
    "clock": {"errors", "mail"},
    "alarms": {"errors", "clients", "clock"},
    **dict.fromkeys(EDGES, PURE),
    "notify": PURE | {"containment"},
    # A client's policy overrides the configuration's drafting table, so the file is checked by its keys.
    "client_file": PURE | {"config"},
    "decide": PURE,
    "phrase_file": {"errors", "config", "client_file"},
    "desk": PURE | {"phrase_file", "config"},
    "conclude": PURE | {"decide", "desk", "briefing", "voicing"},
    "batches": {"conclude", "desk", "containment"},
    "history": PURE | {"ledger", "conclude", "story"},
    "chronology": PURE | {"archive"},
    "backtest": PURE | {"archive", "batches", "chronology", "conclude", "desk", "history"},
    "observer": {"conclude"},
    "containment": {"errors"},
    "evidence": {"conclude"},
    "story": PURE | {"ledger"},
    "contact": BELOW_PIPELINE | {"order", "voicing", "ladder_mail", "ladder_view"},
    "evidence_index": PURE,
    "evidence_pack": PURE | EDGES | {"access", "evidence_index"},
    "pipeline": BELOW_PIPELINE | {"answered"},
    "briefing": PURE,
    "voicing": PURE,
    # Signing in speaks of an account and keeps what it is granted where passwords are kept.
    "oauth": {"errors", "config", "credentials"},
    "access": EDGES | {"errors", "oauth"},
    "order": PURE | EDGES | {"conclude", "observer"},
    "voice_learning": PURE | EDGES | {"containment"},
    "corrections": PURE | {"ledger", "conclude"},
    "correction_box": BELOW_PIPELINE | {"corrections"},
    "fate": set(),
    "answered": PURE | {"imap", "ledger"},
    "placing": {"imap"},
    "alarm_facts": PURE | {"config", "ledger", "decide", "desk"},
    "digest": PURE | {"config", "ledger", "desk", "client_file", "alarm_facts"},
    "views": PURE | {"ledger"},
    "telling": PURE | EDGES | {"digest"},
    "alarms_due": PURE | EDGES | {"access", "client_file", "containment", "order", "alarm_facts", "telling"},
    "draft_life": {"mail", "imap", "ledger", "fate"},
    "ladder_view": PURE | {"config", "ledger"},
    "ladder_mail": PURE | {"briefing", "desk", "voicing"},
    "ladder_sent": PURE | {"imap", "ledger", "desk", "ladder_view", "ladder_mail"},
    "ladder": BELOW_PIPELINE | {"order", "ladder_view", "ladder_mail", "ladder_sent"},
    "sweep": BELOW_PIPELINE
    | {"phrase_file", "pipeline", "order", "access", "draft_life", "ladder", "contact", "voice_learning"}
    | {"alarms_due", "corrections", "correction_box", "answered"},
    "heartbeat": {"errors"},
    "log_file": {"errors"},
    "power": set(),
    "supervisor": set(),
    "side_by_side": set(),
    "service": {"errors", "config", "heartbeat"},
    "daemon": BELOW_PIPELINE
    | {"pipeline", "order", "access", "sweep", "heartbeat", "power", "supervisor", "alarms_due"},
    "demo": EVERYTHING,
    "commands": EVERYTHING | {"demo"},
    "__main__": {"errors", "commands"},
    "": set(),
}
# `files` (each system's modes and atomic writes) and `presets` (providers' settings) are what edges stand on.
GROUND = {
    "files": {"ledger", "config", "credentials", "client_file", "voice_file"}
    | {"heartbeat", "log_file", "service", "oauth"},
    "presets": {"config", "credentials"},
}
# What a pure part may take from another: the values both speak in.
VALUES = {"triage.mail.message"}
# The program reaches the two pure packages through these parts alone; learning asks for a mail's language.
MAY_JUDGE_AND_WRITE = {
    "phrase_file", "backtest", "briefing", "voicing", "desk", "conclude", "pipeline", "voice_learning",
    "ladder", "ladder_mail",
    "contact", "batches", "corrections", "commands", "demo"
}  # fmt: skip
SENDERS = ("smtplib", "smtpd", "aiosmtplib", "yagmail", "redmail", "exchangelib")
HEAVY = (
    "sklearn", "scipy", "numpy", "joblib", "onnxruntime", "tokenizers", "torch", "sentencex",
    "py3langid", "apscheduler", "keyring", "jinja2", "babel", "pymap", "mailparser", "inscriptis",
    "msal", "google", "google_auth_oauthlib", "oauthlib", "requests_oauthlib", "requests", "urllib3",
    "cryptography",
)  # fmt: skip


def part(module: str) -> str:
    """The part of ``triage`` that a module belongs to: ``triage.mail.parse`` is of ``mail``."""
    return module.split(".")[1] if "." in module else ""


def inside_triage() -> list[Import]:
    """The imports from one part of ``triage`` to another."""
    ours = [found for found in imports() if found.importer.split(".")[0] == "triage"]
    return [
        found
        for found in ours
        if found.imported.split(".")[0] == "triage" and part(found.importer) != part(found.imported)
    ]


def is_allowed(found: Import) -> bool:
    """Whether one import between parts follows an arrow."""
    importer, imported = part(found.importer), part(found.imported)
    if imported == "":  # the package itself holds the version alone
        return True
    if importer in GROUND.get(imported, set()):
        return True
    if importer in {"clients", "clock"} and imported == "mail":
        return found.imported in VALUES
    return imported in ARROWS[importer]


def test_the_source_is_really_read() -> None:
    assert {"triage.errors", "triage.mail.message", "classifiers", "drafts"} <= set(modules())
    assert len(inside_triage()) > 3


def test_every_part_has_its_place() -> None:
    parts = {part(name) for name in modules() if name.split(".")[0] == "triage"}
    assert parts <= set(ARROWS), "a new part needs its arrows in ARROWS"


def test_imports_point_down_only() -> None:
    assert [str(found) for found in inside_triage() if not is_allowed(found)] == []


@pytest.mark.parametrize("package", ["classifiers", "drafts"])
def test_the_pure_packages_know_nothing_of_the_program_or_each_other(package: str) -> None:
    strangers = {"triage", "classifiers", "drafts", "tests"} - {package}
    broken = [
        str(found)
        for found in imports()
        if found.importer.split(".")[0] == package and found.imported.split(".")[0] in strangers
    ]
    assert broken == []


def test_only_the_composing_parts_reach_the_pure_packages() -> None:
    broken = [
        str(found)
        for found in imports()
        if found.importer.split(".")[0] == "triage"
        and found.imported.split(".")[0] in {"classifiers", "drafts"}
        and part(found.importer) not in MAY_JUDGE_AND_WRITE
    ]
    assert broken == []


def test_the_product_imports_nothing_of_the_tests() -> None:
    assert [str(found) for found in imports() if found.imported.split(".")[0] == "tests"] == []


def test_there_are_no_import_cycles() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for found in imports():
        # A package that imports its own modules is no cycle, unless one of them imports the package back:
        # that is an edge of this graph too.
        if found.imported in modules() and found.imported != found.importer:
            graph[found.importer].add(found.imported)
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_nothing_can_send_mail() -> None:
    assert [str(found) for found in imports() if found.imported.split(".")[0] in SENDERS] == []
    spoken = [
        name for name, module in modules().items() if "smtplib" in module.path.read_text(encoding="utf-8")
    ]
    # the witness of `doctor --prove` names what it looks for
    assert spoken == ["triage.commands.guard"]


@pytest.mark.parametrize("entry", ["triage.sweep", "triage.commands"])
def test_starting_up_loads_nothing_heavy(entry: str) -> None:
    if entry not in modules():
        pytest.fail(f"{entry} is gone: name the new entry here")
    script = f"import sys, {entry}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded & set(HEAVY) == set()
