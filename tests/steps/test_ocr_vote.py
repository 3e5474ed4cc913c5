"""Claims about OCR votes on pictures drawn here with OpenCV's own letters, read by the installed program."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad
from mmrecipes.core.errors import PlanError
from mmrecipes.core.sample import Region, Sample
from mmrecipes.flow.step import Drop
from mmrecipes.steps import ocr_engines, ocr_vote
from mmrecipes.steps.ocr_engines import Word, installed, require
from mmrecipes.steps.ocr_vote import OcrVote, error_rate, lay_out

needs_tesseract = pytest.mark.skipif("tesseract" not in installed(), reason="apt install tesseract-ocr")
TEXTS = ("Harbour tram", "Total 1,284", "Night bus", "Airport line")


def drawn(language: str = "en") -> Sample:
    """Four texts, one of them turned by a quarter (its quad begins at its own top left corner)."""
    pixels = np.full((300, 420, 3), 250, np.uint8)
    quads: list[Quad] = []
    for k, text in enumerate(TEXTS[:3]):
        y = 40 + 50 * k
        cv2.putText(pixels, text, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (30, 30, 60), 1, cv2.LINE_AA)
        (w, h), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.7, 1)
        quads.append(((20, y - h), (20 + w, y - h), (20 + w, y + below), (20, y + below)))
    strip = np.full((30, 200, 3), 250, np.uint8)
    cv2.putText(strip, TEXTS[3], (5, 21), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (30, 30, 60), 1, cv2.LINE_AA)
    pixels[60:260, 360:390] = np.rot90(strip)
    quads.append(((360, 260), (360, 60), (390, 60), (390, 260)))
    image = encode(pixels)
    regions = tuple(Region(image.sha256, "line", q, t) for q, t in zip(quads, TEXTS, strict=True))
    return Sample(id="x/page/000000", images=(image,), regions=regions, language=language)


def vote(sample: Sample, *engines: str, needed: int = 1) -> Sample | Drop:
    return OcrVote(engines, lambda s: [(r.quad, r.text) for r in s.regions], needed)(sample)


@needs_tesseract
def test_what_is_printed_is_read_in_its_place_upright_or_turned() -> None:
    found = vote(drawn(), "tesseract")
    assert isinstance(found, Sample)
    assert found.meta["checks"]["ocr"]["cer"]["tesseract"] <= 0.05 and found.meta["checks"]["ocr"]["read"] == 4


@needs_tesseract
@pytest.mark.parametrize("wrong", ["swapped", "another"])
def test_a_text_that_is_not_what_is_printed_is_dropped(wrong: str) -> None:
    sample = drawn()
    told = [TEXTS[1], TEXTS[0], *TEXTS[2:]] if wrong == "swapped" else ["Ferry quay 9", *TEXTS[1:]]
    moved = tuple(Region(r.ref, r.label, r.quad, t) for r, t in zip(sample.regions, told, strict=True))
    found = vote(sample.having(regions=moved), "tesseract")
    assert isinstance(found, Drop) and found.reason == "ocr_disagrees" and "tesseract 0." in found.detail


@needs_tesseract
def test_an_engine_that_does_not_read_the_language_has_no_vote() -> None:
    for sample, needed in ((drawn("xx"), 1), (drawn("he"), 2)):
        found = vote(sample, *(("tesseract",) if needed == 1 else ("tesseract", "rapidocr")), needed=needed)
        assert isinstance(found, Sample) and found.meta["checks"]["ocr"] == "not_run"


@pytest.mark.parametrize(("good", "needed", "kept"), [(2, 2, True), (1, 2, False), (1, 1, True), (0, 1, False)])
def test_k_of_n_engines_must_read_it(monkeypatch: pytest.MonkeyPatch, good: int, needed: int, kept: bool) -> None:
    sample = drawn()
    _, slots = lay_out(sample.images[0].decode(), [r.quad for r in sample.regions])

    def read(engine: str, *_: object) -> list[Word]:
        right = int(engine[-1]) < good
        return [Word(t if right else "?", (s[0] + s[2]) / 2, (s[1] + s[3]) / 2)
                for t, s in zip(TEXTS, slots, strict=True)]  # fmt: skip

    monkeypatch.setattr(ocr_vote, "reads", lambda *_: True)
    monkeypatch.setattr(ocr_vote, "read", read)
    assert isinstance(vote(sample, "engine0", "engine1", needed=needed), Sample) is kept


def test_an_engine_asked_for_and_missing_is_an_error_that_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_engines, "installed", lambda: ())
    with pytest.raises(PlanError, match=r"pip install mmrecipes\[ocr\]"):
        require(["rapidocr"])
    with pytest.raises(PlanError, match="apt install tesseract-ocr"):
        require(["tesseract"])


def test_words_elsewhere_and_blanks_do_not_count_and_missing_ones_do() -> None:
    slots = [(0, 0, 100, 20), (0, 60, 100, 80)]
    words = [Word("far", 400, 400), Word("b", 60, 9), Word("a", 20, 11), Word("c d", 50, 70)]
    assert error_rate(["a b", "cd"], slots, words) == 0.0
    assert error_rate(["a b", "cd"], slots, words[:3]) == 0.5


@pytest.mark.parametrize(("meta", "kept"), [({"augment_level": 0, "augment": [[], []]}, False),
                                            ({"augment_level": 2}, True)])  # fmt: skip
def test_a_clean_page_may_have_fewer_errors_than_a_worn_one(
    monkeypatch: pytest.MonkeyPatch, meta: dict[str, object], kept: bool
) -> None:
    sample = drawn().having(meta=meta)
    _, slots = lay_out(sample.images[0].decode(), [r.quad for r in sample.regions])
    said = [text[:-1] + "#" for text in TEXTS]
    words = [Word(t, (s[0] + s[2]) / 2, (s[1] + s[3]) / 2) for t, s in zip(said, slots, strict=True)]
    monkeypatch.setattr(ocr_vote, "read", lambda *_: words)
    monkeypatch.setattr(ocr_vote, "reads", lambda *_: True)
    assert ocr_vote.CLEAN < error_rate(TEXTS, slots, words) < ocr_vote.WORN
    assert isinstance(vote(sample, "engine"), Sample) is kept
