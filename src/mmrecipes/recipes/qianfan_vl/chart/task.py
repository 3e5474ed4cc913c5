"""The chart task step by step: content, drawing, wear, questions, verification, the finished sample.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, chart understanding: a structured summary with numeric and
visual facts, questions of three types and their answers from the summary alone. Covered: invented charts and charts of
the user's own columns; conversations of two to four questions, and charts written down as a table or JSON. Not covered:
annotating real chart images, LaTeX sources, model votes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.boxes import Quad
from mmrecipes.core.identity import seed_from, turn
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl.chart import checks, nouns, nouns_zh, phrases_summary, phrases_summary_zh, tables
from mmrecipes.recipes.qianfan_vl.chart.wording import Turn, word
from mmrecipes.recipes.qianfan_vl.chart.wording_zh import word_zh
from mmrecipes.recipes.qianfan_vl.languages import language_at
from mmrecipes.recipes.qianfan_vl.user_tables import user_language, user_table
from mmrecipes.render.charts.answers import Answer, Refused
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.content_local import local_chart
from mmrecipes.render.charts.drawn import Drawn, LayoutRefusal
from mmrecipes.render.charts.numerals import localised
from mmrecipes.render.charts.operations import depth
from mmrecipes.render.charts.proposals import FAMILIES, Family, Proposal, proposals
from mmrecipes.render.charts.reading import AsDrawn, resolutions
from mmrecipes.render.charts.style import Style, style_for
from mmrecipes.render.charts.summary import Chart
from mmrecipes.render.charts.tracks import View
from mmrecipes.render.degradation import Worn, degrade, draw_level

EngineChoice = Literal["auto", "skia", "matplotlib"]
KINDS = 8
"""One chart in eight is written down; the others are asked about."""


@dataclass(frozen=True, slots=True)
class ChartContent:
    """The chart of this index: from the file given as `chart`, else invented in the language of the index
    (`languages`: their shares)."""

    languages: tuple[tuple[str, float], ...] = (("en", 1.0),)
    reads: ClassVar[tuple[str, ...]] = ("draft.index",)
    writes: ClassVar[tuple[str, ...]] = ("draft.chart",)
    name: ClassVar[str] = "chart_content"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        index, rng = sample.draft["index"], context.rng
        if "chart" in context.inputs:
            return _from_file(sample, context)
        language = language_at(index, self.languages, "chart")
        made = random_chart(rng, index) if language == "en" else local_chart(rng, index, language)
        return sample.drafting(chart=made)


def _from_file(sample: Sample, context: StepContext) -> Sample | Drop:
    from mmrecipes.render.charts.from_data import Unchartable, chart_from_columns

    index, rng = sample.draft["index"], context.rng
    path = context.inputs["chart"]
    table = user_table(path)
    start, stop = _window(table.rows, rng)
    columns = _some_columns(table.kinds, rng)
    names, kinds = [table.names[c] for c in columns], [table.kinds[c] for c in columns]
    try:
        rows = table.values(start, stop, columns)
        chart = chart_from_columns(names, kinds, rows, rng, index, user_language(path), start)
        return sample.drafting(chart=chart)
    except Unchartable as e:
        return Drop("unchartable_columns", str(e))


MOST_ROWS = 2000
"""Rows of a user's file that one chart looks at."""


def _window(rows: int, rng: random.Random) -> tuple[int, int]:
    """All rows of a small table, else a stretch of it."""
    if rows <= MOST_ROWS:
        return 0, rows
    start = rng.randint(0, rows - MOST_ROWS)
    return start, start + MOST_ROWS


MOST_COLUMNS = 8


def _some_columns(kinds: Sequence[str], rng: random.Random) -> list[int]:
    """All columns of a narrow table, else some, in order, with up to two of those that are not numbers."""
    everything = list(range(len(kinds)))
    if len(kinds) <= MOST_COLUMNS:
        return everything
    others = [c for c in everything if kinds[c] not in ("integer", "number")]
    kept = set(rng.sample(others, min(2, len(others))))
    kept |= set(rng.sample([c for c in everything if c not in kept], MOST_COLUMNS - len(kept)))
    return sorted(kept)


