"""Chinese documents, scenes and word crops are asked about in Chinese; no wording is worn out."""

from __future__ import annotations

import itertools
import random
import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from mmrecipes.canvas.scripts import check_language
from mmrecipes.core.errors import FontError
from mmrecipes.core.identity import rng_from
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, Seeds, StepContext
from mmrecipes.recipes.qianfan_vl.document import phrases, phrases_zh
from mmrecipes.recipes.qianfan_vl.document import turns as document
from mmrecipes.recipes.qianfan_vl.document.checks import check_answers
from mmrecipes.recipes.qianfan_vl.scene import checks
from mmrecipes.recipes.qianfan_vl.scene import phrases as scene_en
from mmrecipes.recipes.qianfan_vl.scene import phrases_zh as scene_zh
from mmrecipes.recipes.qianfan_vl.scene import turns as scene
from mmrecipes.recipes.qianfan_vl.verification.answers_of_texts import of_scene
from mmrecipes.recipes.qianfan_vl.verification.printed import printed_texts
from mmrecipes.recipes.qianfan_vl.word import phrases as word_en
from mmrecipes.recipes.qianfan_vl.word import phrases_zh as word_zh
from mmrecipes.recipes.qianfan_vl.word import task as word
from mmrecipes.render.documents.content import random_document
from mmrecipes.render.documents.draw import draw_document, fitted
from mmrecipes.render.documents.geometry import LayoutRefusal
from mmrecipes.render.documents.looks import look_for
from mmrecipes.render.documents.targets import written
from mmrecipes.render.documents.truth import truth_of
from mmrecipes.render.scene_text.word import random_word, softened

HAN = re.compile(r"[\u4e00-\u9fff]")
FAULTS = re.compile(
    r"\{|\}|的的|，，|。。|？？|：，|，。|。，|^的|是是|None|[,.?!:;](?![\d\]a-z_ ])|\?|\s(?=[\u4e00-\u9fff])"
)
"""What no Chinese question holds: slots, doubled or half-width punctuation, blanks between characters."""


@pytest.fixture(scope="module")
def truths() -> list[dict[str, Any]]:
    """Of Chinese documents of every kind."""
    try:
        check_language("zh")
    except FontError as e:
        pytest.skip(str(e))
    found = []
    for index in range(12):
        rng = rng_from("chinese documents", index)
        made = random_document(rng, index, language="zh")
        look = look_for(made, rng)
        made = fitted(made, look)
        try:
            drawn = draw_document(made, look, rng)
        except LayoutRefusal:
            continue
        found.append(truth_of(made, drawn, look, written(made, drawn, look)))
    return found


def _asked(truths: list[dict[str, Any]], count: int) -> Iterator[tuple[Mapping[str, Any], document.Exchange]]:
    for index in range(count):
        truth = truths[index % len(truths)]
        yield truth, document.exchange(truth, document.turn_kind(index), random.Random(index))


def test_chinese_documents_are_asked_about_in_chinese(truths: list[dict[str, Any]]) -> None:
    operations = set()
    for truth, said in _asked(truths, 400):
        check_answers(truth, said)
        operations |= {q.op for q, _ in said.asked}
        for turn in said.turns:
            ours = re.sub(r"(?<=“)[^”]*(?=”)|\[?x0[^）]*|Markdown|JSON|type|page|box|text|\"\"|\$", "", turn.question)
            assert HAN.search(ours) and not FAULTS.search(ours) and not re.search("[A-Za-z]{2,}", ours), turn.question
            assert ours.endswith(("？", "。", "。）")), turn.question
            if said.asked and "/full/" in turn.template:
                assert turn.answer.endswith(("。", "？", "！")) and not re.search(r"\{|[a-z]{4,}", turn.answer), (
                    turn.answer
                )
    assert {"lookup", "field", "count", "cell", "largest", "sum_column", "days_between", "difference"} <= operations


def test_only_what_stands_in_a_document_is_to_be_given_as_printed(truths: list[dict[str, Any]]) -> None:
    verbatim, quoted = (*phrases.VERBATIM, *phrases_zh.VERBATIM), Counter[bool]()
    for given, said in _asked(truths, 400):
        for truth in (given, {**given, "language": "en"}):
            said = document.exchange(truth, "dialogue", random.Random(sum(quoted.values())))
            for turn, (query, answer) in zip(said.turns, said.asked, strict=False):
                computed = query.op in ("count", "more", "page_of", "difference", "sum_column", "days_between")
                asks = turn.question.endswith(verbatim)
                assert not (asks and computed), turn.question
                assert not asks or answer.text == "" or answer.text in repr(truth["elements"]) + repr(truth["tables"])
                quoted[asks] += 1
    assert quoted[True] > 50


