"""The scene task step by step: content, drawing, the camera, turns, verification, the finished sample.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, natural-scene OCR. Covered: drawn places of known planes and
light, and the user's photographs, with signs on them. Not covered: generated backgrounds, video.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad
from mmrecipes.core.identity import seed_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl import lettering_checks as letters
from mmrecipes.recipes.qianfan_vl.checks import CheckError, check_x_height
from mmrecipes.recipes.qianfan_vl.languages import language_at
from mmrecipes.recipes.qianfan_vl.scene import checks
from mmrecipes.recipes.qianfan_vl.scene.turns import Turn, ask, turn_kind
from mmrecipes.render.degradation import Worn, degrade, draw_level
from mmrecipes.render.homography import project
from mmrecipes.render.scene_text.photos import photo_files, sample_files
from mmrecipes.render.scene_text.reading import reading_order
from mmrecipes.render.scene_text.scene import DrawnScene, SceneRefusal, draw_scene, photo_scene
from mmrecipes.render.scene_text.writing import Word, Written, word_quad


@dataclass(frozen=True, slots=True)
class SceneDraw:
    """A place with signs in the language of the index (`languages`: their shares); `longest` is the longer side in
    pixels. Every second sample is a photograph where there are any: with the input `backgrounds` (a folder of them) or
    `sample_photos`."""

    longest: int = 1024
    languages: tuple[tuple[str, float], ...] = (("en", 1.0),)
    sample_photos: bool = False
    reads: ClassVar[tuple[str, ...]] = ("draft.index",)
    writes: ClassVar[tuple[str, ...]] = ("draft.drawn",)
    name: ClassVar[str] = "scene_draw"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        index, rng = sample.draft["index"], context.rng
        language = language_at(index, self.languages, "scene")
        try:
            if index % 2 and (photos := self._photos(context)):
                return sample.drafting(drawn=photo_scene(rng, rng.choice(photos), self.longest, language))
            return sample.drafting(drawn=draw_scene(rng, index, self.longest, language))
        except SceneRefusal as e:
            return Drop(e.reason, e.detail)

    def _photos(self, context: StepContext) -> tuple[Path, ...]:
        if "backgrounds" in context.inputs:
            return _files(context.inputs["backgrounds"])
        return tuple(sample_files()) if self.sample_photos else ()


@functools.lru_cache(maxsize=2)
def _files(folder: Path) -> tuple[Path, ...]:
    """The photographs of the user's folder, listed once per process."""
    return tuple(photo_files(folder))


@step(reads=("draft.drawn",), writes=("draft.worn", "draft.level"))
def scene_photograph(sample: Sample, context: StepContext) -> Sample:
    """The camera's marks; 40 % stay clean. Nothing moves: the perspective is in the scene already."""
    rng = context.rng
    level = draw_level(rng)
    worn = degrade(sample.draft["drawn"].pixels, np.zeros((0, 4, 2)), level, rng, "scene")
    return sample.drafting(worn=worn, level=level)


@step(reads=("draft.drawn", "draft.worn"), writes=("draft.truth",))
def scene_truth(sample: Sample) -> Sample:
    """What is known about the picture, as it will be stored."""
    drawn: DrawnScene = sample.draft["drawn"]
    quads = [_outline(w) for w in drawn.signs]
    height, width = sample.draft["worn"].pixels.shape[:2]
    truth = {
        "kind": "scene_text",
        "place": drawn.kind,
        "language": drawn.signs[0].sign.language,
        "image_size": [width, height],
        "focal": drawn.focal,
        "reading": reading_order(quads, rightmost_first=_from_the_right(drawn.signs)),
        "signs": [_sign(w, q) for w, q in zip(drawn.signs, quads, strict=True)],
    }
    return sample.drafting(truth=truth)


def _from_the_right(signs: Sequence[Written]) -> bool:
    """Whether signs side by side are read from the right: all of them are columns or written to the left."""
    return all(w.lettering.direction in ("rtl", "ttb") for w in signs)


def _outline(written: Written) -> npt.NDArray[np.float64]:
    """The quad around all letters of a sign: the box of its glyphs in the sign's plane, projected."""
    points = written.lettering.quads.reshape(-1, 2)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return project(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), written.h)


def _sign(written: Written, outline: npt.NDArray[np.float64]) -> dict[str, Any]:
    return {
        "role": written.sign.role,
        "lines": list(written.lettering.lines),
        "quad": _rounded(outline),
        "homography": [float(f"{v:.9g}") for v in (written.h / written.h[2, 2]).flatten()],
        "words": [_word(w) for w in written.words],
        "technique": written.look.technique,
        "curved": written.lettering.curved,
        "direction": written.lettering.direction,
        "font": written.lettering.face.family,
    }


def _word(word: Word) -> dict[str, Any]:
    glyphs = zip(word.glyph_texts, word.glyph_quads, strict=True)
    return {
        "text": word.text,
        "line": word.line,
        "quad": _rounded(word.quad),
        "visible": round(word.visible, 3),
        "glyphs": [{"text": text, "quad": _rounded(quad)} for text, quad in glyphs],
    }


def _rounded(quad: npt.NDArray[np.float64]) -> list[list[float]]:
    return quad.round(2).tolist()


