"""Claims about part C, run through the engine on records."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.formats.export import Export
from mmrecipes.formats.llava import write as write_llava
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.llava import prompts, recipe
from mmrecipes.recipes.llava.mixture import spelled_box
from mmrecipes.recipes.llava.mixture_records import permuted
from mmrecipes.store.dataset import read_samples

SIZE = (320, 240)
Mix = Callable[..., list[Sample]]


@pytest.fixture
def mix(tmp_path: Path) -> Mix:
    """Run part C on records: `mix(rows, seed=…, **params)`; `mix.dropped` are the drops' reasons."""

    def run(rows: list[Any], seed: int = 0, **params: Any) -> list[Sample]:
        for row in rows:
            name = row.get("image")
            if isinstance(name, str) and not (tmp_path / name).exists():
                Image.new("RGB", SIZE, "grey").save(tmp_path / name)
        (tmp_path / "mix.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
        run.runs += 1  # type: ignore[attr-defined]
        out = tmp_path / f"out{run.runs}"  # type: ignore[attr-defined]
        inputs = {"main": tmp_path / "mix.jsonl"}
        result = execute(RunRequest(load("llava"), out, None, inputs, {"part": "mixture", **params}, seed, 1))
        assert result.errors == 0
        ledger = json.loads((out / "run" / "ledger.json").read_text())
        run.dropped = sum((Counter(s["reasons"]) for s in ledger["steps"]), Counter())  # type: ignore[attr-defined]
        run.folder = out  # type: ignore[attr-defined]
        return list(read_samples(out))

    run.runs, run.dropped, run.folder = 0, Counter(), tmp_path  # type: ignore[attr-defined]
    return run


def vqa(image: str, number: int, source: str = "vqav2") -> dict[str, Any]:
    return {
        "kind": "vqa",
        "source": source,
        "image": image,
        "question": f"Question {number}?",
        "answer": f"answer {number}",
    }


def choice(image: str, number: int = 0, k: int = 4) -> dict[str, Any]:
    options = [f"option {number}-{i}" for i in range(k)]
    return {"kind": "multiple_choice", "source": "aokvqa", "image": image, "question": f"Which {number}?",
            "options": options, "answer": options[1]}  # fmt: skip


def region(image: str, number: int, source: str = "refcoco") -> dict[str, Any]:
    box = [10 + number, 20, 110 + number, 120.5]
    return {"kind": "region", "source": source, "image": image, "phrase": f"thing {number}", "box": box}


def chat(*texts: str) -> dict[str, Any]:
    turns = [{"from": ("human", "gpt")[i % 2], "value": t} for i, t in enumerate(texts)]
    return {"kind": "text_chat", "source": "sharegpt", "turns": turns}


def turns(sample: Sample) -> list[tuple[str, str]]:
    said = [m.text for m in sample.messages]
    return list(zip(said[::2], said[1::2], strict=True))


def test_the_merged_conversation_holds_every_question_of_its_picture_once(mix: Mix) -> None:
    rows = [vqa(f"{i % 3}.png", i) for i in range(9)] + [vqa("0.png", 0), vqa("0.png", 0, "gqa")]
    samples = mix(rows)
    assert Counter(s.source for s in samples) == {"vqav2": 3, "gqa": 1}
    for image in range(3):
        (merged,) = [s for s in samples if s.meta["file_name"] == f"{image}.png" and s.source == "vqav2"]
        numbers = [int(re.findall(r"\d+", q)[0]) for q, _ in turns(merged)]
        assert numbers == [image, image + 3, image + 6]
        assert [a for _, a in turns(merged)] == [f"answer {n}" for n in numbers]
        assert merged.parents


@pytest.mark.parametrize("where", ["first", "all"])
def test_format_prompts_stand_after_a_line_end_on_the_first_or_on_every_question(mix: Mix, where: str) -> None:
    (sample,) = mix([vqa("a.png", i) for i in range(3)], format_prompt_turns=where)
    ends = [q.endswith("?\n" + prompts.SHORT_ANSWER) for q, _ in turns(sample)]
    assert ends == [True, where == "all", where == "all"]


def test_format_prompts_can_be_those_of_the_model_that_is_trained(mix: Mix) -> None:
    rows = [vqa("a.png", 1), choice("b.png"), {"kind": "one_sentence_caption", "source": "textcaps", "image": "c.png",
            "caption": "A sign says go.", "ocr": ["GO", "NOW"]}]  # fmt: skip
    said = {"short_answer_prompt": "Short!", "option_letter_prompt": "Letter!", "one_sentence_prompt": "Caption!"}
    first = {s.source: s.messages[0].text for s in mix(rows, **said)}
    assert first["vqav2"].endswith("\nShort!")
    assert first["aokvqa"].endswith("\nLetter!")
    assert first["textcaps"] == "Caption!\n" + prompts.READ_TEXT.format(words="GO, NOW")


def test_a_choice_of_k_options_is_asked_k_times_with_every_letter_right_once(mix: Mix) -> None:
    samples = mix([choice("a.png", k=4), choice("b.png", k=3)])
    assert Counter(s.meta["file_name"] for s in samples) == {"a.png": 4, "b.png": 3}
    letters: dict[str, list[str]] = {}
    for sample in samples:
        ((question, letter),) = turns(sample)
        options = dict(re.findall(r"^([A-Z])\. (.*)$", question, re.MULTILINE))
        assert options[letter] == "option 0-1"
        assert len(set(options.values())) == len(options)
        letters.setdefault(sample.meta["file_name"], []).append(letter)
    assert {k: sorted(v) for k, v in letters.items()} == {"a.png": list("ABCD"), "b.png": list("ABC")}
    once = mix([choice("a.png")], repeat_choices=False)
    assert [a for _, a in turns(once[0])] == ["B"]


def test_keeping_the_letter_while_permuting_the_options_would_be_caught() -> None:
    import random

    options = ["w", "x", "y", "z"]
    for place in range(4):
        made = permuted(options, 1, place, random.Random(place))
        assert made[place] == "x" and sorted(made) == options
        if place != 1:
            assert made[1] != "x", "the old letter is wrong now"


def test_choices_of_one_picture_are_merged_round_by_round(mix: Mix) -> None:
    samples = mix([choice("a.png", 0), choice("a.png", 1)])
    assert len(samples) == 4
    for sample in samples:
        assert [re.findall(r"Which (\d)", q)[0] for q, _ in turns(sample)] == ["0", "1"]


def test_the_right_option_may_be_given_as_a_letter_or_in_words(mix: Mix) -> None:
    said = {"b": "x", "(C)": "y", "y": "y", "D.": "z"}
    rows = [{**choice(f"{i}.png"), "options": ["w", "x", "y", "z"], "answer": a} for i, a in enumerate(said)]
    for sample, right in zip(mix(rows, repeat_choices=False), said.values(), strict=True):
        ((question, letter),) = turns(sample)
        assert f"\n{letter}. {right}\n" in question


def test_one_of_several_captions_of_a_picture_is_kept(mix: Mix) -> None:
    rows = [
        {"kind": "one_sentence_caption", "source": "textcaps", "image": "a.png", "caption": f"C{i}."} for i in range(5)
    ]
    drawn = {mix(rows, seed=s)[0].messages[1].text for s in range(4)}
    assert len(drawn) > 1


def test_no_conversation_exceeds_its_cap_and_pieces_lose_nothing(mix: Mix) -> None:
    rows = [region("a.png", i) for i in range(25)] + [region("b.png", i, "vg") for i in range(25)]
    rows += [region("c.png", i, "flickr") for i in range(25)]
    samples = mix(rows)
    sizes: dict[str, list[int]] = {}
    for s in samples:
        sizes.setdefault(s.source, []).append(len(turns(s)))
    assert sizes == {"refcoco": [9, 9, 7], "vg": [10], "flickr": [25]}
    numbers = [
        n for s in samples if s.source == "refcoco" for q, a in turns(s) for n in re.findall(r"thing (\d+)", q + a)
    ]
    assert sorted(map(int, numbers)) == list(range(25))
    kept = [int(n) for s in samples if s.source == "vg" for q, a in turns(s) for n in re.findall(r"thing (\d+)", q + a)]
    assert kept == sorted(set(kept)) != list(range(10)), "drawn at random, in their order"
    cut = [q for s in samples if s.source == "refcoco" for q, _ in turns(s)]
    assert all(q.count("<image>") == 0 for q in cut)
    assert [len([p for m in s.messages for p in m.parts if p.image]) for s in samples] == [1] * len(samples)


def test_regions_alternate_at_random_between_what_and_where(mix: Mix) -> None:
    (sample,) = mix([region("a.png", i, "other") for i in range(60)])
    kinds = Counter("where" if a.startswith("[") else "what" for _, a in turns(sample))
    assert set(kinds) == {"what", "where"}
    assert min(kinds.values()) > 15
    assert all(("[" in q) != ("[" in a) for q, a in turns(sample))


def unspelled(text: str, size: tuple[int, int], frame: str) -> list[float]:
    """Numbers of an answer back to pixels: what a trainer that pads to a square would look at."""
    x0, y0, x1, y1 = map(float, re.findall(r"\d\.\d+", text))
    w, h = size
    side = max(w, h)
    if frame == "image":
        return [x0 * w, y0 * h, x1 * w, y1 * h]
    left, top = (side - w) / 2, (side - h) / 2
    return [x0 * side - left, y0 * side - top, x1 * side - left, y1 * side - top]


@settings(max_examples=200)
@given(
    st.integers(8, 2000),
    st.integers(8, 2000),
    st.tuples(*[st.floats(0, 1)] * 4),
    st.sampled_from(["image", "square_pad"]),
)
def test_boxes_map_back_to_the_original_pixels_within_one_pixel(w: int, h: int, parts: tuple, frame: Any) -> None:
    xs, ys = sorted(parts[:2]), sorted(parts[2:])
    box = (xs[0] * w, ys[0] * h, xs[1] * w, ys[1] * h)
    back = unspelled(spelled_box(box, (w, h), frame, 3), (w, h), frame)
    assert max(abs(a - b) for a, b in zip(back, box, strict=True)) <= 1.0 + 1e-6


def test_reading_a_padded_box_without_the_padding_is_off_by_more_than_a_pixel() -> None:
    text = spelled_box((10, 20, 110, 120), SIZE, "square_pad", 3)
    naive = unspelled(text, SIZE, "image")
    assert max(abs(a - b) for a, b in zip(naive, (10, 20, 110, 120), strict=True)) > 10


@pytest.mark.parametrize("frame", ["image", "square_pad"])
def test_the_frame_of_boxes_is_recorded_and_used(mix: Mix, frame: str) -> None:
    rows = [region("a.png", i, "x") for i in range(4)]
    rows.append({**region("a.png", 5, "x"), "box": [0.25, 0.25, 0.5, 0.5], "normalised": True})
    (sample,) = mix(rows, box_frame=frame)
    assert sample.truth["box_frame"] == frame
    for (question, answer), box in zip(turns(sample), sample.truth["boxes"], strict=True):
        back = unspelled(re.findall(r"\[.*\]", question + answer)[0], SIZE, frame)
        assert back == pytest.approx(box, abs=1)
    assert sample.truth["boxes"][-1] == [80, 60, 160, 120]


def test_text_chats_have_no_picture_and_are_cut_not_split(mix: Mix) -> None:
    long = " ".join(["word"] * 30)
    samples = mix(
        [chat("hi", "hello", long, long, "more", "less"), chat("hi", long * 3), chat(long * 3, "no")], max_words=63
    )
    assert [len(turns(s)) for s in samples] == [2, 1]
    assert [s.meta["truncated"] for s in samples] == [True, True]
    assert [s.meta["modality"] for s in samples] == ["text", "text"]
    assert not any(s.images or p.image for s in samples for m in s.messages for p in m.parts)
    assert len(turns(samples[1])[0][1].split()) == 62
    assert mix.dropped == {"too_long": 1}  # type: ignore[attr-defined]


def test_sizes_are_caps_drawn_by_seed(mix: Mix) -> None:
    rows = [vqa(f"{i}.png", i, "ocrvqa") for i in range(12)] + [vqa(f"{i}.png", i, "gqa") for i in range(4)]
    samples = mix(rows, sizes={"ocrvqa": 5})
    assert Counter(s.source for s in samples) == {"ocrvqa": 5, "gqa": 4}
    assert [s.id for s in samples] == [s.id for s in mix(rows, sizes={"ocrvqa": 5})]
    assert [s.id for s in samples] != [s.id for s in mix(rows, seed=1, sizes={"ocrvqa": 5})]
    assert recipe.Params().sizes["ocrvqa"] == 80_000
    assert 660_000 < sum(recipe.Params().sizes.values()) < 670_000


def test_dialogues_made_before_go_in_as_they_are(mix: Mix) -> None:
    made = {"kind": "dialogue", "source": "llava", "image": "a.png", "conversations": [
        {"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "A dog."},
        {"from": "human", "value": "Sure?"}, {"from": "gpt", "value": "Yes."}]}  # fmt: skip
    (sample,) = mix([made])
    assert turns(sample) == [("What is it?", "A dog."), ("Sure?", "Yes.")]


def test_exactly_one_placeholder_per_picture_and_none_without_in_the_export(mix: Mix, tmp_path: Path) -> None:
    mix([vqa("a.png", 1), vqa("a.png", 2), chat("hi", "hello"), region("b.png", 1), *[choice("c.png")]])
    (tmp_path / "export").mkdir()
    write_llava(Export(mix.folder, tmp_path / "export", "error", {}), several=False)  # type: ignore[attr-defined]
    for row in json.loads((tmp_path / "export" / "llava.json").read_text()):
        text = "".join(t["value"] for t in row["conversations"])
        assert text.count("<image>") == int("image" in row)


BAD = [
    {"kind": "vqa", "image": "a.png", "question": "half \ud83d", "answer": "y"},
    {"kind": "poem"}, {"kind": ["vqa"]}, {"kind": "vqa", "image": "a.png", "question": "x"}, {"kind": "vqa",
    "image": "a.png",
     "question": 3, "answer": "y"}, {"kind": "vqa", "image": "a.png", "question": "what <image> is", "answer": "y"},
    {**choice("a.png"), "options": ["x"]}, {**choice("a.png"), "options": "xy"}, {**choice("a.png"), "answer": "Q"},
    {**choice("a.png"), "options": ["x", "x"], "answer": "A"}, {**region("a.png", 1), "box": [1, 2, 3]},
    {**region("a.png", 1), "box": [9, 2, 3, 4]}, {**region("a.png", 1), "box": ["1", 2, 3, 4]}, {**region("a.png", 1),
     "phrase": ""}, {**region("a.png", 1), "box": [900, 900, 990, 990]}, {"kind": "text_chat", "turns": "hi"},
    {"kind": "text_chat", "turns": []}, chat("hi"), {"kind": "text_chat", "turns": [{"from": "gpt",
    "value": "hi"}] * 2},
    {"kind": "text_chat", "turns": [{"from": 3, "value": "x"}, 4]}, {"kind": "vqa", "image": "a.png", "question": "x",
     "answers": []}, {"kind": "one_sentence_caption", "image": "a.png", "caption": "x", "ocr": "GO"},
    {"kind": "dialogue", "image": "a.png", "turns": [{"from": "human", "value": "a <image> b"}, {"from": "gpt",
    "value": "x"}]},
]  # fmt: skip


def test_records_that_lack_something_are_drops_with_a_reason(mix: Mix) -> None:
    assert mix([{**row, "source": f"s{i}"} for i, row in enumerate(BAD)] + [vqa("ok.png", 1)])[0].source == "vqav2"
    assert mix.dropped == {"bad_record": len(BAD)}  # type: ignore[attr-defined]


def test_pixels_that_are_said_to_be_normalised_stop_the_run_before_it_begins(records) -> None:
    with pytest.raises(InputError, match=r"record 1.*in pixels"):
        recipe.source(recipe.Params(part="mixture"), records([3, {**region("a.png", 1), "normalised": True}]))
    with pytest.raises(InputError, match=r"record 0.*it is normalised"):
        recipe.source(recipe.Params(part="mixture"), records([{**region("a.png", 1), "box": [0.1, 0.2, 0.3, 1]}]))


def test_the_most_frequent_answer_counts(mix: Mix) -> None:
    (sample,) = mix([{"kind": "vqa", "image": "a.png", "question": "x?", "answers": ["b", "a", "a", "b", "a"]}])
    assert sample.messages[1].text == "a"


def test_invented_records_need_no_input_and_are_about_what_is_drawn(tmp_path: Path) -> None:
    result = execute(RunRequest(load("llava"), tmp_path / "out", 40, {}, {"part": "mixture"}, 0, 1))
    samples = list(read_samples(tmp_path / "out"))
    assert (result.errors, result.dropped) == (0, 0)
    assert {s.task for s in samples} == {"vqa", "multiple_choice", "one_sentence_caption", "region", "text_chat"}
    for s in samples:
        for question, answer in turns(s):
            if found := re.match(r"How many (.*) are there\?", question):
                from mmrecipes.steps.nouns import plural, shown

                names = [o["category"] for o in s.truth["scene"]["objects"]]
                assert int(answer) == sum(plural(shown(n)) == found[1] for n in names)
