"""The gallery: one run of `qianfan-vl` and ten sheets of its pictures.

    python docs/gallery.py [FOLDER]            # default: docs/gallery; two minutes on one core

Covered: a sheet per task, one of languages, one of wear (the same pictures at levels 0 to 3), one with the truth drawn
over the pictures, and the README beside them; the same versions make the same bytes. Not covered: questions and
answers (see `contact_sheet.py` and the report of a run).
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import skia

import mmrecipes
from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import shape
from mmrecipes.core.boxes import Box, Quad
from mmrecipes.core.identity import rng_from
from mmrecipes.core.sample import Sample
from mmrecipes.recipes.qianfan_vl.recipe import TASKS
from mmrecipes.render.degradation import ProfileName, degrade

Pixels = npt.NDArray[np.uint8]
SEED, PER_TASK = 11, 60
SHARES = {code: 39.0 if code == "en" else 1.0 for code in LANGUAGES}
"""Of 60 samples of a task in many languages 39 are in English, and one in each of the 21 others."""
WIDTH, GAP, CAPTION, SIZE = 1200, 14, 25, 14.0
QUALITY = 74
COLOURS = {
    "word": "#d81b60", "token": "#d81b60", "glyph": "#d81b60", "cell": "#1e88e5", "header": "#e53935",
    "total": "#43a047", "line": "#1e88e5", "statement": "#1e88e5", "tick": "#e53935", "title": "#43a047",
    "legend": "#8e24aa", "figure": "#43a047", "table": "#43a047", "paragraph": "#1e88e5", "heading": "#43a047",
}  # fmt: skip
OTHERWISE = "#fb8c00"


@dataclass(frozen=True, slots=True)
class Picture:
    """A tile: (H, W, 3) RGB pixels and the parts of its caption, of which the last go where there is no room."""

    pixels: Pixels
    caption: Sequence[str]
    marks: Sequence[tuple[Quad, str]] = ()
    """Outlines to draw over it, in its own pixels, with their colours."""

    @property
    def aspect(self) -> float:
        return self.pixels.shape[1] / self.pixels.shape[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the name of its file, the README's sentence about it and its pictures in rows."""

    name: str
    sentence: str
    rows: Sequence[Sequence[Picture]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent / "gallery")
    folder = parser.parse_args().folder
    write(folder, made_samples())


def made_samples() -> list[Sample]:
    """The samples of the gallery's run. Raises `FontError`, with the package to install, when a font is missing."""
    with tempfile.TemporaryDirectory(prefix="mmr-gallery-") as place:
        n = PER_TASK * len(TASKS)
        run = mmrecipes.run("qianfan-vl", out=Path(place) / "run", n=n, seed=SEED, params={"languages": SHARES})
        return list(run.samples())


def write(folder: Path, samples: Sequence[Sample]) -> list[Path]:
    """Write the sheets of a run's samples and their README into a folder; the paths of the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    made = sheets(samples)
    (folder / "README.md").write_text(readme(made))
    paths = [folder / f"{sheet.name}.webp" for sheet in made]
    for path, sheet in zip(paths, made, strict=True):
        path.write_bytes(encode(drawn(sheet.rows), "webp", QUALITY).data)
    return paths


def sheets(samples: Sequence[Sample]) -> list[Sheet]:
    """All sheets of a run's samples; one for each task that it has."""
    english = {task: [s for s in samples if s.task == task and s.language == "en"] for task in TASKS}
    made = []
    for task, look in LOOKS.items():
        if not english[task]:
            continue
        fitting = [s for s in english[task] if s.images[0].width <= look.longest * s.images[0].height]
        chosen = spread(fitting, look.kind, look.count)
        pictures = [Picture(s.images[0].decode(), look.caption(s)) for s in chosen]
        made.append(Sheet(task, look.sentence, justified(pictures, look.height)))
    return [*made, languages_sheet(samples), wear_sheet(english), truth_sheet(english)]


def spread(samples: Sequence[Sample], kind: Callable[[Sample], Hashable], count: int) -> list[Sample]:
    """`count` samples, one of each kind in turn, in the order of the run."""
    kinds: dict[Hashable, list[Sample]] = {}
    for s in samples:
        kinds.setdefault(kind(s), []).append(s)
    turns = itertools.zip_longest(*kinds.values())
    return [s for turn in turns for s in turn if s is not None][:count]


