"""The step for recipes, and an embedder behind a real endpoint."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.core.errors import InputError, PlanError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.steps.decontaminate import step
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.building import build_registry
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.embedding import EndpointEmbedder
from mmrecipes.steps.decontaminate.evidence import Policy
from mmrecipes.steps.decontaminate.reading import read_rows
from mmrecipes.steps.decontaminate.step import CompareWithBenchmarks, read_benchmarks
from mmrecipes_tests.steps.decontaminate.embeddings import Grid
from mmrecipes_tests.steps.decontaminate.making import Listed, chat, noise


@pytest.fixture
def benchmarks(tmp_path: Path) -> Path:
    noise(1).save(tmp_path / "q1.png")
    turns = [{"from": "human", "value": "<image>\nWhat colour is the lantern?"}, {"from": "gpt", "value": "red"}]
    (tmp_path / "test.json").write_text(json.dumps([{"id": "q1", "image": "q1.png", "conversations": turns}]))
    (tmp_path / "benchmarks.toml").write_text('[[benchmark]]\nname = "own"\npath = "test.json"\n')
    return tmp_path / "benchmarks.toml"


def compared(sample: Sample, path: Path | None, action: str = "report") -> Sample | Drop:
    inputs = {"benchmarks": path} if path else {}
    return CompareWithBenchmarks(action)(sample, StepContext(0, sample.id, "x", inputs=inputs))  # type: ignore[arg-type]


def test_what_is_shared_is_reported_with_how_far_the_questions_agree(benchmarks: Path) -> None:
    found = compared(chat("t", "What colour is the lantern now?", "red", noise(1)), benchmarks)
    assert isinstance(found, Sample)
    (leak,) = found.draft["leak"]
    assert (leak["benchmark"], leak["item"], leak["tier"], leak["settled"]) == ("own", "q1", "image_exact", True)
    assert leak["question_sim"] == pytest.approx(5 / 6, abs=1e-3)
    clean = compared(chat("t", "What colour is the lantern?", "red", noise(2)), benchmarks)
    assert isinstance(clean, Sample) and clean.draft["leak"] == []


def test_samples_are_dropped_by_picture_or_only_with_the_question(benchmarks: Path) -> None:
    same = chat("t", "What colour is the lantern?", "red", noise(1))
    other = chat("t", "Describe the weather in this scene.", "sunny", noise(1))
    for sample, action, dropped in (
        (same, "image", True), (other, "image", True),
        (same, "image_and_question", True), (other, "image_and_question", False), (same, "report", False),
    ):  # fmt: skip
        result = compared(sample, benchmarks, action)
        assert isinstance(result, Drop) is dropped, (sample.messages[0].text, action)
        assert not dropped or result.reason == "benchmark_overlap"  # type: ignore[union-attr]


def test_every_picture_of_a_sample_is_compared(benchmarks: Path) -> None:
    found = compared(chat("t", "?", "x", noise(5), noise(1)), benchmarks)
    assert isinstance(found, Sample) and found.draft["leak"][0]["item"] == "q1"


@pytest.mark.parametrize(("similarity", "counts"), [(0.95, True), (0.9499, False), (1.0, True), (None, True)])
def test_the_least_similarity_is_inclusive_and_what_has_none_counts(
    benchmarks: Path, monkeypatch: pytest.MonkeyPatch, similarity: float | None, counts: bool
) -> None:
    sample = chat("t", "What colour is the lantern?", "red", noise(1))
    found = step.found_in(sample, benchmarks)[0]
    monkeypatch.setattr(step, "found_in", lambda *_: [{**found, "similarity": similarity}])
    context = StepContext(0, sample.id, "x", inputs={"benchmarks": benchmarks})
    listed = CompareWithBenchmarks("report", least=0.95)(sample, context)
    assert isinstance(listed, Sample) and [e["settled"] for e in listed.draft["leak"]] == [counts]
    assert isinstance(CompareWithBenchmarks("image", least=0.95)(sample, context), Drop) == counts


def test_without_the_input_nothing_is_compared() -> None:
    found = compared(chat("t", "?", "x", noise(1)), None)
    assert isinstance(found, Sample) and found.draft["leak"] == []


@pytest.mark.parametrize(
    "text", ["", "[[benchmark]]\nname='a'", "benchmark = 3", "[[benchmark]]\nname='a'\npath='b'\nfolder='c'", "["]
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.toml").write_text(text)
    with pytest.raises(InputError, match=r"b\.toml: write tables"):
        read_benchmarks(tmp_path / "b.toml")


@pytest.fixture
def endpoint() -> Iterator[str]:
    with Grid() as grid:
        yield grid.url


def test_an_embedder_fills_the_registry_and_is_asked_once_per_picture(endpoint: str, tmp_path: Path) -> None:
    rows = Listed([chat("q1", "?", "x", noise(1)), chat("q2", "?", "x", noise(2))])
    with EndpointEmbedder(f"grid@{endpoint}/v1", tmp_path) as embed:
        registry = build_registry("own", rows, embed=embed, embedder=embed.name)
        near, other = embed([noise_image(1, (192, 160)), noise_image(3)])
        (row,) = read_rows(Listed([blended(1)]), embed)
        found = Checker([Benchmark(registry, rows)], Policy(phash=0)).check(row)
    vectors = registry.picture_vector.astype(np.float32)
    assert registry.embedder == "grid" and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-2)
    assert vectors[0] @ near > 0.95 > vectors[0] @ other
    assert found.action == "review" and found.evidence[0].kind == "copy" and float(found.evidence[0].value) >= 0.9
    assert (tmp_path / "run" / "answers.sqlite").is_file()


def blended(seed: int) -> Sample:
    """The picture between itself and another: near by its colours alone."""
    return chat("t", "?", "x", Pil.blend(noise(seed), noise(seed + 50), 0.28))


def noise_image(seed: int, size: tuple[int, int] = (96, 80)):
    return chat("x", "?", "x", noise(seed, size)).images[0]


def test_an_embedder_that_gives_zeros_or_is_no_endpoint_is_refused(endpoint: str, tmp_path: Path) -> None:
    with (
        EndpointEmbedder(f"grid@{endpoint}/zero", tmp_path) as embed,
        pytest.raises(InputError, match="no embedder of pictures"),
    ):
        embed([noise_image(1)])
    with pytest.raises(PlanError, match="MODEL@URL"):
        EndpointEmbedder("stand-in", tmp_path)


PEAK = """
import random, resource, sys, tempfile
from pathlib import Path
sys.path.insert(0, {tests!r})
import conftest
from mmrecipes.core.image import trusted_image
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes_tests.steps.decontaminate.embeddings import Grid
from mmrecipes_tests.steps.decontaminate.making import Listed, benchmark, chat
from mmrecipes.steps.decontaminate.cleaning import clean
from mmrecipes.steps.decontaminate.evidence import Policy

def row(n):
    image = trusted_image(random.Random(n).randbytes(300_000), "image/png", 500, 400)
    return Sample(id=f"s{{n}}", images=(image,), messages=(user(image, f"What is {{n}}?"), assistant("x")))

own = benchmark("own", chat("q", "What is it?", "x"))
with tempfile.TemporaryDirectory() as out:
    clean(Listed([(lambda n=n: row(n)) for n in range({count})]), [own], Policy(images=False), Path(out))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    def peak(count: int) -> int:
        code = PEAK.format(tests=str(Path(__file__).parents[2]), count=count)
        return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    assert peak(1200) < 1.15 * peak(300)
