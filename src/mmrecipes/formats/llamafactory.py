"""LLaMA-Factory's data sets, read and written: a JSON file and the `dataset_info.json` that says what its keys mean.

Reading: `formatting` alpaca (the default), sharegpt and openai, with `columns` and `tags` as the trainer takes them:
where one of the two is given, every name it does not list is null. Preference pairs (`ranking`) become an answer and
an alternative of verdict `rejected`; an answer whose `kto_tag` is false becomes such an alternative of a conversation
without an answer. What makes the trainer empty an example or stop (turns that do not alternate, a wrong number of
placeholders) is a row that cannot be used.

Writing: `llamafactory` (sharegpt formatting, messages with role and content) and `llamafactory-preference` (ranking),
JSON lines with every column listed; rows without images have `images: []`, a row with some comes first (the loader
infers column types from the first megabytes).

Not covered: Parquet and CSV files named by `dataset_info.json` (open the file itself), tools, videos and audios.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Role, Sample, shown_images
from mmrecipes.formats.conversation_rows import Row, Turn, open_rows, picture_names, text_in, turns_in
from mmrecipes.formats.conversations import (
    Capability,
    JsonRow,
    pair_id,
    placed_text,
    preference_losses,
    rejected_texts,
    with_one_system_turn,
    write_rows,
)
from mmrecipes.formats.export import Export, Exporter, escaped
from mmrecipes.formats.grounding import OPTIONS, grounding_of
from mmrecipes.formats.json_lists import parsed
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows

INFO = "dataset_info.json"
_TAGS = {
    "role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt",
    "observation_tag": "observation", "function_tag": "function_call", "system_tag": "system",
}  # fmt: skip
_COLUMNS = {
    "prompt": "instruction", "query": "input", "response": "output", "messages": "conversations", "history": None,
    "system": None, "tools": None, "images": None, "videos": None, "audios": None, "chosen": None, "rejected": None,
    "kto_tag": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """What the keys of a data set mean. `columns` and `tags` map the trainer's names to the file's, None where the
    trainer reads nothing."""

    formatting: str
    ranking: bool
    columns: Mapping[str, str | None]
    tags: Mapping[str, str | None]

    def cell(self, record: Mapping[str, Any], column: str) -> Any:
        """The value under one of the trainer's columns; None without one."""
        name = self.columns[column]
        return None if name is None else record.get(name)

    @property
    def used(self) -> frozenset[str]:
        """The file's keys that have a place in a sample."""
        return frozenset(name for name in self.columns.values() if name is not None)


def layout_of(entry: Mapping[str, Any], where: str) -> Layout:
    """The layout that an entry of `dataset_info.json` describes. Raises `InputError`, also for columns that leave the
    trainer nothing to read."""
    formatting = entry.get("formatting", "alpaca")
    if formatting not in ("alpaca", "sharegpt", "openai"):
        raise InputError(f"{where}: formatting {formatting!r}; there are alpaca, sharegpt, openai")
    columns, tags = (_names(entry, key, usual, where) for key, usual in (("columns", _COLUMNS), ("tags", _TAGS)))
    needed = "prompt" if formatting == "alpaca" else "messages"
    if columns[needed] is None:
        raise InputError(f"{where}: `columns` does not list {needed}, so the trainer reads none; list every one in use")
    if formatting != "alpaca" and not (tags["role_tag"] and tags["content_tag"]):
        raise InputError(f"{where}: `tags` does not list role_tag and content_tag; list every one in use")
    return Layout(formatting, bool(entry.get("ranking", False)), columns, tags)


def _names(entry: Mapping[str, Any], key: str, usual: Mapping[str, str | None], where: str) -> Mapping[str, str | None]:
    given = entry.get(key)
    if given is None and key not in entry:
        return usual
    if not isinstance(given, dict):
        raise InputError(f"{where}: `{key}` is no object")
    return {name: given.get(name) for name in usual}


def read_row(record: Mapping[str, Any], layout: Layout) -> Row:
    """A record before its pictures are opened. Raises `RowError`."""
    for media in ("videos", "audios"):
        if layout.cell(record, media):
            raise RowError(media[:-1], f"the row has {media}")
    alpaca = layout.formatting == "alpaca"
    turns, rejected = _alpaca(record, layout) if alpaca else _sharegpt(record, layout)
    liked = layout.cell(record, "kto_tag")
    if isinstance(liked, bool) and not liked:
        turns, rejected = turns[:-1], turns[-1:]
    return Row(
        tuple(turns),
        picture_names(layout.cell(record, "images")),
        ((tuple(rejected)),) if rejected else (),
        layout.used - ({layout.columns["kto_tag"]} if isinstance(liked, bool) else set()),
    )


