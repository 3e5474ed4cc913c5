"""The answer log: what models answered and what it cost, kept so that nothing paid is paid twice.

Covered: answers by key, durable before use; intents, the calls that were about to be sent; totals; reading a log
while another process writes it. Not covered: failed calls, which are not stored; the key (see `models/`); image
bytes, which a request names by hash; the file and the writing thread (see `answer_file`).

Intents: one row per call about to be sent. An answer, `refund` and `forget` each take away one row of their key, the
newest. What is left after a crash are calls that may have been paid and whose answers are lost: asking again adds a
row and takes it away again, so they stay in `Totals.open_cost`.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Self

from mmrecipes.core.errors import WorldError
from mmrecipes.store.answer_file import Writer, explained, open_to_read

ANSWERS = "answers.sqlite"
PAGE = 64
"""Answers read at a time: a reader that is slow must not keep the writer from reusing its WAL."""


def answers_file(folder: Path) -> Path:
    """Where the answer log of a run lies."""
    return folder / "run" / ANSWERS


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `key` has 16 bytes; `name` is the recipe's name of the prompt, `sample` the sample's id.

    `request` is the canonical JSON of the request, images replaced by their hashes; `response` the server's body as
    it came; `cost` is in the price's currency, `at` Unix time. `reused`: taken from another run's log, not paid here.
    """

    key: bytes
    model: str
    endpoint: str
    role: str
    name: str
    sample: str
    request: bytes
    response: bytes
    tokens_in: int
    tokens_out: int
    images: int
    cost: float
    seconds: float
    at: float
    reused: bool = False
    stand_in: bool = False
    usage_known: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over answers. Each is one of `calls` (paid here), `reused` or `stand_in`; tokens, images and cost are those
    of answers that are not reused. `usage_unknown` counts those whose tokens the server did not tell."""

    calls: int
    reused: int
    stand_in: int
    usage_unknown: int
    tokens_in: int
    tokens_out: int
    images: int
    cost: float

    @property
    def answers(self) -> int:
        """All, whoever gave them."""
        return self.calls + self.reused + self.stand_in


@dataclass(frozen=True, slots=True)
class Totals(Tally):
    """The sums of a log, and the calls that were about to be sent and have no answer: how many, and the most they can
    have cost."""

    open_calls: int
    open_cost: float


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of the answers that have these `values` in the columns asked for."""

    values: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Filter:
    """Which answers: those equal to what is given; of the key, the first hex digits."""

    sample: str | None = None
    role: str | None = None
    name: str | None = None
    model: str | None = None
    key: str = ""

    def where(self) -> tuple[str, list[Any]]:
        """SQL with placeholders, and their values."""
        given = {c: getattr(self, c) for c in ("sample", "role", "name", "model") if getattr(self, c) is not None}
        conditions, values = [f"{column} = ?" for column in given], list(given.values())
        if self.key:
            conditions.append("key BETWEEN ? AND ?")
            values += [bytes.fromhex(self.key[:32].ljust(32, digit)) for digit in "0f"]
        return " AND ".join(conditions) or "TRUE", values


_FIELDS = [f.name for f in fields(Answer)]
_SELECT = f"SELECT answers.id, {', '.join(_FIELDS)} FROM answers JOIN bodies ON bodies.id = answers.id"
_BY_KEY = f"{_SELECT} WHERE key = ?"
_KEPT = [f for f in _FIELDS if f not in ("request", "response")]
_INSERT = f"""
    INSERT INTO answers ({", ".join(_KEPT)}) VALUES ({", ".join("?" * len(_KEPT))}) ON CONFLICT (key) DO NOTHING"""
_TALLY = """
    count(*) FILTER (WHERE NOT reused AND NOT stand_in), count(*) FILTER (WHERE reused),
    count(*) FILTER (WHERE stand_in AND NOT reused), count(*) FILTER (WHERE NOT usage_known AND NOT reused),
    coalesce(sum(tokens_in) FILTER (WHERE NOT reused), 0), coalesce(sum(tokens_out) FILTER (WHERE NOT reused), 0),
    coalesce(sum(images) FILTER (WHERE NOT reused), 0), total(cost) FILTER (WHERE NOT reused)"""
_GROUPS = ("sample", "role", "name", "model", "endpoint")


