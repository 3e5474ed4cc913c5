"""No acknowledged answer is lost, none is counted twice, and what goes wrong is said with a remedy."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import UsageError, WorldError
from mmrecipes.store.answers import Answer, AnswerLog, Filter, read_only


def key_of(i: int) -> bytes:
    return hashlib.blake2b(str(i).encode(), digest_size=16).digest()


def answer(i: int, **changes: Any) -> Answer:
    made = Answer(
        key=key_of(i), model="m", endpoint="http://h/v1", role="teacher", name="conversation", sample=f"s/{i:06d}",
        request=b'{"messages":[]}', response=f'{{"n":{i}}}'.encode() + b" " * 1500, tokens_in=100, tokens_out=10,
        images=1, cost=0.5, seconds=1.0, at=1e9 + i,
    )  # fmt: skip
    return replace(made, **changes)


def put_all(log: AnswerLog, answers: list[Answer], at_once: int = 256) -> None:
    """Put them with so many in flight."""
    waiting = iter(answers)

    async def one_after_the_other() -> None:
        for a in waiting:
            await log.put(a)

    async def all_of_them() -> None:
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))

    asyncio.run(all_of_them())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """In a folder that is not there, whose name means something in a URI."""
    return tmp_path / "run ?mode=x#%20" / "answers.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[AnswerLog]:
    with AnswerLog.open(path) as opened:
        yield opened


# what is kept


def test_an_answer_comes_back_as_it_went_in(log: AnswerLog) -> None:
    every_byte = bytes(range(256)) * 3
    one = answer(1, response=every_byte, request='{"é":"\\u0000 漢字"}'.encode(), sample="a\x00b", reused=True)
    two = answer(2, response=b"", request=b"", stand_in=True, usage_known=False, cost=0.0, model="名/モデル")
    put_all(log, [one, two])
    assert log.get(one.key) == one and log.get(two.key) == two
    assert log.get(key_of(3)) is None
    assert list(log.iterate()) == [one, two]


def test_get_sees_a_put_as_soon_as_it_has_returned(log: AnswerLog) -> None:
    async def check() -> None:
        for i in range(200):
            assert log.get(key_of(i)) is None
            await log.put(answer(i))
            assert log.get(key_of(i)) == answer(i)

    asyncio.run(check())


def test_the_first_answer_to_a_key_stays_and_is_counted_once(log: AnswerLog) -> None:
    first, second = answer(1, response=b"first"), answer(1, response=b"second", tokens_in=999, cost=9.0)
    put_all(log, [first, second, *[replace(second, sample=f"{i}") for i in range(20)]])
    put_all(log, [second])
    assert list(log.iterate()) == [first]
    totals = log.totals()
    assert (totals.calls, totals.tokens_in, totals.cost) == (1, 100, 0.5)


def test_a_log_is_there_after_it_was_closed(path: Path) -> None:
    with AnswerLog.open(path) as log:
        put_all(log, [answer(i) for i in range(10)])
    assert [p.name for p in path.parent.iterdir()] == [path.name], "SQLite's own files stay behind"
    with AnswerLog.open(path) as log:
        put_all(log, [answer(10)])
        assert log.count() == 11


def test_closing_writes_what_is_queued_and_may_be_done_twice(path: Path) -> None:
    async def close_at_once() -> None:
        log = AnswerLog.open(path)
        putting = [asyncio.create_task(log.put(answer(i))) for i in range(500)]
        await asyncio.sleep(0)
        log.close()
        log.close()
        await asyncio.gather(*putting)
        with pytest.raises(RuntimeError, match="closed"):
            await log.put(answer(1))

    asyncio.run(close_at_once())
    with read_only(path) as log:
        assert log.count() == 500


def test_an_answer_that_cannot_be_stored_fails_alone(log: AnswerLog) -> None:
    wrong = [
        answer(1, cost=float("nan")), answer(2, tokens_in=1 << 70), answer(3, sample="\ud800"),
        answer(4, request="text"), answer(5, response={}), answer(6, model=None),
    ]  # fmt: skip
    good = [answer(i) for i in range(10, 200)]

    async def at_once() -> list[Any]:
        mixed = [*good[:90], *wrong, *good[90:]]
        return await asyncio.gather(*(log.put(a) for a in mixed), return_exceptions=True)

    told = asyncio.run(at_once())
    assert [isinstance(t, Exception) for t in told] == [False] * 90 + [True] * len(wrong) + [False] * 100
    assert not any(isinstance(t, WorldError) for t in told), "the file is not at fault"
    assert {a.key for a in log.iterate()} == {a.key for a in good}
    with pytest.raises(ValueError, match="16 bytes"):
        asyncio.run(log.put(answer(1, key=b"short")))


# commits


def test_256_puts_in_flight_share_commits(log: AnswerLog) -> None:
    put_all(log, [answer(i) for i in range(5000)])
    assert log.count() == 5000
    assert log.commits < 5000 / 20


def test_puts_one_after_the_other_have_a_commit_each(log: AnswerLog) -> None:
    put_all(log, [answer(i) for i in range(50)], at_once=1)
    assert log.commits == 50


def test_nothing_is_acknowledged_before_its_commit(log: AnswerLog, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("mmrecipes.store.answer_file.operation", lambda kind, path: go_on.wait(10))

    async def check() -> None:
        putting = asyncio.create_task(log.put(answer(1)))
        await asyncio.sleep(0.2)
        assert not putting.done() and log.get(key_of(1)) is None
        go_on.set()
        await putting
        assert log.get(key_of(1)) is not None

    asyncio.run(check())


def test_commits_are_synced_before_they_are_told(path: Path) -> None:
    """Looks at the system calls of a process: after the last write to the WAL comes an fsync, then the word."""
    if not shutil.which("strace") or subprocess.run(["strace", "-o", os.devnull, "true"], check=False).returncode:
        pytest.skip("strace is not installed or not allowed")
    script = CHILD.replace("range(start, 10**9)", "range(1)")
    calls = subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=pwrite64,fsync,fdatasync,write", sys.executable, "-c", script, path, "0"],
        capture_output=True, text=True, timeout=120,
    ).stderr.splitlines()  # fmt: skip
    word = next(i for i, line in enumerate(calls) if '"answered' in line)
    last_write = max(i for i, line in enumerate(calls[:word]) if "pwrite64" in line and "-wal>" in line)
    assert any("sync(" in line and "-wal>" in line for line in calls[last_write:word])


def test_several_event_loops_and_cancelled_waiters(log: AnswerLog) -> None:
    async def cancelled() -> None:
        putting = asyncio.create_task(log.put(answer(9999)))
        await asyncio.sleep(0)
        putting.cancel()

    def in_a_thread(first: int) -> None:
        put_all(log, [answer(i) for i in range(first, first + 300)], at_once=32)
        asyncio.run(cancelled())

    threads = [threading.Thread(target=in_a_thread, args=(first,)) for first in (0, 1000, 2000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    put_all(log, [answer(5000)])
    assert log.count() == 902


# intents


def test_an_answer_or_a_refund_ends_an_intent(log: AnswerLog) -> None:
    async def check() -> None:
        for i in range(4):
            await log.intend(key_of(i), 0.25)
        assert (log.totals().open_calls, log.totals().open_cost) == (4, 1.0)
        await log.put(answer(0))
        await log.refund(key_of(1))
        log.forget(key_of(2))
        await log.refund(key_of(77))
        assert (log.totals().open_calls, log.totals().open_cost) == (1, 0.25)

    asyncio.run(check())


def test_a_lost_call_stays_open_when_it_is_asked_again(log: AnswerLog) -> None:
    """It may have been paid: taking it away with the second call's answer would let a budget be passed."""

    async def check() -> None:
        await log.intend(key_of(1), 0.25)  # the process dies
        await log.intend(key_of(1), 0.5)
        await log.put(answer(1))
        await log.put(answer(1, reused=True))
        assert (log.totals().open_calls, log.totals().open_cost) == (1, 0.25)

    asyncio.run(check())


