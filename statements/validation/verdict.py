"""What a validator said about a document, under which rules."""

import json
from dataclasses import asdict, dataclass

HARMLESS = ("warning", "information")


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: its id, how bad it is, what it says, and where."""

    rule: str
    flag: str
    text: str
    location: str = ""

    @property
    def is_fatal(self) -> bool:
        """A rule without a flag counts as an error."""
        return self.flag not in HARMLESS


@dataclass(frozen=True, slots=True)
class Verdict:
    """`was_checked` is False where the validator itself failed; that is not a pass."""

    pack: str
    version: str
    was_checked: bool
    findings: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Checked, and no rule is broken beyond a warning."""
        return self.was_checked and not any(finding.is_fatal for finding in self.findings)

    @property
    def broken_rules(self) -> tuple[str, ...]:
        """The ids of the rules broken, each once, in the order found."""
        return tuple(dict.fromkeys(f.rule for f in self.findings if f.is_fatal))

    def to_json(self) -> str:
        """Write it for storage, always the same way."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Verdict":
        """Read what `to_json` wrote."""
        fields = json.loads(text)
        findings = tuple(Finding(**finding) for finding in fields.pop("findings"))
        return Verdict(**fields, findings=findings)
