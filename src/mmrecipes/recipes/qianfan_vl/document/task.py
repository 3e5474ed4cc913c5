"""The document task step by step: content, drawing, wear, turns, verification, the finished sample.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, document OCR: full parsing, image to Markdown, document QA,
single and multi-page. Covered: twelve kinds of documents, invented throughout; words, cells and elements with their
places; the user's own paragraphs as running text, prose by a model (see `writing`). Languages other than English have
five of the kinds, Chinese and Japanese two more, in vertical lines. Chinese documents are asked about in Chinese. Not
covered: summaries and other turns that need a model, questions in other languages.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad, quad_of
from mmrecipes.core.identity import seed_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl.checks import MIN_X_HEIGHT, check_legibility, check_places
from mmrecipes.recipes.qianfan_vl.document import checks
from mmrecipes.recipes.qianfan_vl.document.turns import Exchange, Turn, difficulty, exchange, turn_kind
from mmrecipes.recipes.qianfan_vl.document.writing import known_slots
from mmrecipes.recipes.qianfan_vl.languages import language_at
from mmrecipes.render.corpora.own_texts import OwnTexts, read_own_texts
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.degradation import Worn, degrade, draw_level, local_scale
from mmrecipes.render.documents.content import random_document
from mmrecipes.render.documents.draw import DrawnDocument, draw_document, fitted
from mmrecipes.render.documents.geometry import LayoutRefusal
from mmrecipes.render.documents.looks import Look, look_for
from mmrecipes.render.documents.own_prose import with_own_prose
from mmrecipes.render.documents.targets import SHOWN, written
from mmrecipes.render.documents.tree import Document, FigureBlock, leaves
from mmrecipes.render.documents.truth import truth_of


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """The document of this index in its language (`languages`: their shares), with the user's own paragraphs where
    there are any in it, and a look that suits it. For a `writer` its slots are the truth for now."""

    languages: tuple[tuple[str, float], ...] = (("en", 1.0),)
    writer: bool = False
    reads: ClassVar[tuple[str, ...]] = ("draft.index",)
    writes: ClassVar[tuple[str, ...]] = ("draft.document", "draft.look", "truth")
    name: ClassVar[str] = "document_content"

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        index, rng = sample.draft["index"], context.rng
        document = random_document(rng, index, language=language_at(index, self.languages, "document"))
        if "document" in context.inputs:
            passages = own_texts(context.inputs["document"]).passages.get(document.language, ())
            document = with_own_prose(document, passages, rng)
        look = look_for(document, rng)
        document = fitted(document, look)
        if self.writer:
            sample = sample.having(truth=known_slots(document))
        return sample.drafting(document=document, look=look)


@functools.lru_cache(maxsize=2)
def own_texts(folder: Path) -> OwnTexts:
    """The user's texts, read once per process."""
    return read_own_texts(folder)


@step(reads=("draft.document", "draft.look"), writes=("draft.document", "draft.drawn", "draft.written", "draft.truth"))
def document_draw(sample: Sample, context: StepContext) -> Sample | Drop:
    """Pixels of all pages, the place of every word, cell and element, and what is written down about them."""
    document: Document = sample.draft["document"]
    look: Look = sample.draft["look"]
    if document.prose_by:
        document = fitted(document, look)
    try:
        drawn = draw_document(document, look, context.rng)
    except LayoutRefusal as e:
        return Drop(e.reason, e.detail)
    blocks = written(document, drawn, look)
    truth = truth_of(document, drawn, look, blocks)
    return sample.drafting(document=document, drawn=drawn, written=blocks, truth=truth)


@step(reads=("draft.drawn", "draft.truth"), writes=("draft.clean", "draft.worn", "draft.level", "draft.truth"))
def document_augment(sample: Sample, context: StepContext) -> Sample:
    """Wear of one level for all pages, applied to the pictures and to all quads; 40 % stay clean."""
    drawn: DrawnDocument = sample.draft["drawn"]
    rng = context.rng
    level = draw_level(rng)
    clean = [_quads(drawn, sample.draft["truth"], page) for page in range(len(drawn.pages))]
    worn = [degrade(pixels, quads, level, rng, "page") for pixels, quads in zip(drawn.pages, clean, strict=True)]
    return sample.drafting(clean=clean, worn=worn, level=level, truth=_moved(sample.draft["truth"], drawn, worn))


