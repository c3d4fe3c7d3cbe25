"""The files of the project, read once, for the tests that hold them to the house style."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "worker", "benchmarks", "migrations")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """All Python files below the folders, in a fixed order."""
    return tuple(sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def templates() -> tuple[Path, ...]:
    """All templates."""
    return tuple(sorted((ROOT / "templates").rglob("*.html")))


def name_of(path: Path) -> str:
    """The path as it is spoken of: from the root."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST):
    """Every function of a tree, methods and inner ones too."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def imports_of(tree: ast.AST):
    """Every imported module of a tree, as dotted names with what is taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
