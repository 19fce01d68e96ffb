"""Issue documents, keep them as they were issued, hand them out again.

A number is taken under a lock on its series, in the transaction that files the document, and only
once its XML has passed its rules: what fails is held with the text of the broken rules and takes
no number, so the numbers of issued documents have no gaps. Bytes are stored under their SHA-256
before the transaction commits; a rollback leaves bytes that nothing refers to, never a document
without its bytes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from hashlib import sha256
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from moneyed import Money

from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import DOCUMENT, PostedFraction
from i18n.errors import NotFound
from statements import correcting, crediting, store
from statements.branding.service import Worn
from statements.composing import Composed, compose
from statements.content import from_plain
from statements.document import BalanceForward, Document, Kind
from statements.downloading import FORMS
from statements.filing import CSV, PDF, XML, DocumentFile, Filed, Filing
from statements.forms import (
    Draft,
    amounts_of,
    due_on,
    file_name,
    made_of,
    paper_of,
    restored,
    table_of,
)
from statements.labels import service as labels
from statements.number_series import service as number_series
from statements.numbering import Series
from statements.passing.service import Passed, make_ready, pass_in_turns
from statements.profiles import service as profiles
from statements.profiles.profile import Profile
from tenants.behind import Behind
from tenants.session import TenantSession

# Of documents issued together, so many are filed while the next are checked and drawn.
FILED_AT_ONCE = 125
ENDINGS = {media_type: ending for ending, media_type in FORMS.items()}


class NoSuchDocument(NotFound):
    """There is no document {document} here. Check its identifier."""


class NoSuchForm(NotFound):
    """Document {number} has no form {media_type}. It has {known}."""


class _Placed(NamedTuple):
    """A draft that passed or is held, and where it is filed."""

    id: UUID
    series_id: UUID
    filing: Filing
    profile: Profile
    worn: Worn
    composed: Composed
    passed: Passed


def open_series(session: TenantSession, kind: Kind, template: str) -> None:
    """Open the number series of a kind that counts on for ever. See `number_series.service`."""
    number_series.open_series(session, kind, Series(template))


def expect(count: int, issued_on: date) -> None:
    """So many documents are being drafted; where they are many, start now what will check them.

    Raises RulePackManifestWrong or NoSuchRulePack.
    """
    if count > FILED_AT_ONCE:
        make_ready(issued_on)


def hold_numbers(session: TenantSession, kinds: Iterable[Kind]) -> None:
    """Take the series of these kinds, as issuing does, until the transaction ends.

    For whoever holds the book before it issues: who issues and then books takes them before it.
    """
    number_series.hold_all(session, kinds)


def issue(session: TenantSession, draft: Draft, filing: Filing, issued_on: date) -> Filed:
    """Issue one draft, or hold it where its XML breaks a rule. See `issue_all`."""
    return issue_all(session, [(draft, filing)], issued_on)[0]


def issue_all(
    session: TenantSession, drafts: Sequence[tuple[Draft | Composed, Filing]], issued_on: date
) -> list[Filed]:
    """Issue drafts under consecutive numbers, in the order given; return them in that order.

    Those that are not composed yet are composed before any of them gets a number.
    A purpose that has been issued is not issued again: its document is returned. Raises NoSeries,
    SeriesMovedOn, NoLines, TotalsDoNotTie, DeclarationDoesNotTie or DrawingFailed; the last when
    some are filed, so the caller goes back to where it was before.
    """
    composed = [
        (draft if isinstance(draft, Composed) else compose(draft), filing)
        for draft, filing in drafts
    ]
    # Locks are taken in one order by everybody, so two runs wait for each other and never lock up.
    kinds = sorted({each.draft.kind.value for each, _ in composed})
    series = {kind: number_series.hold(session, kind, issued_on) for kind in kinds}
    known = store.for_purposes(session, [filing.purpose for _, filing in drafts])
    wanted = [
        (each, filing)
        for each, filing in composed
        if filing.purpose not in known or known[filing.purpose].status == "held"
    ]
    counts = {kind: held.count for kind, held in series.items()}
    parties = {filing.party_id for _, filing in wanted}
    forms = profiles.in_force(session, issued_on, parties)
    taken = [forms[filing.party_id] for _, filing in wanted]
    looks = labels.worn_by(session, issued_on, parties)
    worn = [looks[filing.party_id] for _, filing in wanted]
    issued_before = store.filed(session, [row for row in known.values() if row.status == "issued"])
    held_before = {purpose: row.id for purpose, row in known.items() if row.status == "held"}
    fresh = iter(session.ids.many(len(wanted)))
    filed = {each.filing.purpose: each for each in issued_before.values()}
    numbers = Counter[str]()
    coming = iter(zip(wanted, taken, worn, strict=True))
    only_drafts = [each.draft for each, _ in wanted]
    # While some are filed, the next are checked and drawn; while some are stored, the next are made
    # ready for it.
    with (
        closing(pass_in_turns(only_drafts, counts, issued_on, taken, worn, FILED_AT_ONCE)) as turns,
        Behind() as storing,
    ):
        for passed in turns:
            placed = [
                _Placed(
                    held_before.get(filing.purpose) or next(fresh),
                    series[ready.draft.kind.value].id,
                    filing,
                    profile,
                    look,
                    ready,
                    each,
                )
                for each, ((ready, filing), profile, look) in zip(passed, coming, strict=False)
            ]
            made = _file(session, placed, set(held_before.values()), storing)
            filed |= {each.filing.purpose: each for each in made}
            numbers.update(each.kind.value for each in made if each.is_issued)
    for kind, held in series.items():
        held.give(numbers[kind])
    return [filed[filing.purpose] for _, filing in drafts]


def issue_credit(
    session: TenantSession,
    invoice_id: UUID,
    wanted: Mapping[str, Money],
    purpose: str,
    issued_on: date,
    payment_terms: str = "",
) -> Filed:
    """Credit lines of an issued invoice, never more than is left (R84).

    Raises NoSuchDocument, NotCreditable, NoSuchLine, CreditExceedsRemainder or ReplacedAlready.
    """

    def credited(invoice: Document, earlier: Sequence[Document]) -> Document:
        correcting.check_not_replaced(invoice, earlier)
        draft = crediting.credit(invoice, earlier, wanted)
        return replace(draft, payment_terms=payment_terms)

    return issue_following(session, invoice_id, credited, purpose, issued_on)


def issue_following(
    session: TenantSession,
    invoice_id: UUID,
    drafted: Callable[[Document, Sequence[Document]], Document],
    purpose: str,
    issued_on: date,
) -> Filed:
    """Issue what changes an issued invoice, drafted from it and from all that changed it before.

    Of two at the same time the second waits here and then sees the first. A purpose is issued
    once. Raises NoSuchDocument, NotCreditable and what `drafted` raises.
    """
    row = store.document_row(session, invoice_id, lock=True)
    if row is None:
        raise NoSuchDocument(document=invoice_id)
    known = store.for_purposes(session, [purpose]).get(purpose)
    if known is not None and known.status == "issued":
        return store.filed(session, [known])[known.id]
    invoice = _content(row)
    if not isinstance(invoice, Document):
        raise crediting.NotCreditable(kind=invoice.kind.value)
    draft = drafted(invoice, following(session, invoice_id))
    filing = replace(store.filing_of(row), purpose=purpose, corrects_id=invoice_id)
    return issue(session, draft, filing, issued_on)


def following(session: TenantSession, document_id: UUID) -> list[Document]:
    """The issued documents that change this one."""
    found = [_content(row) for row in store.find(session, 10_000, corrects_id=document_id)]
    return [each for each in found if isinstance(each, Document) and each.number]


def document(session: TenantSession, document_id: UUID, party_id: UUID | None = None) -> Filed:
    """One document of the register; with `party_id`, only if it is that party's.

    Raises NoSuchDocument, also for somebody else's.
    """
    row = _row(session, document_id, party_id)
    return store.filed(session, [row])[row.id]


def numbers(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of documents, as a set; none of one that is held."""
    return store.numbers(session, documents)


