"""What a document looks like to its reader: every figure and word as text, in the right language.

The view is a tree of plain texts, so that a layout can only place them. Nothing is computed here
but the subtotals of the groups, and they add up to the net total of the document. Long documents
are cut on paper only, never silently: a line says how much is left out and where it is.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from moneyed import Money

from currencies.money import total
from currencies.units import minor_unit
from i18n.formats import date_text, number_text, percent_text
from i18n.locale import _, translator
from i18n.words import amount_in_words
from statements.document import Bank, Derivation, Document, Kind, Party, TaxCurrency, TaxSubtotal
from statements.plain_text import fitting, fitting_note
from statements.rendering.chart import amounts_chart
from statements.rendering.figures import coded, column_digits, figure
from statements.rendering.forward_view import PAYABLE, STATED, forward_view
from statements.rendering.lines_view import days_text, groups_view, rate_text
from statements.rendering.register import register_pages
from statements.rendering.square_code import code_view
from statements.rendering.wording import POLICIES, SELF_BILLING, TERMS, TITLES, UNITS

MAX_LINES = 400
MAX_DETAILS = 120
REGISTER_LINES_MAX = 200_000

CUSTOMER, PARTNER = _("Customer number"), _("Partner number")

Say = Callable[..., str]
View = dict[str, Any]


def document_view(
    document: Document, lines_max: int = MAX_LINES, groups: list[View] | None = None
) -> View:
    """Return the view of an issued document, with its first lines on paper.

    Args:
        groups: the lines as they are to be shown, where they are known.
    """
    locale, say = document.locale, translator(document.locale)
    known_as = CUSTOMER if _is_for_customers(document.kind) else PARTNER
    return {
        "locale": locale,
        "title": say(TITLES[document.kind]),
        "mark": say(SELF_BILLING) if document.kind.is_self_billed else "",
        "number": document.number,
        "date": iso_day(document.issued_on),
        "issuer": party_view(document.issuer, locale),
        "seller": party_view(document.seller, locale, known_as),
        "buyer": party_view(document.buyer, locale, known_as),
        "facts": side_by_side(_facts(document, say)),
        "currency": document.currency,
        "groups": groups_view(document, lines_max, say) if groups is None else groups,
        "is_long": False,
        "has_tax": has_tax(document),
        "has_prices": any(line.unit_price is not None for line in document.lines),
        "further": _further_lines(document, lines_max, say),
        "chart": amounts_chart(document, say),
        "code": code_view(document, say),
        "derivations": [_derivation(each, locale) for each in document.derivations],
        "taxes": [_tax_row(subtotal, locale, say) for subtotal in document.totals.subtotals],
        "tax_total": _tax_total(document),
        "tax_local": _tax_local(document),
        "totals": _totals(document, say),
        "due": coded(document.totals.to_pay, locale),
        "words": _words(document.totals.to_pay, locale),
        "forward": forward_view(document.forward, locale),
        "payment": _payment(document, say),
        "annexes": _annexes(document, say),
        "notes": [fitting_note(note, 2000) for note in document.notes],
        "reasons": _reasons(document.totals.subtotals),
        "policies": policy_texts(document.policies, say),
        "due_label": _sum_label(document, say),
    }


def long_document_view(document: Document) -> View:
    """The view of a document that says its services first and all its lines in a register."""
    say = translator(document.locale)
    groups = groups_view(document, REGISTER_LINES_MAX, say)
    brief = [{**group, "rows": []} for group in groups]
    return {
        **document_view(document, REGISTER_LINES_MAX, groups=brief),
        "is_long": True,
        "register": register_pages(groups, say),
    }


def _is_for_customers(kind: Kind) -> bool:
    return kind.is_to_customer or kind is Kind.PROFORMA


def _due_label(kind: Kind, say: Say) -> str:
    """What the amount at the foot is: theirs to pay, ours, or given back."""
    if kind.is_credit:
        return say(_("Credited"))
    return say(_("To pay")) if _is_for_customers(kind) else say(_("We pay"))


def _sum_label(document: Document, say: Say) -> str:
    """What the sum of the document is called; with a balance, that one says what is paid."""
    has_balance = document.forward is not None and not document.kind.is_credit
    return say(STATED) if has_balance else _due_label(document.kind, say)


def _first_sought(document: Document, say: Say) -> tuple[str, str]:
    """The amount that people look for first."""
    locale, forward = document.locale, document.forward
    if forward is None:
        return _due_label(document.kind, say), coded(document.totals.to_pay, locale)
    return say(PAYABLE), coded(forward.payable, locale)


def has_tax(document: Document) -> bool:
    """Whether there is a tax to speak of; interest and the like are outside VAT altogether."""
    return document.kind is not Kind.INTEREST_NOTE or bool(document.totals.tax.amount)


def iso_day(issued_on: date | None) -> str:
    """The day of issue as the file itself keeps it."""
    assert issued_on is not None, "a document is issued before it is drawn"
    return issued_on.isoformat()


def policy_texts(policies: Iterable[tuple[str, str]], say: Say) -> list[str]:
    """The policies in force as sentences; one without a sentence is printed by name."""
    return [_policy_text(name, value, say) for name, value in policies]


def _policy_text(name: str, value: str, say: Say) -> str:
    if name in TERMS:
        return say(TERMS[name], value=value)
    return say(POLICIES[name, value]) if (name, value) in POLICIES else f"{name}: {value}"


def day_text(day: date | None, locale: str) -> str:
    """A date, or a dash where there is none."""
    return date_text(day, locale) if day is not None else "–"


def side_by_side(facts: Sequence[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Facts in one row, each as wide as its text asks for, in percent of the row."""
    asked = [min(30, max(9, len(label) * 0.75, len(value))) for label, value in facts]
    return [
        (label, value, int(100 * width / sum(asked)))
        for (label, value), width in zip(facts, asked, strict=True)
    ]


