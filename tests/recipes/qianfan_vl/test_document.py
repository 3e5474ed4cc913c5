"""The document steps make samples that are what they say; injected faults are caught by verification."""

from __future__ import annotations

import inspect
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mmrecipes
from mmrecipes.canvas.scripts import check_language
from mmrecipes.core.errors import FontError, InputError
from mmrecipes.core.sample import Sample, sample_to_json, shown_images
from mmrecipes.flow.step import Drop, Seeds, StepContext
from mmrecipes.recipes.qianfan_vl.document import task
from mmrecipes.recipes.qianfan_vl.document.turns import turn_kind

STEPS: tuple[Callable[..., Any], ...] = (
    task.DocumentContent(), task.document_draw, task.document_augment, task.document_ask, task.document_verify,
    task.document_finish,
)  # fmt: skip


def _run(index: int, steps: tuple[Callable[..., Any], ...] = STEPS, *, start: Sample | None = None) -> Sample | Drop:
    sample = start or Seeds("qianfan-vl", {"document": 1.0}).sample("document", index)
    for one in steps:
        context = StepContext(7, sample.id, getattr(one, "__name__", "document_content"))
        result = one(sample, context) if len(inspect.signature(one).parameters) == 2 else one(sample)
        if isinstance(result, Drop):
            return result
        sample = result
    return sample


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    found = (_run(i) for i in range(66))
    return [s for s in found if isinstance(s, Sample)]


def _checkable(wanted: Callable[[Sample], bool] = lambda s: True) -> Sample:
    """A sample just before verification that passes it."""
    for at in itertools.count():
        before = _run(at, STEPS[:4])
        if isinstance(before, Sample) and wanted(before) and isinstance(_run(at, STEPS[4:], start=before), Sample):
            return before
    raise AssertionError


def _verdict(sample: Sample) -> str:
    result = task.document_verify(sample)
    return result.reason if isinstance(result, Drop) else "kept"


def test_nearly_all_candidates_are_kept_and_hold_together(samples: list[Sample]) -> None:
    assert len(samples) >= 60
    for s in samples:
        assert shown_images(s) == list(s.images) and s.truth["pages"] == [[i.width, i.height] for i in s.images]
        assert s.group == s.id and s.draft == {} and s.truth_source == "engine"
        json.dumps(sample_to_json(s))
        for region in s.regions:
            image = s.image(region.ref)
            assert all(-1 <= x <= image.width + 1 and -1 <= y <= image.height + 1 for x, y in region.quad)
    assert any(len(s.images) > 1 for s in samples)
    assert len({s.truth["doc_kind"] for s in samples}) == 12


def test_every_turn_kind_is_made_and_no_template_is_frequent(samples: list[Sample]) -> None:
    kinds = Counter(s.meta["turn_kind"] for s in samples)
    assert set(kinds) >= {"markdown", "elements", "question", "dialogue", "outline"}
    templates = Counter(t for s in samples for t in s.meta["templates"])
    assert max(templates.values()) <= max(3, 0.03 * sum(templates.values()))
    assert {turn_kind(i) for i in range(22)} == set(kinds) | {"extract", "read"}


def test_the_markdown_of_a_page_says_the_words_of_its_regions(samples: list[Sample]) -> None:
    """Without our reader: the Markdown with all markup stripped holds every word that has a box in the text."""
    for s in samples:
        bare = re.sub(r"[^\w]", "", re.sub(r"<[^>]*>", "", s.truth["markdown"]).replace("\\", ""))
        furniture = {e["text"] for e in s.truth["elements"] if e["type"] in ("header", "footer", "page_number")}
        skipped = {w for text in furniture for w in text.split()} | {"•", "–", "&", "<", ">"}
        missing = [r.text for r in s.regions if r.label == "word" and r.text not in skipped
                   and re.sub(r"[^\w]", "", r.text) not in bare]  # fmt: skip
        assert not [m for m in missing if not re.fullmatch(r"\(?\d+\)?\.?", m)], s.id


def test_empty_fields_get_the_empty_string() -> None:
    sample = _checkable(lambda s: s.draft["document"].kind == "form" and "" in s.draft["truth"]["fields"].values())
    empty = [f for f in sample.draft["truth"]["elements"] if f["type"] == "field" and f["value"] == ""]
    assert empty and all(sample.draft["truth"]["fields"][f["label"].rstrip(":")] == "" for f in empty)


def test_a_degraded_page_keeps_its_target() -> None:
    sample = _checkable(lambda s: s.draft["level"] == 3)
    assert sample.draft["truth"]["markdown"] == "\n\n".join(b.markdown for b in sample.draft["written"])


# --- faults


def test_a_word_lost_from_the_markdown_is_caught() -> None:
    sample = _checkable(lambda s: s.draft["document"].kind == "letter")
    text = sample.draft["truth"]["markdown"]
    word = next(w for w in reversed(text.split()) if w.isalpha() and len(w) > 3)
    broken = {**sample.draft["truth"], "markdown": text.replace(word, "", 1)}
    assert _verdict(sample.drafting(truth=broken)) in ("markdown_differs", "words_differ")


def test_an_amount_changed_by_a_cent_is_caught() -> None:
    sample = _checkable(lambda s: s.draft["document"].kind == "invoice")
    relations = [dict(r) for r in sample.draft["truth"]["relations"]]
    total = relations[-1]["result"]
    relations[-1]["result"] = total[:-1] + str((int(total[-1]) + 1) % 10)
    assert _verdict(sample.drafting(truth={**sample.draft["truth"], "relations": relations})) == "amounts_differ"


