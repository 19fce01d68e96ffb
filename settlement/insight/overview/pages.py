"""The overview: sums that people would rather look at than read, drawn as bars."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, g, render_template

from currencies.money import Money, total
from i18n.formats import month_text
from i18n.locale import _
from settlement.insight.overview import service
from settlement.insight.overview.bars import Bar, bars
from settlement.insight.overview.classing import Classing
from settlement.insight.pipeline.pages import SERVICES
from settlement.periods import service as periods
from settlement.periods.service import Period
from tenants.web.contracts import requires
from tenants.web.forms import say, text_asked
from tenants.web.problems import reader_language

overview_pages = Blueprint(
    "overview_pages", __name__, url_prefix="/overview", template_folder="templates"
)

CLASSINGS: Final[Mapping[Classing, str]] = {
    Classing.CUSTOMER_CLASS: _("Revenue by class of customers"),
    Classing.SEGMENTS: _("Revenue by segment of customers"),
    Classing.TERRITORY: _("Revenue by territory of customers"),
}


@overview_pages.get("")
@requires("documents:read")
def overview() -> str:
    """Revenue of a month by product, partners' shares by month, receivables by age."""
    known = periods.periods(g.session)
    shown = _shown(known)
    return render_template(
        "overview/overview.html",
        periods=list(reversed(known)),
        shown=shown,
        today=periods.today(g.session),
        revenue=_revenue(shown),
        classings=[(title, _by_standing(shown, by)) for by, title in CLASSINGS.items()],
        shares=_shares(),
        receivables=_receivables(),
    )


def _shown(known: list[Period]) -> Period | None:
    """The month asked for, else the latest whose days are over, else the latest."""
    code = text_asked("period", 7)
    if code is not None:
        return periods.period(g.session, code)
    over = [each for each in known if each.span.ends_at <= g.session.now()]
    return next(reversed(over or known), None)


def _revenue(shown: Period | None) -> dict[str, tuple[Bar, ...]]:
    if shown is None:
        return {}
    return {
        code: service.one_piece_each(_named(sums, code), code)
        for code, sums in service.revenue(g.session, shown).items()
    }


def _named(sums: service.Sums, code: str) -> list[tuple[str, Money]]:
    """The largest by name; a product's is its own, of other services what the service is called."""
    named = [(product or say(SERVICES.get(kind, kind)), amount) for kind, product, amount in sums]
    rest = [amount for _name, amount in named[service.PRODUCTS :]]
    others = [(say(_("Others: {count}"), count=len(rest)), total(rest, code))] if rest else []
    return [*named[: service.PRODUCTS], *others]


def _by_standing(shown: Period | None, by: Classing) -> dict[str, tuple[Bar, ...]]:
    if shown is None:
        return {}
    return {
        code: service.one_piece_each(
            [(word or say(_("not said")), amount) for word, amount in sums], code
        )
        for code, sums in service.revenue_by_standing(g.session, shown, by).items()
    }


def _shares() -> dict[str, tuple[Bar, ...]]:
    language = reader_language()
    return {
        code: bars([(month_text(month, language), pieces) for month, pieces in months], code)
        for code, months in service.shares(g.session).items()
    }


def _receivables() -> dict[str, tuple[Bar, ...]]:
    return {
        code: service.one_piece_each([(say(age), amount) for age, amount in ages], code)
        for code, ages in service.receivables(g.session).items()
    }
