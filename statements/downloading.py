"""The forms in which a document can be taken away, by the word for it in an address."""

from statements.document import Kind
from statements.filing import CSV, JSON, PARQUET, PDF, XLSX, XML, Filed

FORMS = {
    "pdf": PDF, "xml": XML, "csv": CSV, "xlsx": XLSX, "parquet": PARQUET, "json": JSON,
}  # fmt: skip

INVOICES = (
    *(kind for kind in Kind if kind.is_to_customer),
    Kind.PROFORMA,
)
STATEMENTS = (Kind.STATEMENT, Kind.SELF_BILLED_INVOICE, Kind.SELF_BILLED_CREDIT)
# They have no lines to list in a workbook.
LETTERS = (
    Kind.ACCOUNT_STATEMENT,
    Kind.WITHHOLDING_CERTIFICATE,
    Kind.REMINDER,
    Kind.PAYOUT_ADVICE,
)


def forms_of(filed: Filed) -> list[str]:
    """The forms that a document has: those kept, and those made of it when asked for."""
    present = {file.media_type for file in filed.files}
    if CSV in present:
        present |= {JSON} if filed.kind in LETTERS else {XLSX, PARQUET, JSON}
    return [form for form, media_type in FORMS.items() if media_type in present]
