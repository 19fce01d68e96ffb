"""The step in which a roaming partner returns events of our TAP file; it writes RAP as it would."""

from collections.abc import Mapping
from typing import Final

from mediation.formats.rap import ReturnError
from mediation.formats.rap_writing import RapHead, Severe, return_file
from mediation.formats.tap_contents import tap_contents
from settlement.app.scenario.play import NothingOfTheKind, Play, Told, Verb
from settlement.app.scenario.steps import Step
from settlement.disputes.returned_calls import service as returned_calls
from settlement.interconnect.refused_files.service import Refusal
from settlement.interconnect.roaming import service as roaming
from settlement.parties import service as parties


def _return(play: Play, step: Step) -> Told:
    """Events by their places in the file, each with the same error of the same item."""
    carrier = parties.party_by_code(play.session, step["code"])
    sent = roaming.files(play.session, carrier_id=carrier.id)
    file = next((each for each in sent if each.name == step["file"]), None)
    if file is None:
        raise NothingOfTheKind(what=f"{step['file']} to {carrier.code}")
    contents = tap_contents(roaming.file_with_bytes(play.session, file.id)[1])
    error = ReturnError(int(step["error"]), (int(step["item"]),))
    head = RapHead(
        file.recipient,
        file.sender,
        len(returned_calls.files(play.session, carrier_id=carrier.id)) + 1,
        play.session.now(),
        decimal_places=contents.decimal_places,
        currency=contents.currency,
    )
    events = [contents.events[int(place) - 1] for place in step["events"].split(",")]
    content = return_file(head, [Severe(file.sequence, event, error) for event in events])
    taken = returned_calls.take_in(play.session, carrier.id, content)
    if isinstance(taken, Refusal):
        raise taken.error
    return {"returned": taken.name, "amount": str(taken.amount.normalize())}


OF_RETURNING: Final[Mapping[str, Verb]] = {
    "return events {events} of {file} from {code} for error {error} of item {item}": _return,
}