def issued_for(session: TenantSession, purposes: Sequence[str]) -> dict[str, Filed]:
    """The issued documents of these purposes."""
    rows = store.for_purposes(session, purposes)
    filed = store.filed(session, [row for row in rows.values() if row.status == "issued"])
    return {each.filing.purpose: each for each in filed.values()}


def content(session: TenantSession, document_id: UUID) -> Draft:
    """Everything the document says, as it was issued. Raises NoSuchDocument."""
    return _content(_row(session, document_id, None))


def documents(
    session: TenantSession,
    *,
    kind: Kind | None = None,
    status: str | None = None,
    party_id: UUID | None = None,
    period_id: UUID | None = None,
    limit: int = 1000,
) -> list[Filed]:
    """Documents of the register, newest first."""
    rows = store.find(
        session,
        limit,
        kind=kind.value if kind else None,
        status=status,
        party_id=party_id,
        period_id=period_id,
    )
    filed = store.filed(session, rows)
    return [filed[row.id] for row in rows]


def issued_of(
    session: TenantSession, kind: Kind, limit: int, after: UUID | None = None
) -> list[Filed]:
    """Issued documents of a kind, newest first, from the one after another on.

    Raises NoSuchDocument where there is no such other.
    """
    last = None if after is None else _row(session, after, None)
    rows = store.issued_of(session, kind.value, limit, last)
    filed = store.filed(session, rows)
    return [filed[row.id] for row in rows]


