"""What a certificate of tax withheld looks like: the tax by rate, then the documents behind it."""

from i18n.formats import date_text, number_text, percent_text
from i18n.locale import _, translator
from statements.plain_text import fitting
from statements.rendering.figures import coded, figure
from statements.rendering.lines_view import days_text
from statements.rendering.view import (
    PARTNER,
    View,
    exchange_text,
    iso_day,
    party_view,
    side_by_side,
)
from statements.rendering.wording import TITLES
from statements.withholding_certificate import (
    WithheldPart,
    WithholdingCertificate,
    by_rate,
    local_sums,
)

MAX_ROWS = 1000


def certificate_view(certificate: WithholdingCertificate) -> View:
    """Return the view of an issued certificate."""
    locale, say = certificate.locale, translator(certificate.locale)
    assert certificate.issued_on is not None, "a certificate is issued before it is drawn"
    issuer = party_view(certificate.payer, locale)
    left_out = len(certificate.parts) - MAX_ROWS
    facts = [
        (say(_("Issued on")), date_text(certificate.issued_on, locale)),
        (say(_("Period")), days_text(certificate.period, locale)),
        (say(_("Currency")), certificate.currency),
    ]
    return {
        "locale": locale,
        "title": say(TITLES[certificate.kind]),
        "mark": "",
        "number": certificate.number,
        "date": iso_day(certificate.issued_on),
        "issuer": issuer,
        "seller": issuer,
        "buyer": party_view(certificate.payee, locale, PARTNER),
        "facts": side_by_side(facts),
        "currency": certificate.currency,
        "text": say(
            _(
                "We certify that in this period we withheld the tax below from what we owed you,"
                " and that we owe it to our tax office for your account."
            )
        ),
        "rates": [
            [
                percent_text(each.rate, locale),
                figure(each.base, locale),
                figure(each.withheld, locale),
            ]
            for each in by_rate(certificate)
        ],
        "sums": [figure(certificate.base, locale), figure(certificate.withheld, locale)],
        "local": _local(certificate),
        "due": coded(certificate.withheld, locale),
        "rows": [
            [
                fitting(part.document, 60),
                date_text(part.issued_on, locale),
                _what(part, certificate),
                percent_text(part.rate, locale),
                figure(part.base, locale),
                figure(part.withheld, locale),
            ]
            for part in certificate.parts[:MAX_ROWS]
        ],
        "further": say(
            _("{count} further rows are in the CSV of this certificate."),
            count=number_text(left_out, locale),
        )
        if left_out > 0
        else "",
    }


def _local(certificate: WithholdingCertificate) -> list[list[str]]:
    """The sums in the currency of the tax office, where that is another one."""
    sums, say = local_sums(certificate), translator(certificate.locale)
    if sums is None:
        return []
    base, withheld = (coded(each, certificate.locale) for each in sums)
    return [[say(_("Tax base")), base], [say(_("Tax withheld")), withheld]]


def _what(part: WithheldPart, certificate: WithholdingCertificate) -> str:
    what = fitting(part.what, 160)
    if part.local is None:
        return what
    return f"{what}; {exchange_text(part.local, certificate.currency, certificate.locale)}"
