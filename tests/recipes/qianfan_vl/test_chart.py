"""The chart task end to end on real drawings, its wording, and the spec's toy faults injected and caught."""

from __future__ import annotations

import functools
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmrecipes.core.boxes import box_of, quad_of
from mmrecipes.core.identity import canonical_json, rng_from, turn
from mmrecipes.core.sample import Sample, sample_to_json
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.chart import checks, steps, tables, task
from mmrecipes.recipes.qianfan_vl.chart.wording import word
from mmrecipes.render.charts import assemble
from mmrecipes.render.charts.answers import Query
from mmrecipes.render.charts.axes import printed_number
from mmrecipes.render.charts.content import TYPES, random_chart
from mmrecipes.render.charts.drawn import Drawn, TextBox
from mmrecipes.render.charts.operations import OPERATIONS, evaluate
from mmrecipes.render.charts.proposals import Proposal
from mmrecipes.render.charts.reading import AsDrawn, resolutions
from mmrecipes.render.charts.tracks import View

STEPS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("content", task.ChartContent()), ("draw", task.ChartDraw("skia")), ("augment", task.chart_augment),
    ("ask", task.chart_ask), ("verify", lambda sample, context: task.chart_verify(sample)),
    ("finish", task.chart_finish),
)  # fmt: skip


def through(
    index: int, until: str = "finish", inputs: Mapping[str, Path] | None = None, seed: int = 7
) -> Sample | Drop:
    """The sample of this index after a step, or the drop."""
    sample = Sample(id=f"qianfan-vl/chart/{index:06d}", draft={"stratum": "chart", "index": index})
    for name, run in STEPS:
        result = run(sample, StepContext(seed, sample.id, name, 0, inputs or {}))
        if isinstance(result, Drop):
            return result
        sample = result
        if name == until:
            break
    return sample


@functools.cache
def made(count: int = 132) -> tuple[Sample, ...]:
    return tuple(s for s in (through(i) for i in range(count)) if isinstance(s, Sample))


def asked_draft(kind: str = "question") -> Sample:
    """A sample just before verification."""
    for i in range(60):
        sample = through(i, "ask")
        if isinstance(sample, Sample) and sample.draft["kind"] == kind:
            return sample
    raise AssertionError("none")


def test_most_charts_are_kept_and_every_type_is_among_them() -> None:
    kept = made()
    assert len(kept) >= 0.85 * 132
    assert {s.meta["chart_type"] for s in kept} == set(TYPES)


