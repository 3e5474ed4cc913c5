"""Where everything of a set document is: words, lines, cells and elements, read from the PDF and checked by the tree.

Characters are given to the tagged area they stand in, and the characters of an area must be its words, each exactly
once, in order; a missing glyph, a lost or doubled text raises. Covered: words broken at the end of a line, areas broken
over columns and pages. Not covered: pixels.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.scripts import Language, Script
from mmrecipes.core.boxes import Box, area, union
from mmrecipes.render.documents.looks import SMALL_LETTERS
from mmrecipes.render.documents.markup_pen import Area
from mmrecipes.render.typeset import Characters, Mark

Read = tuple[Characters, Sequence[Mark]]
"""What a page prints, and its paths."""
Boxes = npt.NDArray[np.float64]
MAX_OVERLAP = 1.0
"""Pixels by which boxes of different elements may overlap."""


_MIRRORED = str.maketrans(")]}>»", "([{<«")
"""Brackets: the mirrored glyph may be called by either name in text from the right."""
_CLUSTERED = ("Deva", "Thai")
_CLUSTER = 6
"""Characters of the longest cluster that is looked for."""


class LayoutRefusal(ValueError):
    """A document that cannot be set legibly; `reason` is the drop's code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or the part of one that stands on one line. `word` counts the words of its area; `x_height` is that of
    its lower-case letters in pixels (0 where it has none)."""

    text: str
    box: Box
    page: int
    area: int
    line: int
    word: int
    x_height: float


@dataclass(frozen=True, slots=True)
class Part:
    """What of an element stands in one column of one page. `words` is a range of `Placed.words`."""

    element: int
    page: int
    box: Box
    words: tuple[int, ...]


@dataclass(slots=True)
class Placed:
    """All places of a document in a language. `cells` maps (element, row, column) to (page, box), `boxes` an area to
    its places."""

    language: Language
    words: list[Word] = field(default_factory=list)
    cells: dict[tuple[int, int, int], tuple[int, Box]] = field(default_factory=dict)
    boxes: dict[int, list[tuple[int, Box]]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The characters that stand in one box of an area; `at` orders the boxes of a page."""

    page: int
    at: int
    text: str
    boxes: Boxes


def place(areas: Sequence[Area], pages: Sequence[Read], sizes: Sequence[tuple[int, int]], language: Language) -> Placed:
    """Read the places of all areas. Raises `LayoutRefusal` with reason `stray_text`, `text_differs`, `area_lost`,
    `overlap` or `outside_page`."""
    placed = Placed(language)
    texts: dict[int, list[_Chunk]] = {}
    for page, read in enumerate(pages):
        _assign(page, read, placed, texts)
    for k, one in enumerate(areas):
        if k not in placed.boxes and not (one.template or _is_empty(one)):
            raise LayoutRefusal("area_lost", f"area {one.part!r} of element {one.element} is on no page")
        _words(k, one, texts.get(k, []), len(pages), placed)
    _cells(areas, pages, placed)
    _parts(areas, placed)
    check_placed(placed, sizes)
    return placed


def _is_empty(one: Area) -> bool:
    return not one.words and not one.opaque and isinstance(one.part, tuple)


