"""Why KSeF cannot take a document."""

from i18n.errors import Invalid


class NotForKsef(Invalid):
    """KSeF cannot take the document. Correct it, or send it in another form."""


class KindNotForKsef(NotForKsef):
    """A {kind} has no form in KSeF. Send it in another form."""


class NipWrong(NotForKsef):
    """{party} has the tax number {number}, which is not a Polish NIP. Correct it, then issue."""


class RateNotPolish(NotForKsef):
    """Line {line} has tax {category} at {rate}, which KSeF does not know. Correct the tax."""


class ZlotyTaxMissing(NotForKsef):
    """The tax of a document in {currency} is not stated in PLN. Name the rate of exchange."""


class CorrectedUnknown(NotForKsef):
    """The correction does not say what it corrects and when that was issued. Name the invoice."""


class TooLargeForKsef(NotForKsef):
    """The document has {size} {what}; KSeF takes {limit}. Split it."""
