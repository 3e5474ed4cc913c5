"""The dataset card: README.md with the front matter that `datasets.load_dataset(folder)` goes by.

Covered: one configuration over all subsets (the default) and one per subset; what the columns hold; how the data
was made. Not covered: statistics and pictures (see `report/`).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmrecipes.store.dataset import stand_in_samples
from mmrecipes.store.files import write_bytes

_COLUMNS = (
    ("id", "readable, unique, derived from the parent's"),
    ("subset, split, group", "part of the dataset; samples of one `group` belong in one split"),
    ("kind", "`chat`, `document` (one assistant message) or `record` (no messages)"),
    ("recipe, task, language, source, licence", "where the sample comes from"),
    ("truth_source", "how the truth is known: `engine` drew it, `annotated`, `consensus` of models, one `model`"),
    ("difficulty", "1 to 10, 0 when not graded"),
    ("stand_in", "true when a rehearsal backend, not a model, gave an answer"),
    ("images", "in the order of the message parts; one shown twice stands twice"),
    ("messages", "`role` and `content`, a list of `type` (`text` or `image`), `text`, `ref` (SHA-256 of the image)"),
    ("alternatives", "rejected or negative versions: `verdict`, `messages`"),
    ("extras", "named images that no message shows: masks, clean versions; without a name: an alternative's"),
    ("regions", "`ref`, `label`, `text`, `quad`: x, y of four corners in pixels, clockwise from the top-left"),
    ("image_sha256", "one per entry of `images`"),
    ("parents", "ids of the samples this one was made from"),
    ("truth, scores, meta", 'JSON; a truth over 1 MB is `{"$file": name}`, beside the data file'),
)


_REHEARSAL = (
    "> [!CAUTION]\n> **A rehearsal, not training data.** Samples here (`stand_in` true) hold answers of a stand-in, "
    "which repeats what\n> the recipe knows, and not of a model. Do not train on them.\n"
)


def write_card(
    folder: Path,
    *,
    card: Mapping[str, Any],
    params: Mapping[str, Any],
    counts: Mapping[str, int],
    seed: int,
    version: str,
    words: Sequence[str] = (),
    models: Sequence[str] = (),
    made: str = "",
) -> None:
    """Write `folder/README.md`.

    `card` is the recipe's (`slug`, `title`, `summary`, `tasks`, `paper`, `licence`, `claims`; all may be missing),
    `params` JSON values, `counts` maps `subset/split` to samples, `version` is the recipe's,
    `words` are further words of its command (inputs, roles), `models` a line on each model that was asked. `made` says
    how it was made in place of a run's command.
    """
    counts = _present(counts)
    title = str(card.get("title") or card.get("slug") or "Dataset")
    stand_in = stand_in_samples(folder)[0]
    tags = [*_tags(card), *(['- "stand-in"'] if stand_in else [])]
    parts = [
        "\n".join(["---", f"pretty_name: {json.dumps(title)}", *_configurations(counts), *tags, "---", ""]),
        f"# {title}\n",
        _REHEARSAL if stand_in else "",
        str(card.get("summary", "")),
        _paper(card),
        _contents(counts),
        "```python\nfrom datasets import load_dataset\n\n"
        'data = load_dataset("path/to/this/folder")["train"]  # images decoded\n```\n'
        if any(k.endswith("/train") for k in counts)
        else "",
        f"## How it was made\n\n{made}\n" if made else _made(card, params, counts, seed, version, words),
        _listed("Models", models),
        _listed("What the recipe promises", card.get("claims", ())),
        "## Columns\n\n" + "\n".join(f"- {name}: {meaning}" for name, meaning in _COLUMNS) + "\n",
        _licence(card),
    ]
    write_bytes(folder / "README.md", "\n".join(p for p in parts if p).encode())


def recounted_card(text: str, counts: Mapping[str, int]) -> str:
    """A card that `write_card` wrote, with its configurations and its table of samples told anew."""
    counts = _present(counts)
    front, _, body = text.partition("\ntags:\n")
    front = front.partition("\nconfigs:\n")[0]
    before, _, table = body.partition("| subset | split | samples |\n")
    after = table.partition("\n\n")[2]
    return "\n".join([front, *_configurations(counts), "tags:", f"{before}{_contents(counts)}\n{after}"])


def _present(counts: Mapping[str, int]) -> dict[str, int]:
    return {k: v for k, v in sorted(counts.items()) if v}


def _configurations(counts: Mapping[str, int]) -> list[str]:
    """YAML; JSON strings are YAML strings, so quoting is left to `json`."""
    if not counts:
        return []
    lines = ["configs:", *_configuration("default", "*", {k.split("/")[1] for k in counts}, default=True)]
    for subset in sorted({k.split("/")[0] for k in counts}):
        name = "default-subset" if subset == "default" else subset
        lines += _configuration(name, subset, {k.split("/")[1] for k in counts if k.split("/")[0] == subset})
    return lines


def _tags(card: Mapping[str, Any]) -> list[str]:
    return ["tags:", '- "mmrecipes"', f"- {json.dumps(str(card.get('slug', 'own-recipe')))}"]


def _configuration(name: str, folder: str, splits: set[str], default: bool = False) -> list[str]:
    lines = [f"- config_name: {json.dumps(name)}", *(["  default: true"] if default else []), "  data_files:"]
    for split in sorted(splits, key=lambda s: (s != "train", s)):
        lines += [f"  - split: {json.dumps(split)}", f'    path: "data/{folder}/{split}-*.parquet"']
    return lines


def _paper(card: Mapping[str, Any]) -> str:
    paper = card.get("paper", {})
    if not paper.get("title"):
        return ""
    link = paper.get("url") or (f"https://arxiv.org/abs/{paper['arxiv']}" if paper.get("arxiv") else "")
    by = ", ".join(str(x) for x in (paper.get("authors"), paper.get("year")) if x)
    return f"Method: *{paper['title']}*{f' ({by})' if by else ''}{f', <{link}>' if link else ''}.\n"


def _contents(counts: Mapping[str, int]) -> str:
    if not counts:
        return "No sample was accepted, so there is no data.\n"
    rows = "\n".join(f"| {k.split('/')[0]} | {k.split('/')[1]} | {v:,} |" for k, v in counts.items())
    return f"| subset | split | samples |\n|---|---|---:|\n{rows}\n"


def _made(
    card: Mapping[str, Any], params: Mapping[str, Any], counts: Mapping[str, int], seed: int, version: str,
    words: Sequence[str],
) -> str:  # fmt: skip
    slug = card.get("slug")
    settings = [f"--set {shlex.quote(f'{k}={_printed(v)}')}" for k, v in params.items()]
    command = [
        "mmr run",
        str(slug or "./RECIPE.py"),
        f"--n {sum(counts.values())}",
        f"--seed {seed}",
        *words,
        *settings,
    ]
    name = f"recipe `{slug}`" if slug else "a recipe of one's own"
    given = "the same inputs, answers of models and" if "--role" in " ".join(words) else "the same inputs and"
    return (
        f"## How it was made\n\nWith mmrecipes, {name}, version {version}. The same command, given {given} installed "
        "versions, makes the same bytes:\n\n```sh\n" + " \\\n  ".join([*command, "--out DIR"]) + "\n```\n"
    )


def _printed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _listed(heading: str, items: Any) -> str:
    lines = "\n".join(f"- {i if isinstance(i, str) else json.dumps(i, ensure_ascii=False)}" for i in items)
    return f"## {heading}\n\n{lines}\n" if lines else ""


def _licence(card: Mapping[str, Any]) -> str:
    given = str(card.get("licence", "")) or "see the `licence` column; where it is empty, none was stated"
    return (
        f"## Licence and rehearsals\n\nLicence: {given}. Rows with `stand_in` true come from a rehearsal without a "
        "model and are no training data.\n"
    )