def _quads(drawn: DrawnDocument, truth: Mapping[str, Any], page: int) -> npt.NDArray[np.float64]:
    """All quads of a clean page, (N, 4, 2): words, then cells, then elements."""
    words = [quad_of(w.box) for w in drawn.placed.words if w.page == page]
    cells = [quad_of(box) for on, box in drawn.placed.cells.values() if on == page]
    elements = [e["quad"] for e in truth["elements"] if e["page"] == page + 1]
    return np.array([*words, *cells, *elements], np.float64).reshape(-1, 4, 2)


def _moved(truth: Mapping[str, Any], drawn: DrawnDocument, worn: Sequence[Worn]) -> dict[str, Any]:
    """The truth with elements where they are in the worn pages."""
    left: dict[int, list[Any]] = {}
    for page, one in enumerate(worn):
        count = sum(e["page"] == page + 1 for e in truth["elements"])
        left[page + 1] = one.quads[len(one.quads) - count :].round(2).tolist()
    elements = [{**e, "quad": left[e["page"]].pop(0)} for e in truth["elements"]]
    return {**truth, "elements": elements, "pages": [[w.pixels.shape[1], w.pixels.shape[0]] for w in worn]}


@step(reads=("draft.index", "draft.truth"), writes=("draft.exchange",))
def document_ask(sample: Sample, context: StepContext) -> Sample:
    """The turn of this index with its answers, computed from the truth; another kind where it offers none."""
    kind = turn_kind(sample.draft["index"])
    return sample.drafting(exchange=exchange(sample.draft["truth"], kind, context.rng))


@step(
    reads=(
        "draft.document",
        "draft.drawn",
        "draft.written",
        "draft.clean",
        "draft.worn",
        "draft.truth",
        "draft.exchange",
    ),
    writes=("draft.checks",),
)
def document_verify(sample: Sample) -> Sample | Drop:
    """Everything is checked again from the written targets, the printed texts and the pictures."""
    draft = sample.draft
    drawn: DrawnDocument = draft["drawn"]
    truth, worn = draft["truth"], draft["worn"]
    try:
        words = checks.check_markdown(truth["markdown"], draft["written"], printed_words(draft["document"], drawn))
        amounts = checks.check_relations(truth["relations"], texts(draft["document"].language).decimal)
        checks.check_facts(truth, "".join(w.text for w in drawn.placed.words))
        checks.check_answers(truth, draft["exchange"])
        legible = [_check_page(drawn, draft, page, one) for page, one in enumerate(worn)]
    except checks.CheckError as e:
        return Drop(e.reason, str(e))
    found = {
        "words": words,
        "amounts": amounts,
        "queries": len(draft["exchange"].asked),
        "x_height": round(min(x for x, _ in legible), 2),
        "contrast": round(min(c for _, c in legible), 3),
        "markdown": True,
        "overlap": False,
        "ocr": "not_run",
    }
    return sample.drafting(checks=found)


def _check_page(drawn: DrawnDocument, draft: Mapping[str, Any], page: int, worn: Worn) -> tuple[float, float]:
    heights = np.array([w.x_height for w in drawn.placed.words if w.page == page])
    clean = draft["clean"][page]
    check_places(clean, worn, beyond=1.0)
    heights = heights * local_scale(clean[: len(heights)].mean(axis=1), worn.log)
    if not len(heights):  # a page of pictures
        return MIN_X_HEIGHT, 1.0
    return check_legibility(worn.pixels, worn.quads[: len(heights)], heights[heights > 0])