def _assign(page: int, read: Read, placed: Placed, texts: dict[int, list[_Chunk]]) -> None:
    """Give every character of a page to the smallest tagged box it stands in."""
    characters, paths = read
    places = [(m.id - 1, m.box) for m in paths if m.opacity == 0 and m.id]
    for k, box in places:
        placed.boxes.setdefault(k, []).append((page, box))
    if not len(characters.text):
        return
    if not places:
        raise LayoutRefusal("stray_text", f"page {page + 1} has text but no area")
    boxes = np.array([box for _, box in places])
    order = np.argsort((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), kind="stable")
    boxes = boxes[order]
    middle = (characters.boxes[:, :2] + characters.boxes[:, 2:]) / 2
    owner = _owner(middle, boxes, 0.0)
    if (lost := owner < 0).any():
        owner[lost] = _owner(middle[lost], boxes, 3.0)
    if (owner < 0).any():
        stray = "".join(characters.text[i] for i in np.flatnonzero(owner < 0)[:20].tolist())
        raise LayoutRefusal("stray_text", f"{stray!r} on page {page + 1} belongs to no area")
    by_owner = np.argsort(owner, kind="stable")
    starts = np.flatnonzero(np.diff(owner[by_owner], prepend=-1))
    for chosen in np.split(by_owner, starts[1:]):
        at = int(order[owner[chosen[0]]])
        first, last = int(chosen[0]), int(chosen[-1])
        if last - first + 1 == len(chosen):
            chunk = _Chunk(page, at, characters.text[first : last + 1], characters.boxes[first : last + 1])
        else:
            text = "".join(characters.text[i] for i in chosen.tolist())
            chunk = _Chunk(page, at, text, characters.boxes[chosen])
        texts.setdefault(places[at][0], []).append(chunk)


def _owner(points: Boxes, boxes: Boxes, slack: float) -> npt.NDArray[np.int64]:
    """The first box that holds each point, or -1. `slack` pixels are allowed around them."""
    x, y = points[:, :1], points[:, 1:]
    inside = (
        (x >= boxes[:, 0] - slack)
        & (x <= boxes[:, 2] + slack)
        & (y >= boxes[:, 1] - slack)
        & (y <= boxes[:, 3] + slack)
    )
    found = inside.argmax(axis=1)
    found[~inside.any(axis=1)] = -1
    return found


def _words(k: int, one: Area, chunks: Sequence[_Chunk], pages: int, placed: Placed) -> None:
    """The words of an area, from the characters that stand in it."""
    if one.opaque:
        return
    if one.template:
        for chunk in chunks:
            shown = one.template.replace("{pages}", str(pages)).replace("{page}", str(chunk.page + 1))
            _assemble(k, shown.split(), [chunk], placed)
        return
    _assemble(k, one.words, sorted(chunks, key=lambda c: (c.page, c.at)), placed)


def _assemble(k: int, words: Sequence[str], chunks: Sequence[_Chunk], placed: Placed) -> None:
    """Cut the characters of an area into its words, at the ends of lines too."""
    said, printed = "".join(words), "".join(c.text for c in chunks)
    leftward = placed.language.direction == "rtl"
    kept = _without_repeats(said, printed) if placed.language.script in _CLUSTERED else list(range(len(printed)))
    if leftward:
        _compare_words(words, printed)
    else:
        _compare(said, printed if len(kept) == len(printed) else "".join(printed[i] for i in kept))
    if not said:
        return
    boxes = chunks[0].boxes if len(chunks) == 1 else np.concatenate([c.boxes for c in chunks])
    if len(kept) < len(boxes):
        low, high = np.minimum.reduceat(boxes[:, :2], kept), np.maximum.reduceat(boxes[:, 2:], kept)
        boxes = np.concatenate([low, high], axis=1)
    parts = [bisect.bisect_left(kept, end) for end in itertools.accumulate(len(c.text) for c in chunks)]
    lines = sorted({*_line_starts(boxes, leftward), *parts[:-1]})
    ends_of_words = list(itertools.accumulate(map(len, words)))
    starts = sorted({0, *ends_of_words[:-1], *lines})
    low = np.minimum.reduceat(boxes[:, :2], starts).tolist()
    high = np.maximum.reduceat(boxes[:, 2:], starts).tolist()
    x_heights = _x_heights(said, boxes, starts, placed.language.script)
    for start, end, (x0, y0), (x1, y1), x_height in zip(
        starts, [*starts[1:], len(said)], low, high, x_heights, strict=True
    ):
        on = chunks[bisect.bisect_right(parts, start)].page
        line, word = bisect.bisect_right(lines, start), bisect.bisect_right(ends_of_words, start)
        placed.words.append(Word(said[start:end], (x0, y0, x1, y1), on, k, line, word, x_height))