def test_dates_out_of_order_are_caught() -> None:
    sample = _checkable(lambda s: len(s.draft["truth"]["chronology"]) > 2)
    turned = {**sample.draft["truth"], "chronology": sample.draft["truth"]["chronology"][::-1]}
    assert _verdict(sample.drafting(truth=turned)) == "dates_out_of_order"


def test_a_wrong_answer_is_caught() -> None:
    sample = _checkable(lambda s: bool(s.draft["exchange"].asked) and s.draft["exchange"].asked[0][1].text != "")
    said = sample.draft["exchange"]
    query, answer = said.asked[0]
    wrong = replace(said, asked=((query, replace(answer, text="nonsense", value="nonsense")), *said.asked[1:]))
    assert _verdict(sample.drafting(exchange=wrong)) == "answer_differs"
    mute = replace(said, turns=(replace(said.turns[0], answer="I do not know"), *said.turns[1:]))
    assert _verdict(sample.drafting(exchange=mute)) == "reply_differs"


def test_quads_left_where_they_were_are_caught() -> None:
    def turned(s: Sample) -> bool:
        return any(name == "perspective" for w in s.draft["worn"] for name, _ in w.log)

    sample = _checkable(turned)
    pairs = zip(sample.draft["worn"], sample.draft["clean"], strict=True)
    assert _verdict(sample.drafting(worn=[replace(w, quads=q) for w, q in pairs])) == "quads_differ"


def test_faint_and_tiny_text_is_dropped() -> None:
    sample = _checkable()
    faint = [replace(w, pixels=np.asarray(200 + w.pixels // 5, np.uint8)) for w in sample.draft["worn"]]
    assert _verdict(sample.drafting(worn=faint)) == "low_contrast"


def test_the_same_seed_gives_the_same_documents_whatever_the_workers(tmp_path: Path) -> None:
    def pictures(name: str, workers: int) -> list[str]:
        run = mmrecipes.run("qianfan-vl", out=tmp_path / name, n=6, params={"tasks": {"document": 1}}, workers=workers)
        assert (run.accepted, run.errors) == (6, 0)
        return [i.sha256 for s in run.samples() for i in s.images]

    assert pictures("a", 1) == pictures("b", 2)


# --- the user's own text

OWN = (
    "Prices rose from $5 to $6 a kilo (see [1] & *the annex*), as Dr. Weber wrote in her letter of the 3rd.",
    "10. June was the last day; the_register of 1 < 2 names and C:\\paths stayed open, `as always`, until noon.",
    "- A line that starts like an item, #hashes, ~tildes~ and |bars| must come through as it was typed here.",
)


def test_the_users_paragraphs_are_printed_word_for_word_and_the_sample_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("\n\n".join(OWN))
    (tmp_path / "old.txt").write_bytes("größer".encode("latin-1"))
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=10, params={"tasks": {"document": 1}},
                        inputs={"document": tmp_path}, workers=1)  # fmt: skip
    assert any("old.txt is left out: not UTF-8" in remark for remark in run.remarks)
    own = [s for s in run.samples() if s.source == "user text"]
    assert {s.truth["doc_kind"] for s in own} <= {"letter", "report", "paper", "newspaper"} and len(own) >= 2
    for s in own:
        assert s.truth_source == "engine" and "sentence" not in s.meta["ops"]
        parts: dict[int, str] = {}
        for e in s.truth["elements"]:
            if e["type"] == "paragraph":  # one may be broken over columns, even within a word
                parts[e["element"]] = parts.get(e["element"], "") + "".join(e["text"].split())
        said = {"".join(OWN[number - 1].split()) for _, number in s.truth["own_text"]}
        assert said and said == {"".join(text.split()) for text in OWN} & set(parts.values())


def test_own_texts_stand_only_in_documents_of_their_language(tmp_path: Path) -> None:
    german = "Die Fähre kam wieder zu spät, und niemand am Kai wußte, ob sie an diesem Abend noch fährt."
    (tmp_path / "de").mkdir()
    (tmp_path / "a.txt").write_text(OWN[0], encoding="utf-8")
    (tmp_path / "de" / "b.txt").write_text(german, encoding="utf-8")
    for language, file in (("en", "a.txt"), ("de", "de/b.txt"), ("it", "")):
        content = task.DocumentContent(((language, 1.0),))
        found = set()
        for index in range(10):
            sample = Seeds("qianfan-vl", {"document": 1.0}).sample("document", index)
            made = content(sample, StepContext(7, sample.id, "document_content", 0, {"document": tmp_path}))
            found |= {name for name, _ in made.draft["document"].own}
        assert found == ({file} if file else set())


def test_a_folder_of_texts_without_the_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leaves documents out"):
        mmrecipes.run(
            "qianfan-vl", out=tmp_path / "r", n=1, params={"tasks": {"table": 1}}, inputs={"document": tmp_path}
        )


def test_a_run_in_several_languages_has_them_all_and_says_which(tmp_path: Path) -> None:
    codes = [code for code in ("en", "ru", "he", "ja", "hi") if _has_fonts(code)]
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=12, workers=1,
                        params={"tasks": {"document": 1}, "languages": dict.fromkeys(codes, 1)})  # fmt: skip
    assert (run.accepted, run.errors) == (12, 0)
    found = Counter(s.language for s in run.samples())
    assert set(found) <= set(codes) and len(found) >= min(4, len(codes) - 1)
    for s in run.samples():
        assert s.truth.get("language", "en") == s.language and all(r.text or r.label != "word" for r in s.regions)


def _has_fonts(code: str) -> bool:
    try:
        check_language(code)
    except FontError:
        return False
    return True
