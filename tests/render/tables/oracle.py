"""A second evaluator of table queries: plain Python over the printed texts, nothing shared with the product.

It expands the cells to a matrix of strings, reads numbers with its own rules as fractions, and reports which
positions an answer depends on.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mmrecipes.render.tables.grid import Grid

Position = tuple[int, int]


@dataclass
class Found:
    """The answer as text(s) or an exact number, and the body positions whose text it depends on."""

    value: Fraction | str | bool | list[str]
    read: set[Position]


def number(text: str) -> Fraction:
    digits = "".join(ch for ch in text if ch.isdigit() or ch == ".")
    negative = text.startswith("(") or "-" in text or "\u2212" in text
    return -Fraction(digits) if negative else Fraction(digits)


class Printed:
    """The table as a reader sees it."""

    def __init__(self, grid: Grid) -> None:
        self.texts = [[""] * grid.cols for _ in range(grid.rows)]
        self.owner = [[-1] * grid.cols for _ in range(grid.rows)]
        special = set()
        self.sections: dict[str, list[int]] = {}
        self.marks: dict[Position, str] = {}
        for i, cell in enumerate(grid.cells):
            for r in range(cell.row, cell.row + cell.rows):
                for c in range(cell.col, cell.col + cell.cols):
                    self.texts[r][c], self.owner[r][c] = cell.text, i
                    self.marks[r, c] = cell.footnote
            if (cell.role == "section" and cell.cols > 1) or cell.role == "total":
                special.add(cell.row)
            if cell.role == "section" and cell.cols > 1:
                self.sections[cell.text] = []
        self.head = grid.header_rows
        self.data = [r for r in range(self.head, grid.rows) if r not in special]
        title = ""
        for r in range(self.head, grid.rows):
            if self.texts[r][0] in self.sections and r in special:
                title = self.texts[r][0]
            elif title and r in self.data:
                self.sections[title].append(r)

    def path(self, col: int) -> list[str]:
        out: list[str] = []
        last = -1
        for r in range(self.head):
            if self.owner[r][col] != last:
                out.append(self.texts[r][col])
                last = self.owner[r][col]
        return [t for t in out if t]

    def col(self, path: list[str]) -> int:
        (found,) = [c for c in range(len(self.texts[0])) if self.path(c) == path]
        return found

    def row(self, name: str | int) -> int:
        if isinstance(name, int):
            return self.data[name - 1]
        (found,) = [r for r in self.data if self.texts[r][0] == name]
        return found

    def name(self, row: int) -> str:
        return self.texts[row][0]

    def numbers(self, col: int, rows: list[int]) -> list[tuple[int, Fraction]]:
        return [(r, number(self.texts[r][col])) for r in rows]


def evaluate(grid: Grid, op: str, args: dict[str, Any]) -> Found:
    """The answer to a query; raises when a name leads nowhere."""
    t = Printed(grid)
    if op == "cell":
        return Found(t.texts[args["row"] - 1][args["column"] - 1], {(args["row"] - 1, args["column"] - 1)})
    if op in ("lookup", "footnote"):
        at = (t.row(args["row"]), t.col(args["column"]))
        return Found(t.texts[at[0]][at[1]], {at}) if op == "lookup" else Found(t.marks[at] == args["mark"], set())
    if op == "footnoted":
        (at,) = {min((r, c) for (r, c), m in t.marks.items() if m == args["mark"])}
        return Found(t.texts[at[0]][at[1]], {at})
    if op in ("find_row", "header_of"):
        return _search(t, op, args)
    if op == "children":
        return Found(_below(t, args["header"]), set())
    if op in ("difference", "sum_under", "compare"):
        return _across(t, op, args)
    return _down(t, op, args)


def _search(t: Printed, op: str, args: dict[str, Any]) -> Found:
    if op == "find_row":
        col = t.col(args["column"])
        (row,) = [r for r in range(t.head, len(t.texts)) if t.texts[r][col] == args["equals"]]
        return Found(t.name(row), {(r, col) for r in t.data} | {(row, 0)})
    everywhere = {(r, c) for r in range(t.head, len(t.texts)) for c in range(len(t.texts[0]))}
    ((_, col),) = [at for at in everywhere if t.texts[at[0]][at[1]] == args["text"]]
    return Found(" > ".join(t.path(col)), everywhere)


def _below(t: Printed, header: list[str]) -> list[str]:
    level = len(header) - 1
    columns = [c for c in range(len(t.texts[0])) if t.path(c)[: level + 1] == header]
    return list(dict.fromkeys(t.path(c)[level + 1] for c in columns))


def _across(t: Printed, op: str, args: dict[str, Any]) -> Found:
    if op == "compare":
        col = t.col(args["column"])
        a, b = (t.row(r) for r in args["rows"])
        larger = a if number(t.texts[a][col]) > number(t.texts[b][col]) else b
        chosen = larger if args["which"] == "larger" else (b if larger == a else a)
        return Found(t.name(chosen), {(a, col), (b, col), (a, 0), (b, 0)})
    row = t.row(args["row"])
    if op == "difference":
        a, b = t.col(args["minuend"]), t.col(args["subtrahend"])
        return Found(number(t.texts[row][a]) - number(t.texts[row][b]), {(row, a), (row, b)})
    columns = [c for c in range(len(t.texts[0])) if t.path(c)[: len(args["header"])] == args["header"]]
    return Found(sum((number(t.texts[row][c]) for c in columns), Fraction(0)), {(row, c) for c in columns})


def _down(t: Printed, op: str, args: dict[str, Any]) -> Found:
    col = t.col(args["column"])
    rows = t.sections[args["section"]] if "section" in args else t.data
    read = {(r, col) for r in rows} | {(r, 0) for r in rows}
    if op == "count" and args["test"] == "equals":
        return Found(Fraction(sum(t.texts[r][col] == args["than"] for r in rows)), read)
    if op == "sum_where":
        where = t.col(args["where"])
        rows = [r for r in rows if t.texts[r][where] == args["equals"]]
        read |= {(r, where) for r in t.data}
    values = t.numbers(col, rows)
    if op == "count":
        bound = number(args["than"])
        tests = {"above": lambda v: v > bound, "below": lambda v: v < bound, "at_least": lambda v: v >= bound,
                 "at_most": lambda v: v <= bound}  # fmt: skip
        return Found(Fraction(sum(tests[args["test"]](v) for _, v in values)), read)
    if op in ("sum", "sum_where"):
        return Found(sum((v for _, v in values), Fraction(0)), read)
    if op == "mean":
        return Found(sum((v for _, v in values), Fraction(0)) / len(values), read)
    ranked = sorted(values, key=lambda pair: pair[1], reverse=args.get("order") == "descending")
    if op == "spread":
        return Found(ranked[-1][1] - ranked[0][1], read)
    if op == "rank":
        return Found(Fraction([r for r, _ in ranked].index(t.row(args["row"])) + 1), read)
    if op == "kth":
        return Found(t.name(ranked[args["k"] - 1][0]), read)
    best = ranked[-1] if args["which"] == "max" else ranked[0]
    if op == "extreme":
        return Found(t.name(best[0]), read)
    if op == "extreme_value":
        return Found(best[1], read)
    if op == "lookup_at_extreme":
        asked = t.col(args["ask"])
        return Found(t.texts[best[0]][asked], read | {(r, asked) for r in t.data})
    raise KeyError(op)
