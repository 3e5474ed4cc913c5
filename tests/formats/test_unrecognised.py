"""Claims about what is said of a path that no reader takes."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.formats.reader import open_source, readers, recognised
from mmrecipes_tests.store.samples import picture

ROWS = [{"image": "a.png", "question": "?", "query": "?", "answer": "x"}]
TURNS = [{"conversations": [{"from": "human", "value": "?"}, {"from": "gpt", "value": "x"}]}]


def table(**columns: list[int]) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


def archive(**members: bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, data in members.items():
            header = tarfile.TarInfo(name.replace("_", "."))
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"", "is empty; write or fetch it again"),
        ("a.json", b" [ ]\n", "holds no records"),
        ("a.json", json.dumps(ROWS).encode("utf-16"), "UTF-16, not UTF-8; convert it with `iconv"),
        ("a.jsonl", b'{"a": "\xe9 caf", "b": "xxxx"}', r"not UTF-8 at byte 7; convert it"),
        ("a.json", b'[{"a": 1, "b', r"ends early: .* at line 1, column 11"),
        ("a.json", b"[oops]", r"is no JSON: .* at line 1, column 2"),
        ("a.json", bytes(1000), "a zero at byte 0"),
        ("a.json", b"42", "no objects but int"),
        (
            "a.json",
            json.dumps({"data": TURNS}).encode(),
            "one object whose records are in 'data'; save that list alone",
        ),
        (
            "a.json",
            json.dumps(ROWS).encode(),
            "'question' and 'query' may each be the question; say which with --reader json",
        ),
        ("a.json", b'[{"image": "a", "x": 3}]', "keys image, x; json needs answer and image and question; llava needs"),
        ("a.json", b'[{"filename": "a", "x": 3}]', "keys filename, x; pubtabnet needs filename and html"),
        ("noext", json.dumps(TURNS).encode(), r"does not end in .json, .jsonl, .ndjson; rename it"),
        ("a.json.gz", gzip.compress(json.dumps(TURNS).encode(), mtime=0), r"compressed \(gzip\); unpack it first"),
        ("a.zip", b"PK\3\4zzz", r"compressed \(zip\); unpack it first"),
        ("a.parquet", table(n=[1])[:-9], r"damaged or cut Parquet file \(.*\); fetch it again"),
        ("a.parquet", table(n=[1]), "columns are n; say what they mean with --reader hf"),
        ("a.tar", b"no archive", r"damaged or cut tar file \(.*\); fetch it again"),
        ("a.tar", archive(a_exe=b"x"), "archive of a.exe, none of them KEY.EXTENSION"),
        ("a.pdf", b"%PDF-1.4\n%\xe2\xe3", "is a PDF, .* give the path of their folder"),
        ("a.txt", b"hello world\n", "plain text or a table"),
        ("a.png", picture(1).data, "is one picture; give the path of its folder"),
    ],
)
def test_a_file_that_no_reader_takes_is_told_why_in_one_sentence(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=said) as found:
        open_source(path)
    message = str(found.value).replace(str(path), "")
    assert "\n" not in message and sum(name in message for name in readers()) <= 4


def nothing(folder: Path) -> None:
    (folder / ".hidden").touch()


def papers(folder: Path) -> None:
    for name in "abcd":
        (folder / f"{name}.pdf").touch()


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (nothing, "holds no files that are not hidden"),
        (papers, "holds a.pdf, b.pdf, c.pdf and 1 more, which no reader"),
    ],
)
def test_so_is_a_folder(tmp_path: Path, fill: Callable[[Path], None], said: str) -> None:
    fill(tmp_path)
    with pytest.raises(InputError, match=said):
        open_source(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        open_source(tmp_path / "pipe")


def test_a_folder_of_shards_is_recognised_by_the_first_that_can_be_read(tmp_path: Path) -> None:
    good = archive(a_png=picture(1).data, a_txt=b"a cup")
    (tmp_path / "0.tar").write_bytes(good[:300])
    (tmp_path / "1.tar").write_bytes(good)
    assert recognised(tmp_path)[0][0].name == "webdataset"
