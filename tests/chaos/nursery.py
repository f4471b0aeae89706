"""A process that has loaded everything once and forks a child for each pass, which costs its own work alone.

    with Nursery(model_cache) as nursery:
        (outcome,) = nursery.run(PassOrder(config, now))

The child runs the real command, ``triage sweep --json``, with the real classifier. Three things are not as in
the field: the command's arguments need no reading; the classifier is the parent's, loaded already, with what
it has judged before remembered; and the server is given up on after ``timeout`` seconds, not thirty, and
may take ``lag`` seconds instead of five to show what it has stored.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.chaos.steps import Steps

#: A pass that takes longer hangs.
HUNG_S = 30.0
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class PassOrder:
    """One pass to run, and how it ends early.

    ``kill_step``: killed before that step; ``kill_after_s``: killed so long after its start, wherever it is.
    ``file_limit``: no file grows beyond so many bytes. ``pages_left``: the ledger may grow by so many pages.
    ``disk``: where to keep what a power cut leaves of the ledger. ``log``: where stderr is added to.
    """

    config: str
    now: str
    log: str
    out: str
    kill_step: int = 0
    kill_after_s: float | None = None
    file_limit: int | None = None
    pages_left: int | None = None
    disk: str | None = None
    timeout: float = 5.0
    lag: float = 0.3


@dataclass(frozen=True)
class Outcome:
    """How a pass ended: ``code`` is the exit status, negative for a signal, None when it hung.

    ``steps`` is 0 where it was killed.
    """

    code: int | None
    summary: dict[str, Any]
    steps: int


class Nursery:
    """The warm process, as a context manager."""

    def __init__(self, model_cache: Path) -> None:
        self._cache = model_cache

    def __enter__(self) -> Nursery:
        # one thread in the parent, so that a fork finds no lock taken
        quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "tests.chaos.nursery", str(self._cache)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=quiet
        )
        self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process.wait(HUNG_S)

    def run(self, *orders: PassOrder) -> list[Outcome]:
        """Run these passes side by side and wait for all of them."""
        return [Outcome(**told) for told in self._ask([asdict(order) for order in orders])]

    def warm_up(self, order: PassOrder) -> None:
        """Run one pass in the parent itself, so that no child loads what every pass needs."""
        self._ask(asdict(order))

    def _ask(self, question: object) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has died: what it said stands above")
        return json.loads(line)


class _Remembering:
    """The classifier, which judges a text once; what is new is told to the parent for later children."""

    def __init__(self, classifier: Any) -> None:
        self._classifier = classifier
        self._known: dict[tuple[str, str], Any] = {}
        self.tell: Any = None

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Any]:
        """One judgement for each item."""
        new = [item for item in dict.fromkeys(items) if item not in self._known]
        if new:
            self._known.update(zip(new, self._classifier.judge_many(new), strict=True))
            if self.tell:
                self.tell(new)
        return [self._known[item] for item in items]


@dataclass
class _Child:
    """A pass under way: its process, the pipe it tells by, what it has told."""

    pid: int
    pipe: int
    order: PassOrder
    started: float
    told: bytes = b""
    code: int | None = None
    is_over: bool = False

    @property
    def deadline(self) -> float:
        wait = HUNG_S if self.order.kill_after_s is None else self.order.kill_after_s
        return self.started + wait

    def kill(self) -> None:
        """End it, unless it has ended by itself."""
        os.kill(self.pid, signal.SIGKILL)

    def finish(self) -> None:
        """Reap it once its pipe is closed."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        is_hung = code == -signal.SIGKILL and time.monotonic() - self.started >= HUNG_S
        self.code, self.is_over = None if is_hung else code, True