@dataclass(frozen=True, slots=True)
class Look:
    """How the sheet of a task looks: how many pictures, how many times as long as high at most, the height of rows in
    pixels, which kinds there are, captions."""

    sentence: str
    count: int
    longest: float
    height: int
    kind: Callable[[Sample], Hashable]
    caption: Callable[[Sample], Sequence[str]]


def table_caption(s: Sample) -> Sequence[str]:
    return (f"{s.truth['spec']['rows']} × {s.truth['spec']['cols']}", s.meta["theme"].rstrip("-0123456789"))


def document_caption(s: Sample) -> Sequence[str]:
    return (s.truth["doc_kind"], f"{len(s.images)} pages") if len(s.images) > 1 else (s.truth["doc_kind"],)


def scene_caption(s: Sample) -> Sequence[str]:
    return (s.truth["place"], f"{sum(r.label == 'word' for r in s.regions)} words")


LOOKS = {
    "table": Look(
        "Tables of many themes, with merged headers, sections, totals and footnotes.",
        14, 2.6, 270, lambda s: s.meta["theme"], table_caption,
    ),
    "chart": Look(
        "Charts of many types, drawn with skia or matplotlib.",
        20, 4, 240, lambda s: s.meta["chart_type"], lambda s: (s.meta["chart_type"].replace("_", " "),),
    ),
    "formula": Look(
        "Formulas from school to university: printed, on a screen, by hand.",
        30, 7, 96, lambda s: s.truth["spec"]["form"], lambda s: (s.meta["look"], s.truth["domain"]),
    ),
    "document": Look(
        "Documents of twelve kinds; of several pages the first is shown.",
        12, 4, 420, lambda s: s.truth["doc_kind"], document_caption,
    ),
    "mathematics": Look(
        "Problems with figures and tables, printed and written by hand.",
        18, 3.2, 200, lambda s: s.truth["template"], lambda s: (s.truth["template"].replace("_", " "),),
    ),
    "scene": Look(
        "Drawn places with signs, posters, labels and notes on their planes.",
        12, 4, 270, lambda s: s.truth["place"], scene_caption,
    ),
    "word": Look(
        "Word crops, with the word under each.",
        60, 9, 64, lambda s: s.id, lambda s: (s.truth["text"],),
    ),
}  # fmt: skip


def languages_sheet(samples: Sequence[Sample]) -> Sheet:
    """A picture of every language, tasks in turn."""
    pictures = []
    for number, code in enumerate(sorted({s.language for s in samples} - {"en"}, key=lambda c: LANGUAGES[c].name)):
        tasks = sorted({s.task for s in samples if s.language == code})
        task = tasks[number % len(tasks)]
        one = next(s for s in samples if s.language == code and s.task == task)
        pictures.append(Picture(one.images[0].decode(), (LANGUAGES[code].name, task)))
    return Sheet("languages", "A picture in each language beside English.", justified(pictures, 240))


WORN: tuple[tuple[str, ProfileName, bool], ...] = (
    ("document", "page", False), ("document", "page", True), ("document", "photo", False), ("document", "photo", True),
    ("table", "table", False), ("scene", "scene", True),
)  # fmt: skip
"""Rows of the sheet of wear: the task, the profile, whether only a detail is shown."""


def wear_sheet(english: dict[str, list[Sample]]) -> Sheet:
    """Clean pictures of the run, worn at each level."""
    rows = []
    for task, profile, closer in WORN:
        clean = next((s for s in english[task] if is_clean_page(s)), None)
        if clean is not None:
            rows.append([worn(clean, profile, level, closer) for level in range(4)])
    return Sheet(
        "wear",
        "The same picture clean and at three levels of wear; of pages also a detail, of a scene only that.",
        rows,
    )


def is_clean_page(sample: Sample) -> bool:
    """Not worn, one picture, not longer than a sheet."""
    image = sample.images[0]
    return sample.meta["augment_level"] == 0 and len(sample.images) == 1 and image.width < 2 * image.height


def worn(sample: Sample, profile: ProfileName, level: int, closer: bool) -> Picture:
    quads = np.array([r.quad for r in sample.regions], np.float64)
    done = degrade(sample.images[0].decode(), quads, level, rng_from("gallery", profile, level), profile)
    caption = (f"{profile}, level {level}",)
    return Picture(_detail(done.pixels, done.quads) if closer else done.pixels, caption)