def test_a_call_recorded_as_lost_is_not_taken_away_by_an_answer(log: AnswerLog) -> None:
    async def check() -> None:
        await log.lost(key_of(1), 0.25)
        await log.put(answer(1))
        await log.refund(key_of(1))
        assert (log.totals().open_calls, log.totals().open_cost) == (1, 0.25)

    asyncio.run(check())


# crashes

CHILD = """
import asyncio, os, sys
from pathlib import Path
from mmrecipes.store.answers import AnswerLog
from mmrecipes_tests.store.test_answers import answer, key_of

start = int(sys.argv[2])
log = AnswerLog.open(Path(sys.argv[1]))
numbers = iter(range(start, 10**9))

def say(word, i):
    os.write(1, f"{word} {i}\\n".encode())

async def one_after_the_other():
    for i in numbers:
        await log.intend(key_of(i), 1.0)
        say("intended", i)
        await log.put(answer(i))
        say("answered", i)

async def main():
    await asyncio.gather(*(one_after_the_other() for _ in range(64)))

asyncio.run(main())
"""
CHILD = f"import runpy; runpy.run_path({str(Path(__file__).parents[1] / 'conftest.py')!r})\n" + CHILD


def start_child(path: Path, start: int) -> subprocess.Popen[bytes]:
    """A process that intends and puts for ever, 64 at a time, and says what has returned."""
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(path), str(start)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"intended")
    return process


