"""The product's source as data: its modules, what each imports and what each defines, read with ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("triage", "classifiers", "drafts")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file under its dotted name."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether the file is a package's ``__init__``."""
        return self.path.name == "__init__.py"

    @property
    def lines(self) -> int:
        """Physical lines of the file."""
        return len(self.path.read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True)
class Import:
    """One import of one module, wherever in the file it stands: top, function or ``TYPE_CHECKING``."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


@cache
def modules() -> dict[str, Module]:
    """Every module of the product by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8")))
    return found


def _from_base(module: Module, node: ast.ImportFrom) -> str:
    """The absolute name of the module that a ``from`` import names, relative dots resolved."""
    if not node.level:
        return node.module or ""
    up = node.level - 1 if module.is_package else node.level
    parts = module.name.split(".")
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def _imports_of(module: Module) -> Iterator[Import]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module.name, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = _from_base(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(module.name, inner if inner in modules() else base, node.lineno)


@cache
def imports() -> tuple[Import, ...]:
    """Every import statement of the product, resolved to the module it reaches."""
    return tuple(found for module in modules().values() for found in _imports_of(module))


def functions(module: Module) -> Iterator[Function]:
    """Every function and method of the module, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Physical lines from ``def`` to the end, decorators excluded."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
