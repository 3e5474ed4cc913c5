"""Claims about whole runs through the engine: flow counts to the last turn, sources, duplicates, leaks, the data."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest
from PIL import Image as Pil

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import rng_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.flow.ledger import dropped_samples, step_counts
from mmrecipes.formats.export import export_dataset
from mmrecipes.recipes.finevision.composition import as_markdown, composition
from mmrecipes.recipes.finevision.taxonomy import ALIASES, CATEGORIES, category_of
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.recipes.finevision.desk import finevision, picture, reasons_of, save, write_sources
from mmrecipes_tests.running import digest

AXES = ("relevance", "formatting", "visual_dependency", "image_correspondence")
FAULTS = {"malformed": 0.3, "out_of_range": 0.15, "low": 0.25}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows of three questions each, pairs of rows that share a picture, rows without one."""
    folder = tmp_path_factory.mktemp("pool")
    lists = [
        (k, {"ask": [f"What is at {k}.{i}?" for i in range(3)], "reply": [f"Box {i}" for i in range(3)]})
        for k in range(9)
    ]
    pairs = [(30 + k // 2, asked(f"Is {k} red?", "Yes, it is.")) for k in range(8)]
    talks = [
        {
            "id": str(k),
            "conversations": [{"from": "human", "value": f"Add {k} and 2."}, {"from": "gpt", "value": f"{k + 2}."}],
        }
        for k in range(6)
    ]
    (folder / "sums.json").write_text(json.dumps(talks))
    return write_sources(
        folder, lists={"rows": rows(folder, "lists", *lists), **QUESTIONS}, sums={"path": "sums.json"},
        pairs={"rows": rows(folder, "pairs", *pairs), **QUESTIONS},
    )  # fmt: skip


@pytest.fixture(scope="module")
def faulty(pool: Path) -> Path:
    """A run with errors of every kind over the pool, nothing filtered."""
    finevision(pool.parent / "r", pool, faults=FAULTS)
    return pool.parent / "r"


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the invented pool."""
    out = tmp_path_factory.mktemp("invented") / "r"
    finevision(out, n=22)
    return out


def texts(sample: Sample) -> list[tuple[str, str]]:
    said = [m.text for m in sample.messages]
    return list(zip(said[::2], said[1::2], strict=True))


def strikes(kind: str, place: str, axis: str, messages: int) -> bool:
    return rng_from("stand-in", 0, place, f"judge/{axis}", 0, messages, kind).random() < FAULTS[kind]


def expected(sample: Sample, axis: str, number: int) -> str:
    """`none`, `low` or `high`: what the seeded errors make of a turn on an axis."""
    if not sample.images and axis in ("visual_dependency", "image_correspondence"):
        return "none"
    shown = [im.sha256 for im in sample.images] if axis == "image_correspondence" else []
    place = "\n".join([*texts(sample)[number], *shown])
    for messages in (1, 3):
        if not any(strikes(kind, place, axis, messages) for kind in ("malformed", "out_of_range")):
            return "low" if strikes("low", place, axis, messages) else "high"
    return "none"


def outcome(rating: int | None) -> str:
    return "none" if rating is None else "low" if rating == 1 else "high"


# --- ratings and flow ---


def test_every_rating_is_what_the_seeded_errors_make_of_its_turn(faulty: Path) -> None:
    counted: Counter[str] = Counter()
    for sample in read_samples(faulty):
        for axis in AXES:
            ratings = sample.scores[f"{axis}_ratings"]
            assert len(ratings) == len(texts(sample))
            assert sample.scores[f"{axis}_min"] == min((r for r in ratings if r is not None), default=None)
            assert [outcome(r) for r in ratings] == [expected(sample, axis, i) for i in range(len(ratings))]
            assert all(r in (None, 1, 4, 5) for r in ratings)
            counted.update(map(outcome, ratings))
    assert min(counted[kind] for kind in ("none", "low", "high")) > 20


def test_filtered_turns_and_dropped_rows_are_those_that_the_errors_demand(
    faulty: Path, pool: Path, tmp_path: Path
) -> None:
    limits = {"least": {"relevance": 3, "image_correspondence": 2}}
    finevision(tmp_path / "r", pool, faults=FAULTS, **limits)
    wanted: dict[str, list[tuple[str, str]]] = {}
    for sample in read_samples(faulty):
        fails = [
            [expected(sample, a, i) for a in ("relevance", "image_correspondence")] for i in range(len(texts(sample)))
        ]
        wanted[sample.id] = [turn for turn, why in zip(texts(sample), fails, strict=True) if "low" not in why]
    kept = {s.id: texts(s) for s in read_samples(tmp_path / "r")}
    assert kept == {name: turns for name, turns in wanted.items() if turns}
    assert reasons_of(tmp_path / "r") == {"no_turns_left": sum(not turns for turns in wanted.values())}
    assert sum(map(len, wanted.values())) < sum(len(texts(s)) for s in read_samples(faulty))
    for sample in read_samples(tmp_path / "r"):
        assert all(len(sample.scores[f"{axis}_ratings"]) == len(texts(sample)) for axis in AXES)


@pytest.mark.slow
def test_the_ledger_balances_and_the_same_bytes_come_out_with_two_workers(faulty: Path, pool: Path) -> None:
    assert all(line.balances for line in step_counts(faulty))
    two = faulty.parent / "two"
    finevision(two, pool, faults=FAULTS, workers=2)
    assert digest(two) == digest(faulty)


def test_rows_of_one_picture_are_one_row_with_a_turn_of_each(faulty: Path) -> None:
    pairs = [s for s in read_samples(faulty) if s.source == "pairs"]
    assert [texts(s) for s in pairs] == [
        [(f"Is {k} red?", "Yes, it is."), (f"Is {k + 1} red?", "Yes, it is.")] for k in (0, 2, 4, 6)
    ]  # fmt: skip
    assert pairs[0].parents == ("finevision/pairs/000000", "finevision/pairs/000001") and len(pairs[0].images) == 1


@pytest.mark.slow
def test_every_kind_of_annotation_of_the_invented_pool_has_turns(invented: Path) -> None:
    samples = list(read_samples(invented))
    assert {s.meta["converter"] for s in samples} == {
        f"{kind}_v1"
        for kind in ("chat", "questions", "captions", "class", "boxes", "actions", "key_values", "text", "markup")
    }


# --- the data ---


def test_the_data_exports_in_the_published_schema_and_loads_with_its_ratings(faulty: Path, tmp_path: Path) -> None:
    export_dataset(faulty, "finevision", tmp_path / "x", allow_stand_in=True)
    loaded: Any = datasets.load_dataset(str(tmp_path / "x"), split="train", cache_dir=str(tmp_path / "cache"))
    by_id = {s.id: s for s in read_samples(faulty)}
    assert len(loaded) == len(by_id)
    for row in loaded:
        sample: Any = by_id[row["id"]]
        assert [(t["user"], t["assistant"]) for t in row["texts"]] == texts(sample)
        assert [im.size for im in row["images"]] == [im.size for im in sample.images]
        for axis in AXES:
            assert row[f"{axis}_ratings"] == sample.scores[f"{axis}_ratings"]
            assert row[f"{axis}_min"] == sample.scores[f"{axis}_min"]


@pytest.mark.parametrize("run", ["faulty", pytest.param("invented", marks=pytest.mark.slow)])
def test_the_card_agrees_with_a_recount_from_the_files(run: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(run)
    files = sorted((folder / "data").rglob("*.parquet"))
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    pictures: dict[str, set[str]] = defaultdict(set)
    for row in (row for file in files for row in pq.read_table(file).to_pylist()):
        for subset in (row["subset"], ""):
            counted[subset].update(samples=1, turns=len(row["messages"]) // 2)
            for image in row["images"]:
                with Pil.open(io.BytesIO(image["bytes"])) as im:
                    pictures[subset].add(str((im.size, im.convert("RGB").tobytes())))
            given = [r for r in json.loads(row["scores"])["relevance_ratings"] if r is not None]
            counted[subset].update(rated=len(given), rating_sum=sum(given))
    lines = composition(read_samples(folder))
    assert lines.keys() == counted.keys()
    for subset, line in lines.items():
        wanted = counted[subset]
        assert (line.samples, line.turns, len(line.pictures)) == (
            wanted["samples"],
            wanted["turns"],
            len(pictures[subset]),
        )
        assert line.mean("relevance") == (wanted["rating_sum"] / wanted["rated"] if wanted["rated"] else None)
    table = list(as_markdown(lines))
    assert len(table) == len(lines) + 2 and len({row.count("|") for row in table}) == 1


# --- sources ---


def rows(folder: Path, name: str, *given: tuple[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of an image folder: (picture, columns)."""
    return [{"file_name": save(picture(k), folder / name / f"{k}.png"), **columns} for k, columns in given]


def asked(question: str, answer: str = "Yes.") -> dict[str, Any]:
    return {"ask": question, "reply": answer}


QUESTIONS = {"annotation": {"kind": "questions", "question": "ask", "answer": "reply"}}


def test_sources_that_are_not_understood_or_broken_are_left_out_with_a_remark_and_stop_no_other(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "rows.jsonl").write_text("{ not json")
    sources = write_sources(
        tmp_path,
        good={"rows": rows(tmp_path, "good", (1, asked("Is it?"))), **QUESTIONS, "category": "math", "licence": "MIT"},
        unknown={"rows": rows(tmp_path, "unknown", (2, {"genus": "Falco", "wing": 21}))},
        broken={},
    )  # fmt: skip
    result = finevision(tmp_path / "r", sources)
    (made,) = read_samples(tmp_path / "r")
    assert (made.source, made.meta["category"], made.licence) == ("good", "Mathematics", "MIT")
    assert made.meta["provenance"]["licence"] == "MIT" and result.errors == 0
    plan = json.loads((tmp_path / "r" / "run" / "plan.json").read_text())
    remarks = "\n".join(plan["remarks"])
    assert "unknown is left out" in remarks and "genus" in remarks and "[source.annotation]" in remarks
    assert "broken is left out" in remarks


def test_a_declared_source_that_cannot_be_opened_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "rows.jsonl").write_text("{ not json")
    with pytest.raises(InputError, match=r"source pool: .*no reader recognises it"):
        finevision(tmp_path / "r", write_sources(tmp_path, pool={**QUESTIONS}))


def test_lines_of_json_under_names_that_no_reader_knows_are_read_for_what_is_declared(tmp_path: Path) -> None:
    row = {"image": save(picture(1), tmp_path / "1.png"), "points": [[10, 12]], "what": "bolt"}
    (tmp_path / "points.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nname = "taps"\npath = "points.jsonl"\ncategory = "Grounding & Counting"\n'
        'annotation = { kind = "points", points = "points", unit = "pixels", label = "what" }\n'
    )
    finevision(tmp_path / "r", tmp_path / "sources.toml")
    (made,) = read_samples(tmp_path / "r")
    assert made.source == "taps" and "bolt" in made.messages[0].text + made.messages[1].text
    assert not [r for r in json.loads((tmp_path / "r" / "run" / "plan.json").read_text())["remarks"] if "--read" in r]


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ({"annotation": {"kind": "questions", "question": "ask"}}, "source pool: annotation: .*'answer'.*ask, reply"),
        ({"annotation": {"kind": "quiz"}}, "source pool: annotation.*'quiz'"),
        ({**QUESTIONS, "category": "Vision"}, "source pool: category: 'Vision' is none; .*Naive OCR"),
        ({}, "no source can be used"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_before_any_call(tmp_path: Path, about: dict[str, Any], place: str) -> None:
    sources = write_sources(tmp_path, pool={"rows": rows(tmp_path, "pool", (1, asked("Is it?"))), **about})
    with pytest.raises(InputError, match=place):
        finevision(tmp_path / "r", sources)


def test_a_broken_picture_drops_its_row_and_a_moving_one_is_its_first_frame(tmp_path: Path) -> None:
    made = rows(tmp_path, "pool", (1, asked("Is it?")), (2, asked("Is it?")), (3, asked("Is it?")))
    (tmp_path / "pool" / "1.png").write_bytes(picture(1).data[:100])
    frames = [Pil.fromarray(picture(k).decode()) for k in (5, 6)]
    frames[0].save(tmp_path / "pool" / "2.png", "PNG", save_all=True, append_images=frames[1:])
    finevision(tmp_path / "r", write_sources(tmp_path, pool={"rows": made, **QUESTIONS}))
    kept = {s.id: s.images[0].decode() for s in read_samples(tmp_path / "r")}
    assert set(kept) == {"finevision/pool/000001", "finevision/pool/000002"}
    assert (kept["finevision/pool/000001"] == picture(5).decode()).all()
    assert [d.reason for d in dropped_samples(tmp_path / "r", 9)] == ["corrupt_image"]


@pytest.mark.parametrize("category", ["", "General VQA"])
def test_a_column_called_category_is_not_taken_for_the_taxonomys(tmp_path: Path, category: str) -> None:
    made = rows(tmp_path, "pool", (1, {"category": "kestrel"}))
    declared = {"annotation": {"kind": "class", "label": "category"}, "category": category}
    finevision(tmp_path / "r", write_sources(tmp_path, pool={"rows": made, **declared}))
    (row,) = read_samples(tmp_path / "r")
    assert texts(row)[0][1] == "kestrel" and row.meta.get("category", "") == category


def test_there_are_the_nine_published_categories_and_no_other() -> None:
    assert len(CATEGORIES) == 9 and sum(CATEGORIES.values()) == 185
    assert set(ALIASES.values()) <= CATEGORIES.keys() and not ALIASES.keys() & CATEGORIES.keys()
    assert {category_of(name.upper()) for name in CATEGORIES} == set(CATEGORIES)


# --- duplicates ---


def jpeg(image: Image, share: float = 1.0) -> bytes:
    made = Pil.fromarray(image.decode())
    made = made.resize((round(made.width * share), round(made.height * share)))
    buffer = io.BytesIO()
    made.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def duplicated(folder: Path, names: tuple[str, str]) -> Path:
    """Two sources: the same pair exactly and as a JPEG in the other one, the same picture with another question, the
    same question on another picture."""
    first = rows(folder, "first", (1, asked("Is it red?", "Yes, it is.")), (2, asked("Is it big?", "Yes, it is.")))
    second = rows(folder, "second", (1, asked("is it RED", "Yes.")), (3, asked("Is it red?", "Yes.")))
    (folder / "second" / "2.jpg").write_bytes(jpeg(picture(2)))
    second.append({"file_name": "2.jpg", **asked("Is it big?", "Yes.")})
    third = rows(folder, "third", (3, asked("How many?", "2")))
    made = {"first": first, "second": second, "third": third}
    return write_sources(folder, **{name: {"rows": made[name], **QUESTIONS} for name in (*names, "third")})


def test_duplicates_are_reported_with_their_survivor_and_rows_that_share_a_picture_are_linked(tmp_path: Path) -> None:
    finevision(tmp_path / "r", duplicated(tmp_path, ("first", "second")))
    made = {s.id.removeprefix("finevision/"): s for s in read_samples(tmp_path / "r")}
    assert len(made) == 6
    found = {name: (s.meta["dup_of"], s.meta.get("dup_kind")) for name, s in made.items() if s.meta["dup_of"]}
    assert found == {
        "second/000000": ("finevision/first/000000", "exact"), "second/000002": ("finevision/first/000001", "near"),
    }  # fmt: skip
    clusters = {name: s.meta.get("image_cluster", "").removeprefix("finevision/") for name, s in made.items()}
    assert clusters["first/000000"] == clusters["second/000000"] == "first/000000"
    assert clusters["second/000001"] == clusters["third/000000"] == "second/000001"
    assert made["second/000001"].group == made["third/000000"].group != ""


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
def test_of_duplicates_the_same_one_survives_whatever_the_order_of_the_sources(tmp_path: Path, order: Any) -> None:
    finevision(tmp_path / "r", duplicated(tmp_path, order), duplicates="drop")
    kept = {s.id.removeprefix("finevision/") for s in read_samples(tmp_path / "r")}
    assert kept == {"first/000000", "first/000001", "second/000001", "third/000000"}
    assert reasons_of(tmp_path / "r") == {"duplicate_pair": 2}


# --- leaks ---


def benchmarks(folder: Path) -> Path:
    """A benchmark of three pictures with a question each."""
    made = rows(folder, "bench", *((k, {"question": f"How many red boxes are in picture {k}?"}) for k in (11, 12, 13)))
    (folder / "bench" / "metadata.jsonl").write_text("\n".join(map(json.dumps, made)))
    (folder / "benchmarks.toml").write_text('[[benchmark]]\nname = "bench"\npath = "bench"\n')
    return folder / "benchmarks.toml"


def leaking(folder: Path) -> Path:
    """Five rows with pictures of the benchmark (the same, a JPEG of half the size, one of two pictures of a talk), five
    without, of which one has a benchmark's file name."""
    same = rows(
        folder, "pool", (11, asked("How many red boxes are in picture 11?")), (21, asked("A?")), (22, asked("A?"))
    )
    (folder / "pool" / "half.jpg").write_bytes(jpeg(picture(12), 0.5))
    (folder / "pool" / "12.png").write_bytes(picture(23).data)
    same += [{"file_name": "half.jpg", **asked("What is written there?")}, {"file_name": "12.png", **asked("A?")}]
    save(picture(24), folder / "shown" / "a.png")
    save(picture(13), folder / "shown" / "b.png")
    said = [{"from": "human", "value": "<image>\n<image>\nAlike?"}, {"from": "gpt", "value": "No, they are not."}]
    (folder / "talk.json").write_text(json.dumps([{"id": "t", "image": ["a.png", "b.png"], "conversations": said}]))
    return write_sources(
        folder, pool={"rows": same, **QUESTIONS}, talk={"path": "talk.json", "images": str(folder / "shown")}
    )


def test_leaks_are_as_many_as_planted_and_say_how_near_their_question_is(tmp_path: Path) -> None:
    finevision(tmp_path / "r", leaking(tmp_path), benchmarks=benchmarks(tmp_path))
    made = {s.id.removeprefix("finevision/"): s for s in read_samples(tmp_path / "r")}
    settled = {n: [e for e in s.meta["leak"] if e["settled"] and e["similarity"]] for n, s in made.items()}
    assert {name for name, found in settled.items() if found} == {
        "pool/000000", "pool/000003", "talk/000000",
    }  # fmt: skip
    (exact,), (near,), (second,) = (settled[name] for name in ("pool/000000", "pool/000003", "talk/000000"))
    assert (second["item"], second["similarity"]) == ("metadata/000002", 1.0)
    assert (exact["benchmark"], exact["similarity"], exact["question_sim"]) == ("bench", 1.0, 1.0)
    assert 0.9 <= near["similarity"] <= 1 and near["question_sim"] < 0.3
    lines = composition(read_samples(tmp_path / "r"))
    assert lines[""].leaked == pytest.approx(3 / 6) and lines[""].leaks["bench"] == 3


@pytest.mark.parametrize(("leaked", "gone"), [("image", 3), ("image_and_question", 1)])
def test_leaked_rows_are_removed_where_that_is_asked_for(tmp_path: Path, leaked: str, gone: int) -> None:
    finevision(tmp_path / "r", leaking(tmp_path), benchmarks=benchmarks(tmp_path), leaked=leaked)
    assert reasons_of(tmp_path / "r") == {"benchmark_overlap": gone}
    kept = {s.id.removeprefix("finevision/") for s in read_samples(tmp_path / "r")}
    assert len(kept) == 6 - gone and "pool/000000" not in kept and {"pool/000001", "pool/000004"} <= kept


def test_without_benchmarks_nothing_is_said_about_leaks(faulty: Path) -> None:
    assert not any("leak" in s.meta for s in read_samples(faulty))
    assert composition(read_samples(faulty))[""].leaked is None


def test_an_empty_benchmark_is_an_error_and_never_clean(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "benchmarks.toml").write_text('[[benchmark]]\nname = "bench"\npath = "bench"\n')
    with pytest.raises(InputError, match="bench"):
        finevision(tmp_path / "r", leaking(tmp_path), benchmarks=tmp_path / "benchmarks.toml")
