"""Whole datasets: what is written, in which order, what follows from what, what no file may hold."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import duckdb
import orjson
import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import ImageError, image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.reader import open_source
from mmrecipes.steps.decontaminate.cleaning import clean
from mmrecipes.steps.decontaminate.evidence import Policy, without_turns
from mmrecipes.steps.decontaminate.views import Picture
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.steps.decontaminate.making import Listed, benchmark, chat, noise
from mmrecipes_tests.steps.decontaminate.pictures import array

LONG = "Which of the two lanterns that hang above the granite staircase throws the longer shadow at dusk in winter"
SECRET = "vermilion quartz bramble"


def own():
    return benchmark("own", chat("q1", LONG, SECRET, noise(1)), chat("q2", "What is it?", "a thing", noise(2)))


def dataset():
    return [
        chat("clean-1", "Describe it.", "x", noise(11)),
        chat("child", "Describe the crop.", "x", noise(12), parents=("picture",)),
        chat("grandchild", "Say more.", "x", noise(13), parents=("child", "clean-1")),
        chat("picture", "Describe it.", "x", noise(2)),
        chat("text", LONG, "x", noise(14)),
        chat("clean-2", "What is it?", "a thing", noise(15)),
        chat("clean-child", "x", "y", noise(16), parents=("clean-1",)),
    ]


def ids(folder: Path) -> list[str]:
    return [s.id for s in read_samples(folder)]


def decisions(folder: Path):
    rows = duckdb.sql(f"SELECT id, action, tier, evidence FROM '{folder}/run/decisions.parquet'").fetchall()
    return {id: (action, tier, orjson.loads(evidence)) for id, action, tier, evidence in rows}


def test_what_is_found_goes_with_all_that_was_made_from_it_and_the_rest_stays(tmp_path):
    cleaned = clean(Listed(dataset()), [own()], Policy(), tmp_path)
    assert ids(tmp_path) == ["clean-1", "clean-2", "clean-child"]
    assert (cleaned.rows, cleaned.kept, cleaned.review) == (7, 3, {})
    assert cleaned.dropped == {"image_exact": 1, "text_long": 1, "derived": 2}
    made = decisions(tmp_path)
    assert {id: tier for id, (_, tier, _) in made.items()} == {
        "child": "derived", "grandchild": "derived", "picture": "image_exact", "text": "text_long"
    }  # fmt: skip
    assert made["grandchild"][2][0]["value"] == "picture"
    counts = orjson.loads((tmp_path / "run" / "overlap.json").read_bytes())["benchmarks"]["own"]
    assert counts["items"] == 2 and counts["items_hit"] == 2 and counts["samples_hit"] == 4
    assert counts["tiers"] == {tier: {"remove_sample": n} for tier, n in cleaned.dropped.items()}
    dropped = [orjson.loads(line)["id"] for line in (tmp_path / "run" / "dropped.jsonl").read_bytes().splitlines()]
    assert dropped == ["child", "grandchild", "picture", "text"]


def test_a_second_pass_finds_nothing(tmp_path):
    clean(Listed(dataset()), [own()], Policy(), tmp_path / "one")
    again = clean(open_source(tmp_path / "one", "native")[1], [own()], Policy(), tmp_path / "two")
    assert again.dropped == again.review == {} and ids(tmp_path / "two") == ids(tmp_path / "one")
    assert decisions(tmp_path / "two") == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_does_not_matter(tmp_path, seed):
    clean(Listed(dataset()), [own()], Policy(), tmp_path / "one")
    shuffled = dataset()
    random.Random(seed).shuffle(shuffled)
    clean(Listed(shuffled), [own()], Policy(), tmp_path / "two")
    assert set(ids(tmp_path / "one")) == set(ids(tmp_path / "two"))
    assert decisions(tmp_path / "one") == decisions(tmp_path / "two")


def test_no_file_holds_a_text_or_picture_of_the_benchmark(tmp_path):
    rows = [*dataset(), chat("near", "Describe it.", "x", noise(2, (200, 160)))]
    clean(Listed(rows), [own()], Policy(), tmp_path)
    forbidden = {Picture.of(array(noise(n))).digest for n in (1, 2)}
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} >= {".parquet", ".jsonl", ".json", ".registry", ".md"}
    for file in files:
        data = file.read_bytes()
        assert SECRET.encode() not in data and LONG[20:60].encode() not in data, file
        for mark in (b"\x89PNG", b"\xff\xd8\xff"):
            at = data.find(mark)
            while at >= 0:
                with contextlib.suppress(ImageError):
                    assert Picture.of(image_from_bytes(data[at:]).decode()).digest not in forbidden, file
                at = data.find(mark, at + 1)
    for sample in read_samples(tmp_path):
        assert all(Picture.of(im.decode()).digest not in forbidden for im in sample.images)


def test_annotated_samples_stay_and_say_what_was_found(tmp_path):
    cleaned = clean(Listed(dataset()), [own()], Policy("annotate"), tmp_path)
    assert cleaned.kept == 7 and sum(cleaned.annotated.values()) == 4
    leaks = {s.id: {entry["tier"] for entry in s.meta["leak"]} for s in read_samples(tmp_path) if "leak" in s.meta}
    assert leaks == {"picture": {"image_exact"}, "text": {"text_long"}, "child": {"derived"}, "grandchild": {"derived"}}


def test_turns_that_were_found_go_and_the_others_keep_the_picture(tmp_path):
    first = chat("t", LONG, "x", noise(21))
    several = first.having(messages=(*first.messages, user("And the colour?"), assistant("Red.")))
    only = chat("only", LONG, "x", noise(22))
    cleaned = clean(Listed([several, only]), [own()], Policy("remove_turn"), tmp_path)
    (left,) = read_samples(tmp_path)
    assert [m.text for m in left.messages] == ["And the colour?", "Red."]
    assert left.messages[0].parts[0].image == several.images[0].sha256
    assert cleaned.shortened == cleaned.dropped == {"text_long": 1}
    assert {id: action for id, (action, *_) in decisions(tmp_path).items()} == {
        "t": "remove_turn",
        "only": "remove_sample",
    }
    dry = clean(Listed([several, only]), [own()], Policy("remove_turn"), None)
    assert dry.to_json() == cleaned.to_json()


def test_a_found_answer_takes_its_question_along():
    sample = Sample(id="t", messages=(user("a"), assistant("b"), user("c"), assistant("d")))
    left = without_turns(sample, {3})
    assert left is not None and [m.text for m in left.messages] == ["a", "b"]
    assert without_turns(sample, {0, 3}) is None


def test_rows_that_cannot_be_read_are_named_and_a_picture_that_cannot_be_decoded_stays_flagged(tmp_path):
    from dataclasses import replace

    broken = chat("broken", "?", "x", noise(31))
    cut = replace(broken.images[0], source=broken.images[0].data[:200])
    broken = broken.having(images=(cut,))
    rows = Listed([chat("a", "?", "x", noise(30)), ImageError("corrupt_image", "no"), broken])
    cleaned = clean(rows, [own()], Policy(), tmp_path)
    assert cleaned.unread == ((1, "corrupt_image", "no"),) and cleaned.unchecked == 1 and cleaned.kept == 2
    assert orjson.loads((tmp_path / "run" / "unread.jsonl").read_bytes()) == {
        "row": 1, "reason": "corrupt_image", "detail": "no",
    }  # fmt: skip
    assert decisions(tmp_path)["broken"][0] == "keep"
    with pytest.raises(InputError, match="no rows"):
        clean(Listed([]), [own()], Policy(), None)


def test_a_dry_run_counts_the_same_and_writes_nothing(tmp_path):
    real = clean(Listed(dataset()), [own()], Policy(), tmp_path / "out")
    dry = clean(Listed(dataset()), [own()], Policy(), None)
    assert dry.to_json() == real.to_json()


def test_with_texts_alone_pictures_are_no_evidence():
    cleaned = clean(Listed(dataset()), [own()], Policy(images=False), None)
    assert cleaned.dropped == {"text_long": 1} and cleaned.benchmarks[0].tiers == {"text_long": {"remove_sample": 1}}


def test_the_pairs_that_are_shown_do_not_depend_on_the_order():
    rows = [chat(f"s{n}", "Describe it.", "x", noise(2)) for n in range(30)]
    summaries = [clean(Listed(order), [own()], Policy(), None).summary for order in (rows, rows[::-1])]
    shown = [[p.sample for p in s.pairs()] for s in summaries]
    assert shown[0] == shown[1] and len(shown[0]) == 6 and summaries[0].pairs_in_all == 30


def test_what_is_for_review_and_made_from_a_dropped_sample_is_counted_once(tmp_path):
    rows = [chat("text", LONG, "x", noise(14)), chat("child", "Describe it.", "x", noise(2), parents=("text",))]
    cleaned = clean(Listed(rows), [own()], Policy(image_reuse="allow"), tmp_path)
    assert cleaned.dropped == {"text_long": 1, "derived": 1} and cleaned.review == {} and cleaned.kept == 0
    listed = (tmp_path / "run" / "dropped.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line)["tier"] for line in listed] == ["text_long", "derived"]
