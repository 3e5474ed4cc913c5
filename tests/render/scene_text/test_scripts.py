"""Signs of other scripts: right-to-left lines, columns, clusters, mixed lines; read again by an engine of its own."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import LANGUAGES, check_language, faces_for, script_of
from mmrecipes.core.errors import FontError
from mmrecipes.render.corpora import texts as corpus
from mmrecipes.render.corpora.texts import capitals, small_letters
from mmrecipes.render.scene_text.ink import Look, draw_layer
from mmrecipes.render.scene_text.lettering import Lettering, SetGlyph, SetWord, Type, set_sign
from mmrecipes.render.scene_text.shaping import column, piece
from mmrecipes.render.scene_text.signs import ROLES, SignLine, SignText, sign
from mmrecipes.render.scene_text.word import draw_word
from mmrecipes.render.scene_text.writing import word_quad

PLAIN = Look("print", ((0.0, 0.0, 0.0),))
H = np.array([[1.1, 0.12, 60], [-0.15, 1.05, 90], [0.0006, 0.0001, 1.0]])


def _fonts(*codes: str) -> None:
    for code in codes:
        try:
            check_language(code)
        except FontError as e:
            pytest.skip(str(e))


def _type(code: str) -> Type:
    return Type(faces_for(code)[0], faces_for(code, bold=True)[0])


def _set(code: str, *lines: str, vertical: bool = False) -> Lettering:
    text = SignText("shop", code, tuple(SignLine(line) for line in lines))
    made = set_sign(text, _type(code), 40, 700, 700, vertical=vertical)
    assert made is not None
    return made


def _ink(glyphs: tuple[SetGlyph, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Pixel centres (N, 2) of clusters drawn alone through `H`, and their quads there."""
    alone = Lettering((SetWord("x", 0, glyphs),), ("x",), (40.0,), (20.0,))
    layer = draw_layer(alone, PLAIN, H, (1100, 1000), 0)
    assert layer is not None
    rows, columns = np.nonzero(layer.ink[..., 3] > 100)
    corners = np.concatenate([alone.quads, np.ones((*alone.quads.shape[:2], 1))], axis=2) @ H.T
    return np.column_stack([columns + layer.box[0], rows + layer.box[1]]) + 0.5, corners[..., :2] / corners[..., 2:]


SAMPLES = (
    ("ar", "مكتب البريد 24", False), ("fa", "خوش آمدید", False), ("he", "בית קפה 7", False), ("hi", "स्टेशन द्वार", False),
    ("th", "ร้านหนังสือ น้ำ", False), ("zh", "新华书店", True), ("ja", "コーヒー（大）", True), ("ko", "서울역", False),
    ("el", "Καλώς ήρθατε", False), ("ru", "Добро пожаловать", False), ("vi", "Hiệu thuốc", False),
)  # fmt: skip


@pytest.mark.parametrize(("code", "text", "vertical"), SAMPLES)
def test_every_cluster_quad_holds_its_ink_and_the_clusters_spell_the_word(code: str, text: str, vertical: bool) -> None:
    _fonts(code)
    made = _set(code, text, vertical=vertical)
    assert [w.text for w in made.words] == text.split()
    for word in made.words:
        assert "".join(g.text for g in word.glyphs) == word.text
        for k in range(len(word.glyphs)):
            points, quads = _ink(word.glyphs[k : k + 1])
            off = [cv2.pointPolygonTest(quads[0].astype(np.float32), (float(x), float(y)), True) for x, y in points]
            assert len(off) > 10 and min(off) > -1.5, (word.text, k)
            for a, b in zip(quads[0], np.roll(quads[0], -1, axis=0), strict=True):
                along = (b - a) / np.linalg.norm(b - a)
                assert ((points - a) @ np.array([-along[1], along[0]])).min() < 1.6
        points, quads = _ink(word.glyphs)
        box = word_quad(quads).astype(np.float32)
        assert min(cv2.pointPolygonTest(box, (float(x), float(y)), True) for x, y in points) > -1.6
        top, side = box[1] - box[0], box[3] - box[0]
        assert top[0] > 0 and side[1] > 0


