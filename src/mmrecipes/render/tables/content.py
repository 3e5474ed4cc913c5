"""Grids with invented content: a topic, planned columns, sections, totals, merges, notes and references.

Source: Qianfan-VL report, section 3.2 (table recognition): 3-20 rows and columns, multi-level headers, merged cells,
footnotes, cross references. Rows and columns are uniform over 3-20 in turn of the index. Conventions of the grid:

- A total row has role `total` in every cell; totals are over all data rows, subtotals over their section.
- A section is either a title row (role `section`, all columns) or a first column of spanning titles (role `section`);
  `Grid.sections` ranges hold the section's data rows, neither title nor subtotal.
- Merged body rectangles never touch totals, computed columns or their sources; they keep the top-left text.
- A footnote mark stands once or more; `see row n` counts data rows from 1 as the column `No.` prints them.

Not covered: looks (`themes`), the user's own data (`from_data`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mmrecipes.core.identity import turn
from mmrecipes.render.corpora.texts import in_digits, texts
from mmrecipes.render.corpora.topics import Topic, TopicFamily, topic_at
from mmrecipes.render.tables.columns import (
    Block,
    House,
    Leaf,
    column_classes,
    draw_house,
    forest,
    plan_blocks,
    product_block,
)
from mmrecipes.render.tables.fill import drop_some, fill_block, fill_shares, total_over
from mmrecipes.render.tables.grid import Cell, CellRole, Column, Grid, Value
from mmrecipes.render.tables.header import Node, header_cells, header_depth
from mmrecipes.render.tables.marks import with_footnotes, with_merges, with_reference
from mmrecipes.render.tables.terms import local_topics

Rng = random.Random
SIZES = range(3, 21)


@dataclass(slots=True)
class Draft:
    """A table in the making: how it is laid out before it becomes cells."""

    topic: Topic
    house: House
    blocks: list[Block]
    nodes: list[Node]
    numbered: bool
    side: bool
    named: bool
    """Whether the column of names is a row header."""
    reference: bool
    missing: str
    groups: list[tuple[str, int]] = field(default_factory=list)
    """Sections: title and number of data rows; one nameless group when there are none."""
    subtotals: bool = False
    total: bool = False
    names: list[str] = field(default_factory=list)

    @property
    def leaves(self) -> list[Leaf]:
        return [leaf for block in self.blocks for leaf in block.leaves]

    @property
    def lead(self) -> int:
        """Columns before the planned ones: side titles, numbers, names."""
        return 1 + self.numbered + self.side

    @property
    def sectioned(self) -> bool:
        return bool(self.groups[0][0])


def random_grid(rng: Rng, index: int, family: TopicFamily | None = None, language: str = "en") -> Grid:
    """A grid for this index: topic and size in turn, everything else from `rng`.

    `family` limits the topics, as to those that suit a theme; `language` is one of `canvas.scripts.LANGUAGES`.
    """
    rows, cols = (SIZES[turn(index, len(SIZES), "table", axis)] for axis in ("rows", "cols"))
    among = None if language == "en" else local_topics(language)
    draft = _draft(topic_at(index, "table", family=family, among=among), rows, cols, rng, language)
    _fill(draft, rng)
    return _grid(draft, rng)


def _draft(topic: Topic, rows: int, cols: int, rng: Rng, language: str) -> Draft:
    house = draw_house(topic, rng, language)
    terms = house.terms
    reference = cols >= 4 and rng.random() < 0.15
    numbered = reference or (cols >= 5 and rng.random() < 0.08)
    side = not numbered and cols >= 5 and rows >= 8 and rng.random() < 0.12 and topic.entity != "months"
    depth = _wanted_depth(rows, cols - 1 - numbered - side, rng)
    total = rows - depth >= 3 and rng.random() < (0.7 if topic.family == "financial" else 0.35)
    for _ in range(40):
        blocks = _blocks(topic, cols - 1 - numbered - side, depth, house, total, reference, rng)
        nodes = forest(blocks, depth, rng, terms)
        if _distinct([Node(topic.label), Node(terms.number_head), *nodes]) and header_depth(nodes) <= depth:
            break
    else:
        blocks = _blocks(topic, cols - 1 - numbered - side, 1, house, total, reference, rng)
        nodes = _told_apart([leaf for block in blocks for leaf in block.leaves], {topic.label, terms.number_head})
    draft = Draft(
        topic, house, blocks, nodes, numbered, side,
        named=not numbered and not side and rng.random() < 0.88, reference=reference, missing=rng.choice(terms.missing),
    )  # fmt: skip
    total = total and any(leaf.additive for leaf in draft.leaves)
    _plan_rows(draft, rows - header_depth(nodes), total, rng)
    return draft


def _told_apart(leaves: Sequence[Leaf], taken: set[str]) -> list[Node]:
    """A flat header in which repeated texts are numbered: `Score 2`; the leaves are renamed likewise."""
    for leaf in leaves:
        text = leaf.node.text
        k = 1
        while leaf.node.text in taken:
            k += 1
            leaf.node = Node(f"{text} {k}")
        taken.add(leaf.node.text)
    return [leaf.node for leaf in leaves]


def _wanted_depth(rows: int, planned: int, rng: Rng) -> int:
    most = 1 if planned < 2 or rows < 4 else 2 if planned < 4 or rows < 6 else 3
    return min(most, rng.choices((1, 2, 3), (0.42, 0.38, 0.2))[0])


def _blocks(topic: Topic, count: int, depth: int, house: House, total: bool, reference: bool, rng: Rng) -> list[Block]:
    numbers, texts, money = column_classes(count, rng)
    if reference and texts == 0:
        numbers, texts, money = (numbers - 1, 1, money) if numbers else (numbers, 1, money - 1)
    if topic.name in ("invoice", "bill of quantities") and count >= 3 and (total or rng.random() < 0.7):
        texts = min(texts, count - 3)
        metrics = {m.name: m for m in topic.metrics}
        price = metrics.get("Unit price") or metrics["Unit rate"]
        rest = replace(topic, metrics=tuple(m for m in topic.metrics if m not in (metrics["Quantity"], price)))
        blocks = plan_blocks(rest, (count - 3 - texts, texts, 0), depth, house, False, rng)
        return [*blocks, product_block(metrics["Quantity"], price, house)]
    return plan_blocks(topic, (numbers, texts, money), depth, house, total, rng)


def _distinct(nodes: Sequence[Node]) -> bool:
    """True when no two siblings, and no two leaf paths, read the same."""
    texts = [n.text for n in nodes]
    return len(set(texts)) == len(texts) and all(_distinct(n.children) for n in nodes if n.children)


_OWN_BANDS = {
    "expense": (("Fixed", "Variable"), ("Operating", "Investing", "Financing"), ("Head office", "Branches", "Abroad")),
    "income": (("Domestic", "Foreign"), ("Regular", "Exceptional"), ("Continuing", "Discontinued")),
    "asset": (("Current", "Non-current"), ("Parent company", "Subsidiaries", "Joint ventures")),
    "job": (("Main works", "Ancillary works", "Options"), ("Building 1", "Building 2", "Outdoor areas")),
    "company": (("Large firms", "Medium firms", "Small firms"), ("Public sector", "Private sector")),
    "clause": (("General", "Delivery", "Payment"), ("Client", "Contractor", "Both parties")),
    "city": (("Coast", "Inland", "Mountains"), ("Large towns", "Small towns")),
    "region": (("North", "Centre", "South"), ("Urban", "Suburban", "Rural")),
    "person": (("Seniors", "Juniors"), ("Full members", "Guests")),
    "team": (("Promotion round", "Relegation round"), ("East group", "West group")),
}


def _plan_rows(draft: Draft, body: int, total: bool, rng: Rng) -> None:
    """Share `body` rows out over data, section titles, subtotals and the total."""
    draft.total = total and body >= 3
    left = body - draft.total
    draft.subtotals = draft.total and rng.random() < 0.4
    if draft.side and left < 6:
        draft.subtotals = False
    cost = (0 if draft.side else 1) + draft.subtotals
    most = min(4, left // (2 + cost)) if draft.topic.entity != "months" else 0
    if most < 2 or (not draft.side and rng.random() > 0.3):
        draft.subtotals = False
        draft.groups = [("", left)]
        return
    own = _OWN_BANDS.get(draft.topic.entity, ())
    pool = rng.choice(own if own and rng.random() < 0.7 else draft.house.terms.bands)
    if draft.topic.entity in ("products", "people", "subjects"):
        pool = draft.house.terms.bands[-1]
    count = rng.randint(2, min(most, len(pool)))
    sizes = [2] * count
    for _ in range(left - count * (2 + cost)):
        sizes[rng.randrange(count)] += 1
    draft.groups = list(zip(pool[:count], sizes, strict=True))


def _fill(draft: Draft, rng: Rng) -> None:
    rows = sum(size for _, size in draft.groups)
    draft.names = draft.topic.names(rows, rng)
    for block in draft.blocks:
        fill_block(block, rows, rng)
    used = {id(s) for leaf in draft.leaves for s in leaf.sources}
    for leaf in draft.leaves:
        bound = leaf.computed or id(leaf) in used or (draft.total and leaf.additive)
        if not bound and rng.random() < 0.15:
            drop_some(leaf, rng, 0.2)
    fill_shares(draft.leaves)


def _grid(draft: Draft, rng: Rng) -> Grid:
    nodes, columns = _head(draft)
    top = header_depth(nodes)
    body = _Body(draft, top)
    body.write(rng)
    cells = {(c.row, c.col): c for c in header_cells(nodes)} | body.cells
    free, terms = _free_columns(draft), draft.house.terms
    taken: set[tuple[int, int]] = set()
    if draft.reference:
        with_reference(cells, body.data_rows, [draft.lead + i for i in _text_columns(draft)], taken, rng, terms)
    with_merges(cells, body.spans, free, taken, rng, terms)
    notes = with_footnotes(cells, rng, terms) if rng.random() < 0.15 else {}
    caption = _caption(draft, rng)
    if draft.house.native:
        caption, cells = _in_own_digits(caption, cells, columns, draft.house)
    return Grid(
        rows=body.row, cols=draft.lead + len(draft.leaves), header_rows=top, row_header_cols=int(draft.named),
        columns=columns, cells=tuple(cells[at] for at in sorted(cells)), caption=caption,
        sections=tuple(body.spans) if draft.sectioned else (), footnotes=notes, language=terms.language,
        decimal=decimal_of(draft.house),
    )  # fmt: skip


def _in_own_digits(
    caption: str, cells: dict[tuple[int, int], Cell], columns: Sequence[Column], house: House
) -> tuple[str, dict[tuple[int, int], Cell]]:
    """Years, dates and row numbers in the digits of the table's numbers; codes stay as they are."""
    digits = texts(house.language).digits
    for at, cell in cells.items():
        if cell.role == "body" and columns[cell.col].kind == "code":
            continue
        text = in_digits(cell.text, digits)
        dated = cell.role == "body" and columns[cell.col].kind == "date"
        value = text if isinstance(cell.value, str) and not dated else cell.value
        cells[at] = replace(cell, text=text, value=value)
    return in_digits(caption, digits), cells


