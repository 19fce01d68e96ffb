"""What a document says, as plain values: parties, lines, taxes, totals.

A draft has no number and no date of issue; both are given when it is issued, and from then on
nothing changes. Every text in here is already in the language of the document (`locale`): the
concept that computed an amount also says where it came from. Rates are between 0 and 1; percent
exists only on paper. Money is signed: a line of a consolidated invoice may be negative (a
promotion, a late adjustment), while a credit note states what it takes back as positive amounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from moneyed import Money


class Kind(Enum):
    """What the document is. Invoices and credit notes carry a UNTDID 1001 code."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    SELF_BILLED_INVOICE = "self_billed_invoice"
    SELF_BILLED_CREDIT = "self_billed_credit"
    STATEMENT = "statement"
    DECLARATION = "declaration"
    CORRECTED_INVOICE = "corrected_invoice"
    ADJUSTING_INVOICE = "adjusting_invoice"
    ADJUSTING_CREDIT = "adjusting_credit"
    DEBIT_NOTE = "debit_note"
    INTEREST_NOTE = "interest_note"
    PROFORMA = "proforma"
    ACCOUNT_STATEMENT = "account_statement"
    WITHHOLDING_CERTIFICATE = "withholding_certificate"
    REMINDER = "reminder"
    PAYOUT_ADVICE = "payout_advice"

    @property
    def type_code(self) -> str | None:
        """The UNTDID 1001 code, or None for a document that is not an invoice."""
        return _TYPE_CODES.get(self)

    @property
    def is_credit(self) -> bool:
        """Whether it takes back what another document asked for."""
        return self in (Kind.CREDIT_NOTE, Kind.SELF_BILLED_CREDIT, Kind.ADJUSTING_CREDIT)

    @property
    def is_to_customer(self) -> bool:
        """Whether a customer owes more or less by it; a proforma only announces."""
        return self in _TO_CUSTOMERS

    @property
    def is_self_billed(self) -> bool:
        """Whether the buyer issues it in the seller's name."""
        return self in (Kind.SELF_BILLED_INVOICE, Kind.SELF_BILLED_CREDIT)


