"""The steps of a month: usage comes in, is priced, closed and written on documents."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from typing import Final

from currencies.money import shown
from i18n.errors import Invalid
from mediation import service as mediation
from mediation.batch import SuspendedRecord
from mediation.draft import ControlTotals
from mediation.file_gaps import service as file_gaps
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.undoing import service as undoing
from mediation.writing_off import service as writing_off
from settlement.app.scenario.play import NothingOfTheKind, Play, Told, Verb, say_in_database
from settlement.app.scenario.stage import COLUMNS, USAGE, file_of, publish, usage_settings
from settlement.app.scenario.steps import Step
from settlement.billing import service as billing
from settlement.interconnect import service as interconnect
from settlement.periods import service as periods
from settlement.rating.runs.service import RatingRun
from settlement.self_billing import service as self_billing


class UnknownColumn(Invalid):
    """The usage file {file} has a column {column}. Use only: {known}."""


def _at(play: Play, step: Step) -> None:
    play.clock.move_to(dt.datetime.fromisoformat(step["instant"]))
    say_in_database(play.session, "app.now", play.clock.now().isoformat())


def _open(play: Play, step: Step) -> None:
    periods.open_period(play.session, step["month"])


def _ingest(play: Play, step: Step) -> None:
    content = file_of(play.folder, step["file"])
    source = step.get("format") or USAGE
    if source == USAGE:
        settings = usage_settings(play.story, _columns(step["file"], content))
        sources.change_source(play.session, USAGE, settings)
    declared = None
    if step.get("records") is not None:
        declared = ControlTotals(int(step["records"]), int(step["seconds"]))
    name = step.get("name") or step["file"]
    mediation.ingest(play.session, source, name, content, declared)


def _columns(file: str, content: bytes) -> dict[str, str]:
    headings = content.decode(errors="replace").partition("\n")[0].strip().split(",")
    for heading in headings:
        if heading not in COLUMNS:
            raise UnknownColumn(file=file, column=heading, known=", ".join(COLUMNS))
    return {COLUMNS[heading]: heading for heading in headings}


def _publish(play: Play, step: Step) -> None:
    text = file_of(play.folder, step["file"]).decode()
    publish(play.session, play.story, tomllib.loads(text))


def _rate(play: Play, step: Step) -> Told:
    return _counts(periods.rate(play.session, step["month"]))


def _re_rate(play: Play, step: Step) -> Told:
    number = step.get("number")
    version = None if number is None else int(number)
    order = step["why"], step.get("code"), step.get("name"), version
    foreseen = periods.preview_re_rating(play.session, step["month"], *order)
    run = periods.re_rate(play.session, step["month"], *order)
    return {"foreseen": len(foreseen), **_counts(run)}


def _counts(run: RatingRun) -> Told:
    counts = ("events", "rated", "suspended", "unbillable", "free", "lines", "corrections")
    return {name: getattr(run, name) for name in counts}


def _waiting(play: Play, step: Step) -> list[SuspendedRecord]:
    found = suspense.open_suspense(play.session, reason=step.get("reason"))
    if not found:
        raise NothingOfTheKind(what="record in suspense")
    return found


def _repair(play: Play, step: Step) -> None:
    found = _waiting(play, step)
    for record in found:
        suspense.repair(play.session, record.id, {step["field"]: step["value"]}, step["why"])
    recycling.recycle(play.session, [record.id for record in found])


def _reject_suspended(play: Play, step: Step) -> None:
    named = [record.id for record in _waiting(play, step)]
    proposed = writing_off.propose(play.session, step["why"], records=named)
    with play.acting("approver") as session:
        writing_off.approve(session, proposed.id)


def _undo(play: Play, step: Step) -> None:
    loaded = [each for each in mediation.batches(play.session) if each.status == "landed"]
    named = [each.id for each in loaded if each.file_name == step["name"]]
    if not named:
        raise NothingOfTheKind(what=f"loaded file {step['name']}")
    proposed = undoing.propose(play.session, named[-1], step["why"])
    with play.acting("approver") as session:
        undoing.approve(session, proposed.id)


def _waive(play: Play, step: Step) -> None:
    file_gaps.waive(play.session, step["source"], int(step["number"]), step["why"])


def _close(play: Play, step: Step) -> Told:
    closed = periods.close(play.session, step["month"], step.get("why"))
    return {"waiver": closed.waiver} if closed.waiver else {}


def _bill(play: Play, step: Step) -> Told:
    run = billing.bill_period(play.session, step["month"])
    return {
        "issued": [one.number for one in run.issued],
        "carried": [{"party": one.party, "amount": shown(one.amount)} for one in run.carried],
        "parked": [{"party": one.party, "reason": one.reason} for one in run.parked],
    }


def _state(play: Play, step: Step) -> Told:
    run = self_billing.issue_statements(play.session, step["month"])
    return {
        "issued": [one.number for one in run.issued],
        "parked": [{"party": one.party, "reason": one.reason} for one in run.parked],
    }


def _declare(play: Play, step: Step) -> Told:
    declared = interconnect.declare(play.session, step["month"])
    return {"issued": [each.document.number for each in declared]}


OF_THE_MONTH: Final[Mapping[str, Verb]] = {
    "at {instant}": _at,
    "open {month}": _open,
    "ingest {file}[ as {format}][ named {name}]"
    "[ declaring {records} records {seconds} seconds]": _ingest,
    "publish {file}": _publish,
    "undo {name} because {why}": _undo,
    "rate {month}": _rate,
    "re-rate {month}[ tariff {code}][ as version {number}][ of {name}] because {why}": _re_rate,
    "repair suspended[ {reason}] {field}={value} because {why}": _repair,
    "reject suspended[ {reason}] because {why}": _reject_suspended,
    "waive {source} {number} because {why}": _waive,
    "close {month}[ because {why}]": _close,
    "bill {month}": _bill,
    "state {month}": _state,
    "declare {month}": _declare,
}