def killed_after(process: subprocess.Popen[bytes], seconds: float) -> dict[str, set[int]]:
    """What it had said, with nobody reading but a pipe emptied in time, when it was killed."""
    said: list[bytes] = []
    out = process.stdout
    assert out is not None
    reader = threading.Thread(target=lambda: said.append(out.read()))
    reader.start()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    reader.join()
    assert process.wait() == -signal.SIGKILL
    words = [line.split() for line in said[0].split(b"\n")[:-1]]
    return {word: {int(w[1]) for w in words if w[0] == word.encode()} for word in ("intended", "answered")}


@pytest.mark.slow
def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    rng, start, answered = random.Random(5), 0, set[int]()
    for kills in range(1, 6):
        said = killed_after(start_child(path, start), 0.1 + rng.random() * 0.6)
        answered |= said["answered"]
        with read_only(path) as log:
            assert all(log.get(key_of(i)) == answer(i) for i in answered)
            kept = {a.key for a in log.iterate()}
            assert len(kept) - len(answered) <= 64 * kills, "more were written than can have been in flight"
            lost = {key_of(i) for i in said["intended"] - said["answered"]} - kept
            assert len(lost) <= log.totals().open_calls <= 64 * kills
        start = max(said["intended"]) + 100
    assert len(answered) > 100
    with AnswerLog.open(path) as log:
        open_calls = log.totals().open_calls
        put_all(log, [answer(start)])
        assert all(log.get(key_of(i)) == answer(i) for i in answered)
        assert log.totals().open_calls == open_calls > 0
    check = sqlite3.connect(path)
    assert check.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    check.close()


def test_a_reader_sees_whole_answers_in_order_while_another_process_writes(path: Path) -> None:
    process = start_child(path, 0)
    seen: list[int] = []
    with read_only(path) as log:
        for _ in range(20):
            found = list(log.iterate())
            assert all(a == answer(int(a.sample[2:])) for a in found)
            assert len(found) >= (seen[-1] if seen else 0)
            seen.append(len(found))
            time.sleep(0.03)
    said = killed_after(process, 0.0)
    assert seen[-1] > seen[0]
    assert len(said["answered"]) > seen[-1] - 64


# what goes wrong


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def outcomes(log: AnswerLog, answers: list[Answer]) -> list[BaseException | None]:
    async def at_once() -> list[Any]:
        return await asyncio.gather(*(log.put(a) for a in answers), return_exceptions=True)

    return asyncio.run(at_once())


