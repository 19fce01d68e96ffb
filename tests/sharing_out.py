"""Which tests go to one worker of a run on several: a file's, or a folder's that share a stage.

A stage that lasts for the session (`stage` of the isolation tests, `month` of the pages) takes
many seconds to set; two workers that share its folder out would each set one.
"""

from typing import Final

from xdist.scheduler import LoadFileScheduling

ON_ONE_STAGE: Final = ("tests/isolation/", "tests/pages/")


class LoadStageScheduling(LoadFileScheduling):
    """Share files out, and folders whole whose tests are on one stage."""

    def _split_scope(self, nodeid: str) -> str:
        return stage_of(nodeid) or super()._split_scope(nodeid)


def stage_of(nodeid: str) -> str:
    """The folder whose stage a test is on, or nothing."""
    return next((folder for folder in ON_ONE_STAGE if nodeid.startswith(folder)), "")