class AnswerReader:
    """Reads an answer log; may be used from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._db = open_to_read(path)

    def get(self, key: bytes) -> Answer | None:
        """The answer of this key."""
        rows = self._rows(_BY_KEY, (key,))
        return self._answer(rows[0]) if rows else None

    def iterate(
        self,
        which: Filter = Filter(),
        *,
        newest_first: bool = False,
        accept: Callable[[Answer], bool] | None = None,
    ) -> Iterator[Answer]:
        """Answers in the order they were written, a few in memory at a time; also those written meanwhile."""
        where, values = which.where()
        order, beyond, last = ("DESC", "<", 1 << 62) if newest_first else ("ASC", ">", 0)
        sql = f"{_SELECT} WHERE {where} AND answers.id {beyond} ? ORDER BY answers.id {order} LIMIT {PAGE}"
        while rows := self._rows(sql, (*values, last)):
            for answer in map(self._answer, rows):
                if accept is None or accept(answer):
                    yield answer
            last = rows[-1][0]

    def count(self, which: Filter = Filter()) -> int:
        """How many answers there are."""
        where, values = which.where()
        return self._rows(f"SELECT count(*) FROM answers WHERE {where}", values)[0][0]

    def totals(self) -> Totals:
        """The sums over the whole log."""
        (row,) = self._rows(
            f"SELECT * FROM (SELECT {_TALLY} FROM answers), (SELECT count(*), total(cost) FROM intents)", ()
        )
        return Totals(*row)

    def by(self, *columns: str, which: Filter = Filter()) -> list[Group]:
        """The sums per value of these columns (sample, role, name, model, endpoint), in their order."""
        if not columns or not set(columns) <= set(_GROUPS):
            raise ValueError(f"group by some of {_GROUPS}, not {columns}")
        listed, (where, values) = ", ".join(columns), which.where()
        sql = f"SELECT {listed}, {_TALLY} FROM answers WHERE {where} GROUP BY {listed} ORDER BY {listed}"
        rows = self._rows(sql, values)
        return [Group(row[: len(columns)], Tally(*row[len(columns) :])) for row in rows]

    def sums(self, purpose: Callable[[bytes, str], str]) -> dict[str, Tally]:
        """The sums per what `purpose` makes of an answer's key and the id of its sample."""
        with self._lock:
            self._db.create_function("purpose", 2, purpose)
        rows = self._rows(f"SELECT purpose(key, sample) AS of, {_TALLY} FROM answers GROUP BY of", ())
        return {row[0]: Tally(*row[1:]) for row in rows}

    def close(self) -> None:
        """Let go of the file. May be called again."""
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """All rows, so that no statement stays open and holds an old state of the file."""
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as e:
            raise explained(self.path, e) from e

    def _answer(self, row: Sequence[Any]) -> Answer:
        values = dict(zip(_FIELDS, row[1:], strict=True))
        try:
            request = zlib.decompress(values.pop("request"))
        except zlib.error as e:
            raise WorldError(f"the answer log {self.path} is damaged at key {values['key'].hex()}: {e}") from e
        flags = {flag: bool(values.pop(flag)) for flag in ("reused", "stand_in", "usage_known")}
        return Answer(request=request, **flags, **values)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AnswerLog(AnswerReader):
    """A log that is read and written. `put`, `intend` and `refund` return when they are durable; what happens at the
    same time shares a commit."""

    def __init__(self, path: Path) -> None:
        self._writer = Writer(path)
        try:
            super().__init__(path)
        except BaseException:
            self._writer.close()
            raise

    @classmethod
    def open(cls, path: Path) -> AnswerLog:
        """The log at `path`, made if it is not there. Raises `WorldError` with a remedy."""
        return cls(path)

    @property
    def commits(self) -> int:
        """Transactions so far."""
        return self._writer.commits

    async def put(self, answer: Answer) -> None:
        """Store an answer and take its intent away. If its key is there already the first answer stays.

        Raises `WorldError` when the file cannot be written, to all that wait for this commit."""
        _check(answer.key)
        await self._writer.commit(partial(_insert, answer))

    async def intend(self, key: bytes, cost: float) -> None:
        """Record that a call is about to be sent that costs at most `cost`."""
        _check(key)
        await self._writer.commit(partial(_intend, key, cost, False))

    async def lost(self, key: bytes, cost: float) -> None:
        """Record a call that may have to be paid and brought no answer, when no intent says so: no later answer takes
        it away."""
        _check(key)
        await self._writer.commit(partial(_intend, key, cost, True))

    async def refund(self, key: bytes) -> None:
        """Take away the intent of a call that was surely not charged."""
        await self._writer.commit(partial(_fulfil, key))

    def forget(self, key: bytes) -> None:
        """`refund` without waiting: after a crash, or a failing disk, the intent may still be there."""
        self._writer.enqueue(partial(_fulfil, key))

    def close(self) -> None:
        """Write what is queued and let go of the file. May be called again."""
        super().close()  # first: SQLite tidies up its WAL when the last connection, which must be a writing one, closes
        self._writer.close()


def read_only(path: Path) -> AnswerReader:
    """A log that another process may be writing. Raises `UsageError` when it is not there, `WorldError` with a
    remedy when it cannot be read."""
    return AnswerReader(path)


def _check(key: bytes) -> None:
    if len(key) != 16:
        raise ValueError(f"the key of an answer has 16 bytes, not {len(key)}")


def _insert(answer: Answer, db: sqlite3.Connection) -> None:
    new = db.execute(_INSERT, [getattr(answer, f) for f in _KEPT])
    if new.rowcount:
        body = (new.lastrowid, zlib.compress(answer.request, 1), answer.response)
        db.execute("INSERT INTO bodies (id, request, response) VALUES (?, ?, ?)", body)
    if not answer.reused:
        _fulfil(answer.key, db)


def _intend(key: bytes, cost: float, lost: bool, db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO intents (key, cost, at, lost) VALUES (?, ?, ?, ?)", (key, cost, time.time(), lost))


def _fulfil(key: bytes, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM intents WHERE id = (SELECT max(id) FROM intents WHERE key = ? AND NOT lost)", (key,))