@step(reads=("draft.index", "draft.truth"), writes=("draft.kind", "draft.turns"))
def scene_ask(sample: Sample, context: StepContext) -> Sample | Drop:
    """The turn of this index with its answers, computed from the truth."""
    kind = turn_kind(sample.draft["index"])
    turns = ask(kind, sample.draft["truth"], context.rng)
    if not turns:
        return Drop("no_question", f"the scene offers no turn of kind {kind}")
    return sample.drafting(kind=kind, turns=turns)


@step(reads=("draft.drawn", "draft.worn", "draft.truth", "draft.turns"), writes=("draft.checks",))
def scene_verify(sample: Sample) -> Sample | Drop:
    """Everything is checked again from the stored truth and the pixels."""
    draft = sample.draft
    drawn: DrawnScene = draft["drawn"]
    truth, turns = draft["truth"], draft["turns"]
    try:
        found = [_check_sign(s, w, draft["worn"].pixels) for s, w in zip(truth["signs"], drawn.signs, strict=True)]
        checks.apart([np.array(w["quad"]) for s in truth["signs"] for w in s["words"]])
        checks.reading_order([np.array(s["quad"]) for s in truth["signs"]], truth["reading"])
        checks.answers(truth, [t.query for t in turns], [t.answer for t in turns])
    except CheckError as e:
        return Drop(e.reason, str(e))
    coverage, correlation, height = (min(values) for values in zip(*found, strict=True))
    said = {
        "coverage": round(coverage, 4),
        "correlation": round(correlation, 3),
        "x_height": round(height, 2),
        "signs": len(found),
        "ocr": "not_run",
    }
    return sample.drafting(checks=said)


def _check_sign(sign: Mapping[str, Any], written: Written, pixels: npt.NDArray[np.uint8]) -> tuple[float, float, float]:
    """Coverage, least correlation of a word, x-height of one sign."""
    quads = np.array([g["quad"] for w in sign["words"] for g in w["glyphs"]])
    border = letters.border(written.look, written.lettering)
    coverage = letters.coverage(written.before, written.after, written.box[:2], quads, border)
    for word in sign["words"]:
        letters.upright(np.array(word["quad"]))
    check_x_height(written.smallest_x_height)
    correlation = letters.as_drawn(pixels, np.array(sign["homography"]).reshape(3, 3), written.lettering)
    return coverage, correlation, written.smallest_x_height


@step(
    reads=("draft.drawn", "draft.worn", "draft.level", "draft.kind", "draft.turns", "draft.truth", "draft.checks"),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)
def scene_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: one JPEG, the messages, a region per word and line, the truth."""
    draft = sample.draft
    drawn: DrawnScene = draft["drawn"]
    worn: Worn = draft["worn"]
    image = encode(worn.pixels, "jpeg", worn.quality or 95)
    truth = {**draft["truth"], "queries": [{**t.query, "template": t.template} for t in draft["turns"]]}
    return sample.having(
        images=(image,),
        messages=_messages(image, draft["turns"]),
        regions=_regions(truth, image),
        truth=truth,
        scores={name: draft["checks"][name] for name in ("coverage", "correlation", "x_height")},
        meta={
            "pipeline": "scene",
            "turn_kind": draft["kind"],
            "templates": [t.template for t in draft["turns"]],
            "place": drawn.kind,
            "background": drawn.source,
            "screening": dict(drawn.screening),
            "augment_level": draft["level"],
            "augment": [[name, values] for name, values in worn.log],
            "checks": draft["checks"],
            "roles": [s["role"] for s in truth["signs"]],
            "seed": seed_from(context.run_seed, sample.id),
        },
        difficulty=difficulty(truth, draft["kind"], draft["checks"]["x_height"]),
        language=truth["language"],
        task="scene",
        group=sample.id,
        truth_source="engine",
        source=drawn.source,
        draft={},
    )


def _messages(image: Image, turns: Sequence[Turn]) -> tuple[Message, ...]:
    messages: list[Message] = []
    for i, t in enumerate(turns):
        messages += [user(image, t.question) if i == 0 else user(t.question), assistant(t.answer)]
    return tuple(messages)


def _regions(truth: Mapping[str, Any], image: Image) -> tuple[Region, ...]:
    """Words, then lines, in reading order."""
    words, lines = [], []
    for n in truth["reading"]:
        sign = truth["signs"][n]
        words += [Region(image.sha256, "word", _quad(w["quad"]), w["text"]) for w in sign["words"]]
        for k, text in enumerate(sign["lines"]):
            glyphs = np.array([g["quad"] for w in sign["words"] if w["line"] == k for g in w["glyphs"]])
            lines.append(Region(image.sha256, "line", _quad(_rounded(word_quad(glyphs))), text))
    return (*words, *lines)


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def difficulty(truth: Mapping[str, Any], kind: str, x_height: float) -> int:
    """1 to 10: words in the scene, how small the smallest is, and whether all of it or one place is asked for."""
    words = sum(len(s["words"]) for s in truth["signs"])
    score = 1 + min(4.0, words / 8) + (x_height < 14) + (x_height < 10)
    score += {"read_all": 2, "list_words": 2, "dialogue": 1, "locate": 1, "count": 1}.get(kind, 0)
    return max(1, min(10, round(score)))
