"""Claims about real servers: the ways over sockets, refusals as HTTP says them, the same samples as in-process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.flow.plan import read_plan
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.recipes.catalogue import load
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.standing_in import serve

OASIS = "mmrecipes.recipes.oasis.recipe"
ROLES = ("hook", "extractor", "text_judge", "vlm_judge", "responder")
REFUSING = """\
from aiohttp import web
from mmrecipes.recipes.oasis.recipe import Params, pipeline, source
from mmrecipes.recipes.oasis.recipe import stand_in as willing

def stand_in(asked):
    for field in {fields}:
        if field in asked.call.extra:
            raise web.HTTPBadRequest(text=field + " is not trusted here")
    return willing(asked)
"""


def run(out: Path, url: str, n: int = 3, params: dict[str, Any] | None = None, **settings: Any) -> Any:
    endpoint = Endpoint(model="stand-in", url=url, stand_in=True, **settings)
    given = {"chat_template": "gemma-3", **(params or {})}
    models = dict.fromkeys(ROLES, (endpoint,))
    execute(RunRequest(load("oasis"), out, n, {}, given, workers=1, models=models))
    return read_plan(out).settled["hook"], list(read_samples(out))


def test_a_server_that_takes_raw_prompts_with_images_is_hooked_exactly(tmp_path: Path) -> None:
    with serve(OASIS) as url:
        settled, made = run(tmp_path / "http", url, raw_prompt="completions")
    assert settled["mode"] == "completion_raw"
    execute(
        RunRequest(load("oasis"), tmp_path / "inside", 3, {}, {"chat_template": "gemma-3"}, workers=1,
                   models=dict.fromkeys(ROLES, (StandIn(),)))
    )  # fmt: skip
    inside = list(read_samples(tmp_path / "inside"))
    assert [(s.id, s.messages, s.scores) for s in made] == [(s.id, s.messages, s.scores) for s in inside]


def test_a_server_without_raw_prompts_is_given_the_template(tmp_path: Path) -> None:
    with serve(OASIS) as url:
        settled, made = run(tmp_path / "r", url)
    assert settled["mode"] == "chat_template_override" and len(made) == 3
    assert "raw prompt" in settled["refused"]["completion_raw"]


def refusing(folder: Path, *fields: str) -> str:
    file = folder / "refusing.py"
    file.write_text(REFUSING.format(fields=fields))
    return str(file)


def test_a_server_that_refuses_templates_with_http_400_is_asked_to_continue_a_message(tmp_path: Path) -> None:
    with serve(refusing(tmp_path, "chat_template")) as url:
        settled, made = run(tmp_path / "r", url)
    assert settled["mode"] == "continue_final_message"
    assert "HTTP 400" in settled["refused"]["chat_template_override"]
    assert "not trusted here" in settled["refused"]["chat_template_override"]
    assert all(s.meta["hook"]["seed_text"] for s in made)


def test_a_server_that_refuses_everything_stops_the_run_before_any_work(tmp_path: Path) -> None:
    with serve(refusing(tmp_path, "chat_template", "continue_final_message")) as url:
        with pytest.raises(PlanError, match=r"role hook \(stand-in@http.*no way to have the model write"):
            run(tmp_path / "r", url)
        assert not (tmp_path / "r" / "data").exists()
        allowed = {"allow_prompted_fallback": True}
        settled, made = run(tmp_path / "allowed", url, params=allowed)
    assert settled["mode"] == "prompted"
    assert {s.meta["hook_mode"] for s in made} == {"prompted"}