def test_right_to_left_words_and_letters_run_to_the_left_and_numbers_to_the_right() -> None:
    _fonts("he", "ar")
    made = _set("he", "בית קפה 2024 WiFi")
    middles = [w.quads.mean(axis=(0, 1))[0] for w in made.words]
    assert [w.text for w in made.words] == ["בית", "קפה", "2024", "WiFi"] and middles == sorted(middles, reverse=True)
    for word, step in zip(made.words, (-1, -1, 1, 1), strict=True):
        assert (np.diff(word.quads.mean(axis=1)[:, 0]) * step > 0).all(), word.text
    line = SignLine("حليب", end="3.50")
    flush = set_sign(SignText("menu", "ar", (line,)), _type("ar"), 40, 500, 200)
    assert flush is not None
    text, price = (w.quads.mean(axis=(0, 1))[0] for w in flush.words)
    assert text > 350 > 150 > price
    beside = set_sign(SignText("direction", "en", (SignLine("Stadium", end="9 km"),)), _type("en"), 40, 400, 80)
    assert beside is not None and beside.words[1].quads[..., 0].min() - beside.words[0].quads[..., 0].max() > 18


def test_arabic_letters_are_joined_and_a_ligature_is_one_cluster() -> None:
    _fonts("ar")
    (word,) = piece("سلام", faces_for("ar")[0], "ar").words
    assert [c.text for c in word.clusters] == ["س", "لا", "م"] or [c.text for c in word.clusters] == [*"سلام"]
    alone = {part[1] for ch in "سلام" for w in piece(ch, faces_for("ar")[0], "ar").words for c in w.clusters
             for part in c.parts}  # fmt: skip
    assert len({part[1] for c in word.clusters for part in c.parts} - alone) >= 2


def test_columns_run_down_and_are_read_from_the_right_with_vertical_punctuation() -> None:
    _fonts("zh", "ja")
    made = _set("zh", "新华书店", "营业中", vertical=True)
    assert made.direction == "ttb" and [w.line for w in made.words] == [0, 1]
    first, second = (w.quads.mean(axis=1) for w in made.words)
    assert first[:, 0].min() > second[:, 0].max()
    assert (np.diff(first[:, 1]) > 20).all() and np.ptp(first[:, 0]) < 10
    one = faces_for("ja")[0]
    for mark in "（ー。":
        (flat,), (down,) = piece(mark, one, "ja").words[0].clusters, column(mark, one, "ja").words[0].clusters
        assert flat.parts[0][1] != down.parts[0][1], mark
    with pytest.raises(ValueError, match="not set in vertical lines"):
        column("שלום", one, "ja")


def test_a_mixed_line_takes_each_letter_from_a_face_that_has_it() -> None:
    _fonts("th")
    made = _set("th", "ร้าน WiFi")
    families = [{part[0].family for g in w.glyphs for part in g.parts} for w in made.words]
    assert families[0] == {faces_for("th")[0].family} and all(
        ord(ch) in part[0].coverage for g in made.words[1].glyphs for part in g.parts for ch in g.text
    )


def test_a_missing_font_is_an_error_that_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmrecipes.canvas.fonts.FOLDERS", (tmp_path,))
    monkeypatch.setenv("MMR_FONTS", "")
    face.cache_clear()
    try:
        with pytest.raises(FontError, match="apt install fonts-noto-core"):
            draw_word("สวัสดี", "th", random.Random(0))
    finally:
        face.cache_clear()


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_signs_of_a_language_are_in_its_script_and_vary(code: str) -> None:
    own = {"Jpan": {"Jpan", "Hani"}}.get(LANGUAGES[code].script, {LANGUAGES[code].script})
    counted = [0, 0]
    for role in ROLES:
        texts = {tuple(line.reading for line in sign(role, code, random.Random(k)).lines) for k in range(25)}
        assert len(texts) >= 8, role
        for line in (line for lines in texts for line in lines):
            assert line == " ".join(line.split()) and line
            for ch in line:
                if (script := script_of(ch)) != "Zyyy":
                    counted[script in own] += 1
    assert counted[1] > 8 * counted[0]
    if LANGUAGES[code].script not in ("Latn", "Cyrl", "Grek"):
        assert counted[0] > 0


