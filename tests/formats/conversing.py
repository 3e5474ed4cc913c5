"""Random conversations and records for the tests of the JSON formats, and the form in which two are compared.

What is lost on the way of every such format, and therefore not compared: blanks beside images, the border between two
texts side by side, the zero-width space in a broken token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import Alternative, Message, Part, Region, Sample, assistant
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.store.samples import TEXT, picture

LOADED = settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""For tests in which each example is loaded by a trainer's code: too slow to look for a smaller one."""
TRAPS = st.sampled_from(("<image>", "<video>", "<bbox>", "<ref-object>", "<|im_end|>", "\n", "<im", "age>", "</s>"))
WORDS = st.lists(TEXT | TRAPS, min_size=1, max_size=3).map("".join).filter(lambda t: t.replace("\u200b", "").strip())
SIZES = ((40, 20), (20, 40), (33, 33), (7, 90))


def dataset(folder: Path, items: Iterable[Sample]) -> Path:
    """The samples as a dataset folder."""
    with DatasetWriter(folder, "toy") as writer:
        for sample in items:
            writer.write(sample)
    return folder


@st.composite
def chats(draw: st.DrawFn, most_images: int = 6) -> Sample:
    """A conversation of 1-5 exchanges that shows 0-6 images in user turns, perhaps a system turn and worse answers."""
    images = [picture(draw(st.integers(0, 9)), draw(st.sampled_from(SIZES))) for _ in range(most_images)]
    left = draw(st.lists(st.sampled_from(images), max_size=most_images))
    turns: list[Message] = []
    if draw(st.booleans()):
        turns.append(Message("system", (Part(text=draw(WORDS)),)))
    for _ in range(draw(st.integers(1, 5))):
        shown = [left.pop() for _ in range(min(len(left), draw(st.integers(0, 3))))]
        parts = [Part(text=draw(WORDS)), *(Part(image=im.sha256) for im in shown)]
        turns += [Message("user", tuple(draw(st.permutations(parts)))), assistant(draw(WORDS))]
    worse = draw(st.lists(WORDS | st.just(turns[-1].text), max_size=2))
    return Sample(
        id=draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=9)),
        images=tuple({im.sha256: im for im in images}.values()),
        messages=tuple(turns),
        alternatives=tuple(Alternative("rejected", (assistant(text),)) for text in worse),
    )


@st.composite
def records(draw: st.DrawFn) -> Sample:
    """A record of up to 3 images and boxes, some of them on the borders or outside, none of no area."""
    images = [picture(k, size) for k, size in enumerate(draw(st.lists(st.sampled_from(SIZES), min_size=1, max_size=3)))]
    regions = []
    for _ in range(draw(st.integers(1, 5))):
        image = draw(st.sampled_from(images))
        xs, ys = (draw(edges(side)) for side in image.size)
        quad = ((xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1]))
        regions.append(Region(image.sha256, draw(st.sampled_from(("cup", "red <bbox>", "猫", "a | b"))), quad))
    return Sample(id=f"r{draw(TEXT)}", kind="record", images=tuple(images), regions=tuple(regions))


def edges(side: int) -> st.SearchStrategy[list[float]]:
    """Two different places along a side, in order; on and slightly over the border too."""
    place = st.sampled_from((0.0, 0.5, float(side), side + 3.0)) | st.floats(-2, side, width=32)
    return st.lists(place, min_size=2, max_size=2, unique=True).map(sorted).filter(lambda p: p[0] < side and p[1] > 0)


def right_boxes(record: Sample, messages: Sequence[Message], units: Callable[[tuple[int, int]], Scale]) -> int:
    """Checks every box in a conversation about a record: it is one of the regions of this name in the image shown
    last, off by at most half a unit, and neither empty nor inverted. Returns how many there are.

    `units` gives, for a picture's size, units per pixel and the unit of pixel 0, for x and y, and the smallest step.
    """
    image, count = record.images[0], 0
    for asked, answer in zip(messages[::2], messages[1::2], strict=True):
        image = next((record.image(p.image) for p in asked.parts if p.image), image)
        label = asked.parts[-1].text.removeprefix("Locate in the image: ")  # type: ignore[union-attr]
        own = [r for r in record.regions if r.ref == image.sha256 and bare(r.label) == bare(label)]
        (ax, ay), (bx, by), step = units(image.size)
        width, height = image.size
        for line in answer.text.splitlines():
            x0, y0, x1, y1 = json.loads(line)
            assert x0 < x1 and y0 < y1
            exact = [
                (ax * max(p[0][0], 0) + bx, ay * max(p[0][1], 0) + by, ax * min(p[2][0], width) + bx,
                 ay * min(p[2][1], height) + by)
                for p in (r.quad for r in own)
            ]  # fmt: skip
            off = [max(abs(a - b) for a, b in zip(e, (x0, y0, x1, y1), strict=True)) for e in exact]
            assert min(off) <= step / 2 + 1e-9
            count += 1
    return count


Scale = tuple[tuple[float, float], tuple[float, float], float]
Said = list[tuple[str, list[str]]]


def said(messages: Iterable[Message]) -> Said:
    """Role and contents of each turn: images as `image:` and hash, texts joined and without what is lost."""
    return [(m.role, [p for p in map(str.strip, _joined(m.parts)) if p]) for m in messages]


def _joined(parts: Iterable[Part]) -> list[str]:
    pieces: list[str] = []
    fresh = True
    for part in parts:
        if part.text is None:
            pieces.append(f"image:{part.image}")
        elif fresh:
            pieces.append(bare(part.text))
        else:
            pieces[-1] += " " + bare(part.text)
        fresh = part.text is None
    return pieces


def bare(text: str) -> str:
    """The text without zero-width spaces."""
    return text.replace("\u200b", "")
