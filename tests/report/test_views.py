"""Choosing samples, shrinking pictures, writing values."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes import Region, Sample, assistant, image_from_bytes, quad_of, user
from mmrecipes.core.image import FileRange, Image
from mmrecipes.flow.ledger import StepCount
from mmrecipes.report import pictures
from mmrecipes.report.gallery import Candidates, Colours, view
from mmrecipes.report.gather import step_rows
from mmrecipes.report.pictures import Album
from mmrecipes.report.wording import LONG, halves, pretty, share, size, step_title

rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("123"), st.sampled_from(["", "g", "h"])),
    max_size=80,
)


@given(rows, st.integers(1, 30))
def test_the_choice_has_the_right_size_no_doubles_and_every_task_that_fits(rows, wanted):
    candidates = Candidates()
    for place, (subset, task, level, group) in enumerate(rows):
        candidates.add(place, (subset, task, level), group)
    chosen = candidates.choose(wanted)
    assert len(chosen) == len(set(chosen)) == min(wanted, len(rows))
    tasks = {row[:2] for row in rows}
    assert len({rows[p][:2] for p in chosen}) == min(wanted, len(tasks))


def test_the_choice_is_spread_over_a_stratum_and_its_memory_is_bounded():
    candidates = Candidates()
    for place in range(100_000):
        candidates.add(place, ("a", "x", "1"), "")
    chosen = sorted(candidates.choose(10))
    assert max(np.diff([0, *chosen, 100_000])) < 20_000
    assert len(candidates.strata["a", "x", "1"].first) <= 512


def test_questions_on_one_picture_come_after_other_pictures():
    candidates = Candidates()
    groups = [f"g{i // 4}" for i in range(40)]
    for place, group in enumerate(groups):
        candidates.add(place, ("a", "x", "1"), group)
    assert len({groups[p] for p in candidates.choose(10)}) == 10


def test_difficulties_within_a_task_get_equal_parts():
    candidates = Candidates()
    levels = ["1"] * 90 + ["2"] * 5 + ["3"] * 5
    for place, level in enumerate(levels):
        candidates.add(place, ("a", "x", level), "")
    chosen = candidates.choose(12)
    assert sorted(levels[p] for p in chosen) == ["1"] * 4 + ["2"] * 4 + ["3"] * 4


def picture(width: int, height: int, noise: bool = False, form: str = "PNG") -> Image:
    grey = np.random.default_rng(1).integers(0, 255, (height, width, 3)) if noise else np.full((height, width, 3), 90)
    out = io.BytesIO()
    Pil.fromarray(grey.astype(np.uint8)).save(out, form)
    return image_from_bytes(out.getvalue())


def decoded(uri: str) -> Pil.Image:
    head, _, data = uri.partition(",")
    assert head in ("data:image/png;base64", "data:image/jpeg;base64")
    return Pil.open(io.BytesIO(base64.b64decode(data)))


def test_a_small_picture_is_kept_byte_for_byte_and_a_large_one_is_shrunken():
    small = picture(300, 200)
    assert base64.b64decode(Album().show(small).uri.partition(",")[2]) == small.data
    for large in (picture(6000, 3000, form="JPEG"), picture(900, 900, noise=True)):
        shown = decoded(Album().show(large).uri)
        assert max(shown.size) <= pictures.LARGE
        assert shown.width / shown.height == pytest.approx(large.width / large.height, rel=0.01)


def test_a_page_of_heavy_pictures_stays_small():
    album = Album()
    heavy = picture(700, 700, noise=True)
    shown = [album.show(Image(f"{i:064d}", *_rest(heavy))) for i in range(60)]
    assert 8_000_000 < sum(len(s.uri) for s in shown) < 14_000_000
    assert shown[0].uri and not shown[-1].uri and "small" in shown[-1].problem


def _rest(image: Image) -> tuple[str, int, int, bytes]:
    return image.media_type, image.width, image.height, image.data


def test_a_picture_whose_bytes_are_gone_is_left_out_and_not_invented(tmp_path):
    (tmp_path / "media.bin").write_bytes(b"abc")
    gone = Image("0" * 64, "image/png", 10, 10, FileRange(tmp_path / "media.bin", 0, 99))
    assert Album().show(gone).uri == "" and "cut short" in Album().show(gone).problem
    broken = Image("1" * 64, "image/png", 5000, 10, b"no picture")
    assert Album().show(broken).uri == "" and "cannot be read" in Album().show(broken).problem


def test_regions_keep_their_corners_and_belong_to_their_own_picture():
    one, two = picture(100, 50), picture(60, 80)
    quad = ((1.0, 2.0), (30.5, 4.0), (29.0, 20.25), (0.0, 18.0))
    regions = (Region(one.sha256, "a", quad), Region(two.sha256, "b", quad_of((1, 1, 5, 5)), "text"))
    shown = view(Sample(id="s", images=(one, two), regions=regions, messages=(user(one, two),)), Album(), Colours())
    first, second = shown.figures
    assert [o.points for o in first.outlines] == ["1.0,2.0 30.5,4.0 29.0,20.2 0.0,18.0"]
    assert [(o.label, o.title) for o in second.outlines] == [("b", "b: text")]
    assert first.outlines[0].colour != second.outlines[0].colour


def test_parts_stay_in_order_and_name_the_picture_they_show():
    one, two = picture(10, 10), picture(20, 10)
    messages = (user("before", two, "between", one), assistant("after"))
    (asked, answered) = view(Sample(id="s", images=(one, two), messages=messages), Album(), Colours()).turns
    assert [p.figure or p.text.shown for p in asked.parts] == ["before", 2, "between", 1]
    assert (answered.role, answered.parts[0].text.shown) == ("assistant", "after")


def test_a_label_has_one_colour_on_the_page_and_labels_of_a_sample_differ():
    colours = Colours()
    first = colours.of(["dog", "cat", "dog"])
    assert colours.of(["cat", "dog"]) == {"cat": first["cat"], "dog": first["dog"]}
    many = colours.of([f"label {i}" for i in range(8)])
    assert len(set(many.values())) == 8


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=9), inner)
    ),
    max_leaves=25,
)


@given(values)
def test_pretty_json_is_the_same_value(value):
    assert json.loads(pretty(value)) == value


def test_pretty_json_keeps_short_lists_on_a_line_and_long_values_bounded():
    assert pretty({"quad": [[1, 2], [3, 4]], "text": "x" * 120}).splitlines()[1] == '  "quad": [[1,2],[3,4]],'
    long = pretty(["y" * 90] * 1000)
    assert len(long) < LONG + 200 and long.endswith("(the rest is in the dataset)")


@given(st.text(max_size=2000))
def test_halves_lose_nothing(text):
    shown, rest, left_out = halves(text)
    assert shown + rest == text and left_out == 0


def test_a_very_long_text_says_what_is_left_out():
    shown, rest, left_out = halves("z" * (LONG + 77))
    assert len(shown) + len(rest) == LONG and left_out == 77


def test_shares_and_sizes_read_well():
    assert [share(1, 3), share(1, 30), share(0, 5), share(0, 0)] == ["33 %", "3.3 %", "0 %", "0 %"]
    assert [size(12), size(12_400), size(3_000_000_000)] == ["12 B", "12.4 kB", "3.0 GB"]


def test_steps_have_names_that_read_as_words():
    names = ["HashPair#2", "FanOut", "drop_empty_turn", "source", "AsHTML", "CompareWithBenchmarks", "join_rows#3"]
    said = [
        "hash pair (2)",
        "fan out",
        "drop empty turn",
        "source",
        "as HTML",
        "compare with benchmarks",
        "join rows (3)",
    ]
    assert [step_title(name) for name in names] == said


def test_a_step_that_only_holds_others_has_no_counts_of_its_own():
    holder, held = step_rows([StepCount("Repeat"), StepCount("Repeat/try/DrawAll", came_in=3, out=3)])
    assert (holder.name, holder.numbers, held.name, len(held.numbers)) == ("repeat", (), "draw all", 2)
    (nothing,) = step_rows([StepCount("finish")])
    assert nothing.numbers == (("in", "in", "0"), ("out", "out", "0"))
