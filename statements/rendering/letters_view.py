"""The views of letters and lists: reminders, advices of payment, cover lists."""

from datetime import date
from typing import Any

from babel import Locale

from currencies.money import total
from i18n.formats import date_text, number_text
from i18n.locale import _, translator
from statements.cover_list import CoverList
from statements.payment_code import transfer_code
from statements.payout_advice import PayoutAdvice
from statements.plain_text import fitting
from statements.reminder_letter import ReminderLetter
from statements.rendering.figures import coded, figure
from statements.rendering.square_code import drawn_code
from statements.rendering.view import PARTNER, View, account_view, party_view, side_by_side
from statements.rendering.wording import instalment_text

# By level; a later one repeats the last.
REMINDER_TITLES = (
    _("Payment reminder"),
    _("Second payment reminder"),
    _("Final demand for payment"),
)
REMINDER_TEXTS = (
    _(
        "The items below are past their due date and we have not seen your payment. Perhaps it has"
        " been overlooked: please pay the amount by {day}. If you have paid already, please"
        " disregard this letter."
    ),
    _(
        "In spite of our reminder the items below have not been paid. Please pay the amount by"
        " {day}, or tell us what stands in the way."
    ),
    _(
        "The items below have not been paid in spite of our reminders. We demand payment by {day}."
        " After that day we shall claim the amount with statutory interest, and may suspend our"
        " services."
    ),
)


def reminder_view(letter: ReminderLetter) -> View:
    """Return the view of a reminder."""
    locale, say = letter.locale, translator(letter.locale)
    place = min(letter.level, len(REMINDER_TITLES)) - 1
    amount = letter.amount_open
    code = transfer_code(letter.seller, amount.amount, letter.currency, letter.number)
    bank = letter.seller.bank
    facts = [
        (say(_("Issued on")), date_text(letter.issued_on, locale)),
        (say(_("Pay by")), date_text(letter.pay_by, locale)),
    ]
    return {
        **_head(say(REMINDER_TITLES[place]), letter.number, letter.issued_on, locale),
        "issuer": party_view(letter.seller, locale),
        "seller": party_view(letter.seller, locale),
        "buyer": party_view(letter.buyer, locale),
        "facts": side_by_side(facts),
        "currency": letter.currency,
        "text": say(REMINDER_TEXTS[place], day=date_text(letter.pay_by, locale, "long")),
        "rows": [
            {
                "number": fitting(item.number),
                "instalment": instalment_text(item.instalment, item.instalments, say),
                "issued": date_text(item.issued_on, locale),
                "due": date_text(item.due_on, locale),
                "days": number_text(letter.days_overdue(item), locale),
                "amount": figure(item.amount, locale),
                "open": figure(item.amount_open, locale),
            }
            for item in letter.items
        ],
        "charges": figure(letter.charges, locale) if letter.charges else "",
        "charges_document": fitting(letter.charges_document),
        "due": coded(amount, locale),
        "payment": [
            *(account_view(bank, say) if bank else []),
            (say(_("Reference")), fitting(letter.number)),
        ],
        "code": drawn_code(code, say) if code else None,
    }


def advice_view(advice: PayoutAdvice) -> View:
    """Return the view of an advice of payment."""
    locale, say, currency = advice.locale, translator(advice.locale), advice.currency
    bank = advice.payee.bank
    facts = [
        (say(_("Paid on")), date_text(advice.paid_on, locale)),
        (say(_("Reference")), fitting(advice.payment_reference)),
    ]

    def column(name: str) -> str:
        return figure(total((getattr(item, name) for item in advice.items), currency), locale)

    return {
        **_head(say(_("Payment advice")), advice.number, advice.paid_on, locale),
        "issuer": party_view(advice.payer, locale),
        "seller": party_view(advice.payer, locale),
        "buyer": party_view(advice.payee, locale, PARTNER),
        "facts": side_by_side(facts),
        "currency": currency,
        "rows": [
            {
                "document": fitting(item.document),
                "issued": date_text(item.issued_on, locale),
                **{name: figure(getattr(item, name), locale) for name in AMOUNTS},
            }
            for item in advice.items
        ],
        "sums": {name: column(name) for name in AMOUNTS},
        "due": coded(advice.paid, locale),
        "payment": account_view(bank, say) if bank else [],
    }


AMOUNTS = ("amount", "withheld", "netted", "paid")


def cover_list_view(covered: CoverList) -> View:
    """Return the view of a cover list."""
    locale, say = covered.locale, translator(covered.locale)
    facts = [
        (say(_("Produced on")), date_text(covered.produced_on, locale)),
        (say(_("Print file")), fitting(covered.file_name)),
        (say(_("Envelopes")), number_text(len(covered.envelopes), locale)),
        (say(_("Sheets")), number_text(covered.sheets, locale)),
        (say(_("Pages")), number_text(covered.pages, locale)),
    ]
    return {
        **_head(say(_("Cover list")), covered.number, covered.produced_on, locale),
        "issuer": party_view(covered.sender, locale),
        "facts": side_by_side(facts),
        "by_sheets": [
            [number_text(sheets, locale), number_text(count, locale)]
            for sheets, count in covered.envelopes_by_sheets()
        ],
        "rows": [
            [
                number_text(place, locale),
                fitting(envelope.address.postal_code),
                fitting(envelope.address.city, 60),
                fitting(envelope.recipient, 80),
                fitting(envelope.document, 60),
                number_text(envelope.pages, locale),
                number_text(envelope.sheets, locale),
            ]
            for place, envelope in enumerate(covered.envelopes, start=1)
        ],
    }


def labels_view(covered: CoverList) -> View:
    """Return the view of the labels of a batch of envelopes; a country is named where it is not
    the sender's own.
    """
    locale, say = covered.locale, translator(covered.locale)
    home = covered.sender.address.country
    return {
        **_head(say(_("Labels")), covered.number, covered.produced_on, locale),
        "issuer": party_view(covered.sender, locale),
        "labels": [
            {
                "place": number_text(place, locale),
                "document": fitting(envelope.document, 40),
                "recipient": fitting(envelope.recipient, 80),
                "lines": [
                    fitting(envelope.address.street, 60),
                    fitting(f"{envelope.address.postal_code} {envelope.address.city}", 60),
                    *_country_line(envelope.address.country, home),
                ],
            }
            for place, envelope in enumerate(covered.envelopes, start=1)
        ],
    }


def _country_line(country: str, home: str) -> list[str]:
    """The country in English capitals, as the Universal Postal Union asks, for mail abroad."""
    return [] if country == home else [str(Locale.parse("en").territories[country]).upper()]


def _head(title: str, number: str, day: date, locale: str) -> dict[str, Any]:
    return {"locale": locale, "title": title, "mark": "", "number": number, "date": day.isoformat()}
