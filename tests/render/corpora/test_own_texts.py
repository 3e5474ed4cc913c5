"""A user's text files become paragraphs; what cannot be used is left out with a reason, nothing usable is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.canvas.scripts import check_language
from mmrecipes.core.errors import FontError, InputError
from mmrecipes.render.corpora.own_texts import LONGEST, SHORTEST, read_own_texts

LONG = "The ferry was late again, and nobody on the quay seemed to know whether it would still sail that evening."


def test_paragraphs_of_plain_text_are_joined_over_line_ends_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{LONG}\nIt did.\n\nToo short.\n \n{LONG.upper()}\n", encoding="utf-8-sig")
    found = read_own_texts(tmp_path)
    first, second = found.passages["en"]
    assert (first.text, first.file, first.number) == (f"{LONG} It did.", "a.txt", 1)
    assert (second.text, second.number) == (LONG.upper(), 3)
    assert list(found.remarks()) == ["2 paragraphs are used, 1 left out (1 too short)"]


def test_markdown_gives_its_running_text_without_marks(tmp_path: Path) -> None:
    marked = LONG.replace("late", "*late*").replace("nobody", "[nobody](http://example.test)")
    body = f"# {LONG}\n\n{marked}\n\n- {LONG}\n\n> {LONG}\n\n```\n{LONG}\n```\n\n| {LONG} |\n|---|\n| {LONG} |\n"
    (tmp_path / "a.md").write_text(body, encoding="utf-8")
    assert [p.text for p in read_own_texts(tmp_path).passages["en"]] == [LONG]


def test_a_folder_named_after_a_language_holds_that_language(tmp_path: Path) -> None:
    (tmp_path / "de" / "mehr").mkdir(parents=True)
    (tmp_path / "de" / "mehr" / "a.txt").write_text(
        "Die Fähre kam wieder zu spät, und niemand wußte, ob sie heute fährt."
    )
    (tmp_path / "b.txt").write_text(LONG)
    assert {k: [p.file for p in v] for k, v in read_own_texts(tmp_path).passages.items()} == {
        "de": ["de/mehr/a.txt"], "en": ["b.txt"]
    }  # fmt: skip


def test_blanks_of_a_chinese_paragraph_stay_where_they_are_and_sentences_end_with_their_quotes(tmp_path: Path) -> None:
    try:
        check_language("zh")
    except FontError as e:
        pytest.skip(str(e))
    said = "我们使用 Python 编程。然后写文档！ 他说：“今天晚上没有渡轮。”大家都回家了。"
    (tmp_path / "zh").mkdir()
    long = said.replace("！ ", "！") * 12
    quoted = "“没有渡轮。”" * 60  # the limit falls before a closing quote
    (tmp_path / "zh" / "a.txt").write_text(f"{said}\n\n{long}\n\n{quoted}", encoding="utf-8")
    first, *parts = [p.text for p in read_own_texts(tmp_path).passages["zh"]]
    assert first == said and "".join(parts) == long + quoted and len(parts) > 1
    assert all(part[0] in "我然他“" for part in parts)


@pytest.mark.parametrize(
    ("code", "said"),
    [("fa", "می\u200cخواهم به شهر بروم و کتاب\u200cهای تازه بخرم، زیرا دوستم گفته است که فروشگاه باز شده است."),
     ("hi", "क्\u200dष और क्\u200cष दो रूप हैं और हम दोनों को एक ही वाक्य में लिखते हैं ताकि पाठ बड़ा हो।")],
)  # fmt: skip
def test_joiners_that_words_are_spelt_with_stay_and_marks_without_width_go(
    tmp_path: Path, code: str, said: str
) -> None:
    try:
        check_language(code)
    except FontError as e:
        pytest.skip(str(e))
    (tmp_path / code).mkdir()
    (tmp_path / code / "a.txt").write_text(said.replace(" ", " \u200b", 1), encoding="utf-8")
    assert [p.text for p in read_own_texts(tmp_path).passages[code]] == [said]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b" \n\t\n", "empty"), (b"\x00\x01" * 40, "binary"),
     ("é".encode("latin-1") * 80, "not UTF-8 (byte 0)"),
     (b"short", "no usable paragraph"), (b"x" * (8 * 2**20 + 1), "larger than 8 MB"),
     ("ከተማ ጎንደር አዳማ ሐረር ".encode() * 8, "no usable paragraph"), (b"a\x07" + LONG.encode(), "no usable paragraph")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_left_out_by_reason_and_alone_is_an_error(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(InputError, match="no paragraph of"):
        read_own_texts(tmp_path)
    (tmp_path / "good.txt").write_text(LONG)
    found = read_own_texts(tmp_path)
    assert found.files == {"bad.txt": reason} and len(found.passages["en"]) == 1


def test_no_folder_and_no_text_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        read_own_texts(tmp_path / "none")
    (tmp_path / "a.pdf").write_text(LONG)
    with pytest.raises(InputError, match="no file ending in"):
        read_own_texts(tmp_path)


@given(st.lists(st.text(alphabet="abc .!?\n\t\u00a0é", max_size=1500), min_size=1, max_size=4))
def test_long_paragraphs_are_cut_and_no_word_is_lost_or_doubled(tmp_path_factory: pytest.TempPathFactory,
                                                               texts: list[str]) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("own")
    (folder / "a.txt").write_text("\n\n".join(texts), encoding="utf-8")
    (folder / "b.txt").write_text(LONG)
    passages = [p for p in read_own_texts(folder).passages["en"] if p.file == "a.txt"]
    said = " ".join(" ".join(texts).split())
    at = 0
    for p in passages:
        assert SHORTEST <= len(p.text) <= 2 * LONGEST and p.text == " ".join(p.text.split())
        at = said.index(p.text, at) + len(p.text)
