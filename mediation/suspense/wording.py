"""What the reasons of suspense say to a person, and the cells that a repair may change."""

from i18n.locale import _

STAGES = {"mediation": _("Reading"), "rating": _("Rating")}

STATUSES = {
    "open": _("Waiting"),
    "repaired": _("Repaired"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn with its file"),
}

REASONS = {
    "AMBIGUOUS_TIME": _("The hour occurs twice on that day"),
    "AMOUNT_TOO_LARGE": _("The amount is too large"),
    "BAD_DURATION": _("The duration cannot be read"),
    "BAD_NUMBER": _("The telephone number cannot be read"),
    "BAD_PART": _("The part of the call cannot be read"),
    "BAD_QUANTITY": _("The quantity cannot be read"),
    "BAD_READING": _("The meter reading cannot be read"),
    "BAD_SEQUENCE": _("The sequence number cannot be read"),
    "BAD_TIME": _("The time cannot be read"),
    "BAD_UNIT": _("The unit is unknown or does not fit the kind of usage"),
    "ID_REUSED": _("The identifier came before with other content"),
    "IMPOSSIBLE_TIME": _("The hour does not exist on that day"),
    "INCOMPLETE": _("Parts of the call are missing"),
    "MISSING_ACCOUNT": _("The account of the meter is missing"),
    "MISSING_TIME": _("The time is missing"),
    "NO_AMOUNT": _("The amount is missing"),
    "NO_CARRIER": _("No carrier for this trunk"),
    "NO_CARRIER_RATE": _("No carrier rate for this destination"),
    "NO_COUNTERS": _("The session's end counts no octets: give the quantity, 0 if none flowed"),
    "NO_CUSTOMER": _("The flow belongs to no customer"),
    "NO_DURATION": _("The duration is missing"),
    "NO_PRODUCT_PRICE": _("No price for this product"),
    "NO_RATE": _("No rate for this destination"),
    "NO_SUBSCRIPTION": _("No subscription for this number"),
    "NO_TARIFF": _("No tariff valid at that time"),
    "NO_TIME": _("The time is missing"),
    "NO_VOLUME": _("The volume is missing"),
    "OTHER_CURRENCY": _("The currency is not that of the tariff"),
    "READING_WENT_BACK": _("The meter shows less than before"),
    "SAMPLED_FLOW": _("The volume is only an estimate"),
    "SESSION_INCOMPLETE": _("Another leg of the session is waiting"),
    "TRUNCATED_LINE": _("The line is cut off"),
    "TWO_CUSTOMERS": _("The flow belongs to two customers"),
    "UNIT_DIFFERS": _("The unit is not that of the tariff"),
    "UNKNOWN_CURRENCY": _("The currency is unknown"),
    "UNKNOWN_EXCHANGE_RATE": _("The file has no exchange rate for this charge"),
    "UNKNOWN_TEMPLATE": _("The template of these flows has not come yet"),
    "UNKNOWN_UTC_OFFSET": _("The offset of the local time from UTC is unknown"),
}
"""A reason that has no words here is shown as it is written in the record."""

FIELDS = {
    "event_id": _("Event identifier"),
    "kind": _("Kind"),
    "direction": _("Direction"),
    "a_number": _("Caller"),
    "b_number": _("Called number"),
    "account": _("Charged account"),
    "trunk_in": _("Incoming trunk"),
    "trunk_out": _("Outgoing trunk"),
    "product": _("Product"),
    "occurred_at": _("Time"),
    "set_up": _("Set up not before"),
    "duration_seconds": _("Seconds"),
    "quantity": _("Quantity"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "sequence": _("Sequence number"),
    "call_id": _("Call identifier"),
    "part": _("Part"),
    "last": _("Last part"),
    "cause": _("How it ended"),
    "session_id": _("Session"),
    "leg": _("Leg of the session"),
    "queue": _("Queue"),
    "agent": _("Agent"),
    "agent_location": _("Location of the agent"),
    "agent_kind": _("Kind of agent"),
    "unit": _("Unit"),
    "reading": _("Meter reading"),
    "estimated": _("Estimated"),
    "register_digits": _("Digits of the register"),
}


def said(reason: str) -> str:
    """The reason in words, still to be translated; the code itself where it has none."""
    return REASONS.get(reason, reason)