def _x_heights(said: str, boxes: Boxes, starts: Sequence[int], script: Script) -> list[float]:
    """The x-height of each word, 0 for those without a letter that tells it: of its lowest such letter, or in clusters
    of the highest, as letters may be parts of themselves there."""
    letters, share = SMALL_LETTERS[script]
    clustered = script in _CLUSTERED
    reduced = np.maximum if clustered else np.minimum
    none = 0.0 if clustered else math.inf
    telling = np.fromiter((c in letters for c in said), bool, len(said))
    heights = np.where(telling, (boxes[:, 3] - boxes[:, 1]) * share, none)
    return [0.0 if h == none else h for h in reduced.reduceat(heights, starts).tolist()]


def _line_starts(boxes: Boxes, leftward: bool) -> list[int]:
    """The characters, but for the first, that begin a line: they stand back and lower."""
    doubled = boxes[:, 0] + boxes[:, 2]
    step = doubled[1:] - doubled[:-1]
    back = step > 2.0 if leftward else step < -2.0
    if not back.any():
        return []
    if leftward:  # numbers run the other way: a line begins only where a character stands wholly under the one before
        lower = boxes[1:, 1] > boxes[:-1, 3] - 0.15 * (boxes[:-1, 3] - boxes[:-1, 1])
    else:
        lower = boxes[1:, 3] - boxes[:-1, 3] > 0.3 * np.maximum(boxes[1:, 3] - boxes[1:, 1], 4.0)
    return (np.flatnonzero(back & lower) + 1).tolist()


def _compare(said: str, printed: str) -> None:
    if said != printed:
        pairs = enumerate(zip(said, printed, strict=False))
        at = next((i for i, (a, b) in pairs if a != b), min(len(said), len(printed)))
        near = slice(max(0, at - 8), at + 12)
        raise LayoutRefusal("text_differs", f"{said[near]!r} is printed as {printed[near]!r}")


def _without_repeats(said: str, printed: str) -> list[int]:
    """Which characters of `printed` are those of `said`: where several glyphs show one cluster, a PDF may say the whole
    cluster for each of them; such repeats of what stands shortly before are left out, all else is kept."""
    kept: list[int] = []
    at = 0
    while at < len(printed):
        done = len(kept)
        before = said[max(0, done - 3 * _CLUSTER) : done]
        sizes = (k for k in range(_CLUSTER, 1, -1) if printed[at : at + k] != said[done : done + k])
        if cluster := next((k for k in sizes if printed[at : at + k] in before), 0):
            at += cluster
            continue
        kept.append(at)
        at += 1
    return kept


def _compare_words(words: Sequence[str], printed: str) -> None:
    """Every word from its own letters, in whatever order the PDF has them: ligatures, brackets and numbers in text from
    the right are not in that of reading."""
    at = 0
    for word in words:
        found = printed[at : at + len(word)]
        at += len(word)
        if sorted(found.translate(_MIRRORED)) != sorted(word.translate(_MIRRORED)):
            raise LayoutRefusal("text_differs", f"{word!r} is printed as {found!r}")
    if printed[at:]:
        raise LayoutRefusal("text_differs", f"{printed[at:][:20]!r} is printed after all words")


def _cells(areas: Sequence[Area], pages: Sequence[Read], placed: Placed) -> None:
    """The full box of every table cell: its tag, or where that only marks the text, the visible fill around it."""
    visible = [[m.box for m in paths if m.opacity] for _, paths in pages]
    for k, one in enumerate(areas):
        if not isinstance(one.part, tuple) or k not in placed.boxes:
            continue
        page, box = placed.boxes[k][0]
        if one.filled:
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            around = [f for f in visible[page] if f[0] <= x <= f[2] and f[1] <= y <= f[3]]
            if not around:
                raise LayoutRefusal("area_lost", f"the fill of cell {one.part} of element {one.element} is not there")
            box = min(around, key=area)
        placed.cells[one.element, one.part[0], one.part[1]] = (page, box)


