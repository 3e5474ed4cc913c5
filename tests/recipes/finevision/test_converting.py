"""Claims about converters: a row in, exact turns out; what is not understood is dropped with its reason."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.recipes.finevision import requests
from mmrecipes.recipes.finevision.actions import CONVERSIONS, NEEDED, SPACE, Unmapped, unified
from mmrecipes.recipes.finevision.annotation_pictures import boxes_as_json
from mmrecipes.recipes.finevision.annotations import KINDS, annotation_of
from mmrecipes.recipes.finevision.taxonomy import category_of
from mmrecipes.recipes.finevision.turns import turns_of
from mmrecipes.steps.pool import read_sources
from mmrecipes_tests.recipes.finevision.desk import answers, converted, picture, record, region, turns

ANIMALS = ["cat", "dog", "red_fox", "owl", "carp"]

# --- conversations ---


def test_several_speakers_become_pairs_with_the_system_text_before_the_first_question() -> None:
    said = (
        Message("system", (Part(text="Be brief."),)), user(picture(), "What is it?"), user("Quick."),
        assistant("A box."), assistant("A red one."), user("How many?"), assistant("One."),
    )  # fmt: skip
    row = converted(record(messages=said)).only
    assert turns_of(row) == [
        ("Be brief.\n\nWhat is it?\n\nQuick.", "A box.\n\nA red one."), ("How many?", "One."),
    ]  # fmt: skip
    assert row.meta["converter"] == "chat_v1"


def test_pictures_stand_before_the_first_question_each_once_in_the_order_they_were_shown() -> None:
    a, b, c = picture(1), picture(2), picture(3)
    said = (user("One:", b), assistant("Yes."), user("And this?", a, b), assistant("No."))
    row = converted(record(messages=said).having(images=(a, b, c))).only
    assert [p.image for p in row.messages[0].parts if p.image] == [b.sha256, a.sha256, c.sha256]
    assert not any(p.image for m in row.messages[1:] for p in m.parts)


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ((user("Hm?"), Message("tool", (Part(text="{}"),)), assistant("Yes.")), "unsupported_role"),
        ((user("Draw."), assistant(picture())), "image_in_answer"),
    ],
)
def test_a_conversation_that_the_schema_cannot_hold_is_dropped(messages: Any, reason: str) -> None:
    assert converted(record(messages=messages)).why == reason


def test_ratings_that_a_row_came_with_are_kept_apart_and_not_taken_for_this_recipes() -> None:
    given = {"relevance_ratings": [5], "relevance_min": 5, "other": 1}
    row = converted(record(messages=(user("A?"), assistant("B")), images=0, scores=given)).only
    assert row.scores == {"other": 1}
    assert row.meta["given_ratings"] == {"relevance_ratings": [5], "relevance_min": 5}


# --- pictures ---


def test_of_several_captions_the_longest_is_taken_or_each_in_a_turn_of_its_own() -> None:
    told = {"captions": ["A dog.", "A dog on grass.", "A dog."]}
    assert answers({"kind": "captions"}, truth=told) == ["A dog on grass."]
    assert answers({"kind": "captions", "several": "each"}, truth=told) == ["A dog.", "A dog on grass."]


def test_a_caption_that_answers_the_picture_alone_gets_a_request() -> None:
    ((asked, said),) = turns({"kind": "captions"}, messages=(user(picture()), assistant("A boat.")))
    assert said == "A boat." and len(asked.split()) > 2


def test_a_long_caption_answers_a_request_for_detail_and_a_short_one_does_not() -> None:
    for seed in range(30):
        ((long, _),) = turns({"kind": "captions"}, seed, truth={"captions": "word " * 40})
        ((short, _),) = turns({"kind": "captions"}, seed, truth={"captions": "Two boats."})
        assert not re.search(r"short|brief|concise|few words|one sentence|one-line|caption", long.lower())
        assert not re.search(r"detail|thorough|at length|everything|whatever|all of it|every part", short.lower())


def test_a_class_is_asked_openly_and_answered_by_its_display_name() -> None:
    assert answers({"kind": "class"}, meta={"label": "red_fox"}) == ["red fox"]
    assert answers({"kind": "class", "names": ANIMALS}, meta={"label": 2}) == ["red fox"]
    names = {"n01": "great_tit", "n02": "wren"}
    assert answers({"kind": "class", "label": "wnid", "names": names}, meta={"wnid": "n01"}) == ["great tit"]


@pytest.mark.parametrize("seed", range(12))
def test_the_options_of_a_choice_hold_the_truth_once_and_the_answer_names_it(seed: int) -> None:
    asking = {"kind": "class", "names": ANIMALS, "form": "choice"}
    ((asked, said),) = turns(asking, seed, meta={"label": "red_fox"})
    options = dict(re.findall(r"^([A-D])\. (.+)$", asked, re.MULTILINE))
    assert len(options) == len(set(options.values())) == 4
    assert list(options.values()).count("red fox") == 1
    assert set(options.values()) <= {"cat", "dog", "red fox", "owl", "carp"}
    assert options[said[0]] == "red fox" and said in (said[0], f"{said[0]}. red fox")


def test_the_truth_stands_at_every_letter() -> None:
    asking = {"kind": "class", "names": ANIMALS, "form": "choice"}
    letters = {turns(asking, seed, meta={"label": "owl"})[0].assistant[0] for seed in range(40)}
    assert letters == set("ABCD")


@pytest.mark.parametrize(
    ("value", "reason"), [("bat", "unknown_label"), (7, "unknown_label"), (["cat"], "no_label"), ("", "no_label")]
)
def test_a_label_that_is_none_of_the_set_is_dropped(value: Any, reason: str) -> None:
    assert converted(record({"kind": "class", "names": ANIMALS}, meta={"label": value})).why == reason


def test_boxes_are_json_in_shares_from_top_to_bottom() -> None:
    regions = (region("hat", 150, 80, 200, 100), region("dog", 20, 10, 60, 50), region("cat", 0, 10, 10, 20))
    (said,) = answers({"kind": "boxes"}, regions=regions)
    assert json.loads(said) == [
        {"label": "cat", "box": [0, 0.1, 0.05, 0.2]}, {"label": "dog", "box": [0.1, 0.1, 0.3, 0.5]},
        {"label": "hat", "box": [0.75, 0.8, 1, 1]},
    ]  # fmt: skip


def test_boxes_by_category_are_a_turn_each_and_a_missing_category_is_answered_by_nothing() -> None:
    regions = (region("hat", 0, 0, 20, 10), region("dog", 20, 10, 60, 50), region("hat", 100, 50, 200, 100))
    asking = {"kind": "boxes", "per": "category", "exhaustive": True, "names": ["dog", "hat", "cow"]}
    hats, dogs, cows = turns(asking, regions=regions)
    assert '"hat"' in hats.user and [b["box"] for b in json.loads(hats.assistant)] == [
        [0, 0, 0.1, 0.1],
        [0.5, 0.5, 1, 1],
    ]
    assert '"dog"' in dogs.user and len(json.loads(dogs.assistant)) == 1
    assert '"cow"' in cows.user and cows.assistant == "[]"


def test_without_boxes_nothing_is_claimed_unless_everything_is_marked() -> None:
    assert converted(record({"kind": "boxes"})).why == "no_boxes"
    assert answers({"kind": "boxes", "exhaustive": True}) == ["[]"]


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 4), max_size=6), st.integers(30, 4000), st.integers(30, 4000))
def test_boxes_read_back_are_the_same_to_half_a_pixel(corners: Any, width: int, height: int) -> None:
    boxes = [(min(a, c) * width, min(b, d) * height, max(a, c) * width, max(b, d) * height) for a, b, c, d in corners]
    written = json.loads(boxes_as_json([region(str(i), *b) for i, b in enumerate(boxes)], width, height))
    read = {e["label"]: [v * s for v, s in zip(e["box"], (width, height) * 2, strict=True)] for e in written}
    assert read == {str(i): pytest.approx(b, abs=0.5) for i, b in enumerate(boxes)}


@pytest.mark.parametrize(
    ("points", "unit"),
    [
        ([[100, 80], [50, 10]], "pixels"),
        ([{"x": 500, "y": 800}, {"point": [250, 100]}], "thousandths"),
        ([{"x": 0.5, "y": 0.8}, [0.25, 0.1]], "share"),
    ],
)
def test_points_are_json_in_shares_from_top_to_bottom(points: Any, unit: str) -> None:
    said = {"kind": "points", "unit": unit, "label": "what"}
    (turn,) = turns(said, meta={"points": points, "what": "bolt"})
    assert '"bolt"' in turn.user and json.loads(turn.assistant) == [
        {"label": "bolt", "point": [0.25, 0.1]}, {"label": "bolt", "point": [0.5, 0.8]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "reason"),
    [([], "no_points"), ("12", "no_points"), ([[1]], "bad_point"), ([[900, 1]], "point_outside_screen")],
)
def test_points_that_are_none_drop_their_row(points: Any, reason: str) -> None:
    assert converted(record({"kind": "points", "unit": "pixels"}, meta={"points": points})).why == reason


JSON_IN_TEXT = [
    (
        {"kind": "points", "unit": "pixels", "label": "what"},
        {"points": [[100, 80], {"x": 5, "y": 1}], "what": ["a", "b"]},
    ),
    ({"kind": "captions", "several": "each"}, {"captions": ["A cat.", "A cat on a mat."]}),
    ({"kind": "questions"}, {"question": ["Who?", "Why?"], "answer": ["Ann.", "For fun."]}),
    ({"kind": "questions", "options": "options"}, {"question": "Who?", "answer": "Ann", "options": ["Ann", "Bob"]}),
    ({"kind": "text"}, {"text": ["EXIT", "KEEP LEFT"]}),
    ({"kind": "key_values"}, {"values": {"total": "3.50", "date": "May 4"}}),
    ({"kind": "key_values", "values": "about.fields"}, {"about": {"fields": {"total": "3.50"}}}),
]


@pytest.mark.parametrize(("said", "meta"), JSON_IN_TEXT)
def test_a_column_that_holds_the_json_of_its_value_gives_the_same_turns(said: Any, meta: dict[str, Any]) -> None:
    as_text = {k: v if isinstance(v, str) else json.dumps(v) for k, v in meta.items()}
    assert turns(said, meta=as_text) == turns(said, meta=meta) != []


def test_a_list_of_labels_names_each_point_and_another_number_of_them_drops_the_row() -> None:
    said = {"kind": "points", "unit": "pixels", "label": "what"}
    (turn,) = turns(said, meta={"points": "[[100, 80], [50, 10]]", "what": '["bolt", "nut"]'})
    assert [p["label"] for p in json.loads(turn.assistant)] == ["nut", "bolt"]
    row = record(said, meta={"points": "[[100, 80], [50, 10]]", "what": '["bolt"]'})
    assert converted(row).why == "unequal_lists"


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"kind": "points", "unit": "pixels"}, "points"),
        ({"kind": "key_values"}, "values"),
        ({"kind": "actions", "dialect": "mobile", "unit": "pixels"}, "action"),
    ],
)
def test_a_text_that_is_cut_json_is_dropped_as_such(said: Any, column: str) -> None:
    row = record(said, meta={column: '[{"x": 1, "y"', "task": "Go."})
    assert converted(row).why == "not_json"


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", "[sic] he says"])
def test_a_transcription_that_is_json_itself_stays_as_it_is(text: str) -> None:
    assert answers({"kind": "text"}, meta={"text": text}) == [text]


# --- texts ---


def test_questions_in_columns_become_turns_also_as_parallel_lists() -> None:
    assert turns({"kind": "questions"}, meta={"question": "How many?", "answer": 3}) == [("How many?", "3")]
    lists = {"q": ["A?", "B?"], "a": ["1", ["no", "yes", "yes"]]}
    assert turns({"kind": "questions", "question": "q", "answer": "a"}, meta=lists) == [("A?", "1"), ("B?", "yes")]


@pytest.mark.parametrize(
    ("answer", "number"), [("owl", "from_zero"), ("(b)", "from_zero"), (1, "from_zero"), (2, "from_one")]
)
def test_an_answer_names_its_option_by_text_letter_or_number(answer: Any, number: str) -> None:
    asking = {"kind": "questions", "options": "choices", "number": number}
    made = turns(asking, meta={"question": "Who?", "choices": ["cat", "owl"], "answer": answer})
    assert made == [("Who?\nA. cat\nB. owl", "B. owl")]


@pytest.mark.parametrize("answer", ["bat", "C", 2, -1, True])
def test_an_answer_that_is_no_option_is_not_guessed(answer: Any) -> None:
    asking = {"kind": "questions", "options": "choices"}
    assert converted(record(asking, meta={"question": "Who?", "choices": ["cat", "owl"], "answer": answer})).why == (
        "answer_not_an_option"
    )


def test_a_transcription_is_the_column_or_the_regions_in_the_order_of_the_source() -> None:
    assert answers({"kind": "text"}, meta={"text": ["EXIT", "Gate 4"]}) == ["EXIT\nGate 4"]
    regions = (region("word", 0, 50, 9, 60, "first"), region("word", 0, 0, 9, 9, "second"))
    assert answers({"kind": "text"}, regions=regions) == ["first\nsecond"]
    assert converted(record({"kind": "text"})).why == "no_text"


def test_keys_with_values_become_a_turn_each_or_one_object() -> None:
    held = {"values": json.dumps({"Total": 12.5, "Paid": True, "Lines": [1, 2], "Shop": "Kiosk", "Tip": None})}
    each = turns({"kind": "key_values"}, meta=held)
    assert [said for _, said in each] == ["12.5", "yes", "Kiosk"]
    assert ['"Total"' in each[0].user, '"Paid"' in each[1].user, '"Shop"' in each[2].user] == [True] * 3
    ((_, said),) = turns({"kind": "key_values", "form": "json"}, meta=held)
    assert json.loads(said) == json.loads(held["values"])


def test_markup_stands_between_fences_or_plain_and_keeps_its_indentation() -> None:
    asking = {"kind": "markup", "language": "html"}
    body = "<ul>\n  <li>a</li>\n</ul>"
    assert answers(asking, meta={"target": body}) == [f"```html\n{body}\n```"]
    assert answers({**asking, "block": "plain"}, meta={"target": f"\n{body}\n"}) == [body]


def test_a_preference_pair_is_the_preferred_turn_and_keeps_the_rejected_one_apart() -> None:
    row = converted(record({"kind": "preference"}, meta={"prompt": "Say.", "chosen": "Good.", "rejected": "Bad."})).only
    assert turns_of(row) == [("Say.", "Good.")]
    assert [(a.verdict, a.messages[1].text) for a in row.alternatives] == [("rejected", "Bad.")]
    same = {"prompt": "Say.", "chosen": "Good.", "rejected": "Good."}
    assert converted(record({"kind": "preference"}, meta=same)).why == "no_preference"


def test_columns_that_became_turns_are_not_kept_beside_them_and_others_are() -> None:
    row = converted(record({"kind": "questions"}, meta={"question": "A?", "answer": "B", "year": 1999})).only
    assert row.meta["year"] == 1999 and not {"question", "answer"} & row.meta.keys()


# --- actions ---


def test_the_table_of_actions_is_total() -> None:
    for dialect, table in CONVERSIONS.items():
        for name, mapped in table.items():
            assert name == name.lower() and mapped.name in SPACE, (dialect, name)
            possible = {*mapped.arguments.values(), *mapped.implied}
            assert possible <= set(SPACE[mapped.name]), (dialect, name)
            assert set(NEEDED.get(mapped.name, ())) <= possible, (dialect, name)
    assert all(set(NEEDED[name]) <= set(SPACE[name]) for name in NEEDED)


@pytest.mark.parametrize(
    ("dialect", "action", "expected"),
    [
        ("mobile", {"action_type": "TAP", "x": 100, "y": 25}, {"name": "click", "arguments": {"point": [0.5, 0.25]}}),
        ("mobile", {"action": "swipe", "start": [0, 0], "end": [200, 100]},
         {"name": "drag", "arguments": {"start": [0, 0], "end": [1, 1]}}),
        ("mobile", {"action": "navigate_back"}, {"name": "go_back", "arguments": {}}),
        ("mobile", {"action": "scroll up"}, {"name": "scroll", "arguments": {"direction": "up"}}),
        ("desktop", {"name": "hotkey", "args": {"keys": "Ctrl+S"}},
         {"name": "press", "arguments": {"keys": ["ctrl", "s"]}}),
        ("web", {"action": "fill", "value": "tea", "point": [20, 10]},
         {"name": "type", "arguments": {"text": "tea", "point": [0.1, 0.1]}}),
    ],
)  # fmt: skip
def test_actions_of_every_dialect_are_one_space(dialect: Any, action: Any, expected: Any) -> None:
    assert unified(action, dialect, "pixels", (200, 100)) == expected
    asking = {"kind": "actions", "dialect": dialect, "unit": "pixels"}
    ((asked, said),) = turns(asking, meta={"task": "Buy  tea. now", "action": json.dumps(action)})
    assert json.loads(said) == expected and "Buy  tea. now" in asked


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"action": "pinch", "x": 1, "y": 1}, "unmapped_action"), ({"x": 1, "y": 1}, "unmapped_action"),
        ({"action": "tap"}, "incomplete_action"), ({"action": "tap", "point": [1]}, "bad_point"),
        ({"action": "tap", "point": [True, 1]}, "bad_point"),
        ({"action": "tap", "x": 201, "y": 1}, "point_outside_screen"),
        ({"action": "tap", "x": -3, "y": 1}, "point_outside_screen"),
    ],
)  # fmt: skip
def test_an_action_that_is_not_in_the_table_is_dropped_with_the_reason(action: Any, reason: str) -> None:
    with pytest.raises(Unmapped) as caught:
        unified(action, "mobile", "pixels", (200, 100))
    assert caught.value.reason == reason
    asking = {"kind": "actions", "dialect": "mobile", "unit": "pixels"}
    assert converted(record(asking, meta={"task": "Go.", "action": action})).why == reason


# --- declarations, wordings ---


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"kind": "klass"}, "'klass'"), ({"label": "x"}, "kind"), ({"kind": "class", "labl": "x"}, "annotation.*labl"),
        ({"kind": "class", "form": "choice", "names": ["a", "a", "b", "c"]}, "choice of 4"),
        ({"kind": "markup", "language": "klingon"}, "language"), ({"kind": "actions", "dialect": "mobile"}, "unit"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_names_its_mistake(said: Any, place: str) -> None:
    with pytest.raises(InputError, match=place):
        annotation_of(said)


def test_the_example_in_the_documentation_declares_every_kind_and_is_right() -> None:
    example = Path(__file__).parents[3] / "docs" / "finevision.toml"
    tables = tomllib.loads(example.read_text(encoding="utf-8"))["source"]
    kinds = {annotation_of(t["annotation"]).kind for t in tables if "annotation" in t}
    assert kinds == {kind.model_fields["kind"].default for kind in KINDS}
    assert all(category_of(t["category"]) == t["category"] for t in tables)
    with pytest.raises(InputError) as caught:
        read_sources(example)
    assert all("does not exist" in line for line in str(caught.value).splitlines()[1:])  # nothing else is wrong


BANKS = {name: bank for name, bank in vars(requests).items() if isinstance(bank, tuple) and name != "LETTER_ONLY"}


@pytest.mark.parametrize("name", BANKS)
def test_no_wording_of_a_request_makes_up_more_than_three_percent(name: str) -> None:
    rng = Random(name)
    drawn = Counter(requests.request(BANKS[name], rng, "X") for _ in range(3000))
    wording, count = drawn.most_common(1)[0]
    assert count <= 0.03 * 3000, wording
    assert not any(mark in text for text in drawn for mark in "[]{}|\x00\x01")


def test_a_run_of_captions_has_no_single_fixed_question() -> None:
    rows: list[Sample] = [
        record({"kind": "captions"}, truth={"captions": "A boat."}).having(id=f"p/{i}") for i in range(300)
    ]
    asked = Counter(turns_of(converted(row).only)[0].user for row in rows)
    assert max(asked.values()) <= 0.03 * 300


@pytest.mark.parametrize("name", BANKS)
def test_a_request_begins_with_a_capital_and_ends_as_its_kind_of_sentence_does(name: str) -> None:
    rng = Random(name)
    for text in {requests.request(BANKS[name], rng, "X") for _ in range(400)}:
        assert all(line[0].isupper() for line in text.splitlines()), text
        assert text[-1] in ".?" and "  " not in text and " ." not in text, text
        asks = re.match(r"(?:What|Which|Where|In (?:which|what)|Under which|Could|Would|How)\b", text)
        assert not asks or "?" in text, text
