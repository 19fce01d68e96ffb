"""A child answers one question after another; what it dies of costs one answer."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tenants.children import ChildLost, Children, ChildTooSlow

TALKING = "tests.tenants.talking_child"


@pytest.fixture
def made() -> Iterator[Any]:
    """A maker of children that are ended with the test."""
    several = []

    def make(**settings: Any) -> Children:
        several.append(Children(TALKING, **settings))
        return several[-1]

    yield make
    for children in several:
        children.close()


def pid(answer: bytes) -> int:
    return int(answer.split()[0])


def test_one_child_answers_many_questions(made) -> None:
    children = made()

    answers = [children.ask(question) for question in (b"one", b"", b"three" * 100_000)]

    assert [answer.partition(b" ")[2] for answer in answers] == [b"one", b"", b"three" * 100_000]
    assert len(set(map(pid, answers))) == 1


def test_a_process_that_was_started_answers_what_comes_first(made) -> None:
    children = made()

    children.start()
    children.start()

    [started] = children._idle.queue
    assert pid(children.ask(b"")) == started.process.pid


def test_where_all_are_busy_none_is_started(made) -> None:
    children = made()
    busy = children.pose(b"")

    children.start()

    assert children._idle.empty()
    assert busy.answer()


def test_a_process_that_cannot_be_started_is_told_of_by_its_first_question(
    made, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = made()
    monkeypatch.setattr("sys.executable", "/no/such/python")

    children.start()

    with pytest.raises(ChildLost):
        children.ask(b"")


def test_a_child_is_replaced_after_its_last_answer(made) -> None:
    children = made(answers_max=2)

    first, second, third = (pid(children.ask(b"")) for _ in range(3))

    assert first == second != third
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_crash_costs_one_answer(made) -> None:
    children = made()
    before = pid(children.ask(b""))

    with pytest.raises(ChildLost):
        children.ask(b"die")

    assert pid(children.ask(b"")) != before


def test_a_child_that_hangs_is_ended_at_the_deadline(made) -> None:
    children = made()
    before = pid(children.ask(b""))

    with pytest.raises(ChildTooSlow):
        children.pose(b"hang", deadline_seconds=0.2).answer()

    assert pid(children.ask(b"")) != before


def test_what_a_library_prints_is_no_answer(made) -> None:
    assert made().ask(b"print").endswith(b" print")


def test_begun_questions_are_answered_at_the_same_time(made) -> None:
    children = made()

    first, second = children.pose(b"a"), children.pose(b"b")
    answers = [second.answer(), first.answer()]

    assert [answer.partition(b" ")[2] for answer in answers] == [b"b", b"a"]
    # The one more that was started is not kept.
    with pytest.raises(ProcessLookupError):
        os.kill(pid(answers[0]), 0)
    assert pid(children.ask(b"")) == pid(answers[1])


def test_the_last_question_of_a_child_ends_it(made) -> None:
    children = made()

    last = pid(children.pose(b"", is_last=True).answer())

    assert pid(children.ask(b"")) != last


def test_an_abandoned_question_ends_its_child_and_frees_its_place(made) -> None:
    children = made()
    asked = children.pose(b"hang")

    asked.abandon()
    asked.abandon()

    assert children.ask(b"next").endswith(b" next")


def test_an_answered_question_cannot_be_abandoned(made) -> None:
    children = made()
    asked = children.pose(b"")
    answered = pid(asked.answer())

    asked.abandon()

    assert pid(children.ask(b"")) == answered


def test_a_child_that_was_killed_while_it_was_idle_is_replaced(made) -> None:
    children = made()
    children.ask(b"")
    [child] = children._idle.queue
    child.process.kill()
    child.process.wait()

    assert children.ask(b"next").endswith(b" next")


def test_threads_wait_for_one_another(made) -> None:
    children = made(size=2)
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(children.ask(b""))) for _ in range(6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(answers) == 6
    assert len(set(map(pid, answers))) <= 2


def test_a_forked_process_asks_children_of_its_own(made) -> None:
    """Two processes that talk into one pipe would read one another's answers."""
    children = made()
    children.ask(b"")
    inherited = children._idle

    children._owner = -1

    assert children._idle_here() is not inherited
    for child in inherited.queue:
        child.process.kill()
        child.process.communicate()


def test_a_bare_child_sees_what_it_is_given(made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALDO_DATABASE_URL", "secret")

    bare = made(environment={"LC_ALL": "C.UTF-8"}).ask(b"environment").decode().split("\n")
    usual = made().ask(b"environment").decode().split("\n")

    assert "SALDO_DATABASE_URL" not in bare
    assert "SALDO_DATABASE_URL" in usual


def test_who_waits_for_an_answer_is_told_that_another_thread_gave_it_up(made) -> None:
    children = made()
    asked = children.pose(b"hang")
    told: list[Exception] = []

    def wait() -> None:
        try:
            asked.answer()
        except ChildLost as lost:
            told.append(lost)

    waiting = threading.Thread(target=wait)
    waiting.start()
    asked.abandon()
    waiting.join(10)

    assert [type(each) for each in told] == [ChildLost]
    # Its place is free once, not twice.
    assert list(children._idle.queue) == [None]
