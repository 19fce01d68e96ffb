"""The brand as a page: an editor with previews on real documents, and the versions kept."""

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
from statements import service as documents
from statements.brand import LABEL_MAX, PLAIN, TEMPLATE_MAX, TEMPLATED, TEXTS, Brand
from statements.branding import service
from statements.filing import PDF
from statements.rendering.wording import TITLES
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    day_sent,
    id_sent,
    optional_text_sent,
    say,
    text_asked,
    text_sent,
)

brand_pages = Blueprint("brand_pages", __name__, url_prefix="/brand", template_folder="templates")

LANGUAGES = {
    "en": _("English"),
    "pl": _("Polish"),
    "ru": _("Russian"),
    "de": _("German"),
    "uk": _("Ukrainian"),
}
NAMES = {"header": _("Header"), "footer": _("Footer"), "payment_note": _("Note on payment")}
PREVIEWED = 30
# One byte more than is taken, so that the service sees when there is too much.
PICTURE_READ = 1_000_001


@brand_pages.get("")
@requires("documents:read")
def brand() -> str:
    """The version of a label in force today in an editor, and every version of every label."""
    today, label = g.session.now().date(), text_asked("label", LABEL_MAX) or ""
    found = service.in_force(g.session, today, label)
    return render_template(
        "brand_editing/brand.html",
        brand=found.brand if found else PLAIN,
        found=found,
        label=label,
        label_max=LABEL_MAX,
        known=service.known_labels(g.session),
        today=today,
        versions=service.versions(g.session),
        issued=documents.documents(g.session, status="issued", limit=PREVIEWED),
        written_in=LANGUAGES,
        texts=TEXTS,
        names=NAMES,
        templated=TEMPLATED,
        template_max=TEMPLATE_MAX,
        titles=TITLES,
        may_write=g.caller.principal.may("branding:write"),
    )


@brand_pages.post("")
@requires("branding:write")
def keep() -> Response:
    """Keep what the form says as the next version."""
    label = optional_text_sent("label", LABEL_MAX)
    kept = service.keep(g.session, _sent_brand(), day_sent("valid_from"), _sent_picture(), label)
    flash(say(_("Version {version} is kept."), version=kept.version), "done")
    return _back(kept.label)


@brand_pages.post("/preview")
@requires("branding:write")
def preview() -> Response:
    """An issued document in what the form says, as PDF; nothing is kept."""
    document: UUID = id_sent("document_id")
    issued = documents.content(g.session, document)
    pdf = service.preview(g.session, _sent_brand(), issued, _sent_picture())
    return attachment(pdf, "preview.pdf", PDF)


@brand_pages.post("/restore")
@requires("branding:write")
def restore() -> Response:
    """Go back to a version from today on."""
    kept = service.roll_back(g.session, _number("version"), g.session.now().date())
    flash(say(_("Version {version} is kept."), version=kept.version), "done")
    return _back(kept.label)


def _sent_brand() -> Brand:
    texts = {
        language: {
            name: optional_text_sent(f"{name}.{language}", most) for name, most in TEXTS.items()
        }
        for language in LOCALES
    }
    templates = {
        layout: optional_text_sent(f"template.{layout}", TEMPLATE_MAX) for layout in TEMPLATED
    }
    shown = request.form.get("logo_of", "")
    logo = service.brand_version(g.session, _number("logo_of")).brand.logo if shown else None
    return Brand(text_sent("deep", 20), text_sent("tint", 20), texts, templates, logo)


def _sent_picture() -> bytes | None:
    sent = request.files.get("logo")
    return sent.stream.read(PICTURE_READ) if sent is not None and sent.filename else None


def _number(field: str) -> int:
    text = text_sent(field, 9)
    if not (text.isascii() and text.isdigit()):
        raise NoSuchPage
    return int(text)


def _back(label: str) -> Response:
    return make_response(redirect(url_for("brand_pages.brand", label=label or None), 303))
