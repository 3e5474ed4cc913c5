from __future__ import annotations

from pathlib import Path

import pytest

from mmrecipes.core.errors import PlanError, UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import user
from mmrecipes.models.binding import (
    Endpoint,
    Price,
    StandIn,
    bindings_from_json,
    bindings_to_json,
    bound_tokens,
    parse_bindings,
    worst_case,
)
from mmrecipes.models.call import Call, Sampling

ROLES = {"teacher": {"kind": "chat"}, "voter": {"kind": "chat", "many": True}}
TOML = """
[models.big]
model = "qwen"
url = "http://localhost:8000/v1/"
key = "BIG_KEY"
max_in_flight = 8
price = { input = 2.0, output = 6.0, image = 0.001 }
extra = { top_k = 20 }
[models.small]
model = "tiny"
url = "http://localhost:8001/v1"
[roles]
teacher = "big"
voter = ["big", "small"]
judge = "small"
"""


def test_a_role_is_bound_by_model_and_address() -> None:
    bound = parse_bindings(ROLES, ["teacher=org/model@v2@https://host/v1"], None)["teacher"]
    assert isinstance(bound[0], Endpoint)
    assert (bound[0].model, bound[0].url, bound[0].key) == ("org/model@v2", "https://host/v1", "OPENAI_API_KEY")


def test_an_address_on_this_machine_needs_no_key() -> None:
    (bound,) = parse_bindings(ROLES, ["teacher=m@http://localhost:8000/v1"], None)["teacher"]
    assert isinstance(bound, Endpoint) and bound.key is None and bound.secret() == ""


def test_a_role_bound_several_times_is_a_list_and_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(TOML)
    bound = parse_bindings(
        ROLES, ["voter=a@http://localhost/v1", "voter=b@http://localhost/v1"], str(tmp_path / "m.toml")
    )
    assert [b.name for b in bound["voter"]] == ["a@http://localhost/v1", "b@http://localhost/v1"]
    (big,) = bound["teacher"]
    assert isinstance(big, Endpoint) and (big.max_in_flight, big.extra) == (8, {"top_k": 20})
    assert "judge" not in bound  # one file serves several recipes


def test_the_stand_in_fills_every_role_with_its_error_rates() -> None:
    bound = parse_bindings(ROLES, [], "stand-in:malformed=0.1,seed=3")
    assert set(bound) == {"teacher", "voter"}
    assert bound["teacher"] == (StandIn(faults={"malformed": 0.1, "seed": 3}),)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("teecher=m@http://h/v1", "did you mean 'teacher'"),
        ("teacher", "write ROLE=MODEL@URL"),
        ("teacher=model", "write ROLE=MODEL@URL"),
        ("teacher=m@localhost:8000", "write ROLE=MODEL@URL"),
        ("teacher=m@https://me:secret@host/v1", "more than host and path"),
        ("teacher=m@https://host/v1?api_key=x", "more than host and path"),
        ("teacher=stand-in:malformed=2", "between 0 and 1"),
        ("teacher=stand-in:malformed", "KIND=RATE"),
    ],
)
def test_a_wrong_role_says_what_is_wrong_and_never_repeats_a_password(role: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        parse_bindings(ROLES, [role], None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\nkey='sk-abc-def'", "NAME of an environment variable"),
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\nprices={}", "prices"),
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\n[roles]\nteacher='b'", "names the model 'b', which is not there"),
        ("[endpoints.a]\n", "unknown table"),
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\nsampling={temprature=0.1}", "no 'temprature' in sampling"),
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\nsampling={temperature='hot'}", "sampling"),
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\nextra={messages=[]}", "'messages' is set by the recipe"),
        ("[models.a]\nmodel='m'\nurl='http://h/v1'\nprice={input=inf}", "price.input"),
        ("[roles]\nteacher = 3", "write the name of a model"),
        ("[models", "not valid TOML"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "m.toml").write_text(toml)
    with pytest.raises(UsageError, match=said):
        parse_bindings(ROLES, [], str(tmp_path / "m.toml"))


def test_a_missing_file_and_a_missing_key_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="No such file"):
        parse_bindings(ROLES, [], str(tmp_path / "none.toml"))
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(PlanError, match="NO_SUCH_KEY is not set"):
        Endpoint(model="m", url="http://h/v1", key="NO_SUCH_KEY").secret()


def test_bindings_survive_json_and_place_limits_and_prices_do_not_decide_data() -> None:
    bound = {"teacher": (Endpoint(model="m", url="http://a/v1", price=Price(input=1.0)), StandIn(faults={"x": 0.5}))}
    assert bindings_from_json(bindings_to_json(bound)) == bound
    here = Endpoint(model="m", url="http://a/v1", max_in_flight=3)
    assert here.identity == Endpoint(model="m", url="http://b/v1", price=Price(output=1.0)).identity
    assert here.identity != Endpoint(model="m", url="http://a/v1", revision="2").identity


def test_the_worst_case_of_a_call_bounds_every_tokenizer() -> None:
    endpoint = Endpoint(model="m", url="http://a/v1", price=Price(input=1e6, output=2e6, image=0.5))
    image = Image("0" * 64, "image/png", 1000, 500, b"")
    call = Call(name="p", messages=(user(image, "äöü €"),), images=(image,), sampling=Sampling(max_tokens=10), n=3)
    tokens_in, tokens_out = bound_tokens(endpoint, call)
    assert tokens_in >= len("äöü €".encode()) + 1000 * 500 / 500 and tokens_out == 30
    longer = Endpoint(model="m", url="http://a/v1", sampling={"max_tokens": 500})
    assert bound_tokens(longer, call)[1] == 1500
    assert worst_case(endpoint, call) == tokens_in + 2 * tokens_out + 0.5
