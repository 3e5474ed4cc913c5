"""Needs the Debian packages fonts-noto-core, fonts-noto-cjk and fonts-hosny-amiri, but for what is bundled."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest

from mmrecipes.canvas import fonts
from mmrecipes.canvas.breaks import parts
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import (
    LANGUAGES,
    check_language,
    faces_for,
    families_for,
    lacking,
    language_of_texts,
    main_script,
    script_of,
)
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import Run, clusters, shape, shape_line, shape_vertical, wrap_line
from mmrecipes.core.errors import FontError

BUNDLED = [code for code, lang in LANGUAGES.items() if not lang.families]
INSTALLED = [code for code, lang in LANGUAGES.items() if lang.families]


def missing() -> str:
    try:
        for code in INSTALLED:
            check_language(code)
    except FontError as e:
        return str(e)
    return ""


with_fonts = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.mark.parametrize("code", BUNDLED)
def test_latin_greek_and_cyrillic_need_nothing_installed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", ())
    assert len(faces_for(code)) >= 4 and LANGUAGES[code].debian == ""
    assert {f.family for f in faces_for(code)} <= set(fonts.FAMILIES)
    for found in faces_for(code, ["serif"], bold=True):
        shape(LANGUAGES[code].letters, found, 20.0)


@pytest.mark.parametrize("code", INSTALLED)
def test_a_missing_font_is_an_error_that_names_the_package(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    face.cache_clear()
    check_language.cache_clear()
    with pytest.raises(FontError, match=f"apt install {LANGUAGES[code].debian.split()[0]}"):
        faces_for(code)
    face.cache_clear()
    check_language.cache_clear()


@with_fonts
def test_a_folder_of_ones_own_is_looked_into_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = face("Noto Sans Thai")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / there.path.name).write_bytes(there.path.read_bytes())
    monkeypatch.setenv("MMR_FONTS", str(tmp_path))
    face.cache_clear()
    own = face("Noto Sans Thai")
    face.cache_clear()
    assert own.path == tmp_path / "deep" / there.path.name and own.sha256 == there.sha256


@with_fonts
@pytest.mark.parametrize("code", INSTALLED)
def test_every_letter_of_a_language_is_drawn_by_every_family_of_it(code: str) -> None:
    for bold in (False, True):
        for found in faces_for(code, bold=bold):
            run = shape_line(LANGUAGES[code].letters, found, 20.0, code)
            assert all(0 not in s.glyphs for s in run.segments)
            assert {c for s in run.segments for c in s.sources} <= set(range(len(run.text)))


@with_fonts
def test_faces_of_one_collection_differ_by_index() -> None:
    paths = {face(f"Noto Sans CJK {p}").path for p in ("SC", "TC", "JP", "KR")}
    drawn = {shape("骨直", face(f"Noto Sans CJK {p}"), 40.0).segments[0].glyphs for p in ("SC", "TC", "JP")}
    assert len(paths) == 1 and len(drawn) == 3


@with_fonts
def test_a_face_of_another_country_takes_the_forms_of_the_language() -> None:
    japanese = face("Noto Sans CJK JP")
    assert (
        shape_line("骨直", japanese, 40.0, "zh").segments[0].glyphs != shape("骨直", japanese, 40.0).segments[0].glyphs
    )


def test_the_families_of_a_language_are_a_fixed_list() -> None:
    assert families_for("ar") == ("Noto Sans Arabic", "Noto Naskh Arabic", "Noto Kufi Arabic", "Amiri")
    assert families_for("ar", ("serif",)) == ("Noto Naskh Arabic", "Amiri")
    assert families_for("th", ("mono",)) == families_for("th")
    assert families_for("zh") == ("Noto Sans CJK SC", "Noto Serif CJK SC")


@pytest.mark.parametrize(
    ("text", "script"),
    [("Total", "Latn"), ("итог", "Cyrl"), ("(12)", "Zyyy"), ("株価アウ上", "Hani"), ("a بت", "Arab")],
)
def test_the_script_of_a_text_is_that_of_most_letters(text: str, script: str) -> None:
    assert main_script(text) == script and script_of("%") == "Zyyy"


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["Total", "Oslo"], "en"), (["Ελλάδα", "Москва"], "en"), (["城市", "Oslo"], "zh"), (["東京タワー"], "ja"),
        (["서울"], "ko"), (["بغداد"], "ar"), (["گزارش"], "fa"), (["שלום"], "he"), (["हिन्दी"], "hi"), (["ไทย"], "th"),
        (["a long list of names", "東"], "en"), (["ከተማ"], "en"), ([], "en"),
    ],
)  # fmt: skip
def test_the_language_that_sets_a_users_texts_is_told_by_their_letters(texts: list[str], code: str) -> None:
    assert language_of_texts(texts) == code


@with_fonts
def test_what_no_face_of_a_language_has_is_named() -> None:
    assert lacking(["城市", "Oslo", "Ωmega", "بغداد"], "zh") == ""
    assert lacking(["城ከ"], "zh") == "ከ" and lacking(["東"], "en") == "東"


# --- shaping against other engines


def drawn(run: Run, x: float = 60, y: float = 150) -> npt.NDArray[np.uint8]:
    surface = Surface(1400, 260)
    surface.text(run, x, y, "#000000")
    return np.asarray(surface.pixels()[:, :, 0])


def cut(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    ys, xs = np.where(grey < 128)
    return np.asarray(grey[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] < 128)


def overlap(a: npt.NDArray[np.bool_], b: npt.NDArray[np.bool_]) -> float:
    """Intersection over union of the inks, both cut to their boxes; 0 when the boxes are of another form."""
    if abs(a.shape[1] / a.shape[0] / (b.shape[1] / b.shape[0]) - 1) > 0.25:
        return 0.0
    size = (a.shape[1], a.shape[0])
    b = np.asarray(cv2.resize(b.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0)
    return float((a & b).sum() / (a | b).sum())


def by_typst(text: str, family: str, language: str) -> npt.NDArray[np.bool_]:
    import typst

    folder = str(face(family).path.parent)
    source = f'#set page(width: auto, height: auto, margin: 60pt)\n#set text(size: 80pt, font: "{family}", lang: "{language[:2]}")\n#"{text}"'  # noqa: E501
    pdf = typst.compile(source.encode(), format="pdf", font_paths=[folder], ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    return cut(np.asarray(page.render(scale=1).to_numpy()[..., 0]))


def unshaped(text: str, family: str) -> npt.NDArray[np.bool_]:
    """One glyph per character from left to right, as a program that knows no script draws it."""
    import skia

    surface = Surface(1400, 260)
    surface.raw.drawString(text, 60, 150, skia.Font(face(family).typeface, 80), skia.Paint(AntiAlias=True))
    return cut(np.asarray(surface.pixels()[:, :, 0]))


SHAPED = [
    ("ar", "Amiri", "السلام عليكم"),
    ("ar", "Noto Naskh Arabic", "مجموع المبيعات"),
    ("fa", "Noto Sans Arabic", "گزارش سالانه"),
    ("hi", "Noto Sans Devanagari", "क्षत्रिय हिन्दी"),
    ("he", "Noto Sans Hebrew", "שלום לכולם"),
    ("th", "Noto Sans Thai", "น้ำผึ้งที่นี่"),
    ("zh", "Noto Serif CJK SC", "数据合成方法"),
    ("ja", "Noto Sans CJK JP", "直骨ひらがな"),
    ("ko", "Noto Sans CJK KR", "데이터 합성"),
]


@with_fonts
@pytest.mark.parametrize(("code", "family", "text"), SHAPED)
def test_a_line_covers_the_ink_of_another_engine(code: str, family: str, text: str) -> None:
    ours = cut(drawn(shape_line(text, face(family), 80.0, code)))
    assert overlap(ours, by_typst(text, family, code)) >= 0.7
    if code in ("ar", "fa", "hi", "he"):
        assert overlap(ours, unshaped(text, family)) < 0.5


@with_fonts
def test_a_mixed_line_stands_in_the_order_of_another_engine() -> None:
    text = "المجموع Total (USD) في 2024"
    run = shape_line(text, face("Noto Naskh Arabic"), 80.0, "ar")
    seen = [c.start for c in clusters(run)]
    assert "".join(text[i] for i in seen) == pytest.importorskip("bidi").get_display(text, base_dir="R")


@with_fonts
@pytest.mark.parametrize(
    ("code", "text"),
    [("ar", "السعر (USD) 3.5"), ("hi", "क्षत्रिय Total"), ("th", "น้ำ 12"), ("ja", "東京 Tokyo"), ("en", "a مرحبا 東")],
)
def test_clusters_hold_every_character_once_and_their_ink_is_the_lines(code: str, text: str) -> None:
    run = shape_line(text, faces_for(code)[0], 30.0, code)
    held = sorted((c.start, c.end) for c in clusters(run))
    assert [i for start, end in held for i in range(start, end)] == list(range(len(text)))
    inks = [c.ink for c in clusters(run) if c.ink]
    whole = (min(i[0] for i in inks), min(i[1] for i in inks), max(i[2] for i in inks), max(i[3] for i in inks))
    assert whole == pytest.approx(run.ink)
    assert sum(c.box[2] - c.box[0] for c in clusters(run)) == pytest.approx(run.width)


@with_fonts
def test_the_ink_box_of_a_mixed_line_is_where_its_pixels_are() -> None:
    run = shape_line("السعر (USD) क्ष 東京", faces_for("ar")[1], 40.0, "ar")
    ys, xs = np.where(drawn(run) < 250)
    box = (xs.min() - 60, ys.min() - 150, xs.max() + 1 - 60, ys.max() + 1 - 150)
    assert all(abs(a - b) <= 1.5 for a, b in zip(box, run.ink, strict=True))


@with_fonts
def test_shared_characters_are_set_in_the_face_of_what_is_beside_them() -> None:
    run = shape_line("2024年 (ABC)", face("Noto Sans CJK SC"), 20.0, "zh")
    assert {s.face.family for s in run.segments} == {"Noto Sans CJK SC"}
    run = shape_line("Oslo 東京", face("Caladea"), 20.0, "en")
    assert [s.face.family for s in run.segments] == ["Caladea", "Noto Serif CJK SC"]


def test_a_character_that_no_face_has_is_an_error_and_never_a_box() -> None:
    with pytest.raises(FontError, match=r"no font of en has a glyph for '\\U000e0301|no font of en"):
        shape_line("a \ue123", face("Caladea"), 12.0, "en")


@pytest.mark.parametrize("text", ["Plain text, 12.5 %", "Ünïcödé", "αβγ"])
def test_a_plain_line_is_the_same_by_both_ways(text: str) -> None:
    one, other = shape(text, face("DejaVu Sans"), 17.0), shape_line(text, face("DejaVu Sans"), 17.0, "en")
    assert one.segments == other.segments and one.ink == other.ink and one.width == other.width


# --- vertical lines and wrapping


@with_fonts
def test_a_vertical_line_runs_downwards_with_turned_punctuation() -> None:
    run = shape_vertical("縦書き（例）、", face("Noto Sans CJK JP"), 40.0, "ja")
    flat = shape_line("（", face("Noto Sans CJK JP"), 40.0, "ja")
    glyph = next(g for s in run.segments for g, i in zip(s.glyphs, s.sources, strict=True) if run.text[i] == "（")
    assert run.width == pytest.approx(40.0 * len(run.text), rel=0.02)
    assert glyph != flat.segments[0].glyphs[0]
    assert all(a.box[3] <= b.box[1] + 0.01 for a, b in zip(clusters(run), clusters(run)[1:], strict=False))
    grey = drawn(run, 100, 10)
    ys, xs = np.where(grey < 250)
    assert abs(xs.min() - 80 - (run.ink[0] + 40)) < 42 and ys.max() - ys.min() > 3 * (xs.max() - xs.min())


def test_joining_scripts_are_refused_in_vertical_lines() -> None:
    with pytest.raises(ValueError, match="Arab"):
        shape_vertical("سلام", face("DejaVu Sans"), 20.0, "ar")


@with_fonts
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("zh", "本年度营业收入（万元）同比增长12.5%，主要来自“华东”地区的新客户。"),
        ("ja", "今年度の売上高は「東京」支店の貢献により、前年比で増加しました。"),
        ("th", "รายงานยอดขายประจำปีของบริษัทเพิ่มขึ้นเมื่อเทียบกับปีก่อน"),
        ("ar", "ارتفعت مبيعات الشركة في الربع الأول مقارنة بالعام الماضي"),
    ],
)
def test_wrapped_lines_of_any_script_fit_and_keep_punctuation_where_it_may_stand(code: str, text: str) -> None:
    found = faces_for(code)[0]
    lines = wrap_line(text, found, 16.0, 110.0, code)
    assert (len(lines) > 2 and "".join(line.text for line in lines) == text.replace(" ", "")) or " " in text
    assert all(line.width <= 110.0 for line in lines)
    assert not any(line.text[0] in "，。、）」”%" or line.text[-1] in "（「“" for line in lines)


def test_thai_is_broken_between_words_and_nothing_is_lost() -> None:
    text = "วันนี้อากาศดีมาก เราไปตลาด"
    found = parts(text, "th")
    assert "".join(found) == text and len(found) > 5 and "อากาศ" in found


def test_numbers_and_latin_words_are_not_broken_in_chinese_lines() -> None:
    assert parts("共1,234.5万元ABC", "zh") == ["共", "1,234.5", "万", "元", "ABC"]