def balances(session: TenantSession, documents: Sequence[UUID]) -> dict[UUID, BalanceForward]:
    """The balances that these documents state."""
    found = store.balances(session, documents)
    return {each: from_plain(BalanceForward, said) for each, said in found.items()}


def download(
    session: TenantSession, document_id: UUID, media_type: str, party_id: UUID | None = None
) -> tuple[DocumentFile, bytes]:
    """The bytes as they were issued; their SHA-256 is checked on the way out.

    A workbook, Parquet and JSON are made of what was issued. Raises NoSuchDocument,
    NoSuchForm, NoSuchFile or FileChanged.
    """
    found = document(session, document_id, party_id)
    for file in found.files:
        if file.media_type == media_type:
            return file, session.files.get(file.sha256)
    made = made_of(content(session, document_id), media_type) if found.is_issued else None
    if made is not None:
        name = file_name(found.number, ENDINGS[media_type])
        return DocumentFile(media_type, name, sha256(made).hexdigest(), len(made)), made
    known = ", ".join(file.media_type for file in found.files) or "none"
    raise NoSuchForm(number=found.number, media_type=media_type, known=known)


def _file(
    session: TenantSession,
    placed: Sequence[_Placed],
    held_before: set[UUID],
    storing: Behind,
) -> list[Filed]:
    """Keep documents and the files of those that are issued; what the register then has."""
    issued = [each for each in placed if each.passed.serial is not None]
    forms = forms_of([(each.passed, each.profile) for each in issued])
    documents = [_row_of(session, each) for each in placed]
    fractions = _fractions_of(issued)
    made = [
        (each, media_type, content)
        for each, of_document in zip(issued, forms, strict=True)
        for media_type, content in of_document
    ]
    # The disk and the database work at the same time.
    with session.files.keeping([content for _, _, content in made]) as kept:
        files = [
            DocumentFile(
                media_type,
                file_name(each.passed.document.number, ENDINGS[media_type]),
                sha256,
                len(content),
            )
            for (each, media_type, content), sha256 in zip(made, kept, strict=True)
        ]
        files_of: dict[UUID, list[DocumentFile]] = {each.id: [] for each in placed}
        for (each, _, _), file in zip(made, files, strict=True):
            files_of[each.id].append(file)

        def store_them() -> None:
            store.save_documents(session, documents, held_before)
            store.insert_files(session, files_of)
            for day, rounded in fractions.items():
                rounding_ledger.post(session, rounded, day)

        storing.do(store_them)
    return [_filed(each, files_of[each.id]) for each in placed]


