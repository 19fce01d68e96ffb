"""Play the steps of a story: each verb is a use case that a person or a schedule would do.

Nothing is committed. A step that must be refused is undone as far as it went, as the rollback of
its own transaction would have done.
"""

import re
from typing import Final

from i18n.errors import Conflict, DomainError
from settlement.app.scenario.agreeing import OF_CUSTOMERS
from settlement.app.scenario.collecting import OF_COLLECTING
from settlement.app.scenario.exchanging import OF_EXCHANGING
from settlement.app.scenario.month import OF_THE_MONTH
from settlement.app.scenario.play import Play
from settlement.app.scenario.returning import OF_RETURNING
from settlement.app.scenario.settling import OF_SETTLING
from settlement.app.scenario.steps import Step

VERBS: Final = {
    **OF_THE_MONTH,
    **OF_CUSTOMERS,
    **OF_SETTLING,
    **OF_COLLECTING,
    **OF_EXCHANGING,
    **OF_RETURNING,
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")


class StepRefused(Conflict):
    """Step {number}, "{step}", was refused ({code}): {detail}"""


class StepNotRefused(Conflict):
    """Step {number}, "{step}", had to be refused ({wanted}), but it was {found}. Correct the step
    or the rule.
    """


def play_steps(play: Play) -> None:
    """Play all steps in their order. Raises StepRefused or StepNotRefused."""
    for number, step in enumerate(play.story.steps, 1):
        try:
            with play.session.begin_nested():
                told = VERBS[step.sentence](play, step) or {}
        except DomainError as error:
            _must_be_expected(number, step, error)
            told = {"refused": error.code, "detail": _ID.sub("(id)", str(error))}
        else:
            if step.refused is not None:
                wanted = step.refused or "for whatever reason"
                raise StepNotRefused(number=number, step=step.text, wanted=wanted, found="done")
        play.told.append({"step": step.text} | told)


def _must_be_expected(number: int, step: Step, error: DomainError) -> None:
    if step.refused is None:
        raise StepRefused(number=number, step=step.text, code=error.code, detail=str(error))
    if step.refused not in ("", error.code):
        raise StepNotRefused(
            number=number, step=step.text, wanted=step.refused, found=f"refused: {error.code}"
        )