def _alpaca(record: Mapping[str, Any], layout: Layout) -> tuple[list[Turn], list[Turn]]:
    """The turns with the answer, and the rejected answer."""
    turns: list[Turn] = []
    for pair in layout.cell(record, "history") or ():
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(t, str) for t in pair):
            raise RowError("bad_turns", f"an entry of history is no pair of texts: {str(pair)[:60]}")
        turns += [Turn("user", pair[0]), Turn("assistant", pair[1])]
    asked = [text for c in ("prompt", "query") if (text := layout.cell(record, c))]
    if not asked or not all(isinstance(text, str) for text in asked):
        raise RowError("no_text", "there is no instruction")
    turns.append(Turn("user", "\n".join(asked)))
    if layout.ranking:
        chosen, rejected = (_answer(layout.cell(record, c), c) for c in ("chosen", "rejected"))
        return [*_system(record, layout), *turns, chosen], [rejected]
    return [*_system(record, layout), *turns, _answer(layout.cell(record, "response"), "response")], []


def _answer(text: Any, column: str) -> Turn:
    if not isinstance(text, str):
        raise RowError("no_answer", f"{column} is no text: {str(text)[:60]}")
    return Turn("assistant", text)


def _system(record: Mapping[str, Any], layout: Layout) -> list[Turn]:
    said = layout.cell(record, "system")
    return [Turn("system", said, placed=False)] if isinstance(said, str) and said else []


def _sharegpt(record: Mapping[str, Any], layout: Layout) -> tuple[list[Turn], list[Turn]]:
    """As `_alpaca`, in sharegpt and openai formatting."""
    given = turns_in(record, layout.columns["messages"] or "")
    system, name = _system(record, layout), layout.tags["system_tag"]
    if name and given[0].get(layout.tags["role_tag"] or "") == name:
        system = [Turn("system", text_in(given[0], layout.tags["content_tag"] or ""), placed=False)]
        given = given[1:]
    turns = [_turn(t, layout) for t in given]
    if any(turn.role != ("user", "assistant")[k % 2] for k, turn in enumerate(turns)):
        raise RowError("turns_do_not_alternate", ", ".join(t.role for t in turns[:8]))
    if len(turns) % 2 != layout.ranking:
        wanted = "odd, for a pair of answers" if layout.ranking else "even"
        raise RowError("wrong_turn_count", f"{len(turns)} turns; the trainer takes a number that is {wanted}")
    if not layout.ranking:
        return [*system, *turns], []
    chosen, rejected = (_paired(layout.cell(record, c), c, layout) for c in ("chosen", "rejected"))
    return [*system, *turns, chosen], [rejected]


def _turn(turn: Mapping[str, Any], layout: Layout) -> Turn:
    name = turn.get(layout.tags["role_tag"] or "")
    roles: dict[str | None, Role] = {layout.tags["user_tag"]: "user", layout.tags["assistant_tag"]: "assistant"}
    if name is None or name not in roles:
        tools = (layout.tags["observation_tag"], layout.tags["function_tag"])
        raise RowError("tool_turn" if name in tools else "unknown_role", f"a turn is from {name!r}")
    return Turn(roles[name], text_in(turn, layout.tags["content_tag"] or ""))


def _paired(cell: Any, column: str, layout: Layout) -> Turn:
    if not isinstance(cell, dict):
        raise RowError("no_answer", f"{column} is no turn: {str(cell)[:60]}")
    turn = _turn(cell, layout)
    if turn.role != "assistant":
        raise RowError("rejected_is_no_answer", f"{column} is a turn of the {turn.role}")
    return turn


def _info(look: Look) -> tuple[Path, Mapping[str, Any]]:
    """The `dataset_info.json` that a path is, holds or lies beside, and its entries with a local file that exists and,
    where the path is a data file, is this one."""
    path = look.path
    file = path / INFO if look.is_folder else path if path.name == INFO else path.parent / INFO
    if not file.is_file():
        return file, {}
    try:
        info = parsed(file.read_bytes(), file)
    except InputError:
        return file, {}
    entries = {k: v for k, v in info.items() if isinstance(v, dict)} if isinstance(info, dict) else {}
    local = {k: v for k, v in entries.items() if isinstance(v.get("file_name"), str)}
    if not look.is_folder and path != file:
        local = {k: v for k, v in local.items() if (file.parent / v["file_name"]).resolve() == path.resolve()}
    return file, {k: v for k, v in local.items() if (file.parent / v["file_name"]).is_file()}