@dataclass(frozen=True, slots=True)
class ChartDraw:
    """Draws the chart. `auto` takes the fast engine for all but `matplotlib_share` of the charts."""

    engine: EngineChoice = "auto"
    matplotlib_share: float = 0.15
    reads: ClassVar[tuple[str, ...]] = ("draft.index", "draft.chart")
    writes: ClassVar[tuple[str, ...]] = ("draft.style", "draft.drawn")
    name: ClassVar[str] = "chart_draw"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        chart: Chart = sample.draft["chart"]
        index: int = sample.draft["index"]
        try:
            style = style_for(chart, index, context.rng)
            drawn = _draw(chart, style, self._engine(index, chart.language))
        except LayoutRefusal as e:
            return Drop(e.reason, e.detail)
        return sample.drafting(style=style, drawn=drawn)

    def _engine(self, index: int, language: str = "en") -> str:
        """Languages that bundled fonts do not set are drawn by skia alone: matplotlib sets no mixed lines."""
        if LANGUAGES[language].families:
            return "skia"
        if self.engine != "auto":
            return self.engine
        return "matplotlib" if turn(index, 100, "chart engine") < round(100 * self.matplotlib_share) else "skia"


def _draw(chart: Chart, style: Style, engine: str) -> Drawn:
    if engine == "matplotlib":
        from mmrecipes.render.charts import mpl_draw

        return mpl_draw.draw(chart, style)
    from mmrecipes.render.charts import skia_draw

    return skia_draw.draw(chart, style)


@step(reads=("draft.drawn",), writes=("draft.worn", "draft.level"))
def chart_augment(sample: Sample, context: StepContext) -> Sample:
    """Wear, applied to the picture and to all quads; 40 % stay clean."""
    drawn: Drawn = sample.draft["drawn"]
    rng = context.rng
    level = draw_level(rng)
    quads = np.array([*(m.quad for m in drawn.marks), *(t.quad for t in drawn.texts)], np.float64)
    worn = degrade(drawn.pixels, quads.reshape(-1, 4, 2), level, rng, "chart")
    return sample.drafting(worn=worn, level=level)


@step(
    reads=("draft.index", "draft.chart", "draft.drawn"),
    writes=("draft.kind", "draft.asked", "draft.turns", "draft.written"),
)
def chart_ask(sample: Sample, context: StepContext) -> Sample | Drop:
    """Two to four questions, or the request to write the chart down; answers as they can be read off the picture."""
    chart: Chart = sample.draft["chart"]
    index, rng = sample.draft["index"], context.rng
    view = View(chart)
    reader = AsDrawn(chart, resolutions(chart, sample.draft["drawn"]))
    if turn(index, KINDS, "chart turn kind") == 0:
        found = _write_down(view, reader, rng)
        if found:
            return sample.drafting(kind="summary", asked=[], turns=[found[1]], written=found[0])
    refused: Counter[str] = Counter()
    asked = _questions(view, reader, index, rng, refused)
    if len(asked) < 2:
        reason = next((r for r, _ in refused.most_common() if r not in ("unfit", "too_few")), "no_question")
        return Drop(f"no_question_{reason}" if reason != "no_question" else reason, str(dict(refused)))
    wording = word_zh if chart.language == "zh" else word
    turns = [wording(view, p.query, p.answer, rng, follow_up=i > 0) for i, p in enumerate(asked)]
    return sample.drafting(kind="question", asked=asked, turns=turns, written=None)


def _questions(view: View, reader: AsDrawn, index: int, rng: random.Random, refused: Counter[str]) -> list[Proposal]:
    """Questions whose families take turns, starting with the index's own; no operation twice in a conversation."""
    count = 2 + turn(index, 3, "chart turns")
    asked: list[Proposal] = []
    for k in range(count):
        wanted = FAMILIES[(index + k) % len(FAMILIES)]
        others: list[Family] = [f for f in FAMILIES if f != wanted]
        rng.shuffle(others)
        found = _first_new(view, reader, rng, (wanted, *others), asked, refused)
        if found is None:
            break
        asked.append(found)
    return asked


