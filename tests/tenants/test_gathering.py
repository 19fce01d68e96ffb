"""What is asked at the same moment is done in one round, and everybody gets an own answer."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tenants.gathering import Gathering


class Rounds:
    """Work that notes its rounds; the first waits until it is let go."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def work(self, key: str, items: Sequence[int]) -> list[str]:
        self.rounds.append(list(items))
        self.has_begun.set()
        assert self.may_end.wait(timeout=10)
        if 13 in items:
            raise ValueError("thirteen")
        return [f"{key}{item}" for item in items]


def ask_all(gathering: Gathering[str, int, str], rounds: Rounds, items: list[int]) -> list[object]:
    """The first item begins a round; the others come while it runs."""
    with ThreadPoolExecutor(max_workers=len(items)) as threads:
        futures = [threads.submit(gathering.ask, "k", items[0])]
        assert rounds.has_begun.wait(timeout=10)
        for place, item in enumerate(items[1:], 2):
            futures.append(threads.submit(gathering.ask, "k", item))
            while len(gathering._queues["k"].waiting) < place:
                pass
        rounds.may_end.set()
        return [each.exception(timeout=10) or each.result() for each in futures]


def test_a_lone_caller_is_served_at_once():
    gathering = Gathering(lambda key, items: [f"{key}{item}" for item in items])

    assert gathering.ask("a", 1) == "a1"
    assert gathering.ask("a", 2) == "a2"


def test_who_comes_meanwhile_is_served_in_one_round():
    rounds = Rounds()
    gathering = Gathering(rounds.work)

    answers = ask_all(gathering, rounds, [1, 2, 3, 4])

    assert answers == ["k1", "k2", "k3", "k4"]
    assert rounds.rounds == [[1], [2, 3, 4]]


def test_a_round_takes_no_more_than_it_may():
    rounds = Rounds()
    gathering = Gathering(rounds.work, most=2)

    answers = ask_all(gathering, rounds, [1, 2, 3, 4, 5, 6])

    assert answers == ["k1", "k2", "k3", "k4", "k5", "k6"]
    assert rounds.rounds == [[1], [2, 3], [4, 5], [6]]


def test_only_who_is_at_fault_gets_the_error():
    rounds = Rounds()
    gathering = Gathering(rounds.work)

    one, two, bad, three = ask_all(gathering, rounds, [1, 2, 13, 3])

    assert (one, two, three) == ("k1", "k2", "k3")
    assert isinstance(bad, ValueError)
    assert rounds.rounds[1:] == [[2, 13, 3], [2], [13], [3]]


def test_after_a_fault_the_work_goes_on():
    def work(key: str, items: Sequence[int]) -> list[int]:
        return [10 // item for item in items]

    gathering = Gathering(work)

    with pytest.raises(ZeroDivisionError):
        gathering.ask("k", 0)
    assert gathering.ask("k", 5) == 2


def test_a_round_rests_until_there_is_enough_to_do():
    rounds = Rounds()
    gathering = Gathering(rounds.work, rest_seconds=60, enough=3)

    with ThreadPoolExecutor(max_workers=4) as threads:
        futures = [threads.submit(gathering.ask, "k", 1)]
        assert rounds.has_begun.wait(timeout=10)
        futures.append(threads.submit(gathering.ask, "k", 2))
        while len(gathering._queues["k"].waiting) < 2:
            pass
        rounds.may_end.set()
        assert futures[0].result(timeout=10) == "k1"
        resting = list(rounds.rounds)
        futures += [threads.submit(gathering.ask, "k", item) for item in (3, 4)]
        answers = {each.result(timeout=10) for each in futures}

    assert resting == [[1]]
    assert answers == {"k1", "k2", "k3", "k4"}
    assert [sorted(each) for each in rounds.rounds] == [[1], [2, 3, 4]]


def test_a_round_rests_no_longer_than_it_may():
    rounds = Rounds()
    gathering = Gathering(rounds.work, rest_seconds=0.01, enough=100)

    assert ask_all(gathering, rounds, [1, 2, 3]) == ["k1", "k2", "k3"]


def test_a_lone_caller_does_not_rest():
    gathering = Gathering(lambda key, items: list(items), rest_seconds=3600)

    assert [gathering.ask("k", item) for item in (1, 2, 3)] == [1, 2, 3]