def serve(cache: Path) -> None:
    """Load everything, then run what is asked for on stdin until it ends."""
    judge = _warm(cache)
    print("true", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _pass_here(PassOrder(**asked)) if isinstance(asked, dict) else _passes(asked, judge)
        print(json.dumps(answer), flush=True)


def _passes(asked: list[dict[str, Any]], judge: _Remembering) -> list[dict[str, Any]]:
    children = [_born(PassOrder(**order), judge) for order in asked]
    _watch(children)
    for child in children:
        _learn(child, judge)
    return [asdict(_outcome(child)) for child in children]


def _pass_here(order: PassOrder) -> int:
    """The same command in this process; its own output goes nowhere."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        code = _swept(order)
    gc.collect()
    gc.freeze()
    return code


def _swept(order: PassOrder) -> int:
    """``triage sweep --json --verbose --config … --now …``, but for the reading of its arguments."""
    import typer

    from triage.commands.sweep import sweep

    try:
        sweep(config=Path(order.config), now=order.now, json=True, verbose=True)
    except typer.Exit as told:
        return told.exit_code
    return 0


def _warm(cache: Path) -> _Remembering:
    """Import all that a pass imports and load the classifier; nothing of it is paid by a child."""
    import classifiers.judge
    import triage.commands
    import triage.conclude
    import triage.contact
    import triage.demo.letters
    import triage.draft_life
    import triage.ladder
    import triage.pipeline
    import triage.voice_learning

    cache.mkdir(parents=True, exist_ok=True)
    judge = _Remembering(classifiers.judge.load_or_train(cache))
    judge.judge_many([("Homepage", "You are useless. Could we talk on Thursday?")])
    triage.conclude.load_classifier = lambda _cache, _training=None: judge  # type: ignore[assignment]
    gc.collect()
    gc.freeze()
    return judge


def _born(order: PassOrder, judge: _Remembering) -> _Child:
    ours, theirs = os.pipe()
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        _live(order, judge, theirs)
    os.close(theirs)
    return _Child(pid, ours, order, started)


def _live(order: PassOrder, judge: _Remembering, pipe: int) -> None:
    """The child: becomes the command and ends as it would."""
    code = 70
    try:
        steps = Steps(order.kill_step, Path(order.disk) if order.disk else None, order.pages_left)
        judge.tell = lambda new: os.write(pipe, json.dumps({"judged": new}).encode() + b"\n")
        code = _command(order, steps)
        os.write(pipe, json.dumps({"steps": steps.taken}).encode() + b"\n")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _command(order: PassOrder, steps: Steps) -> int:
    import triage.access
    import triage.sweep

    for stream, path, mode in ((sys.stdout, order.out, os.O_TRUNC), (sys.stderr, order.log, os.O_APPEND)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
        os.dup2(handle, stream.fileno())
        os.close(handle)
    os.close(0)
    os.open(os.devnull, os.O_RDONLY)
    honest = triage.access.server_of
    impatient: Any = lambda account: replace(  # noqa: E731
        honest(account), timeout=order.timeout, lag=order.lag
    )
    vars(triage.access)["server_of"] = impatient
    if order.file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_limit, order.file_limit))
    steps.install()
    return _swept(order)


def _watch(children: Sequence[_Child]) -> None:
    """Read what the children tell, kill those whose time is up, until all are gone."""
    with selectors.DefaultSelector() as selector:
        for child in children:
            selector.register(child.pipe, selectors.EVENT_READ, child)
        while living := [child for child in children if not child.is_over]:
            left = min(child.deadline for child in living) - time.monotonic()
            for key, _ in selector.select(max(0.0, left)):
                _hear(key.data, selector)
            for child in living:
                if not child.is_over and time.monotonic() >= child.deadline:
                    child.kill()


def _hear(child: _Child, selector: selectors.BaseSelector) -> None:
    data = os.read(child.pipe, 65536)
    if data:
        child.told += data
    else:
        selector.unregister(child.pipe)
        child.finish()


def _learn(child: _Child, judge: _Remembering) -> None:
    """Judge here what the child had to judge: the next ones inherit it."""
    for record in _records(child):
        judge.judge_many([(subject, text) for subject, text in record.get("judged", [])])


def _records(child: _Child) -> list[dict[str, Any]]:
    """The whole lines that the child has told."""
    return [json.loads(line) for line in child.told.split(b"\n")[:-1]]


def _outcome(child: _Child) -> Outcome:
    steps = [record["steps"] for record in _records(child) if "steps" in record]
    out = Path(child.order.out)
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    is_whole = child.code is not None and child.code >= 0 and bool(lines)
    return Outcome(child.code, json.loads(lines[-1]) if is_whole else {}, steps[-1] if steps else 0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