def _detail(pixels: Pixels, quads: npt.NDArray[np.float64]) -> Pixels:
    """300 x 170 pixels around the region nearest to the middle of the clean picture."""
    x, y = (int(v) for v in quads[len(quads) // 3].mean(axis=0))
    left = min(max(0, x - 150), pixels.shape[1] - 300)
    top = min(max(0, y - 85), pixels.shape[0] - 170)
    return np.ascontiguousarray(pixels[top : top + 170, left : left + 300])


TRUTH: tuple[tuple[tuple[str, int], ...], ...] = (
    (("table", 1), ("chart", 1)), (("document", 1), ("scene", 1)), (("mathematics", 1), ("formula", 2)), (("word", 5),),
)  # fmt: skip
"""Rows of the sheet of truth: tasks and how many pictures of each."""


def truth_sheet(english: dict[str, list[Sample]]) -> Sheet:
    """Worn pictures with every region drawn over them."""
    rows = []
    for tasks in TRUTH:
        row = []
        for task, count in tasks:
            seen = [s for s in english[task] if s.meta["augment_level"] >= 2] or english[task]
            row += [outlined(s) for s in seen[:count]]
        rows += [row] if row else []
    return Sheet("truth", "What is known of each picture, drawn over it: every region has its quad and text.", rows)


def outlined(sample: Sample) -> Picture:
    """The sample's first picture with its regions, a colour for each label."""
    image = sample.images[0]
    marks = tuple((r.quad, COLOURS.get(r.label, OTHERWISE)) for r in sample.regions if r.ref == image.sha256)
    labels = [label for label in COLOURS if any(r.label == label for r in sample.regions)]
    return Picture(image.decode(), (f"{sample.task}: {labels[0]}", *labels[1:4]), marks)


def readme(made: Sequence[Sheet]) -> str:
    """The gallery's README."""
    parts = [
        "# Gallery of `qianfan-vl`",
        "Made by `python docs/gallery.py` from one run of the recipe "
        f"(seed {SEED}, {PER_TASK} samples of each task), nothing chosen by hand.",
    ]
    parts += [f"## {s.name.capitalize()}\n\n{s.sentence}\n\n![{s.name}]({s.name}.webp)" for s in made]
    return "\n\n".join(parts) + "\n"


def justified(pictures: Sequence[Picture], height: int) -> list[list[Picture]]:
    """Pictures in rows that fill the width, as near to this height as their order allows."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pictures) + 1):
        costs = []
        for start in range(max(0, end - 24), end):
            found = row_height(pictures[start:end])
            costs.append((best[start][0] + abs(np.log(found / height)) ** 2, start))
        best.append(min(costs))
    rows, end = [], len(pictures)
    while end:
        start = best[end][1]
        rows.append(list(pictures[start:end]))
        end = start
    return rows[::-1]


def row_height(row: Sequence[Picture]) -> float:
    """How high pictures of equal height are that fill the width."""
    return (WIDTH - GAP * (len(row) + 1)) / sum(p.aspect for p in row)


def drawn(rows: Sequence[Sequence[Picture]]) -> Pixels:
    """The sheet's pixels, (H, WIDTH, 3)."""
    heights = [row_height(row) for row in rows]
    surface = Surface(WIDTH, GAP + round(sum(h + CAPTION + GAP for h in heights)), "#eceff1")
    y = float(GAP)
    for row, height in zip(rows, heights, strict=True):
        x = float(GAP)
        for picture in row:
            place(surface, picture, (x, y, x + height * picture.aspect, y + height))
            x += height * picture.aspect + GAP
        y += height + CAPTION + GAP
    return surface.pixels()


def place(surface: Surface, picture: Picture, box: Box) -> None:
    """A picture in a box of the sheet, its outlines over it and its caption beneath."""
    left, top, right, bottom = (round(v) for v in box)
    size = (right - left, bottom - top)
    height, width = picture.pixels.shape[:2]
    shrinks = size[0] < width
    pixels = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    surface.raw.drawImage(skia.Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA)), left, top)
    for quad, colour in picture.marks:
        corners = [(left + x * size[0] / width, top + y * size[1] / height) for x, y in quad]
        surface.polygon(corners, fill=f"{colour}1c", stroke=f"{colour}d0", width=1.1)
    surface.rect((left - 0.5, top - 0.5, right + 0.5, bottom + 0.5), stroke="#cfd8dc")
    fonts, parts = face("DejaVu Sans"), list(picture.caption)
    while len(parts) > 1 and shape(" · ".join(parts), fonts, SIZE).width > size[0]:
        parts.pop()
    line = shape(" · ".join(parts), fonts, SIZE)
    shrunk = shape(line.text, fonts, max(9.0, SIZE * min(1.0, size[0] / line.width)))
    surface.text(shrunk, left, bottom + 18, "#455a64")


if __name__ == "__main__":
    main()