def _first_new(view: View, reader: AsDrawn, rng: random.Random, families: Sequence[Family], asked: Sequence[Proposal],
               refused: Counter[str]) -> Proposal | None:  # fmt: skip
    used = {p.query.op for p in asked}
    for family in families:
        for p in proposals(view, reader, rng, family, refused):
            if p.query.op not in used:
                return p
    return None


def _write_down(view: View, reader: AsDrawn, rng: random.Random) -> tuple[tables.Written, Turn] | None:
    """The chart as a table or JSON; None where values can neither be read nor left out."""
    form, chinese = tables.choose_form(view, rng), view.chart.language == "zh"
    try:
        written = tables.write(view, reader, form, phrases_summary_zh.HEADINGS if chinese else {})
    except Refused:
        return None
    precision = "exact" if written.exact else "estimate"
    bank = phrases_summary_zh if chinese else phrases_summary
    r, p, v = (rng.randrange(len(b)) for b in (bank.REQUESTS[form], bank.PREFIXES, bank.VALUES[precision]))
    request = bank.REQUESTS[form][r].format(c=nouns.category(view.chart.panels[0]))
    parts = (f"{bank.PREFIXES[p]}{request}", bank.VALUES[precision][v])
    question = ("" if chinese else " ").join(t for t in parts if t)
    template = f"{'zh.' if chinese else ''}summary.{form}/p{p}.{r}.{precision}{v}"
    return written, Turn(question, written.text, template, "short")


@step(
    reads=("draft.chart", "draft.drawn", "draft.worn", "draft.asked", "draft.turns", "draft.written"),
    writes=("draft.truth", "draft.checks"),
)
def chart_verify(sample: Sample) -> Sample | Drop:
    """Everything is executed again from the truth as it will be stored."""
    draft = sample.draft
    chart: Chart = draft["chart"]
    truth = _truth(draft)
    turns: Sequence[Turn] = draft["turns"]
    try:
        view = checks.rebuilt(truth)
        checks.check_picture(chart, draft["drawn"])
        checks.check_queries(view, truth["queries"])
        checks.check_looks(view, draft["drawn"], truth["queries"])
        if draft["written"]:
            checks.check_written(view, draft["written"], turns[0].reply)
        else:
            checks.check_replies(truth["queries"], turns, chart.language)
    except checks.CheckError as e:
        return Drop(e.reason, str(e))
    found = {
        "queries": len(truth["queries"]),
        "colours": True,
        "texts_apart": True,
        "marks_visible": True,
        "ocr": "not_run",
    }
    return sample.drafting(truth=truth, checks=found)


def _truth(draft: Mapping[str, Any]) -> dict[str, Any]:
    chart: Chart = draft["chart"]
    worn: Worn = draft["worn"]
    view = View(chart)
    written: tables.Written | None = draft["written"]
    truth: dict[str, Any] = {
        "kind": "chart", "summary": chart.to_json(),
        "queries": [_query(view, p) for p in draft["asked"]],
        "image_size": [worn.pixels.shape[1], worn.pixels.shape[0]],
    }  # fmt: skip
    if written:
        truth["written"] = {"form": written.form, "tolerances": [e.tolerance for e in written.entries]}
    return truth


def _query(view: View, p: Proposal) -> dict[str, Any]:
    a = p.answer
    return {
        **p.query.to_json(), "family": p.family, "answer": a.value,
        "text": localised(a.text, view.chart.language), "kind": a.kind, "unit": a.unit,
        "tolerance": a.tolerance, "exact": a.exact, "names": _names(view, p, a),
    }  # fmt: skip


