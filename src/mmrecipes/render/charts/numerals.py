"""Numbers of charts in other languages: German 12.345,6, French 12 345,6, Hindi 12,34,567.8.

Values are worked with in the English form (`axes.number`); a language's own form is put on where a text is printed and
taken off where one is read. Covered: the decimal mark and the grouping of `corpora` (after CLDR), in running text too.
Not covered: digits of other scripts; names that hold numbers with separators (those of `content_local` hold none).
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from mmrecipes.render.charts.summary import Chart, Panel
from mmrecipes.render.corpora.texts import number_text, texts

_ENGLISH = re.compile(r"(?<![\d.,])(?:(\d{1,3}(?:,\d{3})+)|(\d+)(?=\.\d))(?:\.(\d+))?(?![\d,.]*\d)")


def localised(text: str, language: str) -> str:
    """The text with every English number in the form of a language."""
    return text if _like_english(language) else _ENGLISH.sub(lambda m: _printed(m, language), text)


def canonical(text: str, language: str) -> str:
    """The text with every number of a language in the English form."""
    return text if _like_english(language) else _local(language).sub(lambda m: _plain(m, language), text)


def in_form_of(chart: Chart, language: str) -> Chart:
    """The chart as one of a language: its numbers in that form, the names of its axes marked as given."""
    return replace(chart, panels=tuple(_panel(p, language) for p in chart.panels), language=language)


def _panel(panel: Panel, language: str) -> Panel:
    axes = tuple(replace(a, given=bool(a.name), ticks=tuple((v, localised(t, language)) for v, t in a.ticks))
                 for a in panel.axes)  # fmt: skip
    series = tuple(
        replace(s, points=tuple(replace(p, label=p.label and localised(p.label, language)) for p in s.points))
        for s in panel.series
    )
    return replace(panel, axes=axes, series=series)


def separator(language: str) -> str:
    """What keeps numbers of a list apart: no comma where decimals have one."""
    return "; " if texts(language).decimal == "," else ", "


@functools.cache
def _like_english(language: str) -> bool:
    t = texts(language)
    return (t.decimal, t.group, t.indian) == (".", ",", False)


def _printed(found: re.Match[str], language: str) -> str:
    whole, decimals = (found[1] or found[2]).replace(",", ""), found[3] or ""
    return number_text(language, int(whole + decimals), len(decimals), grouping=bool(found[1]))


@functools.cache
def _local(language: str) -> re.Pattern[str]:
    mark, group = re.escape(texts(language).decimal), re.escape(_group(language))
    return re.compile(rf"(?:(\d{{1,3}}(?:{group}\d{{2,3}})+)|(\d+)(?={mark}\d))(?:{mark}(\d+))?")


def _group(language: str) -> str:
    return texts(language).group.replace(" ", "\u00a0")


def _plain(found: re.Match[str], language: str) -> str:
    whole = f"{int(found[1].replace(_group(language), '')):,}" if found[1] else found[2]
    return f"{whole}.{found[3]}" if found[3] else whole
