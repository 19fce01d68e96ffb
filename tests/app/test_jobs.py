"""The list of jobs."""

from settlement.app.jobs import JOBS, TITLES


def test_people_have_a_name_for_every_job():
    assert TITLES.keys() == JOBS.keys()
