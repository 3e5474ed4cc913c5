"""Pictures in many languages: shares, exactness over workers, words, the missing font; needs the Debian fonts."""

from __future__ import annotations

import collections
import hashlib
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mmrecipes
from mmrecipes.canvas import fonts
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import LANGUAGES, check_language, script_of
from mmrecipes.core.errors import FontError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, Seeds, StepContext
from mmrecipes.recipes.qianfan_vl import recipe
from mmrecipes.recipes.qianfan_vl.chart import nouns_zh, phrases_reply_zh, phrases_zh
from mmrecipes.recipes.qianfan_vl.chart import task as chart
from mmrecipes.recipes.qianfan_vl.languages import ROUND, language_at
from mmrecipes.recipes.qianfan_vl.table import phrases_zh as table_zh
from mmrecipes.recipes.qianfan_vl.table import task as table
from mmrecipes.recipes.qianfan_vl.table.wording_zh import told
from mmrecipes.recipes.qianfan_vl.user_tables import undrawable_column
from mmrecipes.render.charts.content_local import TYPES, local_chart
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.tables.queries import OPERATIONS

HAN = re.compile(r"[\u4e00-\u9fff]")
Steps = tuple[Callable[..., Any], ...]


def chart_steps(code: str) -> Steps:
    return (
        chart.ChartContent(((code, 1.0),)), chart.ChartDraw("auto"), chart.chart_augment, chart.chart_ask,
        chart.chart_verify, chart.chart_finish,
    )  # fmt: skip


def table_steps(code: str) -> Steps:
    return (
        table.TableContent(((code, 1.0),)), table.table_draw, table.table_augment, table.table_ask, table.table_verify,
        table.table_finish,
    )  # fmt: skip


def run(kind: str, steps: Steps, index: int) -> Sample | Drop:
    sample = Seeds("qianfan-vl", {kind: 1.0}).sample(kind, index)
    for number, one in enumerate(steps):
        context = StepContext(7, sample.id, f"{kind}/{number}")
        result = one(sample) if number == 4 else one(sample, context)
        if isinstance(result, Drop):
            return result
        sample = result
    return sample


def missing(code: str) -> str:
    try:
        check_language(code)
    except FontError as e:
        return str(e)
    return ""


def made(kind: str, code: str, count: int) -> list[Sample]:
    if why := missing(code):
        pytest.skip(why)
    steps = (chart_steps if kind == "chart" else table_steps)(code)
    return [s for i in range(count) if isinstance(s := run(kind, steps, i), Sample)]


@pytest.fixture(scope="module")
def chinese() -> list[Sample]:
    return made("chart", "zh", 70)


