"""Tables of users: every oddity is read right, recorded, or refused with a remedy."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.formats.tabular import DataTable, read_table, remarks


def read(tmp_path: Path, data: bytes | str, name: str = "t.csv") -> DataTable:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path)


def everything(table: DataTable) -> list[list[object]]:
    return table.values(0, table.rows, list(range(len(table.names))))


def test_ragged_rows_are_left_out_and_recorded_with_their_line(tmp_path: Path) -> None:
    table = read(tmp_path, 'a,b,c\n1,2\n3,4,5,6\n7,8,9\n\n1,"x\ny",3\nq\n1,2,3\n1,2,3\n')
    assert everything(table) == [[7, "8", 9], [1, "x\ny", 3], [1, "2", 3], [1, "2", 3]]
    assert [(p.line, p.reason, p.text) for p in table.problems] == [
        (2, "ragged", "1,2"),
        (3, "ragged", "3,4,5,6"),
        (8, "ragged", "q"),
    ]
    assert table.left_out == {"ragged": 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "größe,b\né,1\n".encode(encoding))
    assert table.names == ["größe", "b"] and everything(table) == [["é", 1]] and not table.problems


def test_latin_1_is_read_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\nx,2\né €,1\n".encode("cp1252"))
    assert everything(table) == [["x", 2], ["é €", 1]]
    assert [(p.line, p.reason) for p in table.problems] == [(3, "latin1")]


def test_one_broken_line_of_a_utf_8_file_is_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\né,1\n".encode() + b"\xff,2\nx,3\n")
    assert everything(table) == [["é", 1], ["x", 3]]
    assert table.left_out == {"undecodable": 1} and table.problems[0].line == 3


def test_a_formula_is_plain_text_and_does_not_hide(tmp_path: Path) -> None:
    table = read(tmp_path, 'n,b,c,d\n=1+1,=HYPERLINK("x"),+cmd,@SUM(A1)\n' + "5,x,y,-3\n" * 30)
    assert everything(table)[0] == ["=1+1", '=HYPERLINK("x")', "+cmd", "@SUM(A1)"]
    assert table.kinds == ["text"] * 4
    assert table.problems[0].reason == "mixed_column" and "'=1+1'" in table.problems[0].text


def test_repeated_and_empty_headers_are_renamed_and_recorded(tmp_path: Path) -> None:
    table = read(tmp_path, "a,a,,a_2\nx,2,3,4\ny,6,7,8\n")
    assert table.names == ["a", "a_2", "column_3", "a_2_2"]
    assert [p.reason for p in table.problems] == ["renamed_column"] * 3


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str, end: str) -> None:
    rows = [["name", "size", "year"], ["oak", "3", "1999"], ["elm", "4", "2001"]]
    table = read(tmp_path, end.join(mark.join(r) for r in rows) + end)
    assert table.names == rows[0] and everything(table) == [["oak", 3, 1999], ["elm", 4, 2001]]


def test_commas_in_prose_are_no_delimiter(tmp_path: Path) -> None:
    table = read(tmp_path, "note;n\nhello, world;1\nno comma;2\na, b, c;3\n")
    assert everything(table) == [["hello, world", 1], ["no comma", 2], ["a, b, c", 3]]


@pytest.mark.parametrize(
    ("text", "kind", "values", "decimals"),
    [
        ("5.1;4.90;7", "number", [5.1, 4.9, 7.0], 2),
        ("1,5;2,25;1.234,5", "number", [1.5, 2.25, 1234.5], 2),
        ("1,234;12,345,678;9", "integer", [1234, 12345678, 9], 0),
        ("1 234;12 345 678;9", "integer", [1234, 12345678, 9], 0),
        ("1e-05;2.50", "number", [1e-05, 2.5], 5),
        ("1.510000000000000000e+02;7.5e+01", "number", [151.0, 75.0], 0),
        ("007;008", "text", ["007", "008"], 0),
        ("12345678901234567890;1", "text", ["12345678901234567890", "1"], 0),
        ("1;NA;3", "integer", [1, None, 3], 0),
        ("NA;DE;FR", "text", ["NA", "DE", "FR"], 0),
        ("Yes;no;YES", "boolean", [True, False, True], 0),
        ("2020-01-31;2021-12-01", "date", [datetime.date(2020, 1, 31), datetime.date(2021, 12, 1)], 0),
        ("31/01/2020;01/02/2020", "date", [datetime.date(2020, 1, 31), datetime.date(2020, 2, 1)], 0),
        ("01/31/2020;02/01/2020", "date", [datetime.date(2020, 1, 31), datetime.date(2020, 2, 1)], 0),
        ("01/02/2020;03/04/2020", "text", ["01/02/2020", "03/04/2020"], 0),
        ("2020-02-30;2021-12-01", "text", ["2020-02-30", "2021-12-01"], 0),
    ],
)  # fmt: skip
def test_a_column_is_of_the_kind_that_all_its_cells_are(
    tmp_path: Path, text: str, kind: str, values: list[object], decimals: int
) -> None:
    table = read(tmp_path, "name;value\n" + "".join(f"x;{v}\n" for v in text.split(";")))
    assert (table.kinds[1], table.decimals[1]) == (kind, decimals)
    assert [r[0] for r in table.values(0, 9, [1])] == values


def test_a_comma_that_may_mean_either_is_not_guessed(tmp_path: Path) -> None:
    table = read(tmp_path, "a;b\n1,234;x\n3,456;y\n")
    assert everything(table) == [["1,234", "x"], ["3,456", "y"]] and table.problems[0].reason == "ambiguous_comma"


def test_no_header_a_year_header_and_a_title_are_told_apart(tmp_path: Path) -> None:
    plain = read(tmp_path, "1,2\n3,4\n")
    assert plain.names == ["column_1", "column_2"] and plain.rows == 2 and plain.problems[0].reason == "no_header"
    years = read(tmp_path, "country,2019,2020\nx,1,2\ny,3,4\n")
    assert years.names == ["country", "2019", "2020"] and years.rows == 2
    titled = read(tmp_path, "Population of towns\n\ntown,people\nx,1\ny,3\n")
    assert titled.names == ["town", "people"] and titled.problems[0].reason == "title_line"


def test_the_files_of_scikit_learn_read_as_they_are_meant() -> None:
    datasets = pytest.importorskip("sklearn.datasets")

    folder = Path(datasets.__file__).parent / "data"
    for file, bunch in (
        ("iris.csv", datasets.load_iris()),
        ("wine_data.csv", datasets.load_wine()),
        ("breast_cancer.csv", datasets.load_breast_cancer()),
    ):
        table = read_table(folder / file)
        rows = everything(table)
        assert [r[:-1] for r in rows] == bunch.data.tolist()
        assert [r[-1] for r in rows] == [bunch.target_names[t] for t in bunch.target]
        assert table.names[-1] == "class" and table.problems[0].reason == "counts_line"
    exercise = read_table(folder / "linnerud_exercise.csv")
    assert exercise.names == ["Chins", "Situps", "Jumps"]
    assert everything(exercise) == datasets.load_linnerud().data.tolist()
    diabetes = datasets.load_diabetes(scaled=False)
    assert everything(read_table(folder / "diabetes_data_raw.csv.gz")) == diabetes.data.tolist()


def test_a_quote_that_nobody_closes_is_recorded_and_swallows_nothing_unseen(tmp_path: Path) -> None:
    table = read(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert everything(table) == [[1, 2]]
    assert table.left_out == {"open_quote": 1} and table.problems[0].line == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"a,b\n", "no complete row"),
        (b"\x89PNG\0\0\0", "binary"),
        (b"PAR1nonsense", "cannot be read"),
        (b"\x1f\x8bnonsense", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_with_the_place(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, data)
    assert str(tmp_path / "t.csv") in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match=str(path)):
            read_table(path)


def test_gzip_reads_like_the_file_in_it(tmp_path: Path) -> None:
    assert everything(read(tmp_path, gzip.compress(b"a,b\nx,2\n"), "t.csv.gz")) == [["x", 2]]


def test_parquet_keeps_types_and_prints_numbers_as_written(tmp_path: Path) -> None:
    source = pa.table(
        {
            "i": pa.array([1, None], pa.int16()),
            "f": pa.array([5.1, 2.25], pa.float32()),
            "nan": pa.array([1.0, float("nan")]),
            "s": pa.array(["a", "b"]).dictionary_encode(),
            "d": pa.array([datetime.date(2020, 1, 2), None]),
            "at": pa.array([datetime.datetime(2020, 1, 2, 3), None]),
            "ok": pa.array([True, None]),
            "nested": pa.array([[1], [2]]),
        }
    )
    pq.write_table(source, tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert table.kinds == ["integer", "number", "number", "text", "date", "text", "boolean"]
    assert table.decimals[1:3] == [2, 0]
    assert everything(table)[0][:5] == [1, 5.1, 1.0, "a", datetime.date(2020, 1, 2)]
    assert everything(table)[1] == [None, 2.25, None, "b", None, None, None]
    assert [p.reason for p in table.problems] == ["unsupported_column"]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8).filter(lambda t: t == t.strip())


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_pythons_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        [["x", "name", "some text"], *([f"t{r[0]}", *r[1:]] for r in rows)]
    )
    table = read(tmp_path_factory.mktemp("csv"), out.getvalue())
    first = [r[0] for r in table.values(0, table.rows, [0])]
    assert first == [f"t{r[0]}" for r in rows]
    assert not table.left_out


@pytest.mark.slow
def test_a_million_rows_are_read_in_columns(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w") as f:
        f.write("id,price,name\n")
        f.writelines(f"{i},{i % 977}.{i % 90 + 10},item {i % 13}\n" for i in range(1_000_000))
        f.write("a ragged row\n")
    table = read_table(path)
    assert (table.rows, table.kinds, table.decimals) == (1_000_000, ["integer", "number", "text"], [0, 2, 0])
    assert table.values(999_999, 1_000_005, [0, 1]) == [[999_999, float(f"{999_999 % 977}.{999_999 % 90 + 10}")]]
    assert [(p.line, p.reason) for p in table.problems] == [(1_000_002, "ragged")]


def test_remarks_say_plainly_what_was_left_out_and_changed(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,b,\n1,2,3,é\n1,2\n3\n4,5,6,7\n".encode("latin1"))
    lines = remarks(table)
    assert lines[0] == "2 of 4 rows left out: ragged, with another number of cells than the header (lines 3, 4)"
    assert "Latin-1" in lines[1] and "'b_2'" in lines[2] and "'column_4'" in lines[2] and len(lines) == 3
    assert remarks(read(tmp_path, "a,b\n1,2\n")) == []


def test_remarks_stay_few_however_much_is_wrong(tmp_path: Path) -> None:
    head = ",".join(["same"] * 60)
    rows = "\n".join([",".join("1" * 60), "1,2"] * 300)
    lines = remarks(read(tmp_path, f"{head}\n{rows}\n"))
    assert len(lines) <= 8 and max(map(len, lines)) < 300
    assert lines[0].startswith("300 of 600 rows left out") and lines[0].endswith(", …)")
    assert "more like this" in lines[1]


@pytest.mark.parametrize(
    ("cells", "kind", "unit", "values", "printed"),
    [
        ('"$1,234.50"|$3|($2.5)', "number", "$", [1234.5, 3.0, -2.5], ["$1,234.50", "$3", "($2.5)"]),
        ("+5%|-5.5%|0%", "number", "%", [5.0, -5.5, 0.0], ["+5%", "-5.5%", "0%"]),
        ('(12)|4|"(1,000)"', "integer", "", [-12, 4, -1000], ["(12)", "4", "(1,000)"]),
        ("12 kg|3.25 kg|NA", "number", "kg", [12.0, 3.25, None], ["12 kg", "3.25 kg", None]),
        ("USD 5|USD -6.50|USD 0", "number", "USD", [5.0, -6.5, 0.0], ["USD 5", "USD -6.50", "USD 0"]),
        ("−5|7|+9", "integer", "", [-5, 7, 9], ["−5", "7", "+9"]),
        ("$5|€6|$7", "text", "", ["$5", "€6", "$7"], [None] * 3),
        ("5 kg|6|7 kg", "text", "", ["5 kg", "6", "7 kg"], [None] * 3),
        ("ABC 1|ABC 2|ABC 3", "text", "", ["ABC 1", "ABC 2", "ABC 3"], [None] * 3),
        ("(5|6)|7", "text", "", ["(5", "6)", "7"], [None] * 3),
    ],
)
def test_a_column_of_one_unit_is_numbers_and_keeps_its_print(
    tmp_path: Path, cells: str, kind: str, unit: str, values: list[object], printed: list[object]
) -> None:
    table = read(tmp_path, "name,value\n" + "".join(f"x,{c}\n" for c in cells.split("|")))
    assert (table.kinds[1], table.units[1]) == (kind, unit)
    assert [r[0] for r in table.values(0, 9, [1])] == values
    assert [r[0] for r in table.printed(0, 9, [1])] == printed


def test_every_number_keeps_the_decimals_it_has_in_the_file(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\n2.3,1\n14.230000,2\n.50,3\n1.50e+02,4\n")
    assert [r[0] for r in table.printed(0, 9, [0])] == ["2.3", "14.230000", "0.50", "150"]


def test_decimal_commas_are_printed_as_points(tmp_path: Path) -> None:
    table = read(tmp_path, "a;b\n1.234,50 €;x\n-3,1 €;y\n")
    assert [r[0] for r in table.printed(0, 9, [0])] == ["1234.50 €", "-3.1 €"] and table.units == ["€", ""]


def test_a_long_header_is_shortened_readably_and_recorded(tmp_path: Path) -> None:
    table = read(tmp_path, "{},{},b\n1,2,3\n".format("How often did you travel by train " * 4, "very_long_name_" * 9))
    first, second, _ = table.names
    assert first.startswith("How often did you travel by train How often") and first.endswith("…")
    assert second.startswith("very long name") and max(len(w) for n in table.names for w in n.split()) <= 30
    assert max(map(len, table.names)) <= 80
    assert [p.reason for p in table.problems] == ["long_header"] * 2 and "shortened" in remarks(table)[0]


def test_numbers_of_parquet_are_printed_shortest_and_without_exponents(tmp_path: Path) -> None:
    source = pa.table({"f": [5.0, 5.125, 1e-05], "whole": [1.0, 2.0, None], "i": [1, None, 3]})
    pq.write_table(source, tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert table.printed(0, 3, [0, 1, 2]) == [["5.0", "1", "1"], ["5.125", "2", None], ["0.00001", None, "3"]]
