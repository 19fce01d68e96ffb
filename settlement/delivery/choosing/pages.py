"""Which ways documents go, as pages: the choices of the house, and of one party."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from i18n.locale import LOCALES, _
from settlement.delivery import service
from settlement.delivery.choice import ADDRESS_LONGEST, ENCLOSED, PACKS, Choice
from settlement.delivery.delivery import Channel
from settlement.delivery.wording import CHANNELS
from settlement.parties import service as parties
from statements.downloading import FORMS
from tenants.web.contracts import requires
from tenants.web.forms import (
    FieldMissing,
    NoSuchPage,
    field_title,
    optional_day_sent,
    optional_text_sent,
    say,
    text_sent,
)

choice_pages = Blueprint(
    "choice_pages", __name__, url_prefix="/deliveries/choices", template_folder="templates"
)

# What each channel does, and what it needs.
TOLD = {
    Channel.EMAIL: _("Goes to this address, or to the party's own where none is given."),
    Channel.PORTAL: _("Lies in the portal; delivered when it is first downloaded."),
    Channel.SFTP: _("Is put into a folder of the party's server."),
    Channel.PRINT: _("Is printed with the next print batch."),
    Channel.PEPPOL: _("Goes to the participant that the document names, in the form of Peppol."),
    Channel.KSEF: _("Goes to KSeF, in its form alone."),
}
CHANNELS_SENT = {each.value: each for each in Channel}
HOST_KEY_LONGEST, SECRET_LONGEST = 2000, 70


@choice_pages.get("", defaults={"party_id": None})
@choice_pages.get("/<uuid:party_id>")
@requires("parties:read")
def choices(party_id: UUID | None) -> str:
    """What is chosen, and a form for each channel."""
    own = {each.channel: each for each in service.choices(g.session, party_id)}
    house = service.choices(g.session) if party_id is not None else []
    return render_template(
        "choosing/choices.html",
        party=None if party_id is None else parties.party(g.session, party_id),
        own=own,
        house=[each for each in house if each.is_active],
        channels=CHANNELS,
        told=TOLD,
        # A network takes its own form, whatever is chosen.
        networks=PACKS,
        forms=FORMS,
        enclosed=ENCLOSED,
        written_in=LOCALES,
        today=g.session.now().date(),
        may_write=g.caller.principal.may("parties:write"),
    )


@choice_pages.post("", defaults={"party_id": None})
@choice_pages.post("/<uuid:party_id>")
@requires("parties:write")
def choose(party_id: UUID | None) -> Response:
    """Choose a channel, or change how it is used; what was there is replaced."""
    channel = CHANNELS_SENT.get(text_sent("channel", 20))
    if channel is None:
        raise NoSuchPage
    day = optional_day_sent("valid_from")
    if day is None:
        raise FieldMissing(field=field_title("valid_from"))
    asked = Choice(
        channel=channel,
        valid_from=day,
        party_id=party_id,
        forms=tuple(form for form in FORMS if form in request.form.getlist("forms")),
        language=optional_text_sent("language", 2),
        address=optional_text_sent("address", ADDRESS_LONGEST),
        host_key=optional_text_sent("host_key", HOST_KEY_LONGEST),
        secret=optional_text_sent("secret", SECRET_LONGEST),
        usage_form=optional_text_sent("usage_form", 10),
        usage_whole=optional_text_sent("usage_whole", 3) == "yes",
        is_active=optional_text_sent("is_active", 3) == "yes",
    )
    service.set_choice(g.session, asked)
    flash(say(_("The choice is kept. It is for what is issued from its day on.")), "done")
    return make_response(redirect(url_for(".choices", party_id=party_id), 303))