def party_view(party: Party, locale: str, known_as: str = CUSTOMER) -> View:
    """A party as it stands in the letterhead and beside the other one."""
    address, say = party.address, translator(locale)
    country = Locale.parse(locale).territories.get(address.country, address.country)
    rows = [address.street, f"{address.postal_code} {address.city}", country]
    numbers = [
        (say(_("VAT number")), party.vat_id),
        (say(_("Register")), party.registration),
        (say(known_as), party.reference),
        (say(_("E-mail")), party.email),
        (say(_("Telephone")), party.phone),
    ]
    return {
        "name": fitting(party.name),
        "rows": [fitting(row) for row in rows if row.strip()],
        "numbers": [(label, fitting(value)) for label, value in numbers if value],
    }


def _facts(document: Document, say: Say) -> list[tuple[str, str]]:
    locale, references = document.locale, document.references
    facts = [(say(_("Issued on")), day_text(document.issued_on, locale))]
    if document.tax_point_on is not None:
        facts.append((say(_("Tax point")), day_text(document.tax_point_on, locale)))
    if document.period is not None:
        facts.append((say(_("Period")), days_text(document.period, locale)))
    if document.due_on is not None:
        facts.append((say(_("Due on")), day_text(document.due_on, locale)))
    # What people look for first, wherever the sums end up.
    facts.append(_first_sought(document, say))
    named = [
        (say(_("Agreement")), fitting(references.agreement)),
        (say(_("Order")), fitting(references.order)),
        (say(_("Corrects")), _corrected(document)),
    ]
    return facts + [(label, value) for label, value in named if value]


def _corrected(document: Document) -> str:
    """The number of what is corrected, and the day it was issued on where that is known."""
    number, issued_on = document.references.corrects, document.references.corrects_issued_on
    if not number or issued_on is None:
        return fitting(number)
    return f"{fitting(number)}, {date_text(issued_on, document.locale)}"


def _further_lines(document: Document, lines_max: int, say: Say) -> str:
    left_out = document.lines[lines_max:]
    if not left_out:
        return ""
    net = total((line.net for line in left_out), document.currency)
    return say(
        _("{count} further lines, together {amount}, are in the CSV detail of this document."),
        count=number_text(len(left_out), document.locale),
        amount=coded(net, document.locale),
    )


def _derivation(derivation: Derivation, locale: str) -> View:
    return {
        "title": fitting(derivation.title),
        "steps": [
            {
                "label": fitting(step.label),
                "formula": fitting(step.formula),
                "amount": figure(step.amount, locale),
                "currency": step.amount.currency.code,
                "is_result": step.is_result,
            }
            for step in derivation.steps
        ],
    }


def _tax_row(subtotal: TaxSubtotal, locale: str, say: Say) -> View:
    local = subtotal.amount_local
    return {
        "rate": rate_text(subtotal.tax, locale, say),
        "net": figure(subtotal.taxable, locale),
        "tax": figure(subtotal.amount, locale),
        "gross": figure(subtotal.taxable + subtotal.amount, locale),
        "local": figure(local, locale) if local is not None else "",
    }