def printed_words(document: Document, drawn: DrawnDocument) -> Counter[str]:
    """The words of the render log that a written document must hold: all but headers, footers, page numbers, marks of
    lists, numbers of formulas and captions of pictures that are not written down; a stamp's words are among them."""
    tree = list(leaves(document.blocks))
    whole: dict[tuple[int, int, int], str] = {}
    for w in drawn.placed.words:
        one = drawn.areas[w.area]
        if one.element < 0 or one.part == "number" or (one.part == "marker" and not w.text.startswith("[")):
            continue
        leaf = tree[one.element]
        if one.part == "caption" and isinstance(leaf, FigureBlock) and leaf.picture not in SHOWN:
            continue
        # a word that goes on overleaf is written in two parts
        key = (w.area, w.word, w.page)
        whole[key] = whole.get(key, "") + w.text
    stamp = [x for line in document.stamp.lines for x in line.split()] if document.stamp and drawn.stamp else []
    return Counter([*whole.values(), *stamp])


@step(
    reads=(
        "draft.document",
        "draft.look",
        "draft.drawn",
        "draft.worn",
        "draft.level",
        "draft.truth",
        "draft.exchange",
        "draft.checks",
    ),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)
def document_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: a picture per page, the messages, regions of elements, cells and words, the truth."""
    draft = sample.draft
    document: Document = draft["document"]
    worn: Sequence[Worn] = draft["worn"]
    said: Exchange = draft["exchange"]
    images = tuple(encode(w.pixels, w.form, w.quality or 90) for w in worn)
    truth = {
        **draft["truth"],
        "queries": [{"op": q.op, "args": dict(q.args), "answer": a.value} for q, a in said.asked],
    }
    return sample.having(
        images=images,
        messages=_messages(images, said.turns),
        regions=_regions(draft["drawn"], truth, worn, images),
        truth=truth,
        scores={"contrast": draft["checks"]["contrast"], "x_height": draft["checks"]["x_height"]},
        meta=_meta(sample, context),
        difficulty=difficulty(said.kind, document.complexity, len(images), said.asked),
        language=document.language,
        task="document",
        group=sample.id,
        truth_source="engine",
        source=" and ".join(_sources(document)) or "invented",
        draft={},
    )


def _sources(document: Document) -> list[str]:
    return [*(["user text"] if document.own else []), *(["model text"] if document.prose_by else [])]


def _messages(images: Sequence[Image], turns: Sequence[Turn]) -> tuple[Message, ...]:
    messages: list[Message] = []
    for i, t in enumerate(turns):
        messages += [user(*images, t.question) if i == 0 else user(t.question), assistant(t.answer)]
    return tuple(messages)


def _regions(
    drawn: DrawnDocument, truth: Mapping[str, Any], worn: Sequence[Worn], images: Sequence[Image]
) -> tuple[Region, ...]:
    """Regions page by page: words, cells (their texts), elements (label: the type)."""
    tables = {(t["element"], c["r"], c["c"]): c["text"] for t in truth["tables"] for c in t["cells"]}
    found: list[Region] = []
    for page, (one, image) in enumerate(zip(worn, images, strict=True)):
        labels = [("word", w.text) for w in drawn.placed.words if w.page == page]
        labels += [("cell", tables[key]) for key, (on, _) in drawn.placed.cells.items() if on == page]
        labels += [(e["type"], e["text"]) for e in truth["elements"] if e["page"] == page + 1]
        quads = one.quads.round(2).tolist()
        found += [Region(image.sha256, label, _quad(q), text) for (label, text), q in zip(labels, quads, strict=True)]
    return tuple(found)


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def _meta(sample: Sample, context: StepContext) -> dict[str, Any]:
    draft = sample.draft
    said: Exchange = draft["exchange"]
    return {
        "pipeline": "document",
        "turn_kind": said.kind,
        "templates": [t.template for t in said.turns],
        "ops": [q.op for q, _ in said.asked],
        "doc_kind": draft["document"].kind,
        "complexity": draft["document"].complexity,
        "look": draft["look"].to_json(),
        "augment_level": draft["level"],
        "augment": [[[name, parameters] for name, parameters in w.log] for w in draft["worn"]],
        "checks": draft["checks"],
        **({"writer": draft["writer"]} if "writer" in draft else {}),
        "seed": seed_from(context.run_seed, sample.id),
    }