def test_a_full_disk_is_told_to_everyone_who_waits_and_the_log_stays_readable(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    with AnswerLog.open(small_disk / "answers.sqlite") as log:
        stored: set[int] = set()
        for first in range(0, 10_000, 50):
            told = outcomes(log, [answer(i) for i in range(first, first + 50)])
            stored |= {first + i for i, t in enumerate(told) if t is None}
            failed = [t for t in told if t is not None]
            if failed:
                break
        assert failed and all(isinstance(t, WorldError) and "the disk is full: free some" in str(t) for t in failed)
        assert 0 < len(stored) == log.count()
        assert all(log.get(key_of(i)) == answer(i) for i in stored)
        ballast.unlink()
        assert outcomes(log, [answer(20_000)]) == [None], "it goes on when there is space again"
    with AnswerLog.open(small_disk / "answers.sqlite") as log:
        assert {a.sample for a in log.iterate()} == {answer(i).sample for i in {*stored, 20_000}}


def test_a_disk_too_full_to_begin_with(small_disk: Path) -> None:
    with (small_disk / "ballast").open("wb", buffering=0) as f, suppress(OSError):
        while True:
            f.write(bytes(4096))
    with pytest.raises(WorldError, match="the disk is full"):
        AnswerLog.open(small_disk / "answers.sqlite")


class Failing:
    """A connection whose commits fail with this code."""

    def __init__(self, db: sqlite3.Connection, code: int) -> None:
        self._db, self.code = db, code

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT" and self.code:
            error = sqlite3.OperationalError("no luck")
            error.sqlite_errorcode = self.code
            raise error
        return self._db.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


@pytest.mark.parametrize(
    ("code", "goes_on"),
    [(sqlite3.SQLITE_FULL, True), (sqlite3.SQLITE_BUSY, True), (sqlite3.SQLITE_IOERR_FSYNC, False)],
)
def test_it_goes_on_after_a_full_disk_not_after_a_failed_fsync(log: AnswerLog, code: int, goes_on: bool) -> None:
    db = log._writer._db = Failing(log._writer._db, code)  # pyright: ignore[reportAttributeAccessIssue]
    told = outcomes(log, [answer(i) for i in range(100)])
    assert all(isinstance(t, WorldError) and "no luck" in str(t) for t in told)
    assert log.count() == 0
    db.code = 0
    assert [t is None for t in outcomes(log, [answer(1)])] == [goes_on]
    assert log.count() == goes_on


def test_the_hook_of_the_crash_tests_reaches_commits(log: AnswerLog, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("MMR_TEST_FILE_OPERATION", f"fail:2:{tmp_path / 'count'}")
    told = [outcomes(log, [answer(i)])[0] for i in range(3)]
    assert [type(t) for t in told] == [type(None), WorldError, type(None)]
    assert "the disk is full" in str(told[1])


def garbage(path: Path) -> None:
    path.write_bytes(b"no database, but long enough to be one" * 1000)


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mine (a)")


def newer(path: Path) -> None:
    AnswerLog.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")


def torn(path: Path) -> None:
    with AnswerLog.open(path) as log:
        put_all(log, [answer(i) for i in range(500)])
    with path.open("r+b") as f:
        f.seek(4096)
        f.write(os.urandom(40 * 4096))


WRONG: list[tuple[Callable[[Path], object], str]] = [
    (garbage, "damaged"), (foreign, "not an answer log of mmrecipes"), (newer, "newer mmrecipes"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "said"), [*WRONG, (Path.mkdir, "no permission, or no such place")])
def test_a_file_that_cannot_be_used_is_explained(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    make(tmp_path / "a.sqlite")
    with pytest.raises(WorldError, match=rf"a\.sqlite.*{said}"):
        AnswerLog.open(tmp_path / "a.sqlite")


@pytest.mark.parametrize(("make", "said"), WRONG)
def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    make(tmp_path / "a.sqlite")
    before = (tmp_path / "a.sqlite").read_bytes()
    with pytest.raises(WorldError, match=rf"a\.sqlite.*{said}"):
        read_only(tmp_path / "a.sqlite")
    assert (tmp_path / "a.sqlite").read_bytes() == before


def test_a_damaged_page_is_explained(tmp_path: Path) -> None:
    torn(tmp_path / "a.sqlite")
    with pytest.raises(WorldError, match="damaged"), AnswerLog.open(tmp_path / "a.sqlite") as log:
        list(log.iterate())


def test_a_place_that_cannot_be_written_is_explained() -> None:
    with pytest.raises(WorldError, match="/proc/nowhere"):
        AnswerLog.open(Path("/proc/nowhere/answers.sqlite"))


def test_a_file_system_without_the_locks_is_explained(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's `unix-dotfile` lacks shared memory, as a network file system may."""
    path.parent.mkdir()
    connect = sqlite3.connect
    uri = f"{path.as_uri()}?vfs=unix-dotfile"
    monkeypatch.setattr(sqlite3, "connect", lambda _, **options: connect(uri, uri=True, **options))
    with pytest.raises(WorldError, match="choose an --out on a local disk"):
        AnswerLog.open(path)


def test_another_process_that_holds_the_lock_is_waited_for(path: Path) -> None:
    with AnswerLog.open(path) as log:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.5, lambda: other.execute("ROLLBACK")).start()
        assert outcomes(log, [answer(1)]) == [None]
        other.close()


def test_a_missing_or_empty_log_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no answer log"):
        read_only(tmp_path / "none.sqlite")
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(UsageError, match="there are no answers"):
        read_only(tmp_path / "empty.sqlite")


def test_a_log_on_a_read_only_disk_can_be_read(small_disk: Path) -> None:
    path = small_disk / "answers.sqlite"
    with AnswerLog.open(path) as log:
        put_all(log, [answer(1)])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with read_only(path) as log:
        assert log.get(key_of(1)) == answer(1)
    with pytest.raises(WorldError, match="no permission"):
        AnswerLog.open(path)


# reading


def test_reading_cannot_write(path: Path) -> None:
    AnswerLog.open(path).close()
    with read_only(path) as log, pytest.raises(sqlite3.OperationalError, match="readonly"):
        log._db.execute("DELETE FROM answers")


HOSTILE = ["'; DROP TABLE answers; --", '" OR 1=1', "%", "_", "?", "\x00", "a\nb", "漢字é🙂", "ROLE", ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_filters_are_values_never_sql(log: AnswerLog, text: str) -> None:
    put_all(log, [answer(1, sample=text, role=text, name=text, model=text), answer(2), answer(3, sample=f"x{text}x")])
    for which in (Filter(sample=text), Filter(role=text), Filter(name=text, model=text)):
        assert [a.key for a in log.iterate(which)] == [key_of(1)] and log.count(which) == 1
    assert log.count() == 3


def test_filters_order_and_key_prefix(log: AnswerLog) -> None:
    put_all(log, [answer(i, role=f"r{i % 2}") for i in range(200)], at_once=1)
    odd = [a.sample for a in log.iterate(Filter(role="r1"))]
    assert odd == [f"s/{i:06d}" for i in range(1, 200, 2)]
    assert [a.sample for a in log.iterate(Filter(role="r1"), newest_first=True)] == odd[::-1]
    assert [a.sample for a in log.iterate(accept=lambda a: a.sample.endswith("77"))] == ["s/000077", "s/000177"]
    for digits in range(1, 33):
        prefix = key_of(5).hex()[:digits]
        assert {a.key for a in log.iterate(Filter(key=prefix))} == {
            key_of(i) for i in range(200) if key_of(i).hex().startswith(prefix)
        }


def test_sums(log: AnswerLog) -> None:
    put_all(log, [
        answer(1), answer(2, role="judge", usage_known=False), answer(3, reused=True, tokens_in=7, cost=3.0),
        answer(4, stand_in=True, cost=0.0), answer(5, stand_in=True, reused=True), answer(6, role="judge", name="x"),
    ], at_once=1)  # fmt: skip
    totals = log.totals()
    assert (totals.calls, totals.reused, totals.stand_in, totals.usage_unknown) == (3, 2, 1, 1)
    assert (totals.tokens_in, totals.tokens_out, totals.images, totals.cost) == (400, 40, 4, 1.5)
    found = {g.values: (g.tally.calls, g.tally.tokens_in, g.tally.cost) for g in log.by("role", "name")}
    assert found == {
        ("judge", "conversation"): (1, 100, 0.5), ("judge", "x"): (1, 100, 0.5),
        ("teacher", "conversation"): (1, 200, 0.5),
    }  # fmt: skip
    assert [g.values for g in log.by("role", which=Filter(name="x"))] == [("judge",)]
    for columns in ((), ("key",), ("role; DROP TABLE answers",)):
        with pytest.raises(ValueError, match="group by some of"):
            log.by(*columns)


def test_the_sums_of_an_empty_log_are_zero(log: AnswerLog) -> None:
    assert set(asdict_values(log.totals())) == {0}
    assert log.by("role") == [] and list(log.iterate()) == []


def asdict_values(totals: Any) -> list[float]:
    return [getattr(totals, name) for name in totals.__dataclass_fields__]


def test_iterating_holds_a_few_answers_in_memory(log: AnswerLog) -> None:
    put_all(log, [answer(i, response=bytes(10_000)) for i in range(3000)])
    tracemalloc.start()
    assert sum(1 for _ in log.iterate()) == 3000
    assert sum(1 for _ in log.iterate(newest_first=True, accept=lambda a: False)) == 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000, "30 MB of answers"


def test_a_slow_reader_does_not_make_the_log_grow(log: AnswerLog) -> None:
    put_all(log, [answer(i) for i in range(100)])
    with read_only(log.path) as reader:
        slow = reader.iterate()
        next(slow)
        put_all(log, [answer(i, response=bytes(8000)) for i in range(100, 4000)])
        assert log.path.with_name(f"{log.path.name}-wal").stat().st_size < 12_000_000, "40 MB were written"
        assert sum(1 for _ in slow) == 3999