def test_no_dialogue_asks_for_the_title_twice(truths: list[dict[str, Any]]) -> None:
    titled = 0
    for truth in truths:
        for seed in range(20):
            asked = document.exchange(truth, "dialogue", random.Random(seed)).asked
            titles = [q for q, _ in asked if q.op == "title" or q.args.get("name") == "title"]
            assert len(titles) <= 1
            titled += len(titles) * any(f["name"] == "title" for f in truth["facts"])
    assert titled > 0


def test_no_chinese_wording_of_documents_makes_up_more_than_three_in_a_hundred(truths: list[dict[str, Any]]) -> None:
    used = Counter(turn.template for _, said in _asked(truths, 400) for turn in said.turns)
    assert max(used.values()) <= 0.03 * sum(used.values()), used.most_common(2)


def test_a_line_end_inside_a_chinese_sentence_is_no_blank(truths: list[dict[str, Any]]) -> None:
    said = [e["text"] for truth in truths for e in truth["elements"] if e["type"] in ("paragraph", "heading")]
    assert sum(len(text) > 60 for text in said) > 8
    assert not [text for text in said if re.search(r"(?!章)[\u4e00-\u9fff，] [\u4e00-\u9fff]", text.split("\n")[0])]


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("ours", "english"), [(phrases_zh, phrases), (scene_zh, scene_en), (word_zh, word_en)])
def test_the_chinese_banks_cover_what_the_english_ones_do(ours: ModuleType, english: ModuleType) -> None:
    for name in (n for n in vars(english) if n.isupper() and n in vars(ours)):
        mine, other = getattr(ours, name), getattr(english, name)
        if isinstance(mine, tuple) and name != "EXTREMES":
            assert len(set(mine)) >= min(len(set(other)), 4), name
        elif isinstance(mine, dict) and name in ("CORES", "REPLIES", "SPOKEN", "THINGS", "SENTENCES", "WHICH"):
            assert set(mine) == set(other), name
        if name in ("CORES", "REPLIES") and isinstance(mine, dict):
            for op, frames in mine.items():
                known = set().union(*map(_slots, other[op])) | {"is", "m", "spoken", "things", "row", "label"}
                assert all(_slots(frame) <= known for frame in frames), op


SIGNS = {"language": "zh", "reading": [0, 1], "signs": [
    {"quad": [[10, 10], [90, 10], [90, 40], [10, 40]], "lines": ["图书馆", "下午 5:00"], "words": [
        {"text": "图书馆", "line": 0, "quad": [[10, 10], [90, 10], [90, 24], [10, 24]]},
        {"text": "下午", "line": 1, "quad": [[10, 26], [40, 26], [40, 40], [10, 40]]},
        {"text": "5:00", "line": 1, "quad": [[50, 26], [90, 26], [90, 40], [50, 40]]}]},
    {"quad": [[10, 60], [90, 60], [90, 80], [10, 80]], "lines": ["面包店"], "words": [
        {"text": "面包店", "line": 0, "quad": [[10, 60], [90, 60], [90, 80], [10, 80]]}]},
]}  # fmt: skip


def test_chinese_scenes_are_asked_about_in_chinese_and_the_checks_read_the_answers() -> None:
    used: Counter[str] = Counter()
    for index in range(1500):
        turns = scene.ask(scene.turn_kind(index), SIGNS, random.Random(index))
        checks.answers(SIGNS, [t.query for t in turns], [t.answer for t in turns])
        used.update(t.template for t in turns)
        for turn in turns:
            ours = re.sub(r"(?<=“)[^”]*(?=”)|\[[^]]*\]", "", turn.question)
            assert HAN.search(ours) and not FAULTS.search(ours) and not re.search("[A-Za-z]", ours), turn.question
            assert ours.endswith(("？", "。")), turn.question
            if turn.query["op"] in ("present", "language", "count") and not turn.answer.isdecimal():
                assert HAN.search(turn.answer), turn.answer
    assert max(used.values()) <= 0.03 * sum(used.values())
    reading = ("read_all", "read_sign", "read_from", "locate", "language", "present")
    assert {t.split("/")[0] for t in used} == {f"zh.{op}" for op in (*reading, "count.signs", "count.lines_on")}