def _recognises(look: Look) -> str:
    file, entries = _info(look)
    if entries:
        return f"{file.name} describes {', '.join(list(entries)[:3])}"
    record = look.record
    return "rows with `instruction` and `output` (alpaca)" if {"instruction", "output"} <= set(record) else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    look = Look(path)
    file, entries = _info(look)
    wanted = options.settings.get("dataset")
    if wanted is not None and wanted not in entries:
        raise UsageError(f"{file} has no local data set {wanted!r}; there are {', '.join(entries) or 'none'}")
    if wanted is None and len(entries) > 1:
        raise InputError(
            f"{file} describes {', '.join(entries)}: choose one with --read dataset=NAME, in a sources.toml with "
            'options = { dataset = "NAME" }'
        )
    if not entries:
        if look.is_folder or path.name == INFO:
            raise InputError(f"{file} names no data file that is there")
        return _opened(path, {}, f"{path}", options)
    name = wanted or next(iter(entries))
    return _opened(file.parent / entries[name]["file_name"], entries[name], f"{file}, {name}", options)


def _opened(data: Path, entry: Mapping[str, Any], where: str, options: ReadOptions) -> Rows:
    if data.suffix.lower() not in (".json", ".jsonl"):
        raise InputError(f"{data} is neither .json nor .jsonl; open it with a reader of its own")
    layout = layout_of(entry, where)
    return open_rows(data, options, functools.partial(read_row, layout=layout))


READERS = (
    Reader(
        "llamafactory",
        "LLaMA-Factory: a folder with dataset_info.json, or a data file beside one; alpaca rows also without",
        _recognises,
        _open,
        rank=15,
        options={"dataset": "the name in dataset_info.json, where it describes several"},
    ),
)

_FILE = "mmrecipes.jsonl"
_WRITTEN_TAGS = {
    "role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
    "system_tag": "system",
}  # fmt: skip
_CAPABILITY = Capability()


def write(export: Export) -> None:
    """Write `mmrecipes.jsonl`, `dataset_info.json`, `provenance.jsonl` and the images."""
    _write_info(export, {"messages": "messages", "images": "images"})
    boxes, rows = grounding_of(export.options), lambda s: [_row(export, s)]
    write_rows(export, _FILE, rows, _CAPABILITY.losses, boxes=boxes, form="typed_lines")


def write_preference(export: Export) -> None:
    """As `write`, one row per rejected answer."""
    columns = {name: name for name in ("messages", "images", "chosen", "rejected")}
    _write_info(export, columns, ranking=True)
    losses = functools.partial(preference_losses, _CAPABILITY)
    rows = functools.partial(_pairs, export)
    write_rows(export, _FILE, rows, losses, read=lambda _: ("alternatives",), form="typed_lines")


def _write_info(export: Export, columns: Mapping[str, str], **more: Any) -> None:
    entry = {"file_name": _FILE, "formatting": "sharegpt", **more, "columns": columns, "tags": _WRITTEN_TAGS}
    with export.new_text(INFO) as file:
        file.write(orjson.dumps({"mmrecipes": entry}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _row(export: Export, sample: Sample) -> JsonRow:
    messages = [{"role": m.role, "content": placed_text(m)} for m in with_one_system_turn(sample)]
    return {"id": sample.id, "messages": messages, "images": [export.image(im) for im in shown_images(sample)]}


def _pairs(export: Export, sample: Sample) -> list[JsonRow]:
    row = _row(export, sample)
    *asked, chosen = row["messages"]
    pair = {**row, "messages": asked, "chosen": chosen}
    rejected = [{"role": "assistant", "content": escaped(text)} for text in rejected_texts(sample)[0]]
    return [{**pair, "id": pair_id(sample, k), "rejected": worse} for k, worse in enumerate(rejected)]


EXPORTS = (
    Exporter(
        "llamafactory",
        "LLaMA-Factory: messages and images, with dataset_info.json",
        write,
        OPTIONS,
        tested_with="llamafactory 0.9.5: data.parser, data.converter, data.mm_plugin; datasets 5.2.0",
    ),
    Exporter(
        "llamafactory-preference",
        "LLaMA-Factory: pairs of a chosen and a rejected answer (ranking)",
        write_preference,
        tested_with="llamafactory 0.9.5: data.parser, data.converter, data.mm_plugin; datasets 5.2.0",
    ),
)
