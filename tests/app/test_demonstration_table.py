"""The table that the demonstration ends with."""

from settlement.app.demonstration.run import table_of

SUMMARY = {
    "digest": "ab" * 32,
    "tenants": {
        "wisla": {
            "usage": {"records": 3, "landed": 2, "rejected": 1},
            "periods": {"2026-10": {"usage": {"rated": 2}}},
            "documents": {
                "invoice issued": {"count": 2, "gross": {"EUR": "1181.6", "PLN": "12488"}}
            },
            "payouts": [
                {"status": "approved", "lines": {"paid": 1}, "amount": "5381.96 USD"},
                {"status": "approved", "lines": {"paid": 1}, "amount": "12488.4 PLN"},
            ],
            "ledger": {"entries": 4},
            "files": 5,
            "verify": "sound",
        }
    },
}


def test_amounts_are_told_to_the_minor_unit() -> None:
    rows = table_of(SUMMARY)

    told = [row["amounts"] for row in rows if row["what"].startswith(("invoice", "payouts"))]
    assert told == ["1181.60 EUR, 12488.00 PLN", "5381.96 USD", "12488.40 PLN"]


def test_the_books_are_told_after_the_payouts() -> None:
    rows = table_of(SUMMARY)

    assert [(row["what"], row["count"], row["amounts"]) for row in rows[-3:]] == [
        ("ledger entries", 4, ""),
        ("books", 5, "sound"),
        ("digest", 0, "abababababababab"),
    ]
