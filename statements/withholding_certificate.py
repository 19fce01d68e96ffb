"""The certificate of tax withheld: what a payer kept back from a payee in a year, in one currency.

The payee shows it to the tax office of its own country, which credits the tax (OECD model
convention, art. 23 A and B). Each part is of a document issued in the year; a credit that gave tax
back is a part below zero.

    sum of the parts = tax withheld, as the book owes it to the tax office for this payee

Where it is not the currency of the tax office, each part is stated in that one too, at the rate for
the day on which the part was withheld; their sum is that of the parts, each rounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from moneyed import Money

from currencies.money import money, plain, shown, total
from i18n.errors import Invalid
from statements.csv_writing import csv_text
from statements.document import Kind, Party, Period, TaxCurrency
from statements.totals import to_local

COLUMNS = (
    "certificate", "document", "issued_on", "what", "rate", "base", "withheld", "currency",
    "local_base", "local_withheld", "local_currency", "local_rate", "local_unit", "local_rate_on",
    "local_rate_source",
)  # fmt: skip


class CertificateDoesNotTie(Invalid):
    """The book owes {stated} withheld from {payee}, but its documents say {found}. Check the
    book.
    """


@dataclass(frozen=True, slots=True)
class WithheldPart:
    """What a document withheld at one rate; below zero where it gave tax back.

    `local` is the rate to the currency of the tax office, where that is another one.
    """

    document: str
    issued_on: date
    what: str
    rate: Decimal
    base: Money
    withheld: Money
    local: TaxCurrency | None = None


@dataclass(frozen=True, slots=True)
class WithheldAtRate:
    """All that was withheld at one rate."""

    rate: Decimal
    base: Money
    withheld: Money


@dataclass(frozen=True, slots=True)
class WithholdingCertificate:
    """A certificate, numbered when it is issued; `withheld` is what the book says."""

    currency: str
    locale: str
    payer: Party
    payee: Party
    period: Period
    parts: tuple[WithheldPart, ...]
    withheld: Money
    number: str = ""
    issued_on: date | None = None
    kind: Kind = Kind.WITHHOLDING_CERTIFICATE

    @property
    def base(self) -> Money:
        """What it was withheld from."""
        return total((part.base for part in self.parts), self.currency)

    def numbered(self, number: str, issued_on: date) -> "WithholdingCertificate":
        """Return the certificate as issued. Only a draft can be numbered."""
        assert not self.number, f"A certificate is numbered once; this one is {self.number}."
        return replace(self, number=number, issued_on=issued_on)


def by_rate(certificate: WithholdingCertificate) -> list[WithheldAtRate]:
    """What was withheld at each rate, the lowest first."""
    nothing = money(0, certificate.currency)
    found: dict[Decimal, WithheldAtRate] = {}
    for part in certificate.parts:
        before = found.get(part.rate, WithheldAtRate(part.rate, nothing, nothing))
        found[part.rate] = WithheldAtRate(
            part.rate, before.base + part.base, before.withheld + part.withheld
        )
    return [found[rate] for rate in sorted(found)]


def local_sums(certificate: WithholdingCertificate) -> tuple[Money, Money] | None:
    """What it was withheld from, and what was withheld, in the currency of the tax office.

    None where that is the certificate's own.
    """
    stated = [(part, part.local) for part in certificate.parts if part.local is not None]
    if not stated:
        return None
    code = stated[0][1].code
    return (
        total((to_local(part.base, local) for part, local in stated), code),
        total((to_local(part.withheld, local) for part, local in stated), code),
    )


def check_certificate(certificate: WithholdingCertificate) -> None:
    """Refuse a certificate that is not what the book owes. Raises CertificateDoesNotTie."""
    found = total((part.withheld for part in certificate.parts), certificate.currency)
    if certificate.withheld != found:
        raise CertificateDoesNotTie(
            payee=certificate.payee.name, stated=shown(certificate.withheld), found=shown(found)
        )


def certificate_csv(certificate: WithholdingCertificate) -> bytes:
    """Return the certificate as CSV in UTF-8: each part, then the whole. Rates are parts of one."""
    return csv_text(COLUMNS, _rows(certificate)).encode()


def _rows(certificate: WithholdingCertificate) -> Iterator[tuple[str, ...]]:
    number, code = certificate.number, certificate.currency
    for part in certificate.parts:
        facts = part.document, part.issued_on.isoformat(), part.what, plain(part.rate)
        yield number, *facts, _figure(part.base), _figure(part.withheld), code, *_local(part)
    whole = _figure(certificate.base), _figure(certificate.withheld)
    sums = local_sums(certificate)
    local = (_figure(sums[0]), _figure(sums[1]), sums[0].currency.code) if sums else ("", "", "")
    until = certificate.period.last_day.isoformat()
    yield number, "", until, "", "", *whole, code, *local, "", "", "", ""


def _local(part: WithheldPart) -> tuple[str, ...]:
    used = part.local
    if used is None:
        return ("",) * 7
    amounts = _figure(to_local(part.base, used)), _figure(to_local(part.withheld, used))
    rate = plain(used.rate), str(used.unit), used.published_on.isoformat(), used.source
    return *amounts, used.code, *rate


def _figure(amount: Money) -> str:
    return shown(amount).partition(" ")[0]
