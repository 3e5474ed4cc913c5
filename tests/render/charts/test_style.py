"""Styles suit their charts, differ from each other and are plain values."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from mmrecipes.canvas.fonts import FAMILIES, face
from mmrecipes.canvas.text import shape
from mmrecipes.render.charts import vocabulary
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.palettes import difference
from mmrecipes.render.charts.style import MIN_PAPER_DIFFERENCE, covering, shows, style_for
from mmrecipes.render.charts.style_presets import PRESETS
from mmrecipes_tests.render.charts.chart_samples import TYPES, chart_of

VISIBLE = ("background", "plot_background", "family", "grid", "grid_dash", "spines", "ticks", "title_align",
           "title_bold", "decoration", "legend_frame", "bar_edge", "title_colour")  # fmt: skip


def test_any_two_presets_differ_in_at_least_two_visible_axes() -> None:
    styles = [p.style(900, 600, 14.0, random.Random(1)) for p in PRESETS]
    for i, a in enumerate(styles):
        for b in styles[i + 1 :]:
            assert sum(getattr(a, f) != getattr(b, f) for f in VISIBLE) >= 2, (a.preset, b.preset)


def test_every_preset_comes_once_before_any_comes_twice() -> None:
    chart = chart_of("histogram")
    seen = [style_for(chart, i, random.Random(i)).preset for i in range(len(PRESETS))]
    passed_over = len(PRESETS) - len(set(seen))
    assert passed_over <= 2


def test_sizes_stay_within_the_promised_range() -> None:
    for i in range(300):
        rng = random.Random(i)
        s = style_for(random_chart(rng, i), i, rng)
        assert 480 <= s.width <= 1400 and 480 <= s.height <= 1400
        assert 0.6 <= s.width / s.height <= 2.45
        assert s.tick_size >= 12 and s.data_size >= 12


def test_every_series_stands_out_from_the_plot_background() -> None:
    for i in range(300):
        rng = random.Random(i)
        chart = random_chart(rng, i)
        s = style_for(chart, i, rng)
        for p in chart.panels:
            for row in p.series if p.type != "heatmap" else ():
                assert difference(row.colour, s.plot_background) >= MIN_PAPER_DIFFERENCE


def test_dark_paper_bears_no_dark_series_and_keeps_its_share_of_the_charts() -> None:
    for paper in ("#1e1f29", "#14304a"):
        assert not any(shows([c], paper) for c in ("#264653", "#003f5c", "#073b4c", "#800f2f", "#004d40"))
        assert all(shows([c], paper) for c in ("#1f77b4", "#d62728", "#2ca02c", "#ffd166", "#7f7f7f"))
    dark = 0
    for i in range(320):
        rng = random.Random(i)
        dark += style_for(random_chart(rng, i), i, rng).preset in ("night", "navy")
    assert dark >= 20


def test_texts_stand_out_from_what_they_are_printed_on() -> None:
    for p in PRESETS:
        s = p.style(900, 600, 14.0, random.Random(1))
        assert difference(s.text_colour, s.background) > 35 and difference(s.tick_colour, s.plot_background) > 30
        assert difference(s.title_colour, s.accent if s.decoration == "band" else s.background) > 35


def test_a_style_is_a_json_value_and_a_function_of_its_seed() -> None:
    chart = chart_of("bar")
    a, b = (style_for(chart, 4, random.Random(9)) for _ in range(2))
    assert a == b and json.loads(json.dumps(a.to_json()))["preset"] == a.preset
    assert any(style_for(chart, 4, random.Random(k)) != a for k in range(3))


@pytest.mark.parametrize("kind", TYPES)
def test_a_family_without_a_glyph_is_replaced(kind: str) -> None:
    chart = chart_of(kind)  # type: ignore[arg-type]
    chart = replace(chart, title="Area in m² − Ωλ")
    for i in range(len(PRESETS)):
        s = style_for(chart, i, random.Random(i))
        assert {ord(c) for c in chart.title} <= face(s.title_family, bold=s.title_bold).coverage


def vocabulary_strings() -> list[str]:
    """Every word that invented charts can print."""
    found = {*vocabulary.MONTHS, *vocabulary.LONG_MONTHS, *vocabulary.WEEKDAYS, "Q1", "₹ m²", "m³", "−12 °C", "µg/m³"}
    corpora = [vocabulary.corpus_domain(random.Random(i)) for i in range(400)]
    for domain in (*vocabulary.DOMAINS, *corpora):
        found |= {m.name for m in domain.measures} | {m.unit for m in domain.measures} | set(domain.owners)
        found |= {n for e in domain.entities for n in (e.axis, *e.names)}
    return sorted(found - {""})


@pytest.mark.parametrize("family", FAMILIES)
def test_every_word_and_unit_of_the_vocabulary_can_be_printed_in_every_family_or_its_substitute(family: str) -> None:
    preset = PRESETS[0].style(900, 600, 14.0, random.Random(1))
    style = replace(preset, family=family, title_family=family)
    for text in vocabulary_strings():
        s = covering(style, text)
        for bold, italic in ((False, False), (True, False), (False, True)):
            shape(text, face(s.family, bold=bold, italic=italic), 14.0)
            shape(text, face(s.title_family, bold=bold, italic=italic), 14.0)


@pytest.mark.parametrize(("text", "named"), [("売上高", "売"), ("المبيعات", "م"), ("bell\x07", "x07"), ("מכירות", "מ")])
def test_texts_that_no_family_can_print_are_refused_by_name(text: str, named: str) -> None:
    chart = replace(chart_of("bar"), title=f"{text} by region")
    for i in range(len(PRESETS)):
        with pytest.raises(LayoutRefusal) as refusal:
            style_for(chart, i, random.Random(i))
        assert refusal.value.reason == "missing_glyph" and named in refusal.value.detail
