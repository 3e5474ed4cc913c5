"""Reports, papers and slides about one study whose figures stand in its table, its chart and its sentences alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from mmrecipes.render.corpora.topics import Metric, Topic, draw_value, topics
from mmrecipes.render.documents.kinds.desk import Desk, grid_of
from mmrecipes.render.documents.kinds.formulas import MODELS, inline_pieces
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FigureBlock,
    FormulaBlock,
    Furniture,
    Heading,
    Item,
    Leaf,
    ListBlock,
    Paragraph,
    Piece,
    Row,
    TableBlock,
    Text,
    leaves,
    plain,
    say,
    worded,
)
from mmrecipes.render.tables.grid import ColumnKind, Grid
from mmrecipes.render.tables.printing import NumberForm


@dataclass(frozen=True, slots=True)
class Study:
    """One measured quantity (and a few more columns) of several entities."""

    topic: Topic
    metric: Metric
    names: tuple[str, ...]
    values: tuple[int, ...]
    form: NumberForm

    def text(self, scaled: int) -> str:
        return self.form.text(scaled)


_NO_SUBJECTS = frozenset(
    {
        "items",
        "cost items",
        "positions",
        "work items",
        "terms",
        "parameters",
        "tests",
        "units",
        "components",
        "employees",
        "athletes",
        "borrowers",
        "films",
        "titles",
        "treatments",
        "foods",
        "models",
        "funds",
    }
)
"""Topics whose entities read oddly in a study of places and houses."""
_NOUN = re.compile(
    r"(rate|price|temperature|rainfall|use|bill|stay|score|occupancy|flow|level|speed|revenue|income|weight|consumption|"
    r"yield|production|attendance|punctuality|mileage|demand|density|hardness|population|hours|downtime|availability|"
    r"noise|efficiency|fee|pay|turnover|vacancies|vibration|age|area|time|loans|visitors|passengers|exports|imports|"
    r"overnight stays|arrivals|admissions|sunshine|ozone|dioxide|dose|strength|complaints|members|traffic|waste|cargo|"
    r"accidents|thefts|burglaries|mean .*|median .*)$",
    re.IGNORECASE,
)


def _is_noun(metric: Metric) -> bool:
    """Whether a measure's name stands in a sentence without further ado."""
    return _NOUN.search(metric.name) is not None and not metric.name.startswith(("Change", "Annual change"))


def study(desk: Desk) -> Study:
    """A study with values that have one highest, one second and one lowest."""
    rng = desk.rng
    topic = rng.choice([t for t in topics() if t.plural not in _NO_SUBJECTS and any(map(_is_noun, t.metrics))])
    metric = rng.choice([m for m in topic.metrics if _is_noun(m)])
    count = rng.randint(4, 6) + desk.complexity // 2
    values: dict[int, None] = {}
    for _ in range(400):
        values.setdefault(round(draw_value(metric, rng) * 10**metric.decimals))
        if len(values) == count:
            break
    names = topic.names(len(values), rng)
    return Study(topic, metric, tuple(names), tuple(values), _form(desk, metric))


def _form(desk: Desk, metric: Metric) -> NumberForm:
    """How values of a metric are printed."""
    unit = f" {metric.unit}" if metric.unit not in ("", "%") else metric.unit
    return NumberForm(metric.decimals, ",", "-", desk.prose.amounts.prefix if metric.money else "", unit)


def tell(desk: Desk, s: Study) -> None:
    """Give the prose the facts of the study."""
    rng, prose = desk.rng, desk.prose
    order = sorted(range(len(s.values)), key=lambda i: s.values[i], reverse=True)
    top, second, low = order[0], order[1], order[-1]
    last = desk.today.year - 1
    first = last - rng.randint(1, 6)
    metric = s.metric.name[0].lower() + s.metric.name[1:] if not s.metric.name[:2].isupper() else s.metric.name
    prose.slots |= {
        "metric": metric,
        "topic": s.topic.name,
        "plural": s.topic.plural,
        "count": str(len(s.names)),
        "label": s.topic.label.lower(),
        "place": prose.invented("region"),
        "period": f"{first}–{last}",
        "first": str(first),
        "last": str(last),
        "year_last": str(last),
        "top": s.names[top],
        "top_value": desk.fact("top_value", s.text(s.values[top])),
        "second": s.names[second],
        "second_value": s.text(s.values[second]),
        "low": s.names[low],
        "low_value": desk.fact("low_value", s.text(s.values[low])),
        "mean_value": s.text(round(fmean(s.values))),
        "spread_value": s.text(s.values[top] - s.values[low]),
    }
    desk.fact("top", s.names[top], "name")
    desk.fact("low", s.names[low], "name")


