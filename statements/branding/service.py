"""Keep versions of a brand, tell which is in force, go back to an earlier one, try one out.

A version is never changed: going back keeps the earlier content as a new version. An issued
document remembers the version it was drawn in, so drawing it again gives the same bytes.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from i18n.errors import NotFound
from i18n.locale import _, translator
from statements.brand import (
    HOUSE,
    PLAIN,
    Brand,
    Logo,
    TemplateUnusable,
    brand_of,
    checked,
    checked_label,
)
from statements.brand import plain_of as plain
from statements.branding import store
from statements.branding.sample import SAMPLES
from statements.rendering.choosing import PLAIN_LOOK, Issued, Look, branded, page_of
from statements.rendering.service import TemplateStopped, decoded_picture, draw, marked
from tenants.digest import sha256_hex
from tenants.session import TenantSession

PREVIEW = _("Preview")


class NoSuchBrandVersion(NotFound):
    """There is no version {version} of the brand. See the list of versions."""


@dataclass(frozen=True, slots=True)
class BrandVersion:
    """A version of a brand: what it says, from which day on, who kept it and when.

    Versions of all labels are counted together. `restores` is the earlier version that it brings
    back, where it does.
    """

    version: int
    label: str
    valid_from: date
    brand: Brand
    restores: int | None
    kept_at: datetime
    kept_by: str


class Worn(NamedTuple):
    """The look that documents take, and the version it is; None is the look everybody has."""

    version: int | None
    look: Look


PLAIN_WORN = Worn(None, PLAIN_LOOK)


def keep(
    session: TenantSession,
    brand: Brand,
    valid_from: date,
    picture: bytes | None = None,
    label: str = HOUSE,
) -> BrandVersion:
    """Keep a brand as the next version of its label, from a day on.

    Each template is tried on a sample before it is kept.

    Args:
        picture: a PNG or JPEG that becomes the logo; without one the brand's logo stays.

    Raises what `checked` raises, LabelUnusable, PictureUnusable and TemplateUnusable.
    """
    kept_label = checked_label(label)
    look = _look_with(session, checked(brand), picture)
    for layout in look.brand.templates:
        _try(look, layout)
    if look.logo:
        session.files.put(look.logo)
    return _kept(session, kept_label, look.brand, valid_from, None)


def roll_back(session: TenantSession, version: int, valid_from: date) -> BrandVersion:
    """Bring an earlier version of a label back, as a new one from a day on.

    Raises NoSuchBrandVersion.
    """
    earlier = brand_version(session, version)
    return _kept(session, earlier.label, earlier.brand, valid_from, version)


def versions(session: TenantSession) -> list[BrandVersion]:
    """Every version of every label, newest first."""
    return [_told(row) for row in store.all_versions(session)]


def brand_version(session: TenantSession, version: int) -> BrandVersion:
    """One version. Raises NoSuchBrandVersion."""
    row = store.version_row(session, version)
    if row is None:
        raise NoSuchBrandVersion(version=version)
    return _told(row)


def in_force(session: TenantSession, on: date, label: str = HOUSE) -> BrandVersion | None:
    """The version of a label in force on a day; None where there is none."""
    row = store.rows_in_force(session, on, [label]).get(label)
    return None if row is None else _told(row)


def known_labels(session: TenantSession) -> list[str]:
    """The labels that brands were kept for, without the house."""
    return [label for label in store.known_labels(session) if label != HOUSE]


def worn_on(session: TenantSession, on: date) -> Worn:
    """The look of the house's own papers on a day."""
    return worn_as(session, on, {HOUSE})[HOUSE]


def worn_as(session: TenantSession, on: date, labels: Collection[str]) -> dict[str, Worn]:
    """The look of documents that are issued on a day, by label.

    A label that has no version by then looks as the house does.
    """
    rows = store.rows_in_force(session, on, {*labels, HOUSE})
    worn = {
        label: Worn(row.version, _look(session, brand_of(row.content)))
        for label, row in rows.items()
    }
    house = worn.get(HOUSE, PLAIN_WORN)
    return {label: worn.get(label, house) for label in labels}


def looks(session: TenantSession, wanted: Collection[int | None]) -> dict[int | None, Look]:
    """The looks of versions that documents remember; None is the look everybody has."""
    found: dict[int | None, Look] = {None: PLAIN_LOOK}
    for version in set(wanted) - {None}:
        assert version is not None
        found[version] = _look(session, brand_version(session, version).brand)
    return found


def logo_of(session: TenantSession, brand: Brand) -> bytes:
    """The picture of a brand's logo; empty where it has none."""
    return session.files.get(brand.logo.sha256) if brand.logo else b""


def preview(
    session: TenantSession,
    brand: Brand,
    document: Issued,
    picture: bytes | None = None,
) -> bytes:
    """An issued document drawn in a brand that is not kept; a word across it says so.

    Nothing is stored. Raises what `keep` raises, DrawingFailed and TemplateStopped.
    """
    look = _look_with(session, checked(brand), picture)
    drawn = draw(*page_of(document, look))
    return marked(drawn, translator(document.locale)(PREVIEW))


def _kept(
    session: TenantSession, label: str, brand: Brand, valid_from: date, restores: int | None
) -> BrandVersion:
    row = store.insert_version(
        session,
        version=store.next_version(session),
        label=label,
        valid_from=valid_from,
        content=plain(brand),
        restores=restores,
        kept_at=session.now(),
        kept_by=session.principal.name,
    )
    return _told(row)


def _look_with(session: TenantSession, brand: Brand, picture: bytes | None) -> Look:
    if picture is None:
        return _look(session, brand)
    png = decoded_picture(picture)
    with Image.open(BytesIO(png), formats=("PNG",)) as written:
        width, height = written.size
    return Look(replace(brand, logo=Logo(sha256_hex(png), width, height)), png)


def _look(session: TenantSession, brand: Brand) -> Look:
    return PLAIN_LOOK if brand == PLAIN else Look(brand, logo_of(session, brand))


def _try(look: Look, layout: str) -> None:
    try:
        draw(*branded(layout, SAMPLES[layout], look))
    except TemplateStopped as stopped:
        raise TemplateUnusable(layout=layout, reason=stopped.details["reason"]) from stopped


def _told(row: store.BrandRow) -> BrandVersion:
    return BrandVersion(
        row.version,
        row.label,
        row.valid_from,
        brand_of(row.content),
        row.restores,
        row.kept_at,
        row.kept_by,
    )
