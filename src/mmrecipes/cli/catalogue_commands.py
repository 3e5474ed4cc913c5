"""`mmr list`, `mmr show` and `mmr new`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from mmrecipes.core.errors import UsageError


@click.command("list", epilog="\b\nExamples:\n  mmr list\n  mmr list --json | jq '.[].slug'\n")
@click.option("--json", "as_json", is_flag=True, help="The cards as JSON.")
def list_recipes(as_json: bool) -> None:
    """List the recipes."""
    from mmrecipes.recipes.catalogue import entries

    if as_json:
        import json

        click.echo(json.dumps([{"slug": e.slug, **e.card} for e in entries()], indent=2, ensure_ascii=False))
        return
    width = max((len(e.slug) for e in entries()), default=0)
    for entry in entries():
        tasks = f"  [{', '.join(entry.card['tasks'])}]" if entry.card.get("tasks") else ""
        text = f"{entry.card.get('summary') or entry.card['title']}{tasks}"
        click.echo(click.wrap_text(text, 100, f"{entry.slug:{width}}  ", " " * (width + 2)))


SHOW_EPILOG = "\b\nExamples:\n  mmr show qianfan-vl\n  mmr show oasis\n  mmr show ./mine.py\n"


@click.command(epilog=SHOW_EPILOG)
@click.argument("recipe", metavar="SLUG|./mine.py")
def show(recipe: str) -> None:
    """Say what a recipe does, its inputs, its roles and its parameters."""
    from mmrecipes.recipes.catalogue import is_file, load
    from mmrecipes.recipes.parameters import parameters

    loaded = load(recipe)
    card = loaded.card
    click.secho(f"{loaded.slug} {loaded.version}", bold=True)
    click.echo("\n".join(_head(card)))
    _table("inputs", [(name, _input_line(about)) for name, about in card.get("inputs", {}).items()])
    _table(
        "roles (--role ROLE=MODEL@URL)", [(name, _role_line(about)) for name, about in card.get("roles", {}).items()]
    )
    faults = getattr(loaded.module, "stand_in_faults", {})
    _table("faults of the stand-in (--models stand-in:KIND=RATE,…)", list(faults.items()))
    _table("parameters (--set KEY=VALUE)", [
        (p.name, f"{p.description or '(no description)'}\n{p.kind}; default {p.default or 'none: must be given'}")
        for p in parameters(loaded.module.Params)
    ])  # fmt: skip
    click.echo("\n".join([*_of_n(recipe), "\ntry", *_try(recipe if is_file(recipe) else loaded.slug, recipe, card)]))


def _of_n(recipe: str) -> Iterator[str]:
    """What `--n` counts, where it is not samples."""
    from mmrecipes.api import counts_rows

    with contextlib.suppress(UsageError):  # parameters that must be given
        if counts_rows(recipe):
            yield "\n--n counts rows of the input: it decides over all of them at once, so that no run can grow"


def _try(name: str, recipe: str, card: Mapping[str, Any]) -> list[str]:
    """Commands that work as they stand."""
    from mmrecipes.api import asked_roles

    asked: list[str] = []
    with contextlib.suppress(UsageError):  # parameters that must be given
        asked = asked_roles(recipe)
    inputs = card.get("inputs", {})
    needed = [f" --input {n}=example" for n, a in inputs.items() if a.get("required") and a.get("example")]
    options = f"{' --models stand-in' if asked else ''}{''.join(needed)}"
    lines = [f"  mmr preview {name}", f"  mmr run {name} --out {'rehearsal' if asked else 'data'}{options} --n 100"]
    if asked:
        lines.append(f"  mmr estimate {name}{options} --n 1000")
    return lines


def _role_line(about: Mapping[str, Any]) -> str:
    """What a role is for, and below it what fills it."""
    remarks = [str(about.get("kind", ""))]
    remarks += ["several models may be given"] if about.get("many") else []
    remarks += ["only with some parameters"] if about.get("optional") else []
    remarks += [f"needs {', '.join(about['needs'])}"] if about.get("needs") else []
    return f"{about.get('help') or '(no description)'}\n{'; '.join(r for r in remarks if r)}"


def _head(card: Mapping[str, Any]) -> list[str]:
    paper = card.get("paper", {})
    paper = {"title": paper} if isinstance(paper, str) else paper
    arxiv = f"arXiv {paper['arxiv']}" if paper.get("arxiv") else paper.get("url")
    cited = ", ".join(str(p) for p in (paper.get("title"), paper.get("year"), arxiv) if p)
    lines = [str(card["title"]), str(card.get("summary", "")), f"paper: {cited}" if cited else ""]
    if card.get("tasks"):
        lines.append(f"tasks: {', '.join(card['tasks'])}")
    lines += [f"- {claim}" for claim in card.get("claims", [])]
    return [click.wrap_text(line, 100, subsequent_indent="  ") for line in lines if line]


def _input_line(about: Mapping[str, Any]) -> str:
    example = "; has an example" if about.get("example") else ""
    return f"{about.get('help', '')} ({'required' if about.get('required') else 'optional'}{example})"


def _table(heading: str, rows: list[tuple[str, str]]) -> None:
    if not rows:
        return
    click.secho(f"\n{heading}", bold=True)
    width = min(28, max(len(name) for name, _ in rows))
    for name, text in rows:
        first, *more = text.splitlines()
        lead = f"  {name:{width}}  "
        click.echo(click.wrap_text(first, 100, lead, " " * (width + 4)))
        for line in more:
            click.echo(click.style(click.wrap_text(line, 100, " " * (width + 4), " " * (width + 6)), dim=True))


@click.command(epilog="\b\nExamples:\n  mmr new my-method\n  mmr run ./my_method.py --out data --n 20\n")
@click.argument("name")
def new(name: str) -> None:
    """Write a commented recipe of your own that runs."""
    stem = name.removesuffix(".py").replace("-", "_")
    if not stem.isidentifier():
        raise UsageError(f"{name!r} cannot be a recipe's name: use letters, digits, - and _, starting with a letter")
    path = Path(f"{stem}.py")
    if path.exists():
        raise UsageError(f"{path} exists already; choose another name")
    template = Path(__file__).with_name("new_recipe.txt").read_text(encoding="utf-8")
    path.write_text(template.replace("NAME", stem.replace("_", "-")).replace("FILE", path.name), encoding="utf-8")
    click.echo(f"wrote {path}; now try\n  mmr preview ./{path}\n  mmr run ./{path} --out data --n 50")