def _names(view: View, p: Proposal, a: Answer) -> list[str]:
    """How texts call the categories of an answer (bins are called by their edges)."""
    if a.kind not in ("category", "span"):
        return []
    named = nouns_zh.item_name if view.chart.language == "zh" else nouns.item_name
    names = [named(view, p.query.args["panel"], k) for k in ([a.value] if a.kind == "category" else a.value)]
    return [localised(n, view.chart.language) for n in names]


@step(
    reads=("draft.chart", "draft.style", "draft.drawn", "draft.worn", "draft.level", "draft.kind", "draft.asked",
           "draft.turns", "draft.truth", "draft.checks"),
    writes=("images", "messages", "regions", "truth", "meta", "difficulty", "language", "task", "group"),
)  # fmt: skip
def chart_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: one encoded picture, the messages, a region per mark and text, the truth."""
    draft = sample.draft
    worn: Worn = draft["worn"]
    image = encode(worn.pixels, worn.form, worn.quality or 90)
    return sample.having(
        images=(image,),
        messages=_messages(image, draft["turns"]),
        regions=_regions(draft["chart"], draft["drawn"], worn, image),
        truth=draft["truth"],
        meta=_meta(sample, context),
        difficulty=difficulty(draft["chart"], draft["kind"], draft["asked"]),
        language=draft["chart"].language,
        task="chart",
        group=sample.id,
        truth_source="engine",
        source="user table" if "chart" in context.inputs else "invented",
        draft={},
    )


def _messages(image: Image, turns: Sequence[Turn]) -> tuple[Message, ...]:
    messages: list[Message] = []
    for i, t in enumerate(turns):
        messages += [user(image, t.question) if i == 0 else user(t.question), assistant(t.reply)]
    return tuple(messages)


def _regions(chart: Chart, drawn: Drawn, worn: Worn, image: Image) -> tuple[Region, ...]:
    """A region per mark (label: its series; text: what it stands for) and per text (label: its role)."""
    quads: list[Quad] = [_quad(q) for q in worn.quads.round(2).tolist()]
    regions = []
    for m, quad in zip(drawn.marks, quads, strict=False):
        series = chart.panels[m.panel].series[m.series]
        point = series.points[m.point]
        regions.append(Region(image.sha256, series.name, quad, point.x if isinstance(point.x, str) else ""))
    for t, quad in zip(drawn.texts, quads[len(drawn.marks) :], strict=True):
        regions.append(Region(image.sha256, t.role, quad, t.text))
    return tuple(regions)


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def difficulty(chart: Chart, kind: str, asked: Sequence[Proposal]) -> int:
    """1 to 5: amount of marks, series and panels, whether values have to be estimated, and composed operations."""
    marks = sum(len(s.points) for p in chart.panels for s in p.series)
    score = 1.0 + (marks > 8) * 0.5 + (marks > 20) * 0.5 + (len(chart.panels) > 1) * 0.5
    score += 0.5 * (max(len(p.series) for p in chart.panels) > 2)
    if kind == "summary":
        return min(5, round(score + 1.0 + marks / 25))
    score += max(depth(p.query) + (p.family == "computation") - 1 for p in asked) * 0.6
    score += 0.5 * any(not p.answer.exact for p in asked)
    return max(1, min(5, round(score)))


def _meta(sample: Sample, context: StepContext) -> dict[str, Any]:
    draft = sample.draft
    style: Style = draft["style"]
    return {
        "pipeline": "chart", "turn_kind": draft["kind"], "templates": [t.template for t in draft["turns"]],
        "styles": [t.style for t in draft["turns"]], "ops": [p.query.op for p in draft["asked"]],
        "families": [p.family for p in draft["asked"]], "chart_type": draft["chart"].type, "style": style.to_json(),
        "font_sha256": face(style.family).sha256,
        "engine": draft["drawn"].engine, "augment_level": draft["level"],
        "augment": [[name, parameters] for name, parameters in draft["worn"].log], "checks": draft["checks"],
        "seed": seed_from(context.run_seed, sample.id),
    }  # fmt: skip
