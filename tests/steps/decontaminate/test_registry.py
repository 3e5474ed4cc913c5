from __future__ import annotations

import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import ImageError, image_from_bytes
from mmrecipes.core.sample import Sample
from mmrecipes.formats.reader import RowError
from mmrecipes.steps.decontaminate.benchmark import Benchmark, Named, StaleRegistry, open_benchmark
from mmrecipes.steps.decontaminate.building import build_registry
from mmrecipes.steps.decontaminate.registry import load_registry
from mmrecipes_tests.steps.decontaminate.making import Listed, benchmark, chat, check, image, noise

QUESTION = "Which lantern above the granite staircase throws the longer shadow on the velvet curtain at dusk"


def test_a_benchmark_without_items_is_an_error_and_never_clean():
    with pytest.raises(InputError, match="own has no items"):
        build_registry("own", Listed([]))
    with pytest.raises(InputError, match="missing_image 1"):
        build_registry("own", Listed([RowError("missing_image", "x.png")]))


def test_ids_that_occur_twice_are_named_and_told_apart():
    registry = benchmark("own", chat("a", "One?"), chat("b", "Two?"), chat("a", "Three?"), chat("a", "Four?")).registry
    assert list(registry.item_id) == ["a", "b", "a#2", "a#3"]
    assert "1 ids occur more than once (a)" in registry.remarks[0]


def test_rows_of_the_training_split_are_left_out():
    registry = benchmark(
        "own", chat("a", "1", meta={"split": "train"}), chat("b", "2", meta={"split": "test"})
    ).registry
    assert list(registry.item_id) == ["b"] and "training split" in " ".join(registry.remarks)


def test_what_cannot_be_read_is_counted_in_the_coverage():
    registry = benchmark(
        "own", chat("a", "One?", "x", noise(1)), ImageError("corrupt_image", "x"), chat("b", "Two?")
    ).registry
    assert registry.coverage.items == 2 and registry.coverage.unreadable == {"corrupt_image": 1}
    assert registry.coverage.words == "images+text (images of 1 of 2), 1 rows unreadable"
    texts = build_registry("own", Listed([chat("a", "One?", "x", noise(1))]), images=False)
    assert texts.coverage.words == "text"


def test_every_question_of_a_row_is_an_item_of_its_own():
    from mmrecipes.core.sample import assistant, user

    row = Sample(id="r", messages=(user("One?"), assistant("1"), user("Two?"), assistant("2")))
    assert list(benchmark("own", row).registry.item_id) == ["r.0", "r.1"]


def test_columns_that_a_reader_left_in_meta_are_understood():
    meta = {"question": QUESTION, "A": "a cat", "B": "a dog", "answer": "B", "image_id": 9}
    own = benchmark("own", Sample(id="r", images=(image(noise(1)),), meta=meta))
    item = own.item(0)
    assert item is not None and item.question == QUESTION
    assert item.options == ("a cat", "a dog") and item.answers == ("B", "a dog")
    assert own.registry.coverage.words == "images+text"


def test_a_registry_is_read_back_as_it_was_and_holds_neither_texts_nor_pictures(tmp_path):
    own = benchmark("own", chat("q1", QUESTION, "crimson velvet", noise(1)), chat("q2", "Two?", "x", noise(2)))
    file = tmp_path / "own.registry"
    own.registry.save(file)
    again = load_registry(file)
    assert again.digest == own.registry.digest and again.coverage == own.registry.coverage
    data = file.read_bytes()
    for word in ("lantern", "granite", "crimson", "velvet", "Which"):
        assert word.encode() not in data
    for start in (b"\x89PNG", b"\xff\xd8\xff", b"RIFF"):
        at = data.find(start)
        while at >= 0:
            with pytest.raises(ImageError):
                image_from_bytes(data[at:])
            at = data.find(start, at + 1)
    assert check(chat("t", "?", "x", noise(2)), Benchmark(again)).action == "remove_sample"
    again.save(tmp_path / "twice.registry")
    assert (tmp_path / "twice.registry").read_bytes() == data


def test_a_file_that_is_no_registry_is_named(tmp_path):
    (tmp_path / "x.registry").write_bytes(b"no")
    with pytest.raises(InputError, match=r"x\.registry is no registry"):
        open_benchmark(Named("own", tmp_path / "x.registry"))


def test_rows_that_changed_since_are_noticed():
    own = benchmark("own", chat("q1", QUESTION, "x", noise(1)), chat("q2", "Two?", "x", noise(2)))
    own.rows = Listed([RowError("missing_image", "x"), RowError("missing_image", "x")])
    with pytest.raises(StaleRegistry, match="build it anew"):
        check(chat("t", QUESTION), own)