def test_every_round_has_the_shares_exactly() -> None:
    shares = (("en", 3.0), ("zh", 2.0), ("ar", 1.0), ("th", 0.0))
    for start in (0, ROUND, 7 * ROUND):
        found = collections.Counter(language_at(i, shares, "table") for i in range(start, start + ROUND))
        assert found == {"en": 30, "zh": 20, "ar": 10}
    assert [language_at(i, shares, "table") for i in range(60)] != [language_at(i, shares, "chart") for i in range(60)]


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ({"xx": 1.0}, "unknown language xx"),
        ({"en": 0.0}, "all zero"),
        ({"en": float("inf")}, "finite"),
        ({"en": float("nan")}, "finite"),
    ],
)
def test_impossible_shares_are_refused(shares: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        recipe.Params(languages=shares)


def test_a_run_without_the_fonts_is_refused_with_the_package_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    face.cache_clear()
    check_language.cache_clear()
    with pytest.raises(FontError, match="apt install fonts-noto-cjk"):
        recipe.source(recipe.Params(languages={"en": 1.0, "zh": 1.0}), {})
    recipe.source(recipe.Params(), {})
    recipe.source(recipe.Params(languages={"de": 1.0, "ru": 1.0, "el": 1.0, "vi": 1.0, "zh": 0.0}), {})
    face.cache_clear()
    check_language.cache_clear()


@pytest.mark.parametrize(("code", "mark", "group"), [("de", ",", "."), ("fr", ",", "\u202f"), ("hi", ".", ",")])
def test_questions_and_answers_quote_the_numbers_of_the_picture(code: str, mark: str, group: str) -> None:
    asked = tables = 0
    for sample in made("chart", code, 36):
        texts = [m.text for m in sample.messages if not m.text.startswith("{")]
        if mark == ",":
            assert not [t for t in texts if re.search(r"\d\.\d(?!\d\d)|\d,\d+, \d", t)]
        tables += any("|---" in t for t in texts)
        for query, said in zip(sample.truth["queries"], (m.text for m in sample.messages if m.role == "assistant"),
                               strict=False):  # fmt: skip
            if query["kind"] in ("number", "percent"):
                plain = query["text"].replace(group, "").replace(mark, ".")
                assert float(plain) == pytest.approx(query["answer"]) and query["text"].lstrip("-") in said
                asked += mark in query["text"]
    assert asked >= 5 and tables >= 1


def test_chinese_charts_are_asked_about_in_chinese(chinese: list[Sample]) -> None:
    assert len(chinese) >= 55
    for sample in chinese:
        assert sample.language == "zh" and sample.truth["summary"]["language"] == "zh"
        for message in sample.messages:
            text = message.text
            if message.role == "user":
                assert HAN.search(text) and not re.search(r"[a-z]{5,}", text.replace("Markdown", ""))
                assert "{" not in text and not re.search(r"的的|，，|。。|：，|^的|，的", text), text
            elif sample.meta["turn_kind"] == "question":
                assert "是约" not in text and "None" not in text and not re.search(r"[a-z]{5,}", text), text


def test_no_chinese_template_makes_up_more_than_three_in_a_hundred(chinese: list[Sample]) -> None:
    used = [t for s in chinese for t in s.meta["templates"]]
    cores = collections.Counter("/".join(t.split(".")[:2]).split("/")[1] + t.split(".")[2] for t in used)
    assert len(used) > 120 and max(collections.Counter(used).values()) <= 0.03 * len(used)
    assert max(cores.values()) <= 0.06 * len(used)


def test_chinese_tables_are_asked_about_in_chinese() -> None:
    kept = made("table", "zh", 60)
    used = [t for s in kept for t in s.meta["templates"]]
    assert len(kept) >= 50 and len({o for s in kept for o in s.meta["ops"]}) >= 14
    assert max(collections.Counter(used).values()) <= 0.03 * max(len(used), 100)
    for sample in kept:
        asked = sample.meta["turn_kind"] in ("question", "dialogue")
        for message in sample.messages:
            text = message.text
            if message.role == "user":
                assert HAN.search(text) and "{" not in text and not re.search(r"的的|，，|。。|：，|把的|，的", text), (
                    text
                )
            elif asked:
                assert not re.search(r"percentage|\brow\b|\bYes\b|\bNo\b|\x1f|None", text), text


def test_every_operation_of_tables_has_chinese_cores_and_sentences() -> None:
    assert set(table_zh.CORES) == set(table_zh.SENTENCES) == set(OPERATIONS)
    assert all(len(set(cores)) >= 5 for cores in table_zh.CORES.values())


def test_our_own_words_in_an_answer_are_told_in_chinese() -> None:
    assert [told(t) for t in ("Yes", "row 3", "2.5 percentage points", "张伟")] == [
        "是",
        "第3行",
        "2.5个百分点",
        "张伟",
    ]


def test_every_operation_of_the_charts_has_chinese_cores_and_replies() -> None:
    assert set(phrases_zh.CORES) == set(phrases_reply_zh.ANSWERS)
    assert all(len(set(cores)) >= 4 for cores in phrases_zh.CORES.values())
    assert nouns_zh.quantity("12", "千元") == "12千元" and nouns_zh.quantity("3", "km²") == "3 km²"


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_charts_of_all_types_are_in_their_language(code: str) -> None:
    seen = set()
    own = {LANGUAGES[code].script} | ({"Hani"} if code == "ja" else set())
    for kind in TYPES:
        made_chart = local_chart(random.Random(3), 0, code, kind=kind)
        texts = [made_chart.title, *(a.name for p in made_chart.panels for a in p.axes)]
        texts += [s.name for p in made_chart.panels for s in p.series]
        letters = [s for t in texts for ch in t if (s := script_of(ch)) != "Zyyy"]
        assert letters and set(letters) <= own
        assert not {"Year", "Month", "Total", "Share"} & set(texts)
        seen.add(made_chart.type)
    assert seen == set(TYPES)


@pytest.mark.parametrize("code", ["ar", "he", "hi", "th", "ja", "ru"])
def test_charts_and_tables_in_other_scripts_are_verified_samples(code: str) -> None:
    charts, tables = made("chart", code, 6), made("table", code, 8)
    assert len(charts) >= 4 and len(tables) >= 5
    for sample in (*charts, *tables):
        assert sample.language == code and sample.regions
    for sample in tables:
        direction = LANGUAGES[code].direction
        assert sample.truth["direction"] == direction
        assert sample.truth["html"].startswith('<table dir="rtl">' if direction == "rtl" else "<table>")
        assert len(sample.meta["font_sha256"]) == 64


def test_bytes_of_a_language_do_not_depend_on_what_was_made_before() -> None:
    first = made("table", "ar", 3)
    made("chart", "zh", 2)
    again = made("table", "ar", 3)
    assert [s.images[0].sha256 for s in first] == [s.images[0].sha256 for s in again]
    assert [s.messages[-1].text for s in first] == [s.messages[-1].text for s in again]


CITIES = "城市,人口（万）,气候\n" + "".join(
    f"{city},{n},{kind}\n"
    for city, n, kind in (
        ("北京", 2189, "温带"),
        ("上海", 2487, "亚热带"),
        ("广州", 1868, "亚热带"),
        ("西安", 1295, "温带"),
    )
)


def test_a_users_file_in_chinese_is_drawn_and_asked_about_in_chinese(tmp_path: Path) -> None:
    if why := missing("zh"):
        pytest.skip(why)
    file = tmp_path / "cities.csv"
    file.write_text(CITIES, encoding="utf-8")
    assert undrawable_column(file) is None
    kept = []
    for i in range(8):
        sample = Seeds("qianfan-vl", {"table": 1.0}).sample("table", i)
        for number, one in enumerate(table_steps("en")):
            context = StepContext(7, sample.id, str(number), 0, {"table": file})
            result = one(sample) if number == 4 else one(sample, context)
            if isinstance(result, Drop):
                break
            sample = result
        else:
            kept.append(sample)
    assert len(kept) >= 5
    assert all(s.language == "zh" and HAN.search(s.messages[0].text) for s in kept)


@pytest.mark.parametrize(("code", "head"), [("zh", "城市,人口（万）,气候"), ("ar", "المدينة,السكان,المناخ")])
def test_charts_of_a_users_file_in_another_script_are_drawn_and_asked_about(
    code: str, head: str, tmp_path: Path
) -> None:
    if why := missing(code):
        pytest.skip(why)
    cities = texts(code).cities[:6]
    file = tmp_path / "cities.csv"
    rows = [f"{name},{1000 + 317 * i % 900},{texts(code).groups[i % 2]}\n" for i, name in enumerate(cities)]
    file.write_text(head + "\n" + "".join(rows), encoding="utf-8")
    kept = []
    for i in range(8):
        sample = Seeds("qianfan-vl", {"chart": 1.0}).sample("chart", i)
        for number, one in enumerate(chart_steps("en")):
            context = StepContext(7, sample.id, str(number), 0, {"chart": file})
            result = one(sample) if number == 4 else one(sample, context)
            if isinstance(result, Drop):
                break
            sample = result
        else:
            kept.append(sample)
    assert len(kept) >= 5 and all(s.language == code for s in kept)
    own = {*cities, *re.sub("（.*）", "", head).split(",")}
    assert sum(any(word in m.text for m in s.messages for word in own) for s in kept) >= 4


def test_a_users_file_in_a_script_without_its_fonts_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cities.csv"
    file.write_text(CITIES, encoding="utf-8")
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    face.cache_clear()
    check_language.cache_clear()
    with pytest.raises(FontError, match="apt install fonts-noto-cjk"):
        recipe.source(recipe.Params(), {"table": file})
    face.cache_clear()
    check_language.cache_clear()


def test_own_texts_in_a_language_without_its_fonts_name_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.txt").write_text("今天晚上没有渡轮，所以大家都回家了，明天早上再来看看。", encoding="utf-8")
    (tmp_path / "b.txt").write_text(
        "The ferry was late again, and nobody on the quay knew whether it would still sail."
    )
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path / "none"),))
    face.cache_clear()
    check_language.cache_clear()
    with pytest.raises(FontError, match="apt install fonts-noto-cjk"):
        recipe.source(recipe.Params(), {"document": tmp_path})
    (tmp_path / "zh" / "a.txt").unlink()
    recipe.source(recipe.Params(), {"document": tmp_path})
    face.cache_clear()
    check_language.cache_clear()


@pytest.mark.slow
def test_a_run_in_many_languages_has_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    codes = [c for c in ("en", "zh", "ar", "hi", "th", "ru") if not missing(c)]
    digests = []
    for workers in (1, 2):
        out = tmp_path / str(workers)
        mmrecipes.run(
            "qianfan-vl",
            out=out,
            n=24,
            workers=workers,
            params={"tasks": {"table": 1.0, "chart": 1.0}, "languages": dict.fromkeys(codes, 1.0)},
        )
        digests.append([hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted((out / "data").rglob("*.parquet"))])
    found = collections.Counter((s.task, s.language) for s in mmrecipes.load(tmp_path / "1"))
    assert digests[0] == digests[1] and len(digests[0]) == 2
    assert (
        set(found) <= {(t, c) for t in ("table", "chart") for c in codes}
        and len({c for _, c in found}) > len(codes) // 2
    )