_TYPE_CODES = {
    Kind.INVOICE: "380",
    Kind.CREDIT_NOTE: "381",
    Kind.SELF_BILLED_INVOICE: "389",
    Kind.SELF_BILLED_CREDIT: "261",
    # An error is corrected by the whole invoice anew; what was agreed differently is a debit or a
    # credit "related to goods or services".
    Kind.CORRECTED_INVOICE: "384",
    Kind.ADJUSTING_INVOICE: "80",
    Kind.ADJUSTING_CREDIT: "81",
    Kind.DEBIT_NOTE: "383",
    Kind.PROFORMA: "325",
}
_TO_CUSTOMERS = (
    Kind.INVOICE,
    Kind.CREDIT_NOTE,
    Kind.CORRECTED_INVOICE,
    Kind.ADJUSTING_INVOICE,
    Kind.ADJUSTING_CREDIT,
    Kind.DEBIT_NOTE,
    Kind.INTEREST_NOTE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is the two letters of ISO 3166-1."""

    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where electronic documents are sent: a code of the EAS list and the address in it."""

    scheme: str
    address: str


@dataclass(frozen=True, slots=True)
class Bank:
    """An account to pay into."""

    iban: str
    bic: str = ""
    name: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class TaxUnit:
    """The part of a Polish taxpayer for which it buys, as KSeF tells it apart.

    `kind` is `local_government` for a unit under one, `vat_group` for a member of a group;
    `number` is a NIP, or an internal number: a NIP, a hyphen and five digits.
    """

    kind: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two sides, as it stood on the day of issue.

    `reference` is what the other side calls it, for example a customer number;
    `registration` is its number in the commercial register.
    """

    name: str
    address: Address
    reference: str = ""
    vat_id: str = ""
    registration: str = ""
    endpoint: Endpoint | None = None
    bank: Bank | None = None
    email: str = ""
    phone: str = ""
    unit: TaxUnit | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days a document or a line covers, half-open: `until` is the first day without."""

    starts_on: date
    until: date

    @property
    def last_day(self) -> date:
        """The last day inside, as people and EN 16931 write it."""
        return date.fromordinal(self.until.toordinal() - 1)

    @property
    def days(self) -> str:
        """First and last day as ISO 8601 writes them, in every language: 2026-10-01/2026-10-31."""
        return f"{self.starts_on}/{self.last_day}"

    def holds(self, other: "Period") -> bool:
        """Whether all days of the other are days of this one."""
        return self.starts_on <= other.starts_on and other.until <= self.until


@dataclass(frozen=True, slots=True)
class Tax:
    """How a line is taxed: a category of UNTDID 5305 (S, Z, E, AE, K, G, O) and its rate.

    `reason` and `reason_code` (a VATEX code) say why no tax is charged where none is.
    """

    category: str
    rate: Decimal
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """One row of the itemised part under a line: what, how much, for how much."""

    description: str
    quantity: Decimal
    unit: str
    net: Money


@dataclass(frozen=True, slots=True)
class Line:
    """One thing asked for.

    `net_exact` is the amount before its rounding, where that is known and the policy
    `line_net: exact` needs it. `unit_price` is given only where quantity x price is the net;
    a line that sums calls at several rates has none. `tax_inside` is the tax that a price with tax
    holds, rounded by `totals.net_of` (R83); it stands beside the tax computed from nets. `group`
    is the service under which the line is subtotalled on paper; `corrects` is the line of the
    invoice that a credit takes back; `cost_centre` is the buyer's own word.
    """

    id: str
    description: str
    quantity: Decimal
    unit_code: str
    net: Money
    tax: Tax
    unit_price: Decimal | None = None
    net_exact: Decimal | None = None
    group: str = ""
    period: Period | None = None
    details: tuple[Detail, ...] = ()
    corrects: str = ""
    tax_inside: Money | None = None
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """The tax of all lines of one category and rate; `tax_local` is it in the tax currency."""

    tax: Tax
    taxable: Money
    amount: Money
    amount_local: Money | None = None


@dataclass(frozen=True, slots=True)
class Credited:
    """What earlier credit notes took back from one place of an invoice, before tax.

    The place is a tax rate, or a line where tax is rounded per line (`totals.place_of`). The tax
    of the next credit continues from here, so that all credits together close the invoice (R81).
    """

    place: str
    tax: Tax
    net: Decimal


@dataclass(frozen=True, slots=True)
class TaxCurrency:
    """The rate at which tax is also stated in the currency of the tax office (R71).

    `rate` is for `unit` units of the document's currency, as the source publishes it.
    """

    code: str
    rate: Decimal
    published_on: date
    source: str
    unit: int = 1


@dataclass(frozen=True, slots=True)
class Withholding:
    """Tax the payer keeps back and pays to the office for the payee; `rate` of `base` (R89)."""

    description: str
    base: Money
    rate: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures at the foot of a document; `payable` is after prepayment and rounding.

    `lines` = sum of the nets, `gross` = net + tax, `payable` = gross - prepaid + rounding,
    `to_pay` = payable - withheld. Built by `statements.totals` only.
    """

    net: Money
    tax: Money
    gross: Money
    prepaid: Money
    rounding: Money
    payable: Money
    withheld: Money
    to_pay: Money
    subtotals: tuple[TaxSubtotal, ...]
    tax_local: Money | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an invoice comes to with all that changed it until then.

    Where a corrected invoice takes its place: also its lines and taxes as they stood, and the
    buyer, where that was another.
    """

    net: Money
    tax: Money
    payable: Money
    lines: tuple[Line, ...] = ()
    subtotals: tuple[TaxSubtotal, ...] = ()
    buyer: Party | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One row of how an amount came about: a figure, or the result of the rows above it."""

    label: str
    amount: Money
    formula: str = ""
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Derivation:
    """How an amount came about, for people: from gross revenue to what is paid out."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class References:
    """What the document refers to; `corrects` names the document that a credit note reverses.

    `corrects_registered` is the number that a state's system (KSeF) gave that document.
    """

    buyer: str = ""
    order: str = ""
    agreement: str = ""
    corrects: str = ""
    corrects_issued_on: date | None = None
    corrects_registered: str = ""


@dataclass(frozen=True, slots=True)
class BalanceForward:
    """What a partner's account comes to with a statement, as it stood when that was issued.

    `brought` is what earlier statements left unpaid, below zero where they took back more than was
    owed; `stated` what this one adds to it, below zero where it is a credit. Together they are
    what is `payable` now and what is `carried` to later statements. `threshold` is the least that
    is paid out, where there is one. None of it is a part of the totals.
    """

    brought: Money
    stated: Money
    payable: Money
    carried: Money
    threshold: Money | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document, draft or issued. `policies` are the named policies in force, for print.

    `lines` are a tuple, or read like one from what was written of them when they are first asked
    for. `replaced` is what stood before, on a corrected invoice only; `forward` is on statements of
    partners only.
    """

    kind: Kind
    currency: str
    locale: str
    seller: Party
    buyer: Party
    lines: Sequence[Line]
    totals: Totals
    period: Period | None = None
    tax_point_on: date | None = None
    due_on: date | None = None
    tax_currency: TaxCurrency | None = None
    withholdings: tuple[Withholding, ...] = ()
    credited_before: tuple[Credited, ...] = ()
    references: References = field(default_factory=References)
    payment_reference: str = ""
    payment_terms: str = ""
    notes: tuple[str, ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    derivations: tuple[Derivation, ...] = ()
    number: str = ""
    issued_on: date | None = None
    replaced: Standing | None = None
    forward: BalanceForward | None = None

    @property
    def issuer(self) -> Party:
        """Who sends the document: the buyer where it is self-billed, else the seller."""
        return self.buyer if self.kind.is_self_billed else self.seller

    @property
    def recipient(self) -> Party:
        """Who receives it."""
        return self.seller if self.kind.is_self_billed else self.buyer

    def numbered(self, number: str, issued_on: date) -> "Document":
        """Return the document as issued. Only a draft can be numbered."""
        assert not self.number, f"A document is numbered once; this one is {self.number}."
        return replace(self, number=number, issued_on=issued_on)
