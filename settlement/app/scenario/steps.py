"""The steps of a story: one verb and what it is about, as a sentence.

    close 2026-10 because the file will not come
    refused period-still-open: close 2026-10

The sentences are the ones below; tests/scenarios/README.md says what each does. A step that is
written in no known way is refused, with the ways that its verb knows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from i18n.errors import Invalid

# What stands in braces, and how it is written.
WORDS = {
    "file": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    "name": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    "format": r"asterisk|freeswitch",
    "records": r"[0-9]+",
    "seconds": r"[0-9]+",
    "number": r"[0-9]+",
    "month": r"[0-9]{4}-[0-9]{2}",
    "day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "instant": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z",
    "source": r"[a-z][a-z0-9-]*",
    "code": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    "product": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    "promotion": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    "reason": r"[A-Z][A-Z0-9_]*",
    "cause": r"[a-z_]+",
    "field": r"[a-z_]+",
    "codes": r"[A-Za-z0-9._+-]+",
    "agreement": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    "reference": r"[A-Za-z0-9._-]+",
    "value": r"\S+",
    "line": r"[A-Za-z0-9]+",
    "change": r"-?[0-9]+(?:\.[0-9]+)?",
    "amount": r"[0-9]+(?:\.[0-9]+)?",
    "cost": r"[0-9]+(?:\.[0-9]+)?",
    "offer": r"proposal|counter-proposal|acceptance|objection",
    "incoming": r"[0-9]+(?:\.[0-9]+)?",
    "outgoing": r"[0-9]+(?:\.[0-9]+)?",
    "currency": r"[A-Z]{3}",
    "person": r"maker|approver",
    "iban": r"[A-Z0-9]+",
    "events": r"[0-9]+(?:,[0-9]+)*",
    "error": r"[0-9]+",
    "item": r"[0-9]+",
    "ending": r"accepted|rejected|withdrawn",
    "why": r"\S.*",
}

SENTENCES = (
    "at {instant}",
    "open {month}",
    "ingest {file}[ as {format}][ named {name}][ declaring {records} records {seconds} seconds]",
    "publish {file}",
    "undo {name} because {why}",
    "rate {month}",
    "re-rate {month}[ tariff {code}][ as version {number}][ of {name}] because {why}",
    "repair suspended[ {reason}] {field}={value} because {why}",
    "reject suspended[ {reason}] because {why}",
    "waive {source} {number} because {why}",
    "close {month}[ because {why}]",
    "bill {month}",
    "state {month}",
    "declare {month}",
    "charge {code} {amount} {currency} for {product}[ bought for {cost}] on {day} because {why}",
    "take {amount} {currency} off {code} for {product} on {day} because {why}",
    "grant {code} {promotion} on {day} because {why}",
    "commit {code} on {day}",
    "end {code} on {day}",
    "waive the leaving fee of {code} because {why}",
    "receive {file} from {code}",
    "reconcile {code} {month}",
    "announce prices {file} of {code} from {day}",
    "compare calls {file} of {code} {month} within {number} seconds",
    "exchange totals {file} of {code} {month}",
    "exchange records {file} of {code} {month}",
    "exchange {offer} from {code} of {incoming} and {outgoing} for {month}",
    "exchange {offer} to {code} of {incoming} and {outgoing} for {month}",
    "exchange silence",
    "write TAP files of {code} {month}",
    "return events {events} of {file} from {code} for error {error} of item {item}",
    "agree to correction of {code} {month} by {reference}",
    "dispute line {number} of {code} {month} for {cause}",
    "dispute {amount} {currency} of {code} for {cause}",
    "settle dispute of {code} as {ending}",
    "settle dispute of {code} at {amount} {currency}",
    "credit {code} line {line} {amount} {currency}",
    "adjust {code} line {line} by {change} {currency} because {why}",
    "correct {code} line {line} to {amount} {currency} because {why}",
    "refund {code} line {line} {amount} {currency}[ as {cause}] because {why}",
    "receive {amount} {currency} of {code} by {reference}",
    "bounce {reference}",
    "remind",
    "write off {amount} {currency} of {code} because {why}",
    "agree {number} instalments of {code} from {day} because {why}",
    "withdraw instalments of {code} because {why}",
    "propose {currency} on {day}",
    "approve[ as {person}]",
    "reject batch because {why}",
    "export",
    "confirm",
    "net {codes} as {agreement} from {amount} {currency}",
    "propose offset of {agreement}",
    "note that {code} agrees by {reference}",
    "book offset[ as {person}]",
    "change account of {code} to {iban}",
    "change payer of {code} to {name} on {day}",
    "begin bills of {code} on day {number} from {day}",
)


class StepUnreadable(Invalid):
    """The step "{step}" cannot be read. Write one of: {known}."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its text, the sentence it is an instance of, and what fills the braces.

    `refused` is None where the step must be done; else the code of the refusal that must come, or
    an empty text for any refusal.
    """

    text: str
    sentence: str
    filled: Mapping[str, str]
    refused: str | None = None

    def __getitem__(self, name: str) -> str:
        return self.filled[name]

    def get(self, name: str) -> str | None:
        """What fills a brace that may be left out."""
        return self.filled.get(name)


def read_step(text: str) -> Step:
    """Read one step. Raises StepUnreadable."""
    expected = re.fullmatch(r"refused(?: ([a-z-]+))?: (.+)", text)
    refused = None if expected is None else expected[1] or ""
    said = text if expected is None else expected[2]
    for sentence, pattern in _PATTERNS.items():
        found = pattern.fullmatch(said)
        if found is not None:
            filled = {name: value for name, value in found.groupdict().items() if value is not None}
            return Step(said, sentence, filled, refused)
    verb = said.partition(" ")[0]
    alike = [sentence for sentence in SENTENCES if re.split(r"[ \[]", sentence)[0] == verb]
    verbs = sorted({re.split(r"[ \[]", sentence)[0] for sentence in SENTENCES})
    raise StepUnreadable(step=text, known="; ".join(alike or verbs))


def _pattern(sentence: str) -> re.Pattern[str]:
    optional = re.escape(sentence).replace(r"\[", "(?:").replace(r"\]", ")?")
    named = re.sub(r"\\\{(\w+)\\\}", lambda word: f"(?P<{word[1]}>{WORDS[word[1]]})", optional)
    return re.compile(named, re.ASCII if "why" not in sentence else re.UNICODE)


_PATTERNS = {sentence: _pattern(sentence) for sentence in SENTENCES}