def _head(draft: Draft) -> tuple[list[Node], tuple[Column, ...]]:
    """The whole header forest and the description of every column."""
    nodes, columns, terms = [], [], draft.house.terms
    if draft.side:
        taken = {draft.topic.label, *(node.text for node in draft.nodes)}
        head = next(text for text in terms.side_heads[len(draft.leaves) % 3 :] if text not in taken)
        nodes, columns = [Node(head)], [Column(head, "text")]
    if draft.numbered:
        nodes, columns = [Node(terms.number_head)], [Column(terms.number_head, "integer")]
    nodes.append(Node(draft.topic.label))
    columns.append(Column(draft.topic.label, "city" if draft.topic.entity == "city" else "name"))
    leaves = draft.leaves
    return nodes + draft.nodes, (*columns, *(leaf.column(leaves, draft.lead) for leaf in leaves))


class _Body:
    """Writes the rows below the header; `spans` are the sections' data rows, `data_rows` all of them."""

    def __init__(self, draft: Draft, top: int) -> None:
        self.draft, self.row = draft, top
        self.cells: dict[tuple[int, int], Cell] = {}
        self.spans: list[tuple[int, int]] = []
        self.data_rows: list[int] = []

    def write(self, rng: Rng) -> None:
        draft, first = self.draft, 0
        for title, size in draft.groups:
            self._section(title, size)
            for i in range(first, first + size):
                self._data_row(i)
            self.spans.append((self.row - size, self.row))
            if draft.subtotals:
                self._total_row(self._subtotal(title, first), range(first, first + size))
            first += size
        if draft.total:
            self._total_row(rng.choice(draft.house.terms.total_rows), range(first))

    def _subtotal(self, title: str, first: int) -> str:
        terms = self.draft.house.terms
        if terms.language == "en" and first % 2 == 0 and (len(title) > 9 or "Group" in title):
            return f"Total {title[0].lower()}{title[1:]}"
        return terms.subtotal

    def _put(self, col: int, text: str, value: Value, role: CellRole, rows: int = 1, cols: int = 1) -> None:
        self.cells[self.row, col] = Cell(self.row, col, rows, cols, text, value, role)

    def _section(self, title: str, size: int) -> None:
        if title and self.draft.side:
            self._put(0, title, title, "section", rows=size)
        elif title:
            self._put(0, title, title, "section", cols=self.draft.lead + len(self.draft.leaves))
            self.row += 1

    def _data_row(self, i: int) -> None:
        draft = self.draft
        self.data_rows.append(self.row)
        if draft.numbered:
            self._put(0, str(i + 1), i + 1, "body")
        name = draft.names[i]
        self._put(draft.lead - 1, name, name, "row_header" if draft.named else "body")
        for k, leaf in enumerate(draft.leaves):
            text, value = self._printed(leaf, leaf.values[i])
            self._put(draft.lead + k, text, value, "body")
        self.row += 1

    def _printed(self, leaf: Leaf, value: object) -> tuple[str, Value]:
        house = self.draft.house
        if value is None:
            return self.draft.missing, None
        if isinstance(value, bool):
            return house.yes_no[0 if value else 1], value
        if leaf.form is not None and isinstance(value, int):
            return leaf.form.text(value), leaf.form.value(value)
        if isinstance(value, date):
            return house.terms.date(value, house.date_form), value.isoformat()
        return str(value), str(value)

    def _total_row(self, name: str, rows: range) -> None:
        """A row of sums; its name reaches over the text columns beside it."""
        draft = self.draft
        texts = [leaf.form is None for leaf in draft.leaves]
        wide = texts.index(False) if False in texts and draft.topic.family == "financial" else 0
        self._put(0, name, name, "total", cols=draft.lead + wide)
        for k, leaf in enumerate(draft.leaves[wide:], wide):
            total = total_over(leaf, rows)
            text, value = ("", None) if total is None else self._printed(leaf, total)
            self._put(draft.lead + k, text, value, "total")
        self.row += 1