def test_a_wrong_chinese_reply_about_a_scene_is_caught() -> None:
    there = {"op": "present", "args": {"word": "面包店"}}
    checks.answers(SIGNS, [there], ["有，图中能看到。"])
    for query, reply in ((there, "没有。"), ({"op": "present", "args": {"word": "车站"}}, "有。"),
                         ({"op": "language", "args": {}}, "文字是日文。"),
                         ({"op": "read_from", "args": {"first": "图书馆"}}, "上面写的是：\n图书馆")):  # fmt: skip
        with pytest.raises(checks.CheckError):
            checks.answers(SIGNS, [query], [reply])


def test_a_voter_is_compared_with_the_language_as_it_is_called_in_the_question() -> None:
    query = {"op": "language", "args": {}, "template": "zh.language/o0.c0"}
    sample = Sample(id="scene/0", kind="chat", truth={**SIGNS, "queries": [query]}, language="zh")
    assert of_scene(sample, [("场景中的文字是什么语言？", "中文")])[0].text == "中文"


def test_chinese_word_crops_are_asked_about_in_chinese() -> None:
    asked = [word.question("zh", random.Random(index)) for index in range(2000)]
    assert all(HAN.search(q) and not FAULTS.search(q) and not re.search("[A-Za-z]", q) for q, _ in asked)
    cores = Counter(template.split(".")[2] for _, template in asked)
    assert max(cores.values()) <= 0.03 * 2000 and word.question("ja", random.Random(0))[0].isascii()


@pytest.fixture(scope="module")
def crops() -> list[Sample]:
    """Word crops in Chinese and Japanese."""
    found = []
    for code, index in itertools.product(("zh", "ja"), range(28)):
        try:
            check_language(code)
        except FontError as e:
            pytest.skip(str(e))
        sample = Seeds("qianfan-vl", {"word": 1.0}).sample("word", index)
        for one in (word.WordDraw(((code, 1.0),)), word.word_verify, word.word_finish):
            context = StepContext(7, sample.id, f"vertical/{index}")
            made = one(sample) if one is word.word_verify else one(sample, context)  # type: ignore[operator]
            if isinstance(made, Drop):
                break
            sample = made
        else:
            found.append(sample)
    return found


def test_some_words_run_downwards_and_say_so(crops: list[Sample]) -> None:
    down = [s for s in crops if s.meta["direction"] == "ttb"]
    assert 4 <= len(down) <= len(crops) // 3
    for sample in down:
        image, glyphs = sample.images[0], sample.truth["glyphs"]
        assert (
            image.width == 64 and image.height <= 640 and sample.messages[1].text == "".join(g["text"] for g in glyphs)
        )
        assert not re.search("[A-Za-z0-9]", sample.truth["text"]) and len(glyphs) > 1
        middles = np.array([np.mean(g["quad"], axis=0) for g in glyphs])
        steps = np.diff(middles, axis=0)
        assert (steps[:, 1] > 12).all() and (np.abs(steps[:, 0]) < steps[:, 1]).all()
        assert printed_texts(sample) == []
    assert all(s.images[0].height == 64 and printed_texts(s) for s in crops if s not in down)


def test_blur_of_a_word_crop_is_recorded_with_its_other_marks(crops: list[Sample]) -> None:
    named = Counter(name for s in crops for name, _ in s.meta["augment"] if name in ("focus", "coarse"))
    assert 0.35 * len(crops) < named["focus"] < 0.85 * len(crops) and named["coarse"]
    sharp = np.random.default_rng(0).integers(0, 255, (64, 90, 3), dtype=np.uint8)
    for seed in range(12):
        pixels, said = softened(sharp, random.Random(seed))
        assert bool(said) == (not np.array_equal(pixels, sharp))


def test_no_word_crop_shows_a_single_letter() -> None:
    drawn = [random_word(code, random.Random(n)) for code in ("en", "de", "ru", "el") for n in range(250)]
    assert not [text for text in drawn if len(text) == 1 and text.isalpha()] and any(len(t) == 2 for t in drawn)
