"""`store/columns` gives the tables that pyarrow gives, and a run's files are written and read without pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.store.columns import array_of, table_of, table_of_numbers

STRUCT = pa.struct([("name", pa.string()), ("data", pa.binary()), ("quad", pa.list_(pa.float32()))])
SCHEMA = pa.schema(
    {
        "text": pa.string(), "data": pa.binary(), "whole": pa.int64(), "small": pa.int8(), "real": pa.float64(),
        "flag": pa.bool_(), "many": pa.list_(STRUCT), "nested": pa.list_(pa.list_(STRUCT)),
    }
)  # fmt: skip
_text = st.text(st.characters(exclude_categories=["Cs"]))
_struct = st.fixed_dictionaries(
    {}, optional={
        "name": st.none() | _text, "data": st.none() | st.binary(), "quad": st.none() | st.lists(st.floats(width=32)),
    },
)  # fmt: skip
_many = st.none() | st.lists(st.none() | _struct, max_size=4)
_row = st.fixed_dictionaries(
    {},
    optional={
        "text": st.none() | _text,
        "data": st.none() | st.binary(),
        "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
        "small": st.none() | st.integers(-128, 127),
        "real": st.none() | st.floats(),
        "flag": st.none() | st.booleans(),
        "many": _many,
        "nested": st.none() | st.lists(_many, max_size=3),
    },
)


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


@given(st.lists(st.integers(0, 2**63 - 1)), st.sampled_from(["int64", "uint64"]), st.integers(1, 3))
def test_numbers_are_the_table_that_pyarrow_makes(values: list[int], kind: str, stride: int) -> None:
    columns = {"one": np.array(values, kind)[::stride], "other": np.arange(len(values), dtype=kind)[::stride]}
    ours = table_of_numbers(columns)
    ours.validate(full=True)
    assert ours.equals(pa.table(columns))


@given(st.lists(_row, max_size=20))
def test_a_table_is_valid_and_written_as_the_one_that_pyarrow_makes(rows: list[dict[str, Any]]) -> None:
    ours = table_of(rows, SCHEMA)
    ours.validate(full=True)
    assert ours.schema == SCHEMA
    assert _bytes(ours) == _bytes(pa.Table.from_pylist(rows, SCHEMA))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2.0], pa.int64()), ([1.5], pa.int64()), (["ab"], pa.list_(pa.string())), ([b"a", "b"], pa.string()),
        ([b"a", "b"], pa.binary()),
        ([(1, 2), None], pa.list_(pa.int8())), ([1, 2], pa.float64()), ([1], pa.date32()), ([1], pa.int16()),
        ([{"other": 1}], STRUCT), (["x"], pa.large_string()), ([bytearray(b"x")], pa.binary()),
    ],
)  # fmt: skip
def test_what_is_not_plainly_of_its_type_is_converted_by_pyarrow(values: list[Any], kind: pa.DataType) -> None:
    assert array_of(values, kind).equals(pa.array(values, kind))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, "x"], pa.int64()), ([1, True], pa.int64()), ([128], pa.int8()), ([1], pa.string()), ([1], pa.bool_()),
        (["\ud800"], pa.string()), ([2**63], pa.int64()), (["1"], pa.float64()),
        ([object()], STRUCT),
    ],
)  # fmt: skip
def test_what_pyarrow_refuses_is_refused_with_its_error(values: list[Any], kind: pa.DataType) -> None:
    with pytest.raises((pa.ArrowException, TypeError, ValueError, OverflowError)) as expected:
        pa.array(values, kind)
    with pytest.raises(expected.type) as found:
        array_of(values, kind)
    assert str(found.value) == str(expected.value)


def test_a_run_imports_neither_pandas_nor_the_dataset_machinery(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[1]); import conftest\n"
        "from mmrecipes_tests.running import request; from mmrecipes.flow.run import execute\n"
        "from mmrecipes.flow import worker\n"
        "assert execute(request(Path(sys.argv[2]), 5, drop=0.4)).accepted == 5\n"
        "print({'pandas', 'pyarrow.dataset', 'pyarrow.compute'} & set(sys.modules) or 'light')\n"
    )
    tests = str(Path(__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", code, tests, str(tmp_path / "r")], capture_output=True, text=True)
    assert done.stdout.strip() == "light", done.stdout + done.stderr
