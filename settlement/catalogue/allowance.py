"""What may be used in a month before anything is paid.

A section has any number of allowances. Each is a pool of units that is new in every local calendar
month, has a code by which charges name it, and belongs to whom `shared_by` says. What is left of a
month may be used for `rollover_months` more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from i18n.locale import Words, _
from settlement.catalogue.plain_values import Plain, Reader, without_defaults

SharedBy = Literal["subscription", "contract", "customer"]
AllowanceOrder = Literal["expiring_first", "priority"]

ONLY: Final = "allowance"
SHARED_BY: Final[tuple[SharedBy, ...]] = ("subscription", "contract", "customer")
ORDERS: Final[tuple[AllowanceOrder, ...]] = ("expiring_first", "priority")
LONGEST_ROLLOVER: Final = 36

_KEYS: Final = (
    "code",
    "amount",
    "allowance_measure",
    "shared_by",
    "rollover_months",
    "priority",
    "destinations",
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a subscription, contract or customer may use in a local calendar month before it pays.

    `amount` counts units of the section: seconds of voice, bytes of data, pieces of anything else.
    Without `destinations` it holds everywhere.
    """

    amount: int
    measure: Literal["connected", "rounded"] = "connected"
    code: str = ONLY
    shared_by: SharedBy = "subscription"
    rollover_months: int = 0
    priority: int = 0
    destinations: tuple[str, ...] = ()


def allowances_from_plain(reader: Reader) -> tuple[Allowance, ...]:
    """Read `allowances` of a section, or the one `allowance` that needs no code.

    Raises WrongValue where two have one code, or seconds are counted in different ways.
    """
    if not reader.has("allowances"):
        return (_single(reader),) if reader.has("allowance") else ()
    if reader.has("allowance"):
        raise reader.wrong(
            "allowance", reader.plain["allowance"], Words(_("all of them as allowances"))
        )
    found = tuple(_allowance(each, reader.where) for each in reader.tables("allowances"))
    codes = [each.code for each in found]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise reader.wrong("code", twice, Words(_("each code of an allowance once")))
    if len({each.measure for each in found}) > 1:
        wanted = Words(_("the same for all allowances of the section"))
        raise reader.wrong("allowance_measure", found[1].measure, wanted)
    return found


def allowances_to_plain(allowances: Sequence[Allowance]) -> dict[str, Any]:
    """Write allowances as `allowances_from_plain` reads them."""
    if len(allowances) == 1 and allowances[0] == Allowance(
        allowances[0].amount, allowances[0].measure
    ):
        only = allowances[0]
        return {"allowance": {"amount": only.amount, "allowance_measure": only.measure}}
    return {"allowances": [_to_plain(each) for each in allowances]}


def _single(reader: Reader) -> Allowance:
    own = Reader(
        reader.table("allowance"), f"{reader.where}, allowance", ("amount", "allowance_measure")
    )
    return Allowance(own.whole("amount"), _measure(own))


def _allowance(plain: Plain, where: str) -> Allowance:
    reader = Reader(plain, f"{where}, allowances", _KEYS)
    months = reader.whole("rollover_months", 0)
    if months > LONGEST_ROLLOVER:
        raise reader.wrong(
            "rollover_months", months, Words(_("at most {most}"), most=LONGEST_ROLLOVER)
        )
    shared_by = reader.choice("shared_by", SHARED_BY)
    return Allowance(
        amount=reader.whole("amount"),
        measure=_measure(reader),
        code=reader.text("code"),
        shared_by=next(each for each in SHARED_BY if each == shared_by),
        rollover_months=months,
        priority=reader.whole("priority", 0),
        destinations=reader.texts("destinations"),
    )


def _measure(reader: Reader) -> Literal["connected", "rounded"]:
    said = reader.choice("allowance_measure", ("connected", "rounded"))
    return "rounded" if said == "rounded" else "connected"


def _to_plain(each: Allowance) -> dict[str, Any]:
    plain = {
        "code": each.code,
        "amount": each.amount,
        "allowance_measure": each.measure,
        "shared_by": each.shared_by,
        "rollover_months": each.rollover_months,
        "priority": each.priority,
        "destinations": list(each.destinations),
    }
    return without_defaults(
        plain,
        {
            "allowance_measure": "connected",
            "shared_by": "subscription",
            "rollover_months": 0,
            "priority": 0,
        },
    )