def table_of(desk: Desk, s: Study, most: int = 2) -> Grid:
    """The study's table: entities, the metric, and one or two more columns."""
    rng = desk.rng
    header = [s.topic.label, s.metric.name]
    kinds: list[ColumnKind] = ["name", "decimal" if s.metric.decimals else "integer"]
    columns = [list(s.names), [s.text(v) for v in s.values]]
    others = [m for m in s.topic.metrics if m is not s.metric]
    for m in rng.sample(others, min(len(others), rng.randint(0, most) if desk.complexity > 1 else 0)):
        header.append(m.name)
        kinds.append("decimal" if m.decimals else "integer")
        form = _form(desk, m)
        columns.append([form.text(round(draw_value(m, rng) * 10**m.decimals)) for _ in s.names])
    rows = [list(row) for row in zip(*columns, strict=True)]
    return grid_of(header, rows, kinds, row_header=desk.chance(0.5))


def _caption(word: str, number: int, text: str, bold: bool) -> Text:
    return (Piece(f"{word} {number}", bold=bold), Piece(f": {text}", prose=True))


def _drop_unsaid(desk: Desk, blocks: Sequence[Block]) -> None:
    """Forget what the prose of this study happens not to say."""
    said = " ".join(_said(leaf) for leaf in leaves(tuple(blocks)))
    desk.forget(
        {f.name for f in desk.facts if f.name in ("top", "low", "top_value", "low_value") and f.text not in said}
    )


def _said(leaf: Leaf) -> str:
    if isinstance(leaf, TableBlock):
        return " ".join(c.text for c in leaf.grid.cells)
    if isinstance(leaf, ListBlock):
        return " ".join(plain(item.text) for item in leaf.items)
    return plain(leaf.text) if isinstance(leaf, Heading | Paragraph) else ""


def report(desk: Desk) -> Document:
    """A report in sections; complexity adds sections, subsections, a table, a chart and a list of measures."""
    rng, prose = desk.rng, desk.prose
    s = study(desk)
    tell(desk, s)
    title = desk.fact("title", prose.say("report_title"))
    blocks: list[Block] = [Heading(worded(title), 0)]
    author = desk.fact("author", prose.invented("person"), "name")
    day = desk.dated("report_date", desk.today, spelled=True)
    blocks.append(
        Paragraph(say(rng.choice((f"{author}, {day}", f"{day}\n{author}", f"Prepared by {author} · {day}"))), "byline")
    )
    blocks += _sections(desk, s)
    _drop_unsaid(desk, blocks)
    furniture = [Furniture("page_number", prose.pick("page_of"), rng.choice(("centre", "right")))]
    if desk.chance(0.6):
        furniture.append(
            Furniture(
                "header",
                title if len(title) < 60 else s.topic.name.capitalize(),
                rng.choice(("left", "right")),
                first_page=False,
            )
        )
    if desk.chance(0.3):
        furniture.append(Furniture("footer", f"{prose.invented('department')} · {prose.invented('company')}", "left"))
    columns = 2 if desk.complexity >= 3 and desk.chance(0.35) else 1
    return desk.document(_wide_over_columns(blocks) if columns > 1 else blocks, furniture, columns=columns)


