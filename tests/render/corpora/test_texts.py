from __future__ import annotations

import random
import re
from datetime import date

import pytest

from mmrecipes.canvas.scripts import LANGUAGES, faces_for, script_of
from mmrecipes.canvas.text import shape_line
from mmrecipes.core.errors import FontError
from mmrecipes.render.corpora import texts as corpus
from mmrecipes.render.corpora.texts import Texts, date_text, name, number_text, paragraph, sentence, texts, words

BUNDLED = [code for code, lang in LANGUAGES.items() if not lang.families]


def entries(t: Texts) -> list[str]:
    values = [getattr(t, key) for key in Texts.__slots__]
    return [s for v in values for s in (v if isinstance(v, tuple) else (v,)) if isinstance(s, str) and s.strip()]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_a_language_is_set_by_each_of_its_faces(code: str) -> None:
    try:
        faces = [*faces_for(code), *faces_for(code, bold=True)]
    except FontError as e:
        pytest.skip(str(e))
    letters = {ch for text in entries(texts(code)) for ch in text if script_of(ch) == LANGUAGES[code].script}
    assert len(letters) > 25
    for face in faces:
        assert {ch for ch in letters if ord(ch) not in face.coverage} == set()
        for text in entries(texts(code)):
            assert all(0 not in s.glyphs for s in shape_line(text, face, 18.0, code).segments)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_words_names_and_sentences_of_its_script(code: str) -> None:
    rng = random.Random(1)
    said = [sentence(code, rng) for _ in range(60)]
    assert len(words(code)) >= 100 and len(set(words(code))) == len(words(code))
    assert len(set(said)) > 40 and len({name(code, rng) for _ in range(40)}) > 25
    own = {LANGUAGES[code].script} | ({"Hani"} if code == "ja" else set())
    scripts = {script_of(ch) for s in said for ch in s} - {"Zyyy"}
    assert scripts <= own and "{" not in "".join(said)
    assert not re.search(r"\s\s|^\s|\s$", "".join(said))
    assert sentence(code, random.Random(7)) == sentence(code, random.Random(7))


def test_a_paragraph_has_as_many_sentences_as_asked() -> None:
    assert paragraph("zh", 5, random.Random(2)).count("。") == 5
    assert paragraph("de", 4, random.Random(2)).count(".") == 4


@pytest.mark.parametrize(
    ("code", "form", "text"),
    [("en", 1, "March 5, 2024"), ("de", 0, "5. März 2024"), ("ru", 0, "5 марта 2024 г."), ("zh", 0, "2024年3月5日"),
     ("he", 0, "5 במרץ 2024"), ("pl", 1, "05.03.2024"), ("th", 0, "5 มีนาคม 2024")],
)  # fmt: skip
def test_dates_are_written_as_the_language_writes_them(code: str, form: int, text: str) -> None:
    assert date_text(code, date(2024, 3, 5), form) == text


@pytest.mark.parametrize(
    ("code", "native", "text"),
    [("en", False, "-1,234,567.8"), ("de", False, "-1.234.567,8"), ("fr", False, "-1\u202f234\u202f567,8"),
     ("hi", False, "-12,34,567.8"), ("ar", True, "-١٬٢٣٤٬٥٦٧٫٨"), ("fa", True, "-۱٬۲۳۴٬۵۶۷٫۸"),
     ("zh", True, "-1,234,567.8")],
)  # fmt: skip
def test_numbers_are_written_as_the_language_writes_them(code: str, native: bool, text: str) -> None:
    assert number_text(code, -12345678, 1, native=native) == text
    assert number_text(code, 7, 0) == "7" and number_text(code, 5, 2).endswith("05")


def test_an_unknown_language_is_named_with_the_known_ones() -> None:
    with pytest.raises(FontError, match=r"no language 'xx'; known: en, de"):
        corpus.texts("xx")
