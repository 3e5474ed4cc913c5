"""Options that several commands share, and the values of `--set`, `--read`, `--input` and `--role`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mmrecipes.core.errors import UsageError

if TYPE_CHECKING:
    from mmrecipes.formats.reader import ReadOptions

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def recipe_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--input, --set, --seed and --workers."""
    options: list[Decorator] = [
        click.option("--input", "inputs", multiple=True, metavar="PATH|NAME=PATH",
                     help="A file or folder of yours; 'example' is the one that comes with the recipe. Repeatable."),
        click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
                     help="A parameter (see `mmr show`): JSON or plain text, dotted keys for nested. Repeatable."),
        click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same bytes."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes; by default one per core."),
    ]  # fmt: skip
    return _with(options, function)


def model_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--role and --models."""
    options: list[Decorator] = [
        click.option("--role", "roles", multiple=True, metavar="ROLE=MODEL@URL",
                     help="The model that fills a role (see `mmr show`), behind an OpenAI-compatible API. Its key is "
                          "read from OPENAI_API_KEY, none for this machine. Repeatable."),
        click.option("--models", metavar="FILE|stand-in[:KIND=RATE,…]",
                     help="A TOML file with models, prices, limits, keys (docs/models.toml shows every setting); or "
                          "stand-in: the recipe answers itself, with these rates of faults, to rehearse for free."),
    ]  # fmt: skip
    return _with(options, function)


def reader_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--reader, --images and --read: how a path is read."""
    options: list[Decorator] = [
        click.option("--reader", default="auto", metavar="NAME",
                     help="How to read PATH (see `mmr formats`); by default what it looks like."),
        click.option("--images", type=click.Path(path_type=Path), metavar="DIR",
                     help="Where its pictures lie, when not in the usual places."),
        click.option("--read", "reading", multiple=True, metavar="KEY=VALUE",
                     help="An option of the reader. Repeatable."),
    ]  # fmt: skip
    return _with(options, function)


def read_options(images: Path | None, reading: Sequence[str]) -> ReadOptions:
    """What a reader takes, from the options above. Raises `UsageError`."""
    from mmrecipes.formats.reader import ReadOptions

    if images is not None and not images.is_dir():
        raise UsageError(f"--images {images} is no folder")
    return ReadOptions(images, parse_texts("--read", reading))


def _with(options: Sequence[Decorator], function: Callable[..., Any]) -> Callable[..., Any]:
    """The options in the order of the help."""
    for option in reversed(options):
        function = option(function)
    return function


def arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    """What `api.run` and `api.estimate` take, from the options above. Raises `UsageError`."""
    parsed = dict(options)
    parsed["params"] = parse_settings(parsed.pop("settings"))
    parsed["inputs"] = parse_inputs(parsed["inputs"])
    parsed["roles"] = parse_roles(parsed["roles"])
    return parsed


def parse_roles(pairs: Sequence[str]) -> dict[str, list[str]]:
    """Role to the models named for it, in order. Raises `UsageError`."""
    roles: dict[str, list[str]] = {}
    for pair in pairs:
        role, equals, model = pair.partition("=")
        if not equals or not role or not model:
            raise UsageError(
                f"--role {pair}: write ROLE=MODEL@URL, for example teacher=qwen2.5-72b@http://localhost:8000/v1"
            )
        roles.setdefault(role, []).append(model)
    return roles


def parse_settings(pairs: Sequence[str]) -> dict[str, Any]:
    """`a.b=1` as {'a': {'b': 1}}: values are JSON where they parse, else text. Raises `UsageError`."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not all(key.split(".")):
            raise UsageError(f"--set {pair}: write KEY=VALUE")
        *above, last = key.split(".")
        place = values
        for name in above:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise UsageError(f"--set {pair}: {name} has a value already")
        if last in place:
            raise UsageError(f"--set {pair}: {key} is set twice")
        place[last] = _value(text)
    return values


def _value(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text


def parse_texts(option: str, pairs: Sequence[str]) -> dict[str, str]:
    """`KEY=VALUE` given with an option as texts by name; the last of one name wins. Raises `UsageError`."""
    split = [text.partition("=") for text in pairs]
    for name, equals, _ in split:
        if not equals or not name.isidentifier():
            raise UsageError(f"{option} {name}{equals}: write KEY=VALUE")
    return {name: value for name, _, value in split}


def parse_inputs(given: Sequence[str]) -> dict[str, str | Path] | str | None:
    """What `api.name_inputs` takes: a mapping, or one path without a name. Raises `UsageError`.

    `NAME=PATH` is read as such when NAME looks like a name; an existing file whose own name has a `=` wins.
    """
    if not given:
        return None
    named: dict[str, str | Path] = {}
    unnamed: list[str] = []
    for text in given:
        name, equals, path = text.partition("=")
        if equals and name.isidentifier() and not Path(text).exists():
            if name in named:
                raise UsageError(f"--input {name} is given twice")
            named[name] = path
        else:
            unnamed.append(text)
    if unnamed and (named or len(unnamed) > 1):
        raise UsageError(f"--input {unnamed[0]}: with several inputs every one needs its name, --input NAME=PATH")
    return unnamed[0] if unnamed else named
