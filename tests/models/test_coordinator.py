from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmrecipes.core.errors import BudgetError
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.coordinator import Coordinator, Failed, Leave
from mmrecipes.store.answers import Answer, AnswerLog

NAME = "m@http://localhost/v1"


def endpoint(**settings: object) -> Endpoint:
    return Endpoint.model_validate({"model": "m", "url": "http://localhost/v1", **settings})


def answer(key: bytes, cost: float = 1.0) -> Answer:
    return Answer(key, "m", NAME, "teacher", "p", "s", b"{}", b"{}", 1, 1, 0, cost, 0.1, 0.0)


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AnswerLog]:
    opened = AnswerLog.open(tmp_path / "answers.sqlite")
    yield opened
    opened.close()


async def leave(coordinator: Coordinator, number: int, worst: float = 1.0, order: int = 0) -> Leave:
    admitted = await coordinator.admit(NAME, key(number), worst, order)
    assert isinstance(admitted, Leave)
    return admitted


def test_the_second_of_two_equal_calls_waits_for_the_answer_of_the_first(log: AnswerLog) -> None:
    async def scene() -> None:
        coordinator = Coordinator(log, {NAME: endpoint()})
        first = await leave(coordinator, 1)
        second = asyncio.create_task(coordinator.admit(NAME, key(1), 1.0))
        await asyncio.sleep(0.05)
        assert not second.done()
        await coordinator.settle(first.ticket, answer(key(1)))
        assert isinstance(await second, Answer) and coordinator.account().sent == 1

    asyncio.run(scene())


def test_the_second_of_two_equal_calls_is_sent_itself_when_the_first_failed(log: AnswerLog) -> None:
    async def scene() -> None:
        coordinator = Coordinator(log, {NAME: endpoint()})
        first = await leave(coordinator, 1)
        second = asyncio.create_task(coordinator.admit(NAME, key(1), 1.0))
        await coordinator.settle(first.ticket, Failed("http_500"))
        assert isinstance(await second, Leave)

    asyncio.run(scene())


def test_where_calls_wait_those_of_earlier_rows_go_first(log: AnswerLog) -> None:
    async def scene() -> None:
        coordinator = Coordinator(log, {NAME: endpoint(max_in_flight=1)})
        held = await leave(coordinator, 0)
        went: list[int] = []

        async def go(number: int, order: int) -> None:
            granted = await leave(coordinator, number, order=order)
            went.append(order)
            await coordinator.settle(granted.ticket, answer(key(number)))

        waiting = [asyncio.create_task(go(n, order)) for n, order in enumerate((30, 10, 20, 10), 1)]
        await asyncio.sleep(0.02)
        await coordinator.settle(held.ticket, answer(key(0)))
        await asyncio.gather(*waiting)
        assert went == [10, 10, 20, 30]

    asyncio.run(scene())


def test_money_spent_and_in_flight_never_exceeds_the_budget(log: AnswerLog) -> None:
    async def scene() -> None:
        coordinator = Coordinator(log, {NAME: endpoint()}, budget=5.0)

        async def call(number: int) -> bool:
            try:
                granted = await leave(coordinator, number, worst=2.0)
            except BudgetError:
                return False
            account = coordinator.account()
            assert account.spent + account.reserved <= 5.0
            await asyncio.sleep(0.01)
            await coordinator.settle(granted.ticket, answer(key(number), cost=0.75))
            return True

        done = await asyncio.gather(*(call(n) for n in range(20)))
        assert sum(done) == 5  # after five answers 3.75 are spent, and 2 more would not be covered
        assert coordinator.exhausted and coordinator.account().spent == pytest.approx(3.75)

    asyncio.run(scene())


def test_a_call_that_may_have_been_charged_counts_in_full_now_and_in_the_next_session(log: AnswerLog) -> None:
    async def scene() -> None:
        for budget in (None, 100.0):
            coordinator = Coordinator(log, {NAME: endpoint()}, budget=budget)
            before = coordinator.account().spent
            granted = await leave(coordinator, 7 if budget else 8, worst=3.0)
            await coordinator.settle(granted.ticket, Failed("timeout", charged=True))
            assert coordinator.account().spent == before + 3.0
            assert Coordinator(log, {NAME: endpoint()}, budget).account().spent == before + 3.0
            again = await leave(coordinator, 7 if budget else 8, worst=3.0)
            await coordinator.settle(again.ticket, answer(key(7 if budget else 8), cost=1.0))
            assert Coordinator(log, {NAME: endpoint()}, budget).account().spent == before + 4.0

    asyncio.run(scene())


def test_a_refused_call_costs_nothing(log: AnswerLog) -> None:
    async def scene() -> None:
        coordinator = Coordinator(log, {NAME: endpoint()}, budget=10.0)
        granted = await leave(coordinator, 1, worst=3.0)
        await coordinator.settle(granted.ticket, Failed("http_500"))
        assert coordinator.account().spent == 0.0
        assert Coordinator(log, {NAME: endpoint()}, 10.0).account().spent == 0.0

    asyncio.run(scene())


def test_an_answer_of_an_older_log_is_taken_over_and_costs_nothing(log: AnswerLog, tmp_path: Path) -> None:
    async def scene() -> None:
        old = AnswerLog.open(tmp_path / "old.sqlite")
        await old.put(answer(key(1)))
        coordinator = Coordinator(log, {NAME: endpoint()}, reuse=old)
        admitted = await coordinator.admit(NAME, key(1), 1.0)
        assert isinstance(admitted, Answer) and admitted.reused
        old.close()
        found = log.get(key(1))
        assert found is not None and found.reused and log.totals().cost == 0.0

    asyncio.run(scene())


def test_a_waiting_call_that_is_cancelled_blocks_nobody(log: AnswerLog) -> None:
    async def scene() -> None:
        coordinator = Coordinator(log, {NAME: endpoint(max_in_flight=1)})
        held = await leave(coordinator, 0)
        gone = asyncio.create_task(coordinator.admit(NAME, key(1), 1.0))
        stays = asyncio.create_task(coordinator.admit(NAME, key(2), 1.0))
        await asyncio.sleep(0.01)
        gone.cancel()
        await coordinator.settle(held.ticket, answer(key(0)))
        assert isinstance(await stays, Leave)
        assert coordinator.account().in_flight == 1

    asyncio.run(scene())
