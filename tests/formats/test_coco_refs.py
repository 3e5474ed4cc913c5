"""Claims about reading referring expressions."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.formats.refcoco import read_expressions

REFS: list[dict[str, Any]] = [
    {
        "ref_id": 1, "ann_id": 7, "image_id": 3, "category_id": 1, "split": "train", "sent_ids": [0, 1],
        "sentences": [{"sent_id": 0, "sent": "left  cup", "raw": "Left cup!"}, {"sent_id": 1, "raw": "tasse à café"}],
    },
    {"ref_id": 2, "ann_id": 8, "image_id": 3, "split": "testA", "sentences": [{"sent": "the other"}]},
    {"ref_id": 3, "ann_id": 7, "image_id": 3, "split": "train", "sentences": [{"sent": "left cup"}, {"sent": " "}]},
]  # fmt: skip


@pytest.mark.parametrize("protocol", range(5))
def test_pickled_and_json_lists_give_the_expressions_of_one_split(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "refs(unc).p").write_bytes(pickle.dumps(REFS, protocol))
    (tmp_path / "refs.json").write_text(json.dumps(REFS))
    for name in ("refs(unc).p", "refs.json"):
        assert read_expressions(tmp_path / name, "train") == {3: {7: ("left cup", "tasse à café")}}
        assert read_expressions(tmp_path / name, "testA") == {3: {8: ("the other",)}}


def test_a_python_2_pickle_with_byte_strings_is_read(tmp_path: Path) -> None:
    python2 = (
        b"(lp0\n(dp1\nS'ann_id'\np2\nI7\nsS'image_id'\np3\nI3\nsS'sentences'\np4\n"
        b"(lp5\nS'tasse \\xc3\\xa0 caf\\xc3\\xa9'\np6\nasa."
    )
    (tmp_path / "refs.p").write_bytes(python2)
    assert read_expressions(tmp_path / "refs.p", "train") == {3: {7: ("tasse à café",)}}


class Evil:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (Path.touch, (self.marker,))


def test_a_pickle_that_holds_code_is_refused_and_the_code_never_runs(tmp_path: Path) -> None:
    (tmp_path / "evil.p").write_bytes(pickle.dumps([{"ann_id": Evil(tmp_path / "ran")}]))
    with pytest.raises(InputError, match="which data never needs"):
        read_expressions(tmp_path / "evil.p", "train")
    (tmp_path / "os.p").write_bytes(b"cos\nsystem\n(S'echo hi'\ntR.")
    with pytest.raises(InputError, match=r"os\.system"):
        read_expressions(tmp_path / "os.p", "train")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a pickle"), (b"garbage", "not a pickle"), (pickle.dumps({"a": 1}), "not a list"),
        (pickle.dumps([]), "not a list"), (pickle.dumps([{"ann_id": 1}]), "has no image_id, sentences"),
        (b"[{]", "not JSON"), (pickle.dumps(REFS)[:40], "not a pickle"),
    ],
)  # fmt: skip
def test_a_file_without_expressions_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "refs.p").write_bytes(data)
    with pytest.raises(InputError, match=says):
        read_expressions(tmp_path / "refs.p", "train")


def test_an_unknown_split_names_the_ones_there_are(tmp_path: Path) -> None:
    (tmp_path / "refs.p").write_bytes(pickle.dumps(REFS))
    with pytest.raises(InputError, match="its splits are testA, train"):
        read_expressions(tmp_path / "refs.p", "val")
