"""The split rule of a revenue share as TMF736 has it, and the rule read from such a body.

What the rule hangs on stands as condition variables: the agreement, its currency, its products, the
days of its validity. What it does stands as action variables, one for each step of the split in its
order: the action (a key of the terms, as `deductions` or `shares`), whom or what it concerns as the
variable, and as value the rate, or else all that the step says, as JSON.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from i18n.locale import Words, _
from settlement.agreements.agreed import AgreedTerms
from settlement.tm_forum import bodies
from settlement.tm_forum.bodies import BodyUnusable
from settlement.tm_forum.references import ALGORITHMS
from settlement.tm_forum.seeing import seen_by

# The steps of a split, and what names whom or what each concerns.
STEPS = {
    "deductions": "name",
    "rules": "name",
    **dict.fromkeys(
        ("shares", "chain", "units", "guarantees", "advances", "caps", "fees"), "payee"
    ),
}


class SplitRule(NamedTuple):
    """The rule of a body: the agreement it is for, its days, and the keys of terms it replaces."""

    agreement: str
    valid_from: date
    valid_until: date | None
    terms: dict[str, Any]


def algorithm_of(agreed: AgreedTerms, payee: str | None) -> dict[str, Any]:
    """The split rule of a version; for a payee without the parts of the others."""
    identity = str(agreed.terms_id)
    return {
        "id": identity,
        "href": f"{ALGORITHMS}/{identity}",
        "@type": "PartyRevSharingAlgorithm",
        "name": name_of(agreed),
        "description": f"The split of the revenue of {', '.join(agreed.products)}.",
        "policy": [
            {
                "@type": "PolicyRef",
                "@referredType": "Policy",
                "id": f"{name}={value}",
                "name": f"{name}: {value}",
            }
            for name, value in sorted(_policies(agreed).items())
        ],
        "conditionVariable": [
            {
                "@type": "PartyRevSharingPolicyConditionVariable",
                "id": str(number),
                "value": value,
                "policyCondition": {"@type": "PolicyConditionRef", "name": "equal"},
                "policyConditionVariable": {"@type": "PolicyVariableRef", "id": name},
            }
            for number, (name, value) in enumerate(_conditions(agreed), 1)
        ],
        "actionVariable": [
            {
                "@type": "PartyRevSharingPolicyActionVariable",
                "id": str(number),
                "value": value,
                "policyAction": {"@type": "PolicyActionRef", "name": action},
                "policyActionVariable": {"@type": "PolicyVariableRef", "id": concerned},
            }
            for number, (action, concerned, value) in enumerate(_actions(agreed, payee), 1)
        ],
    }


def name_of(agreed: AgreedTerms) -> str:
    """What a version of a revenue share is called."""
    return f"{agreed.code}, version {agreed.version}"


def rule_from(body: Mapping[str, Any]) -> SplitRule:
    """The rule that a body describes, as a GET would show it. Raises BodyUnusable."""
    conditions = {
        bodies.text(bodies.part(each, "policyConditionVariable"), "id"): bodies.text(each, "value")
        for each in bodies.parts(body, "conditionVariable")
    }
    if "agreement" not in conditions:
        raise BodyUnusable(what="conditionVariable", value=Words(_("without an agreement")))
    terms: dict[str, Any] = {}
    for each in bodies.parts(body, "actionVariable"):
        action = bodies.text(bodies.part(each, "policyAction"), "name")
        if action not in STEPS:
            raise BodyUnusable(what="policyAction", value=action)
        concerned = bodies.text(bodies.part(each, "policyActionVariable"), "id")
        step = {STEPS[action]: concerned} | _said(bodies.text(each, "value"))
        terms.setdefault(action, []).append(step)
    return SplitRule(
        conditions["agreement"],
        bodies.day(conditions.get("valid_from", "")),
        bodies.day(conditions["valid_until"]) if "valid_until" in conditions else None,
        terms,
    )


def _policies(agreed: AgreedTerms) -> dict[str, str]:
    own = {key: value for key, value in agreed.sharing.items() if isinstance(value, str)}
    return {**agreed.policies, **own}


def _conditions(agreed: AgreedTerms) -> Iterator[tuple[str, str]]:
    yield "agreement", agreed.code
    yield "currency", agreed.currency
    for product in agreed.products:
        yield "product", product
    yield "valid_from", agreed.valid_from.isoformat()
    if agreed.valid_until is not None:
        yield "valid_until", agreed.valid_until.isoformat()


def _actions(agreed: AgreedTerms, payee: str | None) -> Iterator[tuple[str, str, str]]:
    for action, key in STEPS.items():
        for step in seen_by(agreed.sharing.get(action, []), payee):
            rest = {name: said for name, said in step.items() if name != key}
            yield action, str(step[key]), _value(rest)


def _value(step: Mapping[str, Any]) -> str:
    return str(step["rate"]) if list(step) == ["rate"] else bodies.written(step)


def _said(value: str) -> dict[str, Any]:
    """What a step says: a rate by itself, or everything as JSON."""
    if not value.startswith("{"):
        return {"rate": value}
    said: dict[str, Any] = bodies.value(value)
    return said