def _text_columns(draft: Draft) -> list[int]:
    """Indices of leaves that hold plain texts."""
    return [i for i, leaf in enumerate(draft.leaves) if leaf.kind in ("text", "name", "city")]


def _free_columns(draft: Draft) -> list[bool]:
    """For every grid column, whether body cells in it may be merged."""
    used = {id(s) for leaf in draft.leaves for s in leaf.sources}
    free = [not (leaf.computed or id(leaf) in used or (draft.total and leaf.additive)) for leaf in draft.leaves]
    return [False] * draft.lead + free


def _caption(draft: Draft, rng: Rng) -> str:
    if rng.random() < 0.15:
        return ""
    number = rng.choice(draft.house.terms.captions)
    timed = any(block.fill == "walk" for block in draft.blocks)
    period = str(rng.randint(2004, 2025)) if draft.topic.times and not timed and rng.random() < 0.5 else ""
    head = number.format(rng.randint(1, 24), rng.randint(1, 9))
    if draft.house.language == "en":
        return head + draft.topic.title(rng, period)
    return head + draft.house.terms.with_unit(draft.topic.title(rng), period)


def decimal_of(house: House) -> str:
    """The decimal separator of a table's numbers."""
    if house.language == "en":
        return "."
    words = texts(house.language)
    return words.native_decimal if house.native else words.decimal


def grid_difficulty(grid: Grid) -> int:
    """1 (easy) to 5 (hard), from structure alone: positions, header depth, spans, notes, sections."""
    spans = sum(c.cols > 1 or c.rows > 1 for c in grid.cells if c.role != "header")
    score = (
        grid.rows * grid.cols / 90
        + 0.9 * (grid.header_rows - 1)
        + 0.35 * min(spans, 4)
        + 0.7 * bool(grid.footnotes)
        + 0.5 * bool(grid.sections)
        + 0.4 * any(c.computed for c in grid.columns)
    )
    return 1 + sum(score >= limit for limit in (1.0, 2.0, 3.1, 4.4))
