"""The prose of documents as slots: what they are, that other texts in their place are printed as they are and change no
fact, and that what must be said is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pypdfium2
import pytest
import typst

from mmrecipes.core.identity import rng_from
from mmrecipes.render.documents.content import KINDS, random_document
from mmrecipes.render.documents.draw import draw_document
from mmrecipes.render.documents.looks import look_for
from mmrecipes.render.documents.markup import markup
from mmrecipes.render.documents.slots import Slot, fixed_lines, prose_elements, says, slots_of, with_texts
from mmrecipes.render.documents.targets import markdown, written
from mmrecipes.render.documents.tree import Document, leaves
from mmrecipes.render.typeset import bundled_folders

HOSTILE = '#panic("no") $x$ \\u{41} "quoted" // </text> <script>alert(1)</script> *b* _i_ `c` [a](b) @ref ]] })'


def made(kind: str, index: int = 3, language: str = "en") -> Document:
    return random_document(rng_from("slots", kind, index), index, kind=kind, complexity=3, language=language)


def reworded(document: Document, text: Callable[[Slot], str]) -> Document:
    return with_texts(document, {s.name: text(s) for s in slots_of(document)}, "m")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_but_cards_has_slots_with_room_for_what_they_must_say(kind: str) -> None:
    for index in range(2):
        document = made(kind, index)
        slots = slots_of(document)
        assert bool(slots) == (kind != "card") and len({s.name for s in slots}) == len(slots)
        for s in slots:
            assert s.room[0] <= len(s.text) <= s.room[1] >= sum(map(len, s.must)), (kind, s)
            assert all(q.text in s.text for q in s.quotes if q.about) and all(m in s.text for m in s.must)
        printed = "\n".join([*fixed_lines(document, tables=True), *(m for s in slots for m in s.must),
                             *(s.text for s in slots if s.what in ("title", "subject line"))])  # fmt: skip
        missing = [f.name for f in document.facts if f.text and not says(printed, f.text)]
        assert not missing, (kind, missing)
        told = Counter(m for s in slots for m in s.must)
        assert all(told[text] <= count for text, count in Counter(f.text for f in document.facts).items())


@pytest.mark.parametrize(
    ("text", "fact", "said"),
    [
        ("Renée came", "Ren", False), ("Ивановых нет", "Иванов", False), ("it was 112 then", "12", False),
        ("12, then 112", "12", True), ("张三先生：", "张三", True), ("山田太郎様", "山田太郎", True),
        ("第12期", "12", True), ("", "12", False),
    ],
)  # fmt: skip
def test_a_fact_is_said_as_a_word_of_its_own_in_chinese_and_japanese_anywhere(text: str, fact: str, said: bool) -> None:
    assert says(text, fact) is said


def test_a_day_that_is_two_facts_is_said_though_it_stands_below_the_text_as_the_other() -> None:
    certificates = [made("certificate", n) for n in range(60)]
    one_day = [d for d in certificates if d.fact("end_date").text == d.fact("issue_date").text]
    assert one_day
    for document in one_day:
        assert document.fact("end_date").text in {m for s in slots_of(document) for m in s.must}


@pytest.mark.parametrize("kind", ["letter", "report", "newspaper", "menu", "contract"])
def test_the_invented_texts_put_back_give_the_same_document(kind: str) -> None:
    document = made(kind)
    again = reworded(document, lambda s: s.text)
    look = look_for(document, rng_from("look", kind))
    assert markup(again, look).source == markup(document, look).source
    assert (again.facts, again.furniture, again.chronology) == (document.facts, document.furniture, document.chronology)


def test_facts_and_headers_that_repeat_a_text_follow_it() -> None:
    report = reworded(made("report"), lambda s: "A new title" if s.what == "title" else s.text)
    assert report.fact("title").text == "A new title"
    letter = reworded(made("letter"), lambda s: "A new subject" if s.what == "subject line" else s.text)
    assert letter.fact("subject").text == "A new subject"
    menus = [reworded(made("menu", k), lambda s: f"Dish {s.name}" if s.what == "name of a dish" else s.text)
             for k in range(3)]  # fmt: skip
    names = [f.name for m in menus for f in m.facts if f.name.startswith("dish:")]
    assert names and all(name.startswith("dish:Dish paragraph_") for name in names)
    headed = [
        d for d in (made("report", k) for k in range(8)) if any(d.fact("title").text in f.text for f in d.furniture)
    ]
    assert headed
    for document in headed:
        new = reworded(document, lambda s: "Another title" if s.what == "title" else s.text)
        assert not any(document.fact("title").text in f.text for f in new.furniture)
        assert any("Another title" in f.text for f in new.furniture)


def test_a_hostile_text_is_printed_as_it_is_and_nothing_of_it_is_run() -> None:
    """With all checks of replies left out: the oracle is the text layer of the PDF, read by another library."""
    document = reworded(made("letter"), lambda s: HOSTILE)
    look = look_for(document, rng_from("look", 1))
    source = markup(document, look).source
    pdf = typst.compile(source.encode(), format="pdf", font_paths=[str(f) for f in bundled_folders()])
    pages = pypdfium2.PdfDocument(pdf)
    said = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)
    wanted = "".join(HOSTILE.split())
    assert said.replace("\ufffe", "").replace("-", "").count(wanted.replace("-", "")) == len(slots_of(document))
    drawn = draw_document(document, look, rng_from("draw", 1))
    target = markdown(written(document, drawn, look))
    assert target.count("\\<script>alert(1)\\</script> \\*b\\*") == len(slots_of(document))
    assert prose_elements(document) and len(prose_elements(document)) < len(list(leaves(document.blocks)))


def test_slots_of_other_languages_are_their_paragraphs_and_headings() -> None:
    for kind in ("letter", "invoice", "receipt", "report", "newspaper"):
        slots = slots_of(made(kind, 1, "ru"))
        assert slots and all(s.room[0] <= len(s.text) <= s.room[1] for s in slots)
    subject = next(s for s in slots_of(made("letter", 1, "ru")) if s.what == "subject line")
    assert ":" not in subject.text
