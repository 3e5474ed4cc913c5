"""Claims about whole runs: coverage, wording, captions, provenance, styles, determinism, the example."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmrecipes.core.identity import canonical_json
from mmrecipes.core.sample import Sample, sample_to_json
from mmrecipes.recipes.qwen_vl_grounding import recipe, words_en, words_zh
from mmrecipes.recipes.qwen_vl_grounding.conventions import NAMES

PIXELS = {"factor": 28, "min_pixels": 3136, "max_pixels": 1003520}


def params_for(name: str) -> dict[str, Any]:
    return {"convention": name, **(PIXELS if name == "qwen25_vl" else {})}


@pytest.mark.parametrize("name", NAMES)
def test_the_example_serves_every_task_in_every_convention(run: Callable[..., Any], example: Path, name: str) -> None:
    outcome = run(example, per_image=40, **params_for(name))
    assert {s.task for s in outcome.kept} == set(recipe.TASKS)
    assert {d.reason for d in outcome.dropped} <= {"uncertain_point", "self_check_iou"}
    assert sum(d.reason == "self_check_iou" for d in outcome.dropped) <= 2
    for sample in outcome.kept:
        assert sample.meta["convention"] == sample.truth["convention"] == name
        assert sample.messages[0].parts[0].image == sample.images[0].sha256
        if name == "qwen25_vl":
            assert sample.meta["resize"] == PIXELS
            assert sample.meta["encode_size"][0] % 28 == 0


def test_provenance_and_truth_have_the_promised_fields(run: Callable[..., Any], example: Path) -> None:
    for sample in run(example).kept:
        assert set(sample.meta) >= {
            "image_size", "encode_size", "decode_error_px", "ann_ids", "template", "negatives", "quantiser", "order",
            "image_id", "file_name", "annotations_dropped", "slot",
        }  # fmt: skip
        assert (sample.truth["kind"], sample.truth_source, sample.draft) == ("grounding", "annotated", {})
        assert 1 <= sample.difficulty <= 5
        assert sample.language == "en"
        assert sample.licence
        w, h = sample.images[0].size
        assert sample.meta["image_size"] == [w, h]
        assert sample.meta["decode_error_px"][0] <= 0.0005 * w + 1e-3
        kind = {"box": "boxes", "quad": "quads", "point": "points"}[sample.truth["place"]]
        for target in sample.truth["targets"]:
            assert len(target[f"{kind}_px"]) == len(target[f"{kind}_text"])
            assert "_" not in target["phrase"]
        json.loads(canonical_json(sample.truth))
        json.loads(canonical_json(sample.meta))


def test_one_image_yields_several_different_questions_with_ids_of_their_parent(
    run: Callable[..., Any], example: Path
) -> None:
    kept = run(example, per_image=6).kept
    by_image = Counter(s.parents[0] for s in kept)
    assert set(by_image.values()) == {6}
    assert all(re.fullmatch(r"qwen-vl-grounding/images/\d{6}\.[0-5]", s.id) for s in kept)
    asked = Counter((s.group, s.task, canonical_json(s.truth["targets"])) for s in kept)
    assert max(asked.values()) == 1


def test_the_same_seed_gives_the_same_samples_and_another_seed_others(run: Callable[..., Any], example: Path) -> None:
    def fingerprint(seed: int) -> list[str]:
        return [canonical_json(sample_to_json(s)) for s in run(example, seed=seed).kept]

    assert fingerprint(7) == fingerprint(7)
    assert fingerprint(7) != fingerprint(8)


def test_tasks_follow_their_weights_where_every_task_is_possible(run: Callable[..., Any], world: Any) -> None:
    weights = {"detection": 50, "referring_grounding": 30, "referring_description": 20}
    kept = run(world.path, per_image=3, negatives=0.0, weights=weights).kept
    counts = Counter(s.task for s in kept)
    assert abs(counts["detection"] / len(kept) - 0.5) < 0.12
    assert set(counts) == set(weights)


@pytest.mark.parametrize(("language", "least"), [("en", 20), ("zh", 10)])
def test_every_task_has_many_frames_and_none_takes_more_than_three_percent(
    run: Callable[..., Any], world: Any, language: str, least: int
) -> None:
    words = {"en": words_en, "zh": words_zh}[language]
    for task in recipe.TASKS:
        assert len(set(words.ASKS[task])) == len(words.ASKS[task]) >= least
    shares: dict[str, Counter[str]] = {}
    for seed in range(4):
        for sample in run(world.path, seed=seed, language=language, per_image=20).kept:
            assert sample.language == language
            shares.setdefault(sample.task, Counter())[sample.meta["template"]] += 1
            if sample.task in ("referring_description", "counting", "existence"):
                frame = re.sub(r"<.*|circles?|squares?|triangles?|diamonds?|\d", "", sample.messages[1].text)
                frame = re.sub(r"\b(one|two|three|four|five|six|an?|is|are)\b", "", frame, flags=re.IGNORECASE)
                shares.setdefault(f"{sample.task} answers", Counter())[frame] += 1
    for name, counted in shares.items():
        if counted.total() > 250:
            assert counted.most_common(1)[0][1] <= max(0.03 * counted.total(), 9), (name, counted.most_common(3))


def test_both_languages_alternate_where_chinese_has_the_names(
    run: Callable[..., Any], world: Any, tmp_path: Path
) -> None:
    value = json.loads(world.path.read_text())
    for category, name in zip(value["categories"], ("cat", "wine_glass", "bus", "person"), strict=True):
        category["name"] = name
    (tmp_path / "instances.json").write_text(json.dumps(value))
    kept = run(tmp_path, inputs={"images": world.path.parent}, language="both").kept
    shares = Counter(s.language for s in kept)
    assert 0.45 < shares["zh"] / len(kept) < 0.55
    for sample in kept:
        chinese = bool(re.search(r"[一-鿿]", sample.messages[0].text))
        assert chinese == (sample.language == "zh")


def test_both_languages_never_mix_in_one_sentence(run: Callable[..., Any], example: Path) -> None:
    kept = [s for seed in range(3) for s in run(example, seed=seed, language="both", per_image=30).kept]
    chinese = [s for s in kept if s.language == "zh"]
    assert len(chinese) > 20
    for sample in chinese:
        said = " ".join(re.sub(r"<[^>]*>", "", m.text) for m in sample.messages)
        if sample.task != "ocr":  # text in the picture is repeated as it is
            assert not re.search(r"[A-Za-z]{2}", re.sub(r"x\d,y\d", "", said)), said
    assert {s.language for s in kept if s.task == "grounded_caption"} == {"en"}
    phrases = [s for s in kept if s.task == "referring_grounding" and not s.truth["targets"][0]["attribute"]]
    assert {s.language for s in phrases} == {"en", "zh"}


def test_the_frame_of_every_sentence_in_an_answer_is_recorded(run: Callable[..., Any], world: Any) -> None:
    for sample in run(world.path).kept:
        frame = sample.meta["answer_template"]
        if not frame:
            assert sample.messages[1].text.startswith("<ref>")
            continue
        bank, language, number = frame.split("-")
        start = getattr(words_en, bank.upper())[int(number)].split("{")[0]
        assert language == sample.language == "en"
        assert sample.messages[1].text.lower().startswith(start.lower())


def markers_removed(text: str) -> str:
    return re.sub(r"</?ref>|<box>[^<]*</box>", "", text)


def test_captions_without_their_markers_are_the_original_bytes(run: Callable[..., Any], example: Path) -> None:
    entries = {e["file_name"]: e for e in json.loads(example.read_text())["images"]}
    seen = 0
    for seed in range(3):
        for sample in run(example, seed=seed, weights={"grounded_caption": 1}, negatives=0.0).kept:
            answer, entry = sample.messages[1].text, entries[sample.meta["file_name"]]
            assert markers_removed(answer).encode() == entry["caption"].encode()
            assert not re.search(r"<ref>[^<]*<ref>", answer)
            assert answer.count("<box>") == sum(len(t["boxes_px"]) for t in sample.truth["targets"])
            seen += "é" in answer
    assert seen == 3


def test_nested_phrases_keep_the_ones_with_more_boxes_and_greedy_is_a_choice(
    run: Callable[..., Any], example: Path
) -> None:
    def phrases(cover: str) -> list[str]:
        kept = run(example, caption_cover=cover, weights={"grounded_caption": 1}, negatives=0.0).kept
        return [t["phrase"] for s in kept for t in s.truth["targets"] if s.meta["file_name"] == "coffee.jpg"]

    assert phrases("best") == ["A cup", "café crème", "a red saucer", "a spoon", "a wooden table"]
    assert phrases("greedy") == ["A cup of café crème on a red saucer", "a spoon", "a wooden table"]


def test_ocr_gives_quads_clockwise_from_the_top_left_where_the_convention_has_them(
    run: Callable[..., Any], example: Path
) -> None:
    (sample,) = run(example, weights={"ocr": 1}, negatives=0.0).kept
    assert sample.truth["place"] == "quad"
    texts = [t["phrase"] for t in sample.truth["targets"]]
    assert texts[0] == "Region-based segmentation"
    for target in sample.truth["targets"]:
        (q,) = target["quads_px"]
        assert q[0] < q[2]
        assert q[1] < q[7]
        assert q[4] > q[6]
    (boxes,) = run(example, weights={"ocr": 1}, negatives=0.0, convention="kosmos2").kept
    assert boxes.truth["place"] == "box"
    assert [t["phrase"] for t in boxes.truth["targets"]] == texts
    assert [r.text for r in sample.regions] == texts


BARE = {
    "qwen_vl": (r"<ref>[^<]+</ref><box>", r"\(\d+,\d+\),\(\d+,\d+\)</box>"),
    "qwen2_vl": (r"<\|object_ref_start\|>[^<]+<\|object_ref_end\|><\|box_start\|>",
                 r"\(\d+,\d+\),\(\d+,\d+\)<\|box_end\|>"),
    "kosmos2": (r"<grounding><phrase>[^<]+</phrase><object>", r"<patch_index_\d{4}><patch_index_\d{4}></object>"),
    "paligemma": (r"detect [^<]+", r"(<loc\d{4}>){4} [^<;]+"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_base_style_ends_in_the_open_tag_and_the_answer_goes_on(
    run: Callable[..., Any], example: Path, name: str
) -> None:
    kept = run(example, style="base", per_image=12, **params_for(name)).kept
    assert not any(s.meta["negatives"] for s in kept)
    assert {s.task for s in kept} >= {"detection", "referring_grounding"}
    for sample in kept:
        if name in BARE and sample.task == "referring_grounding":
            question, answer = BARE[name]
            assert re.fullmatch(question, sample.messages[0].text), sample.messages[0].text
            assert re.fullmatch(answer, sample.messages[1].text), sample.messages[1].text
    if name == "qwen_vl":
        prompts = {s.task: s.messages[0].text for s in kept}
        assert prompts["grounded_caption"] == "Generate the caption in English with grounding:"
        assert prompts["ocr"] == "OCR with grounding:"


def test_points_are_asked_for_as_points_and_molmo_makes_points_of_everything(
    run: Callable[..., Any], example: Path
) -> None:
    for sample in run(example, convention="molmo_point", per_image=30).kept:
        assert sample.truth["place"] == "point"
        assert "box" not in sample.messages[0].text.lower()


def order_of(samples: list[Sample]) -> list[list[list[float]]]:
    return [t["boxes_px"] for s in samples for t in s.truth["targets"] if len(t.get("boxes_px", ())) > 1]


def test_several_boxes_stand_in_the_chosen_order_which_is_recorded(run: Callable[..., Any], world: Any) -> None:
    for order, key in (("yx", lambda b: (b[1], b[0])), ("x", lambda b: b[0])):
        kept = run(world.path, order=order).kept
        assert {s.meta["order"] for s in kept} == {order}
        boxes = order_of(kept)
        assert boxes
        assert all(b == sorted(b, key=key) for b in boxes)


def test_the_example_has_a_licence_for_every_picture_and_boxes_inside_them(example: Path) -> None:
    value = json.loads(example.read_text())
    listed = (example.parent / "LICENCES.md").read_text()
    assert {p.name for p in example.parent.glob("*.jpg")} == {e["file_name"] for e in value["images"]}
    sizes = {}
    for entry in value["images"]:
        assert f"`{entry['file_name']}`" in listed
        with Image.open(example.parent / entry["file_name"]) as im:
            assert im.size == (entry["width"], entry["height"])
        sizes[entry["id"]] = (entry["width"], entry["height"])
        for phrase in entry.get("phrases", ()):
            assert entry["caption"][phrase["start"] : phrase["end"]].strip()
    for annotation in value["annotations"]:
        x, y, w, h = annotation["bbox"]
        width, height = sizes[annotation["image_id"]]
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height


def test_every_follow_up_fits_a_question_in_the_plural_and_in_the_singular() -> None:
    for ask in (*words_en.ASKS["existence"], *words_en.ASKS["counting"]):
        question, _, follow_up = ask.partition("? ") if "? " in ask else ask.partition(". ")
        assert follow_up, ask
        assert not re.search(r"there (is|are)|\bits?\b", follow_up), ask
        if "{many}" not in question:
            assert not re.search(r"\b(they|them|their)\b", follow_up), ask
    for frame in words_en._SEEN:
        assert not re.search(r"\b(is|are)\b", frame.replace("{is}", "")), frame
