"""What a party chose: the channels its documents take, in which forms and language.

email    address: where to, else the party's own address; forms: the attachments
portal   the document is there to be fetched; delivered when it is first downloaded
sftp     address: sftp://user@host:22/folder, host_key and a secret by reference
print    on paper, to the party's postal address
peppol   to the participant that the document names; documents of that form only
ksef     to KSeF; documents of that form only

By e-mail, SFTP and on paper an invoice may bring the list of what was used with it (`usage_form`),
with whole numbers of other people (`usage_whole`) where the tenant lets customers ask for them.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from i18n.errors import Invalid
from i18n.locale import LOCALES, Words, _, one_of
from settlement.billing.itemising.itemised import FORMS as USAGE_FORMS
from settlement.delivery.delivery import Channel
from statements.downloading import FORMS
from tenants.secrets import REFERENCE

# The rules that a document kept, by which it has the form that a network takes.
PACKS: Final = {
    Channel.PEPPOL: ("peppol-billing", "peppol-selfbilling"),
    Channel.KSEF: ("ksef-fa3",),
}
# The forms of itemised usage that can go with an invoice; nothing but paper is printed.
ENCLOSED: Final = {
    Channel.EMAIL: tuple(USAGE_FORMS),
    Channel.SFTP: tuple(USAGE_FORMS),
    Channel.PRINT: ("pdf",),
}
ADDRESS_LONGEST: Final = 320


class BadChoice(Invalid):
    """The choice of {channel} has a wrong {field}. Give {wanted}."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel of a party, or of the house where `party_id` is None.

    `valid_from` is the first day of issue it is for. Without a language it is the document's.
    """

    channel: Channel
    valid_from: dt.date
    party_id: UUID | None = None
    forms: tuple[str, ...] = ("pdf",)
    language: str = ""
    address: str = ""
    host_key: str = ""
    secret: str = ""
    usage_form: str = ""
    usage_whole: bool = False
    is_active: bool = True


def checked_choice(choice: Choice) -> Choice:
    """The choice, if it can be used. Raises BadChoice."""
    for field, is_good, wanted in (*_plain_demands(choice), *_demands_of_channel(choice)):
        if not is_good:
            raise BadChoice(channel=choice.channel.value, field=field, wanted=wanted)
    return choice


def is_for(channel: Channel, rule_pack: str) -> bool:
    """Whether a document that kept these rules, `id version`, can go by a channel."""
    return channel not in PACKS or rule_pack.partition(" ")[0] in PACKS[channel]


def _plain_demands(choice: Choice) -> Iterator[tuple[str, bool, Words]]:
    known = ", ".join(FORMS)
    enclosed = ENCLOSED.get(choice.channel, ())
    is_short = len(choice.address) <= ADDRESS_LONGEST and choice.address.isprintable()
    yield from [
        (
            "forms",
            bool(choice.forms) and set(choice.forms) <= set(FORMS),
            Words(_("some of {choices}"), choices=known),
        ),
        ("forms", len(set(choice.forms)) == len(choice.forms), Words(_("each form once"))),
        ("language", choice.language in ("", *LOCALES), one_of(LOCALES)),
        (
            "usage_form",
            choice.usage_form in ("", *enclosed),
            one_of(enclosed or ("-",)),
        ),
        (
            "usage_whole",
            bool(choice.usage_form) or not choice.usage_whole,
            Words(_("a usage_form with it")),
        ),
        (
            "address",
            is_short,
            Words(_("up to {most} printable characters"), most=ADDRESS_LONGEST),
        ),
    ]


def _demands_of_channel(choice: Choice) -> Iterator[tuple[str, bool, Words]]:
    if choice.channel is Channel.EMAIL:
        is_good = not choice.address or is_mail_address(choice.address)
        yield ("address", is_good, Words(_("an e-mail address, or nothing")))
    elif choice.channel is Channel.SFTP:
        yield from _demands_of_sftp(choice)
    else:
        yield ("address", not choice.address, Words(_("nothing; this channel needs none")))
    if choice.channel is not Channel.SFTP:
        yield (
            "host_key",
            not choice.host_key and not choice.secret,
            Words(_("nothing but for sftp")),
        )


def _demands_of_sftp(choice: Choice) -> Iterator[tuple[str, bool, Words]]:
    try:
        parts = urlsplit(choice.address)
        is_whole = bool(parts.scheme == "sftp" and parts.hostname and parts.username)
        is_whole = is_whole and parts.port != 0
    except ValueError:
        yield ("address", False, Words(_("a URL")))
        return
    is_open = parts.password is None
    yield from [
        ("address", is_whole, Words("sftp://user@host:22/folder")),
        ("address", is_open, Words(_("the password by reference, not in the address"))),
        (
            "secret",
            bool(REFERENCE.fullmatch(choice.secret)),
            Words(_("a reference such as env:SFTP_KEY")),
        ),
        (
            "host_key",
            len(choice.host_key.split()) == 2,
            Words(_("the server's key, ssh-ed25519 AAAA...")),
        ),
    ]


def is_mail_address(text: str) -> bool:
    """Whether a text is one address: a local part and a domain with a dot, nothing around it."""
    local, at, domain = text.rpartition("@")
    is_plain = text.isprintable() and not set(text) & set(' <>,;:"()[]\\')
    return bool(at and local and "@" not in local and "." in domain.strip(".")) and is_plain
