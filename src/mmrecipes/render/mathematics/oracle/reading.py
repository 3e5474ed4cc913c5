"""Expressions and statements read with Python's own parser: what both methods start from."""

from __future__ import annotations

import ast
import functools


class OracleError(ValueError):
    """Something stored is not true, or cannot be read; the message says what."""


@functools.lru_cache(maxsize=8192)
def tree(text: str) -> ast.expr:
    """The parsed expression; SyntaxError where it is none."""
    return ast.parse(text, mode="eval").body


@functools.lru_cache(maxsize=8192)
def names(text: str) -> tuple[str, ...]:
    """Free variables, sorted: names that are neither called nor constants nor bound."""
    return tuple(sorted(_free(tree(text)) - {"pi", "oo", "E"}))


def _free(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Call):
        found = set().union(*(_free(a) for a in node.args))
        if isinstance(node.func, ast.Name) and node.func.id in ("Integral", "Sum", "Limit", "At", "Subs"):
            bounds = node.args[1]
            variable = bounds.elts[0] if isinstance(bounds, ast.Tuple) else bounds
            found -= _free(variable)
        return found
    return set().union(*(_free(c) for c in ast.iter_child_nodes(node)), set())


def comparisons(node: ast.expr) -> list[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """All simple comparisons of a statement."""
    if isinstance(node, ast.BoolOp):
        return [c for v in node.values for c in comparisons(v)]
    if not isinstance(node, ast.Compare):
        raise OracleError(f"{ast.unparse(node)} is no statement")
    sides = [node.left, *node.comparators]
    return list(zip(sides, node.ops, sides[1:], strict=False))