def _filed(each: _Placed, files: Iterable[DocumentFile]) -> Filed:
    """What `document` reads of it."""
    draft, is_issued = each.passed.document, each.passed.serial is not None
    net, tax, gross = amounts_of(draft)
    return Filed(
        id=each.id,
        kind=draft.kind,
        status="issued" if is_issued else "held",
        number=draft.number if is_issued else "",
        filing=each.filing,
        language=draft.locale,
        net=net,
        tax=tax,
        gross=gross,
        issued_on=draft.issued_on,
        due_on=due_on(draft),
        verdict=each.passed.verdict,
        files=tuple(sorted(files, key=attrgetter("media_type"))),
        brand_version=each.worn.version,
    )


def _fractions_of(issued: Sequence[_Placed]) -> dict[date, list[PostedFraction]]:
    """What the totals of these documents rounded, by the day of issue."""
    by_day: dict[date, list[PostedFraction]] = {}
    for each in issued:
        draft = each.passed.document
        assert draft.issued_on is not None, "what is issued has a day"
        by_day.setdefault(draft.issued_on, []).extend(
            PostedFraction(DOCUMENT, each.id, rounded) for rounded in each.composed.rounded
        )
    return by_day


def forms_of(issued: Sequence[tuple[Passed, Profile]]) -> list[list[tuple[str, bytes]]]:
    """The files of numbered documents, by media type, document by document."""
    return [
        [
            (media_type, content)
            for media_type, content in (
                (PDF, _paper(passed, profile)),
                (XML, passed.xml),
                (CSV, table_of(passed.document)),
            )
            if content is not None
        ]
        for passed, profile in issued
    ]


def _paper(passed: Passed, profile: Profile) -> bytes:
    assert passed.pdf is not None, "what is issued was drawn"
    return paper_of(passed.document, passed.pdf, passed.xml, profile)


def _row_of(session: TenantSession, each: _Placed) -> dict[str, Any]:
    draft, serial, _, verdict, _ = each.passed
    is_issued, filing = serial is not None, each.filing
    net, tax, gross = amounts_of(draft)
    return {
        "tenant_id": session.tenant_id,
        "id": each.id,
        "kind": draft.kind.value,
        "status": "issued" if is_issued else "held",
        "series_id": each.series_id if is_issued else None,
        "serial": serial,
        "number": draft.number if is_issued else None,
        "party_id": filing.party_id,
        "period_id": filing.period_id,
        "agreement_id": filing.agreement_id,
        "direction": filing.direction,
        "language": draft.locale,
        "currency": draft.currency,
        "amount_net": net.amount,
        "amount_tax": tax.amount,
        "amount_gross": gross.amount,
        "issued_on": draft.issued_on,
        "due_on": due_on(draft),
        "issued_at": session.now() if is_issued else None,
        "content": each.composed.text_of(draft),
        "rule_pack": f"{verdict.pack} {verdict.version}" if verdict else "",
        "verdict": verdict.to_json() if verdict else "{}",
        "corrects_id": filing.corrects_id,
        "purpose": filing.purpose,
        "brand_version": each.worn.version,
    }


def _row(session: TenantSession, document_id: UUID, party_id: UUID | None) -> store.DocumentRow:
    row = store.document_row(session, document_id)
    if row is None or (party_id is not None and row.party_id != party_id):
        raise NoSuchDocument(document=document_id)
    return row


def _content(row: store.DocumentRow) -> Draft:
    return restored(Kind(row.kind), row.content)