def test_capitals_and_small_letters_are_those_of_the_language() -> None:
    assert capitals("istanbul ılık", "tr") == "İSTANBUL ILIK" and capitals("Καλώς", "el") == "ΚΑΛΩΣ"
    assert small_letters("İzmir IŞIK", "tr") == "izmir ışık" and small_letters("IN", "en") == "in"


MODELS = {"en": "eng", "ru": "rus", "el": "ell", "he": "heb", "ar": "ara", "hi": "hin", "th": "tha", "zh": "chi_sim"}
FAMILIES = {
    "en": "DejaVu Sans", "ru": "DejaVu Sans", "el": "DejaVu Sans", "he": "Noto Sans Hebrew", "ar": "Noto Naskh Arabic",
    "hi": "Noto Sans Devanagari", "th": "Noto Sans Thai", "zh": "Noto Sans CJK SC",
}  # fmt: skip


SCALES = (1.0, 0.6)
"""Of crops set side by side, five in a line: tesseract's own errors change with the size, a wrong picture's do not, and
it misreads Arabic words that stand alone."""


@pytest.mark.slow
@pytest.mark.parametrize("code", MODELS)
def test_tesseract_reads_clean_word_crops_of_every_script_it_knows(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"tesseract-ocr-{MODELS[code].replace('_', '-')}"
    if shutil.which("tesseract") is None:
        pytest.skip("no tesseract: apt install tesseract-ocr")
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    if MODELS[code] not in listed:
        pytest.skip(f"no model: apt install {package}")
    _fonts(code)
    plain = Type(face(FAMILIES[code]), face(FAMILIES[code], bold=True))
    monkeypatch.setattr("mmrecipes.render.scene_text.word.draw_type", lambda sign, rng: plain)
    rng, wanted = random.Random(4), {}
    for text in rng.sample(corpus.words(code), 60):
        if len(text) >= 3 and all(script_of(c) == LANGUAGES[code].script or _mark(c) for c in text):
            crop = draw_word(text, code, rng, clean=True)
            if crop is not None and len(wanted) < 15:
                wanted[text] = cv2.copyMakeBorder(crop.pixels, 0, 0, 14, 14, cv2.BORDER_REPLICATE)
    lines = [list(wanted)[k : k + 5] for k in (0, 5, 10)]
    files = []
    for k, line in enumerate(lines):
        seen = line[::-1] if LANGUAGES[code].direction == "rtl" else line
        joined = np.concatenate([wanted[text] for text in seen], axis=1)
        pixels = cv2.copyMakeBorder(joined, 24, 24, 30, 30, cv2.BORDER_REPLICATE)
        for scale in SCALES:
            files.append(tmp_path / f"{k}-{scale}.png")
            cv2.imwrite(str(files[-1]), cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    (tmp_path / "files.txt").write_text("\n".join(map(str, files)))
    said = subprocess.run(["tesseract", str(tmp_path / "files.txt"), "-", "-l", MODELS[code], "--psm", "7"],
                          capture_output=True, text=True, check=True).stdout.split("\f")  # fmt: skip
    read = [[_bare(page) for page in said[k * len(SCALES) : (k + 1) * len(SCALES)]] for k in range(len(lines))]
    errors = [min(_distance(_bare("".join(line)), page) for page in pages)
              for line, pages in zip(lines, read, strict=True)]  # fmt: skip
    assert sum(errors) <= 0.03 * sum(len(_bare(t)) for t in wanted), (errors, lines, read)


def _mark(ch: str) -> bool:
    return unicodedata.category(ch)[0] == "M"


def _bare(text: str) -> str:
    return re.sub(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", unicodedata.normalize("NFKC", text))


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
