"""The word task step by step: crops of one word, 64 pixels high, for training recognisers; a task of its own beside
scenes.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2,
    natural-scene OCR; effect families of SynthTIGER. Covered: horizontal
words. The label is the word exactly as drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl.checks import check_x_height
from mmrecipes.recipes.qianfan_vl.scene import checks
from mmrecipes.render.scene_text.camera import draw_level, photograph
from mmrecipes.render.scene_text.word import WordCrop, draw_word, random_word

OPENINGS = (
    "",
    "",
    "Look at the crop. ",
    "This is a cropped word. ",
    "Here is a small cut-out of a photo. ",
    "OCR task: ",
)
CORES = (
    "What does it say?", "Read the word.", "Which word is shown?", "Transcribe the text.", "What is written here?",
    "Give the text exactly as shown.", "Type what you read.", "Recognise the word in the image.",
    "Write down the text you see.",
    "Copy the word, keeping upper and lower case.", "What text is in this crop?", "State the word that can be read.",
)  # fmt: skip
CLOSINGS = ("", "", "Answer with the text only.", "Reply with nothing but the text.", "Keep the case as it is.")


@dataclass(frozen=True, slots=True)
class WordDraw:
    """A crop of a random word, and the camera's marks on it."""

    languages: tuple[str, ...] = ("en",)
    reads: ClassVar[tuple[str, ...]] = ("draft.index",)
    writes: ClassVar[tuple[str, ...]] = ("draft.crop", "draft.pixels", "draft.log", "draft.quality", "draft.level")
    name: ClassVar[str] = "word_draw"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        rng = context.rng
        language = rng.choice(self.languages)
        text = random_word(language, rng)
        crop = draw_word(text, language, rng)
        if crop is None:
            return Drop("word_too_long", text)
        level = draw_level(rng)
        pixels, log, quality = photograph(crop.pixels, level, rng)
        return sample.drafting(crop=crop, pixels=pixels, log=log, quality=quality, level=level)


@step(reads=("draft.crop", "draft.pixels"), writes=("draft.checks",))
def word_verify(sample: Sample) -> Sample | Drop:
    """Quads cover the letters, the rectified crop shows the clean word, it stands upright and is large enough."""
    crop: WordCrop = sample.draft["crop"]
    border = crop.look.border[1] * crop.lettering.sizes[0] * 1.5 if crop.look.border else 0.0
    try:
        coverage = checks.coverage(crop.before, crop.pixels, (0, 0), crop.glyph_quads, border)
        checks.upright(crop.quad)
        check_x_height(crop.x_height)
        correlation = _correlation(crop, sample.draft["pixels"])
    except checks.CheckError as e:
        return Drop(e.reason, str(e))
    found = {"coverage": round(coverage, 4), "correlation": round(correlation, 3), "ocr": "not_run"}
    return sample.drafting(checks=found)


def _correlation(crop: WordCrop, pixels: Any) -> float:
    """Correlation of the crop with its clean letters, in the lettering's own plane. Raises `CheckError` below the
    limit."""
    points = crop.lettering.quads.reshape(-1, 2)
    (x0, y0), (x1, y1) = np.floor(points.min(axis=0)) - 3, np.ceil(points.max(axis=0)) + 3
    glyphs = [(g.face, g.size, g.number, g.x - x0, g.y - y0, g.angle) for w in crop.lettering.words for g in w.glyphs]
    raster = checks.clean_raster(glyphs, (int(x1 - x0), int(y1 - y0)))
    moved = crop.h @ np.array([[1, 0, x0], [0, 1, y0], [0, 0, 1]])
    found = checks.correlation(pixels, moved, raster, (0, 0, raster.shape[1], raster.shape[0]))
    if found < checks.LEAST_CORRELATION:
        raise checks.CheckError("not_as_drawn", f"{crop.text!r} correlates {found:.2f} with its clean letters")
    return found


@step(
    reads=("draft.crop", "draft.pixels", "draft.log", "draft.quality", "draft.level", "draft.checks"),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)
def word_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: the crop, one turn, a region for the word and one per glyph."""
    draft, rng = sample.draft, context.rng
    crop: WordCrop = draft["crop"]
    image = encode(draft["pixels"], "jpeg", draft["quality"])
    o, c, e = rng.randrange(len(OPENINGS)), rng.randrange(len(CORES)), rng.randrange(len(CLOSINGS))
    question = f"{OPENINGS[o]}{CORES[c]} {CLOSINGS[e]}".strip()
    quads = crop.glyph_quads.round(2).tolist()
    glyphs = [{"text": t, "quad": q} for t, q in zip(crop.glyph_texts, quads, strict=True)]
    regions = [Region(image.sha256, "word", _quad(crop.quad.round(2).tolist()), crop.text)]
    regions += [Region(image.sha256, "glyph", _quad(g["quad"]), g["text"]) for g in glyphs]
    look = crop.look
    return sample.having(
        images=(image,),
        messages=(user(image, question), assistant(crop.text)),
        regions=tuple(regions),
        truth={"kind": "word", "text": crop.text, "language": crop.language, "quad": crop.quad.round(2).tolist(),
               "glyphs": glyphs, "behind": crop.behind, "image_size": [image.width, image.height]},
        scores={name: draft["checks"][name] for name in ("coverage", "correlation")},
        meta={"pipeline": "word", "turn_kind": "recognise", "templates": [f"word/o{o}.c{c}.e{e}"],
              "font": repr(crop.type.bold)[5:-1], "curved": crop.lettering.curved,
              "effects": [n for n in ("border", "shadow", "extrusion", "texture") if getattr(look, n)],
              "augment_level": draft["level"], "augment": [[name, values] for name, values in draft["log"]],
              "checks": draft["checks"], "seed": seed_from(context.run_seed, sample.id)},
        difficulty=1 + draft["level"] + crop.lettering.curved + bool(crop.behind),
        language=crop.language, task="word", group=sample.id, truth_source="engine", source="drawn", draft={},
    )  # fmt: skip


def _quad(points: list[list[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)
