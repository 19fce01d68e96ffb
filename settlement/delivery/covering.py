"""The words that cover a document on its way: the subject and the text of the letter."""

from i18n.formats import date_text
from i18n.locale import _, translator
from statements.filing import Filed
from statements.plain_text import fitting
from statements.rendering.wording import TITLES

SUBJECT = _("{title} {number} from {sender}")
TEXT = _(
    "Dear {recipient},\n\nplease find attached: {title} {number}, issued on {day}.\n\n"
    "Kind regards\n{sender}"
)


def subject_of(filed: Filed, sender: str, locale: str) -> str:
    """The subject, on one line."""
    say = translator(locale)
    text = say(SUBJECT, title=say(TITLES[filed.kind]), number=filed.number, sender=fitting(sender))
    return " ".join(text.split())


def text_of(filed: Filed, sender: str, recipient: str, locale: str) -> str:
    """The text, in lines."""
    say = translator(locale)
    assert filed.issued_on is not None, "only what is issued leaves"
    return say(
        TEXT,
        recipient=fitting(recipient),
        title=say(TITLES[filed.kind]),
        number=filed.number,
        day=date_text(filed.issued_on, locale, "long"),
        sender=fitting(sender),
    )
