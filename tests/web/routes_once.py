"""Compiles Sanic's routes once for all services of the tests: they all have the same.

Sanic writes a function that finds a route, and compiles it, for every app; that was half of a start.
"""

from __future__ import annotations

import ast
import builtins
from types import CodeType, SimpleNamespace
from typing import Any

from sanic_routing import router

_compiled: dict[str, CodeType] = {}


def _parse(source: str) -> ast.Module:
    tree = ast.parse(source if source not in _compiled else "def find_route():\n    pass")
    tree.source = source  # type: ignore[attr-defined]
    return tree


def _compile(tree: ast.Module, *how: Any) -> CodeType:
    source: str = tree.source  # type: ignore[attr-defined]
    if source not in _compiled:
        _compiled[source] = builtins.compile(tree, *how)
    return _compiled[source]


def remember() -> None:
    """Have Sanic's router look here before it compiles."""
    ours = {**vars(ast), "parse": _parse, "unparse": lambda _tree: ""}
    vars(router)["ast"] = SimpleNamespace(**ours)
    vars(router)["compile"] = _compile