def test_a_sample_says_what_it_is_and_can_be_stored() -> None:
    for s in made():
        assert s.task == "chart" and s.language == "en" and s.group == s.id and s.truth_source == "engine"
        assert 1 <= s.difficulty <= 5 and s.draft == {}
        assert [m.role for m in s.messages] == ["user", "assistant"] * (len(s.messages) // 2)
        assert s.messages[0].parts[0].image == s.images[0].sha256
        assert s.truth["image_size"] == list(s.images[0].size) == list(s.images[0].decode().shape[1::-1])
        assert json.loads(canonical_json(sample_to_json(s)))["truth"]["kind"] == "chart"
        assert len(s.meta["templates"]) == len(s.messages) // 2


def test_turns_are_two_to_four_questions_or_the_chart_written_down() -> None:
    kinds = Counter(s.meta["turn_kind"] for s in made())
    assert set(kinds) == {"question", "summary"}
    lengths = Counter(len(s.messages) // 2 for s in made() if s.meta["turn_kind"] == "question")
    assert set(lengths) == {2, 3, 4}


def test_the_three_families_of_questions_are_about_equally_frequent() -> None:
    families = Counter(f for s in made() for f in s.meta["families"])
    assert min(families.values()) > 0.6 * max(families.values())


def test_no_operation_comes_twice_in_a_conversation() -> None:
    for s in made():
        assert len(set(s.meta["ops"])) == len(s.meta["ops"])


def test_regions_lie_in_the_picture_and_cover_marks_and_texts() -> None:
    for s in made():
        width, height = s.images[0].size
        points = sum(len(x["points"]) for p in s.truth["summary"]["panels"] for x in p["series"])
        assert len(s.regions) > points
        names = {x["name"] for p in s.truth["summary"]["panels"] for x in p["series"]}
        assert all(r.label in names for r in s.regions[:points])
        for r in s.regions:
            x0, y0, x1, y1 = box_of(r.quad)
            assert x0 >= -2 and y0 >= -2 and x1 <= width + 2 and y1 <= height + 2


def test_stored_queries_execute_again_from_stored_json_to_the_stored_answers() -> None:
    count = 0
    for s in made():
        view = checks.rebuilt(json.loads(canonical_json(s.truth)))
        checks.check_queries(view, s.truth["queries"])
        count += len(s.truth["queries"])
    assert count > 250


def test_replies_contain_the_stored_answer() -> None:
    for s in made():
        replies = [m.text for m in s.messages if m.role == "assistant"]
        for q, reply in zip(s.truth["queries"], replies, strict=False):
            assert checks.says(reply, q), (q, reply)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_picture() -> None:
    for i in (3, 14, 25):
        a, b, c = through(i), through(i), through(i, seed=8)
        assert isinstance(a, Sample) and isinstance(b, Sample)
        assert canonical_json(sample_to_json(a)) == canonical_json(sample_to_json(b))
        assert isinstance(c, Drop) or c.images[0].sha256 != a.images[0].sha256


def test_matplotlib_draws_its_share_by_index() -> None:
    draw = task.ChartDraw("auto", 0.15)
    engines = Counter(draw._engine(i) for i in range(200))
    assert engines == {"skia": 170, "matplotlib": 30}


# --- wording


def unseen(index: int) -> list[Proposal]:
    """Questions about a chart whose plots are 400 x 300 pixels, without drawing it."""
    chart = random_chart(rng_from("frames", index), index)
    areas = tuple((0.0, 0.0, 400.0, 300.0) for _ in chart.panels)
    flat = Drawn(np.zeros((1, 1, 3), np.uint8), (), (), areas, "skia")
    view = View(chart)
    found = task._questions(view, AsDrawn(chart, resolutions(chart, flat)), index, rng_from("ask", index), Counter())
    return [Proposal(p.family, p.query, p.answer) for p in found]


@pytest.mark.slow
def test_no_frame_makes_up_more_than_3_percent_of_3000_samples() -> None:
    frames: Counter[str] = Counter()
    cores: Counter[str] = Counter()
    for i in range(3000):
        chart = random_chart(rng_from("frames", i), i)
        rng = rng_from("word", i)
        for n, p in enumerate(unseen(i)):
            template = word(View(chart), p.query, p.answer, rng, follow_up=n > 0).template
            case, _, choice = template.partition("/")
            frames[template] += 1
            cores[f"{case}/{choice.split('.')[1]}"] += 1
    assert max(frames.values()) <= 0.03 * 3000
    assert max(cores.values()) <= 0.03 * sum(cores.values())
    assert len(frames) > 4000


@pytest.mark.slow
def test_every_operation_is_asked_within_2000_samples() -> None:
    asked = Counter(p.query.op for i in range(2000) for p in unseen(i))
    assert set(asked) == set(OPERATIONS)


def test_sums_are_asked_only_of_things_that_add_up() -> None:
    for i in range(440):
        chart = random_chart(rng_from("frames", i), i)
        for p in unseen(i):
            if p.query.op in ("sum", "share_of_total"):
                panel = chart.panels[p.query.args["panel"]]
                names = [s.name for s in panel.series]
                series = (
                    panel.series[names.index(p.query.args["series"])]
                    if p.query.args.get("series") in names
                    else panel.series[0]
                )
                axis = panel.axis(series.axis)
                assert (
                    axis.unit not in ("%", "°C")
                    and "rating" not in axis.name.lower().split()
                    and "Mean" not in axis.name
                )


def words(index: int, count: int = 8) -> list[tuple[Proposal, str, str, str]]:
    chart = random_chart(rng_from("frames", index), index)
    rng = rng_from("words", index)
    found = []
    for n in range(count):
        for p in unseen(index):
            turn_ = word(View(chart), p.query, p.answer, rng, follow_up=n > 0)
            found.append((p, turn_.question, turn_.reply, turn_.style))
    return found


def test_questions_and_replies_are_clean_english() -> None:
    for index in range(110):
        for _, question, reply, _ in words(index, 3):
            for text in (question, reply):
                assert (
                    "{" not in text and "}" not in text and "  " not in text and " ," not in text and " ." not in text
                )
                assert (
                    " of of " not in text
                    and "the the " not in text
                    and " is are " not in text
                    and "None" not in text.split()
                )
            assert question[0].isupper() or not question[0].isalpha()
            assert question.rstrip()[-1] in '.?)":' or question.rstrip()[-1].isalnum()


def test_estimates_are_called_estimates_and_exact_answers_are_not() -> None:
    hedges = ("about", "roughly", "approximate", "estimate", "nearest", "read it off", "as well as you can")
    estimated = 0
    for index in range(220):
        for p, question, reply, style in words(index, 2):
            if p.answer.kind not in ("number", "percent"):
                continue
            if p.answer.exact:
                assert "about" not in reply.split(), (question, reply)
            elif style == "sentence":
                assert "about" in reply
                estimated += 1
    assert estimated > 50
    said = [any(h in q.lower() for h in hedges) for i in range(220) for p, q, _, _ in words(i, 1)
            if p.answer.kind in ("number", "percent") and not p.answer.exact]  # fmt: skip
    assert sum(said) > 0.9 * len(said)


def test_to_the_nearest_is_only_said_where_the_answer_is_the_nearest() -> None:
    seen = 0
    for index in range(220):
        for p, question, _, _ in words(index, 2):
            if "nearest" in question:
                assert abs(p.answer.value - p.answer.raw) <= p.answer.step / 2 * (1 + 1e-9)
                seen += 1
    assert seen > 50


def test_the_working_shows_true_equations() -> None:
    """Every "a op b = c" that is printed holds for the printed numbers."""
    equations = 0
    for index in range(330):
        for _, _, reply, style in words(index, 2):
            if style != "steps":
                continue
            for found in re.finditer(r" = (−?[\d,.]*\d)", reply):
                left = re.split(r"(?<=[.;:]) ", reply[: found.start()])[-1].replace(",", "")
                if not re.fullmatch(r"[\d.()+−/× ]*[+−/×][\d.()+−/× ]*", left):
                    continue
                computed = eval(left.replace("−", "-").replace("×", "*"), {"__builtins__": {}})  # noqa: S307
                assert computed == pytest.approx(printed_number(found[1])), reply
                equations += 1
    assert equations > 40


def test_short_numeric_answers_are_bare_numbers_when_asked_for() -> None:
    seen = 0
    for index in range(110):
        for p, question, reply, style in words(index, 2):
            if style == "short" and "number only" in question and p.answer.kind != "word":
                assert printed_number(reply) == pytest.approx(float(p.answer.value))
                seen += 1
    assert seen > 5


def test_harder_questions_get_a_higher_difficulty_and_equal_ones_the_same() -> None:
    chart = random_chart(rng_from("d"), 0, kind="bar")
    x = chart.panels[0].series[0].points[0].x
    easy = Proposal("visual", Query("chart_type", {"panel": 0}), evaluate(chart, Query("chart_type", {"panel": 0})))
    value = Query("value", {"panel": 0, "x": x})
    look_up = Proposal("retrieval", value, evaluate(chart, value))
    median = Query("median", {"panel": 0})
    deep = Proposal("computation", median, replace(evaluate(chart, median), exact=False))
    levels = [task.difficulty(chart, "question", [p]) for p in (easy, look_up, deep)]
    assert levels == sorted(levels) and levels[0] < levels[2]
    assert task.difficulty(chart, "question", [easy]) == task.difficulty(chart, "question", [easy])


# --- charts written down


def test_written_charts_are_read_back_to_the_data() -> None:
    forms: Counter[str] = Counter()
    for i in range(220):
        sample = through(i, "draw")
        if isinstance(sample, Drop):
            continue
        chart = sample.draft["chart"]
        view, reader = View(chart), AsDrawn(chart, resolutions(chart, sample.draft["drawn"]))
        found = task._write_down(view, reader, random.Random(i))
        if found is None:
            continue
        written, asked = found
        forms[written.form] += 1
        checks.check_written(view, written, asked.reply)
        if written.form == "markdown":
            for rows in tables.read_markdown(asked.reply):
                assert len({len(r) for r in rows}) == 1
    assert min(forms.values()) > 30


def test_one_changed_digit_in_a_written_table_is_noticed() -> None:
    sample = asked_draft("summary")
    written, reply = sample.draft["written"], sample.draft["turns"][0].reply
    view = View(sample.draft["chart"])
    entry = written.entries[0]
    broken = reply.replace(entry.text, f"{entry.text}9" if "." in entry.text else f"9{entry.text}", 1)
    assert broken != reply
    with pytest.raises((checks.CheckError, ValueError)):
        checks.check_written(view, written, broken)


# --- toy faults


def verified(sample: Sample) -> Sample | Drop:
    return task.chart_verify(sample)


def test_a_sound_sample_passes_verification() -> None:
    assert isinstance(verified(asked_draft()), Sample)


def with_first(sample: Sample, answer: Any) -> Sample:
    first, *rest = sample.draft["asked"]
    return sample.drafting(asked=[replace(first, answer=answer), *rest])


def test_an_answer_that_was_written_instead_of_computed_is_dropped() -> None:
    seen = 0
    for i in range(40):
        sample = through(i, "ask")
        if isinstance(sample, Drop) or not sample.draft["asked"]:
            continue
        a = sample.draft["asked"][0].answer
        if a.kind in ("category", "span"):
            continue
        wrong = a.value * 1.5 + 3 if isinstance(a.value, int | float) else "something else"
        result = verified(with_first(sample, replace(a, value=wrong)))
        assert isinstance(result, Drop) and result.reason in ("answer_differs", "reply_differs", "query_ambiguous")
        seen += 1
    assert seen > 10


def test_an_answer_just_outside_its_tolerance_is_dropped() -> None:
    seen = 0
    for i in range(120):
        sample = through(i, "ask")
        if isinstance(sample, Drop) or not sample.draft["asked"]:
            continue
        a = sample.draft["asked"][0].answer
        if a.kind == "number" and a.tolerance > 0:
            result = verified(with_first(sample, replace(a, value=a.raw + 1.01 * a.tolerance)))
            assert isinstance(result, Drop) and result.reason == "answer_differs"
            seen += 1
    assert seen > 3


def test_a_reply_that_says_something_else_is_dropped() -> None:
    sample = asked_draft()
    first, *rest = sample.draft["turns"]
    result = verified(sample.drafting(turns=[replace(first, reply="no idea"), *rest]))
    assert isinstance(result, Drop) and result.reason == "reply_differs"


def test_similar_colours_in_one_chart_are_dropped() -> None:
    for i in range(60):
        sample = through(i, "ask")
        if isinstance(sample, Drop) or len(sample.draft["chart"].panels[0].series) < 2:
            continue
        chart = sample.draft["chart"]
        panel = chart.panels[0]
        if panel.type == "heatmap":
            continue
        twin = replace(panel.series[1], colour=panel.series[0].colour)
        bad = replace(
            chart, panels=(replace(panel, series=(panel.series[0], twin, *panel.series[2:])), *chart.panels[1:])
        )
        result = verified(sample.drafting(chart=bad, asked=[], turns=[]))
        assert isinstance(result, Drop) and result.reason == "similar_colours"
        return
    raise AssertionError("no chart with two series")


def test_overlapping_texts_missing_labels_and_hidden_marks_are_dropped() -> None:
    sample = asked_draft()
    drawn: Drawn = sample.draft["drawn"]
    first = drawn.texts[0]
    doubled = (*drawn.texts, TextBox(first.panel, "annotation", "over it", first.quad))
    result = verified(sample.drafting(drawn=replace(drawn, texts=doubled)))
    assert isinstance(result, Drop) and result.reason == "overlapping_texts"
    result = verified(sample.drafting(drawn=replace(drawn, marks=drawn.marks[1:])))
    assert isinstance(result, Drop) and result.reason == "missing_mark"


def test_a_hidden_point_is_dropped() -> None:
    index = next(i for i in range(44) if random_chart(rng_from(0), i).type == "scatter")
    sample = through(index, "ask")
    assert isinstance(sample, Sample)
    drawn: Drawn = sample.draft["drawn"]
    x0, y0, x1, y1 = box_of(drawn.marks[0].quad)
    moved = (drawn.marks[0], replace(drawn.marks[1], quad=quad_of((x0 + 0.5, y0, x1 + 0.5, y1))), *drawn.marks[2:])
    result = verified(sample.drafting(drawn=replace(drawn, marks=moved)))
    assert isinstance(result, Drop) and result.reason == "hidden_point"


def test_a_stored_truth_without_its_points_is_unreadable() -> None:
    truth = json.loads(canonical_json(made()[0].truth))
    del truth["summary"]["panels"][0]["series"][0]["points"]
    with pytest.raises(checks.CheckError, match="points"):
        checks.rebuilt(truth)


def test_changing_a_stored_point_makes_the_stored_answers_fail() -> None:
    failed = tried = 0
    for s in made():
        truth = json.loads(canonical_json(s.truth))
        values = [q for q in truth["queries"] if q["op"] in ("value", "max", "sum", "mean")]
        if not values:
            continue
        for panel in truth["summary"]["panels"]:
            for series in panel["series"]:
                for point in series["points"]:
                    point["y"] = point["y"] * 3 + 11
                    point["extra"] = {k: v * 3 + 11 for k, v in point["extra"].items()}
                    if panel["type"] in ("scatter", "bubble"):
                        point["x"] = point["x"] * 3 + 11
        tried += 1
        try:
            checks.check_queries(checks.rebuilt(truth), values)
        except checks.CheckError as e:
            failed += e.reason in ("answer_differs", "query_ambiguous")
    assert tried > 30 and failed == tried


# --- the user's own file


def test_charts_of_a_users_file_say_so_and_hold_its_numbers(tmp_path: Path) -> None:
    rng = random.Random(2)
    lines = ["length (cm),weight (g),species"]
    lines += [f"{rng.gauss(5, 1):.1f},{rng.gauss(80, 9):.1f},{'abc'[i % 3] * 4}" for i in range(60)]
    path = tmp_path / "fish.csv"
    path.write_text("\n".join(lines))
    cells = {float(v) for line in lines[1:] for v in line.split(",")[:2]}
    kept = [through(i, inputs={"chart": path}) for i in range(33)]
    samples = [s for s in kept if isinstance(s, Sample)]
    assert len(samples) >= 25 and len({s.meta["chart_type"] for s in samples}) >= 5
    for s in samples:
        assert s.source == "user table"
        for panel in s.truth["summary"]["panels"]:
            if panel["type"] == "scatter":
                assert all(p["x"] in cells and p["y"] in cells for x in panel["series"] for p in x["points"])


def test_a_label_that_ends_in_a_full_stop_does_not_double_it(tmp_path: Path) -> None:
    rng = random.Random(3)
    lines = ["sales,firm"] + [
        f"{rng.randint(10, 99)},{('Acme Corp.', 'Bolt Ltd.', 'Crane Inc.')[i % 3]}" for i in range(30)
    ]
    path = tmp_path / "firms.csv"
    path.write_text("\n".join(lines))
    kept = [through(i, inputs={"chart": path}) for i in range(40)]
    said = [m.text for s in kept if isinstance(s, Sample) for m in s.messages]
    assert len([text for text in said if text.endswith(("Corp.", "Ltd.", "Inc."))]) > 3
    assert not [text for text in said if re.search(r"\w\.\.(\s|$)", text)]


def test_a_file_with_nothing_to_plot_drops_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("a,b\n" + "\n".join(f"word{i},other{i}" for i in range(30)))
    result = through(0, inputs={"chart": path})
    assert isinstance(result, Drop) and result.reason == "unchartable_columns"


def test_turn_kinds_are_spread_over_chart_types() -> None:
    pairs = {(TYPES[turn(i, 22, "chart type")], turn(i, task.KINDS, "chart turn kind") == 0) for i in range(22 * 40)}
    assert len(pairs) == 44


@pytest.mark.parametrize("engine", ["skia", "matplotlib"])
@pytest.mark.parametrize("header", ["売上高", "المبيعات"])
def test_headers_that_cannot_be_printed_end_as_drops_and_never_as_errors(
    header: str, engine: Any, tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(f"shop,{header}\n" + "".join(f"{'abc'[i % 3]},{i * 3 % 17}\n" for i in range(30)), encoding="utf-8")
    reasons = set()
    for i in range(12):
        sample = through(i, "content", {"chart": path})
        assert isinstance(sample, Sample)
        if header not in json.dumps(sample.draft["chart"].to_json(), ensure_ascii=False):
            continue
        result = task.ChartDraw(engine)(sample, StepContext(7, sample.id, "draw", 0, {}))
        assert isinstance(result, Drop)
        reasons.add(result.reason)
    assert reasons == {"missing_glyph"}


def test_rows_of_a_long_file_keep_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    levels = [(7919 * n) % 10007 / 10 for n in range(9000)]
    path.write_text("level\n" + "".join(f"{v}\n" for v in levels), encoding="utf-8")
    seen = []
    for i in range(3, 80, 11):
        sample = through(i, "content", {"chart": path})
        assert isinstance(sample, Sample)
        chart = sample.draft["chart"]
        if found := re.search(r"rows (\d+) to (\d+)$", chart.title):
            points = chart.panels[0].series[0].points
            assert [p.x for p in points] == [str(n) for n in range(int(found[1]), int(found[2]) + 1)]
            assert [p.y for p in points] == [levels[int(p.x) - 1] for p in points]
            seen.append(int(found[2]))
    assert seen and max(seen) > task.MOST_ROWS


def user_turns(names: list[str], kinds: list[str], rows: list[list[Any]], count: int = 88) -> list[str]:
    """Questions and replies about charts of these columns, without what is printed in quotes doubled or cut."""
    from mmrecipes.render.charts.from_data import chart_from_columns

    found: list[str] = []
    for i in range(count):
        chart = chart_from_columns(names, kinds, rows, rng_from("words", i), i)
        sample = Sample(id=f"u/{i}", draft={"stratum": "chart", "index": i, "chart": chart})
        for name, run in STEPS[1:5]:
            result = run(sample, StepContext(7, sample.id, name, 0, {}))
            if isinstance(result, Drop):
                break
            sample = result
        else:
            if sample.draft["kind"] == "question":
                found += [t for turn in sample.draft["turns"] for t in (turn.question, turn.reply)]
    return found


def test_headings_of_the_user_are_quoted_as_printed_and_called_neither_counts_nor_doubled() -> None:
    rng = random.Random(3)
    rows = [["abcd"[i % 4] + "x", rng.randint(1, 90) / 2, round(rng.random(), 2), rng.randint(100, 900),
             round(rng.gauss(5, 1), 1), round(rng.gauss(9, 2), 1)] for i in range(60)]  # fmt: skip
    names = ["shop", "highest sales", "share", "value of assets", "mean feature 2", "Größe"]
    turns = user_turns(names, ["text", "number", "number", "integer", "number", "number"], rows)
    assert len(turns) > 250
    quoted = re.compile(r'"[^"]*"')
    for text in turns:
        outside = quoted.sub('""', text)
        for heading in names[1:]:
            assert heading not in outside or heading in ("share",) or outside.count("|"), text
        assert "number of highest" not in text and "number of share" not in text and "value of the value" not in text
        assert not re.search(r"\b(\w+) \1\b", outside), text
        assert "größe" not in text and "the q1" not in outside
        assert not re.search(r"\ba [aeio]\w", outside), text
    assert any('the highest value of "Mean share"' in t for t in turns) and any('"Mean Größe"' in t for t in turns)


def test_rows_are_named_as_rows_where_their_number_could_be_taken_for_a_value() -> None:
    rows = [[float((i * 7) % 13)] for i in range(12)]
    turns = user_turns(["price"], ["number"], rows, 132)
    worked = [t for t in turns if t.startswith(("Above that value", "Below that value", "Highest:"))]
    assert worked and all(
        re.match(r"(Above|Below) that value: (row \d|[\d.]+ to)|Highest: (row \d|[\d.]+ to)", t) for t in worked
    )
    assert not [t for t in turns if re.search(r"\bfor \d+[?.]( |$)", t)]


def test_classes_that_are_numbers_are_quoted() -> None:
    rows = [[i % 3 + 1, round(i * 7.7 % 90, 1)] for i in range(30)]
    turns = user_turns(["class", "price"], ["integer", "number"], rows)
    assert any(' for "2"' in t for t in turns)
    assert not [t for t in turns if re.search(r"\b(for|to|does) [123]([?.]( |$)| account)", t)]


def test_no_article_is_wrong_and_one_is_singular() -> None:
    assert steps.quantity("1", "percentage points") == "1 percentage point"
    assert steps.quantity("2", "percentage points") == "2 percentage points"
    assert steps.quantity("1", "thousand units") == "1 thousand units"
    wrong = re.compile(r"\ba (?!uni|use|eu|one|U[A-Z])[aeiouAEIOU]\w|\ban [bcdfgjklmnpqrstvwxyz]|the q[13]\b")
    for s in made():
        for m in s.messages:
            text = re.sub(r'"[^"]*"', "", m.text)
            assert not wrong.search(text), m.text


@pytest.mark.parametrize("by", ["mean", "median"])
def test_an_aggregate_of_a_measure_that_is_one_itself_is_not_doubled(by: str) -> None:
    rows = [("Inn", [90.0, 95.0, 99.0]), ("Lodge", [60.0, 62.0, 70.0])]
    q = assemble.Quantity(f"{by.capitalize()} room rate", "EUR", 0)
    chart = assemble.bars("grouped_bar", "Rates", "Month", ["Jan", "Feb", "Mar"], rows, q, random.Random(1))
    view = View(chart)
    queries = [Query("argmin", {"panel": 0, "over": "series", "by": by}), Query(by, {"panel": 0, "series": "Inn"})]
    pair = [Query(by, {"panel": 0, "series": n}) for n in ("Inn", "Lodge")]
    if by == "mean":
        queries.append(Query("difference", {"a": pair[0], "b": pair[1]}))
    for query in queries:
        for k in range(60):
            turn_ = word(view, query, evaluate(view, query), random.Random(k))
            assert f"{by} {by}" not in f"{turn_.question} {turn_.reply}".lower(), turn_