def _sections(desk: Desk, s: Study) -> list[Block]:
    rng, prose = desk.rng, desk.prose
    names = prose.parts("section_names")
    parts: list[tuple[str, list[Block]]] = [(names[0], [Paragraph(worded(prose.say("summary")))])]
    bold = desk.chance(0.5)
    if desk.complexity >= 2:
        parts.append((names[1], [Paragraph(worded(prose.say("background")))]))
    if desk.complexity >= 3:
        parts.append((names[2], [Paragraph(worded(prose.say("method"))), *_filler(desk, 1)]))
    number = 1 if desk.complexity >= 2 or desk.chance(0.5) else 0
    results: list[Block] = [
        Paragraph(worded(prose.say("results_lead", ref=f"Table {number}" if number else "the following list")))
    ]
    if number:
        results.append(TableBlock(table_of(desk, s), _caption("Table", 1, prose.say("table_caption"), bold)))
    else:
        results.append(ListBlock(tuple(Item(say(f"{n}: {s.text(v)}")) for n, v in zip(s.names, s.values, strict=True))))
    results.append(Paragraph(worded(prose.say("results_more"))))
    if desk.complexity >= 3:
        results.append(_chart(desk, s, 1, bold))
        results += _filler(desk, 1)
    parts.append((names[3], results))
    if desk.complexity >= 2:
        more: list[Block] = [Paragraph(worded(prose.say("assessment"))), *_filler(desk, desk.complexity // 2)]
        for name in rng.sample(prose.parts("subsection_names"), 2 * (desk.complexity // 4)):
            more += [Heading(worded(name), 2), *_filler(desk, rng.randint(1, 2))]
            if desk.complexity == 5:
                more += [Heading(worded(rng.choice(("Details", "Examples", "Open points"))), 3), *_filler(desk, 1)]
        parts.append((names[4], more))
    measures = tuple(Item(worded(prose.say("recommendation"))) for _ in range(rng.randint(2, 3) + desk.complexity // 2))
    parts.append(
        (names[5], [Paragraph(worded(prose.say("recommend_lead"))), ListBlock(measures, ordered=desk.chance(0.5))])
    )
    if desk.complexity >= 4:
        parts.append((names[6], [Paragraph(worded(prose.say("outlook")))]))
    return _numbered(parts, desk.chance(0.5))


def _numbered(parts: Sequence[tuple[str, list[Block]]], numbered: bool) -> list[Block]:
    blocks: list[Block] = []
    for n, (name, inner) in enumerate(parts, 1):
        blocks.append(Heading(worded(name), 1, str(n) if numbered else ""))
        sub = third = 0
        for block in inner:
            if isinstance(block, Heading) and numbered:
                if block.level == 2:
                    sub, third = sub + 1, 0
                    block = Heading(block.text, 2, f"{n}.{sub}")
                else:
                    third += 1
                    block = Heading(block.text, 3, f"{n}.{sub}.{third}")
            blocks.append(block)
    return blocks


def _filler(desk: Desk, count: int) -> list[Block]:
    return [
        Paragraph(worded(desk.prose.say(desk.rng.choice(("filler", "background", "method"))))) for _ in range(count)
    ]


def _chart(desk: Desk, s: Study, number: int, bold: bool) -> FigureBlock:
    printed = replace(s.form, suffix="%" if s.form.suffix == "%" else "")  # other units stand in the caption
    rows = [[n, printed.text(v)] for n, v in zip(s.names, s.values, strict=True)]
    values = grid_of([s.topic.label, s.metric.name], rows, ["name", "decimal"])
    caption = _caption("Figure", number, desk.prose.say("chart_caption"), bold)
    return FigureBlock("chart", desk.rng.randrange(2**31), 0.6, 0.8, caption, grid=values)


def paper(desk: Desk) -> Document:
    """A research paper: title, authors, abstract, numbered sections, formulas, a table, a figure, references."""
    rng, prose = desk.rng, desk.prose
    s = study(desk)
    tell(desk, s)
    prose.slots["approach"] = prose.phrase("approach")
    title = desk.fact("title", prose.say("paper_title"))
    authors = [prose.invented("person") for _ in range(rng.randint(1, 3))]
    desk.fact("first_author", authors[0], "name")
    blocks: list[Block] = [
        Heading(worded(title), 0, role="paper"),
        Paragraph(say(", ".join(authors)), "authors"),
        Paragraph(say(prose.invented("university")), "affiliation"),
    ]
    lead = rng.choice(("Abstract. ", "Abstract — ", "Summary. "))
    blocks.append(Paragraph((Piece(lead, bold=True), Piece(prose.say("abstract"), prose=True)), "abstract"))
    blocks += _paper_sections(desk, s)
    _drop_unsaid(desk, blocks)
    furniture = [Furniture("page_number", rng.choice(("{page}", "– {page} –")), "centre")]
    if desk.chance(0.5):
        furniture.append(
            Furniture("header", f"{authors[0]}: {title}" if len(title) < 50 else authors[0], "right", first_page=False)
        )
    if desk.complexity >= 2 and desk.chance(0.75):
        return desk.document(_wide_over_columns(blocks), furniture, columns=2)
    return desk.document(blocks, furniture)


def _wide_over_columns(blocks: Sequence[Block]) -> list[Block]:
    """Tables of more than two columns float over all columns of the page."""
    return [replace(b, flow="page float") if isinstance(b, TableBlock) and b.grid.cols > 2 else b for b in blocks]


def _paper_sections(desk: Desk, s: Study) -> list[Block]:
    rng, prose = desk.rng, desk.prose
    names = prose.parts("paper_sections")
    models = rng.sample(MODELS, 2)
    bold = desk.chance(0.5)
    intro: list[Block] = [
        Paragraph(worded(prose.say("intro"))),
        *([Paragraph(worded(prose.say("intro")))] if desk.complexity > 2 else []),
    ]
    data: list[Block] = [Paragraph(worded(prose.say("method"))), *_filler(desk, desk.complexity // 2)]
    lead = Paragraph(inline_pieces(prose.say("model_lead")))
    numbered = desk.chance(0.7)
    model: list[Block] = [
        lead,
        FormulaBlock(*models[0], "(1)" if numbered else ""),
        Paragraph(inline_pieces(prose.phrase("model_after")), "continued"),
    ]
    if desk.complexity >= 3:
        model += [
            Paragraph(worded(prose.say("results_more"))),
            FormulaBlock(*models[1], "(2)" if numbered else ""),
            Paragraph(inline_pieces(prose.phrase("model_after")), "continued"),
        ]
    results: list[Block] = [
        Paragraph(worded(prose.say("results_lead", ref="Table 1"))),
        TableBlock(table_of(desk, s), _caption("Table", 1, prose.say("table_caption"), bold), "float"),
        Paragraph(worded(prose.say("results_more"))),
    ]
    if desk.complexity >= 2:
        results += [Paragraph(worded(prose.say("results_lead", ref="Figure 1"))), _chart(desk, s, 1, bold)]
    if desk.complexity >= 4:
        for name in rng.sample(prose.parts("subsection_names"), 2):
            results += [Heading(worded(name), 2), *_filler(desk, rng.randint(1, 2))]
    talk: list[Block] = [Paragraph(worded(prose.say("assessment"))), *_filler(desk, desk.complexity // 2)]
    end: list[Block] = [Paragraph(worded(prose.say("outlook")))]
    parts = list(zip(names, (intro, data, model, results, talk, end), strict=True))
    if desk.complexity == 1:
        parts = [parts[0], parts[2], parts[5]]
    blocks = _numbered(parts, desk.chance(0.8))
    references = tuple(Item(say(prose.say("reference_entry"))) for _ in range(2 + desk.complexity))
    return [*blocks, Heading(say("References"), 1), ListBlock(references, ordered=True, role="references")]


def slide(desk: Desk) -> Document:
    """One or two slides: title, points, and a chart or a small table beside them."""
    rng, prose = desk.rng, desk.prose
    s = study(desk)
    tell(desk, s)
    title = desk.fact("title", prose.say("slide_title"))
    count = 6 if desk.complexity == 1 else 4
    points: list[Item] = []
    for _ in range(count):
        points.append(Item(worded(prose.say("slide_point"))))
        if desk.complexity >= 3 and desk.chance(0.3):
            points.append(Item(worded(prose.phrase("slide_point")), 1))
    left: tuple[Block, ...] = (ListBlock(tuple(points), role="slide"),)
    blocks: list[Block] = [Heading(worded(title), 0, role="slide")]
    if desk.chance(0.5):
        blocks.append(Paragraph(say(f"{prose.invented('department')}, {prose.slots['year_last']}"), "tagline"))
    if desk.complexity == 1:
        blocks += left
    else:
        right: Block = _chart(desk, s, 1, False) if desk.chance(0.6) else TableBlock(table_of(desk, s, 0))
        if isinstance(right, FigureBlock):
            right = FigureBlock("chart", right.seed, rng.uniform(0.5, 0.62), 1.0, (), grid=right.grid)
        parts = (left, (right,)) if desk.chance(0.7) else ((right,), left)
        blocks.append(Row(parts, (0.5, 0.5)))
    _drop_unsaid(desk, blocks)
    furniture = [Furniture("page_number", rng.choice(("{page}", "{page} / {pages}")), "right")]
    furniture += [Furniture("footer", prose.invented("company"), "left")] if desk.chance(0.5) else []
    return desk.document(blocks, furniture)
