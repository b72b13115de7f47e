"""Answers are computed on at most as many threads as there are cores; what they return and raise comes through."""

import threading
from collections.abc import Iterator

import pytest

from ganzoo.ui import turns


def test_as_many_answers_as_cores_at_once():
    running, most = [], []
    full = threading.Barrier(turns.CORES)

    def answer(number: int) -> int:
        running.append(number)
        full.wait(timeout=20)
        most.append(len(running))
        full.wait(timeout=20)
        running.remove(number)
        return 2 * number

    answers = {}
    ask = turns.in_turn(answer)
    askers = [threading.Thread(target=lambda n=n: answers.update({n: ask(n)})) for n in range(3 * turns.CORES)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert set(most) == {turns.CORES}
    assert answers == {n: 2 * n for n in range(3 * turns.CORES)}


def test_errors_come_through():
    def refuse(count: int) -> None:
        raise ValueError(f"count must be at most 64, got {count}")

    with pytest.raises(ValueError, match="at most 64, got 65"):
        turns.in_turn(refuse)(65)


def test_steps_come_in_order_until_one_fails():
    def steps() -> Iterator[int]:
        yield from (1, 2)
        raise ValueError("no third step")

    painted = turns.step_by_step(steps())
    assert [next(painted), next(painted)] == [1, 2]
    with pytest.raises(ValueError, match="no third step"):
        next(painted)
    assert list(turns.step_by_step(iter("ab"))) == ["a", "b"]
