"""What is wrong with the commitment of a tariff: one that binds nobody, or gives nothing.

Its example is no usage but a subscription: the first day of it, and the day that shows the fault.
"""

from collections.abc import Iterator, Mapping

from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.tariff import TariffVersion

SECTION = "term"


def faults_of_term(version: TariffVersion) -> Iterator[Finding]:
    """Look at the commitment beside the fees of a version; nothing where it has none."""
    term = version.term
    if term is None:
        return
    has_recurring = any(fee.kind == "recurring" and fee.amount for fee in version.fees)
    example = {"subscription_from": version.valid_from.isoformat()}
    if not (term.fee or term.bonus_months or term.bonus_amount):
        yield _finding("TERM_WITHOUT_EFFECT", example, months=term.months)
    if term.bonus_months and not has_recurring:
        yield _finding("BONUS_WITHOUT_FEES", example, months=term.bonus_months)
    elif term.bonus_months == term.months:
        yield _finding("FEES_NEVER_CHARGED", example, months=term.months)


def _finding(code: str, example: Mapping[str, str], **fields: object) -> Finding:
    return Finding(code, SECTION, {name: str(value) for name, value in fields.items()}, example)
