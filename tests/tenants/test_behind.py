"""What is done behind is done in order, and what goes wrong with it is told."""

import threading

import pytest

from tenants.behind import Behind


def test_the_owner_goes_on_while_something_is_done() -> None:
    may_end, done = threading.Event(), []

    with Behind() as behind:
        behind.do(lambda: may_end.wait(60) and done.append("first"))
        went_on = list(done)
        may_end.set()
        behind.do(lambda: done.append("second"))

    assert (went_on, done) == ([], ["first", "second"])


def test_what_goes_wrong_is_raised_at_the_end() -> None:
    with pytest.raises(ZeroDivisionError), Behind() as behind:
        behind.do(lambda: 1 / 0)


def test_after_something_went_wrong_nothing_more_is_done() -> None:
    done: list[str] = []

    with pytest.raises(ZeroDivisionError), Behind() as behind:
        behind.do(lambda: 1 / 0)
        behind.do(lambda: done.append("more"))

    assert done == []


def test_an_error_of_the_owner_is_raised_once_all_is_done() -> None:
    done: list[str] = []

    with pytest.raises(KeyError), Behind() as behind:
        behind.do(lambda: done.append("first"))
        raise KeyError

    assert done == ["first"]