def _tax_total(document: Document) -> View:
    totals, locale = document.totals, document.locale
    return {
        "net": figure(totals.net, locale),
        "tax": figure(totals.tax, locale),
        "gross": figure(totals.gross, locale),
        "local": figure(totals.tax_local, locale) if totals.tax_local is not None else "",
    }


def _tax_local(document: Document) -> View | None:
    used = document.tax_currency
    if used is None:
        return None
    return {
        "currency": used.code,
        "source": exchange_text(used, document.currency, document.locale),
    }


def exchange_text(used: TaxCurrency, currency: str, locale: str) -> str:
    """Say a rate as its source quotes it, with the source and the day."""
    return translator(locale)(
        _("{unit} {currency} = {rate} {local}, {source} of {day}"),
        unit=used.unit,
        currency=currency,
        rate=number_text(used.rate, locale),
        local=used.code,
        source=fitting(used.source),
        day=date_text(used.published_on, locale),
    )


def _totals(document: Document, say: Say) -> list[tuple[str, str]]:
    totals, locale, is_taxed = document.totals, document.locale, has_tax(document)
    rows = [
        (say(_("Net total")), totals.net, is_taxed),
        (say(_("VAT")), totals.tax, is_taxed),
        (say(_("Total with VAT")), totals.gross, is_taxed),
        (say(_("Already paid")), -totals.prepaid, bool(totals.prepaid.amount)),
        (say(_("Rounding")), totals.rounding, bool(totals.rounding.amount)),
    ]
    if document.replaced is not None:
        before = document.replaced.payable
        rows.append((say(_("Invoiced before")), before, True))
        rows.append((say(_("Difference")), totals.payable - before, True))
    shown = [(label, coded(amount, locale)) for label, amount, is_shown in rows if is_shown]
    for each in document.withholdings:
        label = f"{fitting(each.description)} {percent_text(each.rate, locale)}"
        shown.append((label, coded(-each.amount, locale)))
    return shown


def _payment(document: Document, say: Say) -> list[tuple[str, str]]:
    """Where, under which reference and when it is paid; nobody pays a credit."""
    if document.kind.is_credit:
        return []
    bank = document.seller.bank
    rows: list[tuple[str, str]] = []
    if bank is not None:
        rows += account_view(bank, say)
    if document.payment_reference:
        rows.append((say(_("Reference")), fitting(document.payment_reference)))
    if document.due_on is not None:
        rows.append((say(_("Due on")), day_text(document.due_on, document.locale)))
    if document.payment_terms:
        rows.append((say(_("Terms")), fitting(document.payment_terms)))
    return rows


def account_view(bank: Bank, say: Say) -> list[tuple[str, str]]:
    """An account to pay into, row by row."""
    iban = " ".join(bank.iban[start : start + 4] for start in range(0, len(bank.iban), 4))
    rows = [
        (say(_("Account holder")), bank.holder),
        (say(_("IBAN")), iban),
        (say(_("BIC")), bank.bic),
        (say(_("Bank")), bank.name),
    ]
    return [(label, fitting(value)) for label, value in rows if value]


def _annexes(document: Document, say: Say) -> list[View]:
    annexes, room, locale = [], MAX_DETAILS, document.locale
    for line in (line for line in document.lines if line.details):
        shown, left_out = line.details[:room], line.details[room:]
        digits = column_digits((each.net.amount for each in shown), document.currency)
        room -= len(shown)
        annexes.append(
            {
                "title": f"{line.id}. {fitting(line.description)}",
                "rows": [
                    {
                        "description": fitting(detail.description),
                        "quantity": number_text(detail.quantity, locale),
                        "unit": fitting(say(UNITS.get(detail.unit, detail.unit)), 20),
                        "net": number_text(detail.net.amount, locale, digits),
                    }
                    for detail in shown
                ],
                "further": say(
                    _("{count} further rows are in the CSV detail of this document."),
                    count=number_text(len(left_out), locale),
                )
                if left_out
                else "",
            }
        )
    return annexes


def _reasons(subtotals: Iterable[TaxSubtotal]) -> list[str]:
    return [fitting(subtotal.tax.reason, 1000) for subtotal in subtotals if subtotal.tax.reason]


def _words(amount: Money, locale: str) -> str:
    code = amount.currency.code
    return amount_in_words(Decimal(amount.amount), code, minor_unit(code), locale)
