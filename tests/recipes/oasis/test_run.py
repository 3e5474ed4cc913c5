"""Claims about whole runs through the engine: counts to the last candidate, rerun, refusals, recycling."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.oasis.standin import HOOK_FAULTS
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.recipes.oasis.desk import picture
from mmrecipes_tests.running import digest

ROLES = ("hook", "extractor", "text_judge", "vlm_judge", "responder")
RECYCLING = ("cleaner", "caption_judge")
FAULTS = {
    "empty_turn": 0.05, "caption": 0.2, "several_questions": 0.05, "own_answer": 0.05, "absent_object": 0.08,
    "garbled": 0.08, "unanswerable": 0.08, "ambiguous": 0.08, "non_english": 0.05, "malformed": 0.12,
}  # fmt: skip


def oasis(out: Path, n: int, faults: dict[str, float] | None = None, **options: Any) -> RunResult:
    roles = (*ROLES, *RECYCLING) if options.get("recycle_captions") else ROLES
    models = dict.fromkeys(roles, (StandIn(faults=faults or {}),))
    workers, inputs = options.pop("workers", 1), options.pop("inputs", {})
    return execute(RunRequest(load("oasis"), out, n, inputs, options, workers=workers, models=models))


GATE = {"garbled": "nonsense", "absent_object": "hallucination", "unanswerable": "solvability", "ambiguous": "clarity"}
ORDER = ("nonsense", "hallucination", "solvability", "clarity")


def fate(index: int) -> tuple[str, Counter[str]]:
    """What must become of a candidate, from the seeded strikes alone, and how often each role is asked again."""
    name, again = f"oasis/scenes/{index:06d}", Counter[str]()

    def strikes(kind: str, call: str, turns: int = 1) -> bool:
        asked = StandInCall("", Call(name=call, messages=(None,) * turns), {}, name, faults=FAULTS)  # type: ignore[arg-type]
        return asked.strikes(kind)

    def fails(call: str) -> bool:
        if not strikes("malformed", call):
            return False
        again[call] += 1
        return strikes("malformed", call, 3)

    fault = next((kind for kind in HOOK_FAULTS if strikes(kind, "hook/0", 0)), "")
    if fault == "empty_turn":
        return "empty_turn", again
    if fails("extract"):
        return "malformed_extraction", again
    if fault == "caption":
        return "caption", again
    for dimension in ORDER:
        if fails(f"judge/{dimension}"):
            return f"malformed_{dimension}", again
        if GATE.get(fault) == dimension:
            return f"low_{dimension}", again
    return "kept", again


def test_every_candidate_ends_as_computed_from_the_seeded_faults_and_nothing_is_lost(tmp_path: Path) -> None:
    result = oasis(tmp_path / "r", 25, FAULTS)
    fates = [fate(index) for index in range(result.candidates)]
    expected = Counter(ended for ended, _ in fates)
    again = sum((counts for _, counts in fates), Counter[str]())
    steps = {s.path.rsplit("/", 1)[-1]: s for s in step_counts(tmp_path / "r")}
    assert all(s.balances for s in steps.values())

    # images = hooked + failed; hooked = instructions + captions + malformed
    hook, extract, route = steps["Hook"], steps["Extract"], steps["Route"]
    hooked, failed = extract.came_in, steps["drop_empty_turn"].dropped
    captions, instructions = steps["store_caption"].came_in, steps["judge_nonsense"].came_in
    malformed = sum(extract.reasons.values())
    assert hook.came_in == result.candidates == hooked + failed
    assert hooked == instructions + captions + malformed and route.came_in == instructions + captions
    assert (failed, captions) == (expected["empty_turn"], expected["caption"])
    assert malformed == expected["malformed_extraction"]

    gates = sum((Counter(s.reasons) for s in step_counts(tmp_path / "r") if "gate" in s.path), Counter[str]())
    assert gates == Counter({k: v for k, v in expected.items() if k.startswith("low_")})
    for dimension in ORDER:
        judge = steps[f"judge_{dimension}"]
        assert sum(judge.reasons.values()) == expected[f"malformed_{dimension}"]
        assert judge.usage[f"judge/{dimension}"].reasked == again[f"judge/{dimension}"]
        assert judge.usage[f"judge/{dimension}"].calls == judge.came_in + again[f"judge/{dimension}"]
    assert extract.usage["extract"].reasked == again["extract"] > 0
    assert result.accepted == 25 == expected["kept"] and result.errors == 0
    assert min(expected[k] for k in ("empty_turn", "malformed_extraction", *(f"low_{d}" for d in ORDER))) > 0


def test_the_same_run_twice_and_with_two_workers_gives_the_same_bytes(tmp_path: Path) -> None:
    oasis(tmp_path / "one", 8, FAULTS, n_per_image=2)
    oasis(tmp_path / "two", 8, FAULTS, n_per_image=2, workers=2)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_where_several_turns_are_drawn_per_image_no_more_images_are_begun_than_give_them(tmp_path: Path) -> None:
    result = oasis(tmp_path / "r", 40, n_per_image=8)
    begun = [f for f in (tmp_path / "r" / "run" / "segments" / "00").iterdir() if f.is_dir()]
    assert result.accepted == 40 and len(begun) == 2  # shards of four images each, for five that are needed


def test_captions_are_dropped_with_their_text_or_recycled_into_samples(tmp_path: Path) -> None:
    faults = {"caption": 0.4, "wrong_caption": 0.3}
    oasis(tmp_path / "r", 20, faults, recycle_captions=True)
    made = list(read_samples(tmp_path / "r"))
    assert {s.task for s in made} == {"instruction", "caption"}
    assert all(s.stand_in for s in made)
    steps = {s.path.rsplit("/", 1)[-1]: s for s in step_counts(tmp_path / "r")}
    assert steps["VerifyParagraphs"].reasons["caption_wrong"] > 0
    assert steps["clean_by_rule"].came_in == steps["emit_caption"].came_in + sum(
        steps[s].dropped for s in ("clean_by_rule", "CleanUp", "VerifyParagraphs")
    )


def test_a_recipe_without_recycling_does_not_need_the_models_for_it(tmp_path: Path) -> None:
    assert oasis(tmp_path / "plain", 2).accepted == 2
    models = dict.fromkeys(ROLES, (StandIn(),))
    with pytest.raises(PlanError, match="none is bound to: cleaner"):
        execute(RunRequest(load("oasis"), tmp_path / "r", 2, {}, {"recycle_captions": True}, models=models))


def test_images_of_ones_own_end_in_the_dataset(tmp_path: Path) -> None:
    pictures = [picture(10 * i, (80, 60)) for i in range(6)]
    folder = tmp_path / "in"
    folder.mkdir()
    for i, im in enumerate(pictures):
        (folder / f"{i}.png").write_bytes(im.data)
    (folder / "broken.png").write_bytes(pictures[0].data[:50])
    result = oasis(tmp_path / "r", 5, inputs={"main": folder})
    assert result.accepted == 5
    made = list(read_samples(tmp_path / "r"))
    assert {s.images[0].sha256 for s in made} <= {im.sha256 for im in pictures}
    assert all(s.images[0].data in [im.data for im in pictures] for s in made)


def test_duplicate_images_are_dropped_before_they_cost_a_call(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(6):
        (folder / f"{i}.png").write_bytes(picture(60 * (i % 2) + 20, (80, 60)).data)
    result = oasis(tmp_path / "r", 6, inputs={"main": folder}, dedup_images=True)
    steps = {s.path: s for s in step_counts(tmp_path / "r")}
    assert result.short and steps["KeepFirst"].reasons["duplicate_image"] >= 4
    assert steps["Hook"].usage["hook/N"].calls == steps["Hook"].came_in <= 2


def test_a_model_declared_without_vision_is_refused_in_the_plan(tmp_path: Path) -> None:
    blind = Endpoint(model="qwen2.5-7b", url="http://127.0.0.1:9/v1", vision=False)
    models = {**dict.fromkeys(ROLES, (StandIn(),)), "hook": (blind,)}
    with pytest.raises(PlanError, match="role hook sees images"):
        execute(RunRequest(load("oasis"), tmp_path / "r", 2, models=models))


def test_what_the_probe_settled_is_in_the_plan_and_in_every_sample(tmp_path: Path) -> None:
    from mmrecipes.flow.plan import read_plan

    oasis(tmp_path / "r", 3, chat_template="gemma-3")
    settled = read_plan(tmp_path / "r").settled["hook"]
    assert (settled["mode"], settled["template"]) == ("completion_raw", "gemma-3")
    for sample in read_samples(tmp_path / "r"):
        assert sample.meta["hook"]["prefix_sha"] == settled["prefix_sha"]
