"""Task folders loaded by lmms-eval itself: its TaskManager and its task object, functions run on every row."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFile

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.formats.export import export_dataset
from mmrecipes_tests.formats.tables import dataset
from mmrecipes_tests.store.samples import picture

datasets = pytest.importorskip("datasets")
pytest.importorskip("torch")

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
SYSTEM = Message("system", (Part(text="Be brief."),))
GOOD = [
    Sample(id="a", images=(A,), messages=(user(A, "What is it?"), assistant("A dog."))),
    Sample(
        id="b", images=(A, B), messages=(user(A, B, "Which?"), assistant("two")), truth={"answers": ["two", "2", 2]}
    ),
    Sample(id="c", messages=(user("2 + 2?"), assistant("4"))),
]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Loads the task of a folder with lmms-eval."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # lmms-eval sets it for the whole process
    tasks = pytest.importorskip("lmms_eval.tasks", reason="lmms-eval is not installed")

    def found(folder: Path, name: str) -> Any:
        manager = tasks.TaskManager("ERROR", include_path=str(folder), include_defaults=False, model_name="any")
        assert manager.all_tasks == [name]
        return tasks.get_task_dict([name], manager)[name]

    return found


@pytest.mark.slow
def test_lmms_eval_loads_the_task_and_its_functions_run_on_every_row_wherever_the_folder_lies(
    load: Any, tmp_path: Path
) -> None:
    export_dataset(dataset(tmp_path / "run", GOOD), "lmms-eval", tmp_path / "out", task="toy")
    shutil.move(tmp_path / "out", tmp_path / "moved")
    task = load(tmp_path / "moved", "toy")
    docs = list(task.test_docs())
    assert [doc["id"] for doc in docs] == ["a", "b", "c"]
    pictures = [task.doc_to_visual(doc) for doc in docs]
    assert [[(im.mode, im.size) for im in shown] for shown in pictures] == [
        [("RGB", A.size)],
        [("RGB", A.size), ("RGB", B.size)],
        [],
    ]
    assert [task.doc_to_text(doc) for doc in docs] == ["What is it?", "Which?", "2 + 2?"]
    assert [task.doc_to_target(doc) for doc in docs] == ["A dog.", "two", "4"]
    unseen = list(task.test_docs_no_media())
    replies = ["a  DOG", "2.", "5"]
    results = [task.process_results(doc, [reply]) for doc, reply in zip(unseen, replies, strict=True)]
    assert results == [{"exact_match": 1.0}, {"exact_match": 1.0}, {"exact_match": 0.0}]
    assert task.config.output_type == "generate_until"
    assert task.aggregation()["exact_match"]([1.0, 0.0]) == 0.5


def test_what_a_task_cannot_hold_is_left_out_and_degrading_keeps_the_first_question(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    run = dataset(
        tmp_path / "run",
        [
            GOOD[0].having(id="two", messages=(*GOOD[0].messages, user("And?"), assistant("No."))),
            GOOD[0].having(id="late", messages=(user("Look:", A), assistant("ok"))),
            GOOD[0].having(id="system", messages=(SYSTEM, *GOOD[0].messages)),
            GOOD[0].having(id="shown", messages=(user("Draw it"), assistant(A))),
        ],
    )
    dropped = export_dataset(run, "lmms-eval", tmp_path / "out").dropped
    assert dropped == {
        "several_turns": ["two"],
        "image_moved_to_front": ["late"],
        "system_turn": ["system"],
        "image_outside_a_user_turn": ["shown"],
    }
    report = export_dataset(run, "lmms-eval", tmp_path / "kept", policy="degrade")
    rows = pq.read_table(tmp_path / "kept/test.parquet").to_pylist()
    assert [(r["question"], r["answers"]) for r in rows] == [
        ("What is it?", ["A dog."]),
        ("Look:", ["ok"]),
        ("What is it?", ["A dog."]),
    ]
    assert report.degraded == {"several_turns": 1, "image_moved_to_front": 1, "system_turn": 1}
    with pytest.raises(InputError, match=r"'two'.*several_turns"):
        export_dataset(run, "lmms-eval", tmp_path / "strict", policy="error")


def test_equal_data_give_equal_bytes_and_names_that_yaml_would_misread_are_refused(tmp_path: Path) -> None:
    run = dataset(tmp_path / "my run (2)", GOOD)
    for out in ("one", "two"):
        export_dataset(run, "lmms-eval", tmp_path / out)
    files = [{p.name: p.read_bytes() for p in (tmp_path / out).iterdir()} for out in ("one", "two")]
    assert files[0] == files[1] and "mmr_my_run_2_.yaml" in files[0]
    with pytest.raises(UsageError, match="letters, digits"):
        export_dataset(run, "lmms-eval", tmp_path / "x", task="a: b")