def _parts(areas: Sequence[Area], placed: Placed) -> None:
    """Parts of elements: per page and column the union of words, cells, pictures, formulas and empty fields."""
    spans: dict[tuple[int, int, int], tuple[Box, list[int]]] = {}
    columns: dict[tuple[int, int], list[Box]] = {}
    for element, page, box, home, word in _pieces(areas, placed):
        homes = columns.setdefault((element, page), [])
        at = next((i for i, h in enumerate(homes) if _same_column(h, home)), len(homes))
        if at == len(homes):
            homes.append(home)
        homes[at] = union(homes[at], home)
        old, words = spans.get((element, page, at), (box, []))
        spans[element, page, at] = (union(old, box), words)
        words += word
    made = [Part(e, p, box, tuple(words)) for (e, p, _), (box, words) in spans.items()]
    placed.parts = sorted(made, key=lambda part: (part.element < 0, part.element, part.page, part.words[:1] or (0,)))


def _pieces(areas: Sequence[Area], placed: Placed) -> Iterator[tuple[int, int, Box, Box, tuple[int, ...]]]:
    """What elements consist of: element, page, box, the box it stands in (tag or cell), numbers of its words."""
    for k, places in placed.boxes.items():
        if areas[k].opaque:
            yield from ((areas[k].element, page, box, box, ()) for page, box in places)
    for (element, _, _), (page, box) in placed.cells.items():
        yield element, page, box, box, ()
    for (k, page), run in itertools.groupby(enumerate(placed.words), key=lambda word: (word[1].area, word[1].page)):
        one = areas[k]
        if isinstance(one.part, tuple):
            homes = [placed.cells[one.element, one.part[0], one.part[1]][1]]
        else:
            homes = [box for on, box in placed.boxes[k] if on == page]
        if len(homes) == 1:
            numbers, words = zip(*run, strict=True)
            yield one.element, page, _around(words), homes[0], numbers
        else:
            for n, w in run:
                yield one.element, page, w.box, min(homes, key=lambda b: _distance(b, w.box)), (n,)
    for k, places in placed.boxes.items():
        if areas[k].part == "value" and not areas[k].words:
            yield from ((areas[k].element, page, box, box, ()) for page, box in places)


def _around(words: Sequence[Word]) -> Box:
    x0, y0, x1, y1 = zip(*(w.box for w in words), strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def _same_column(a: Box, b: Box) -> bool:
    """Whether two boxes of one element stand under or beside each other, not in different columns of the page."""
    apart = max(a[0], b[0]) - min(a[2], b[2])
    return apart < 60 and (apart < 0 or max(a[1], b[1]) - min(a[3], b[3]) < 200)


def _distance(home: Box, box: Box) -> float:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return max(home[0] - x, 0, x - home[2]) + max(home[1] - y, 0, y - home[3])


def check_placed(placed: Placed, sizes: Sequence[tuple[int, int]]) -> None:
    """Nothing overlaps by more than a pixel, nothing leaves its page. Raises `LayoutRefusal`."""
    for part in placed.parts:
        width, height = sizes[part.page]
        x0, y0, x1, y1 = part.box
        if x0 < -0.5 or y0 < -0.5 or x1 > width + 0.5 or y1 > height + 0.5:
            raise LayoutRefusal(
                "outside_page", f"element {part.element}: {[round(v) for v in part.box]} of {width}x{height}"
            )
    if not placed.parts:
        return
    boxes = np.array([part.box for part in placed.parts])
    of = np.array([(part.page, part.element) for part in placed.parts])
    apart = (of[:, None, 0] != of[None, :, 0]) | (of[:, None, 1] == of[None, :, 1])
    common = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    pairs = np.argwhere(np.triu((common > MAX_OVERLAP).all(axis=2) & ~apart, 1))
    if len(pairs):
        a, b = (placed.parts[i] for i in pairs[0])
        raise LayoutRefusal("overlap", f"elements {a.element} and {b.element} on page {a.page + 1}")
