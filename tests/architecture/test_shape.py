"""The shape of the source: short functions, documented names, one broad ``except``, no work at import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from statistics import median, quantiles

from tests.architecture.source import Module, functions, length, modules

BROAD = {"Exception", "BaseException"}
VAGUE = {"utils", "util", "helpers", "helper", "manager"}
# What may stand at a module's top: nothing of it does work. `try` is for an optional import, `if` for
# TYPE_CHECKING, `sys.platform` and `__main__`.
STILL = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
    ast.Assign, ast.AnnAssign, ast.If, ast.Try,
)  # fmt: skip


def public_definitions(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Public functions, classes and methods of public classes, by qualified name."""

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if node.name.startswith("_"):
                    continue
                yield f"{prefix}.{node.name}", node
                if isinstance(node, ast.ClassDef):
                    yield from walk(node.body, f"{prefix}.{node.name}")

    yield from walk(module.tree.body, module.name)


def is_broad(node: ast.AST) -> bool:
    """Whether a handler or a ``suppress`` catches everything and keeps it: one that raises again doesn't."""
    if isinstance(node, ast.ExceptHandler):
        last = node.body[-1]
        if isinstance(last, ast.Raise) and last.exc is None:
            return False
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        return any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in caught)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name == "suppress" and any(isinstance(a, ast.Name) and a.id in BROAD for a in node.args)
    return False


def test_functions_are_short() -> None:
    sizes = {f"{m.name}:{f.lineno} {f.name}": length(f) for m in modules().values() for f in functions(m)}
    assert {name: size for name, size in sizes.items() if size > 45} == {}
    assert median(sizes.values()) <= 8
    assert quantiles(sizes.values(), n=20)[-1] <= 30


def test_files_are_short() -> None:
    assert {m.name: m.lines for m in modules().values() if m.lines > 400} == {}


def test_modules_and_public_names_are_documented() -> None:
    bare = [name for name, module in modules().items() if ast.get_docstring(module.tree) is None]
    for module in modules().values():
        bare += [
            f"{name}:{getattr(node, 'lineno', 0)}"
            for name, node in public_definitions(module)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is None
        ]
    assert bare == []


def test_the_house_has_one_broad_except() -> None:
    broad = [m.name for m in modules().values() for node in ast.walk(m.tree) if is_broad(node)]
    assert broad == ["triage.containment"]


def test_no_work_at_import_time() -> None:
    moving = []
    for module in modules().values():
        for node in module.tree.body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            # The commands hang themselves on the application by a call: `app.command(...)(sweep)`.
            registers = isinstance(node, ast.Expr) and module.name.startswith("triage.commands")
            if not (isinstance(node, STILL) or docstring or registers):
                moving.append(f"{module.name}:{node.lineno}")
    assert moving == []


def test_names_say_what_a_file_is_for() -> None:
    assert [name for name in modules() if set(name.split(".")) & VAGUE] == []


def test_global_is_never_rebound() -> None:
    rebinding = [
        f"{m.name}:{node.lineno}"
        for m in modules().values()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Global)
    ]
    assert rebinding == []
