"""What a reader can go to: the pages whose rights the role has, and the first of them."""

from dataclasses import dataclass

from flask import Flask, request, url_for

from i18n.locale import _
from tenants.principal import Principal, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page that stands in the navigation: its endpoint, its name, the rights that open it.

    `beside` are blueprints whose pages are reached from it and lie at addresses of their own.
    """

    endpoint: str
    title: str
    rights: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the page shown is this one or belongs to it and to no other place."""
        if request.blueprint in BLUEPRINTS:
            return request.blueprint == self.blueprint or request.blueprint in self.beside
        return request.path.startswith(f"{self.address}/")

    @property
    def blueprint(self) -> str:
        """Which pages are its own."""
        return self.endpoint.partition(".")[0]

    @property
    def address(self) -> str:
        """Where it is."""
        return url_for(self.endpoint)


@dataclass(frozen=True, slots=True)
class Area:
    """Places that belong together; its own address is that of the first."""

    title: str
    places: tuple[Place, ...]

    @property
    def is_here(self) -> bool:
        """Whether the page shown belongs to one of its places."""
        return any(place.is_here for place in self.places)

    @property
    def address(self) -> str:
        """Where its first place is."""
        return self.places[0].address


@dataclass(frozen=True, slots=True)
class Navigation:
    """What stands above every page: areas, where there are many places, and places."""

    areas: tuple[Area, ...]
    places: tuple[Place, ...]


AREAS = (
    Area(
        _("Month"),
        (
            Place("pipeline.month", _("Month"), ("usage:read",)),
            Place("overview_pages.overview", _("Overview"), ("documents:read",)),
        ),
    ),
    Area(
        _("Usage"),
        (
            Place("source_pages.all_sources", _("Sources"), ("usage:read",), ("trial_pages",)),
            Place("file_pages.files", _("Files"), ("usage:read",)),
            Place("suspense_pages.waiting", _("Suspense"), ("suspense:read",)),
            Place("work_list_pages.work_list", _("Work list"), ("suspense:read",)),
            Place("alert_pages.reached_limits", _("Limits"), ("usage:read",)),
        ),
    ),
    Area(
        _("Agreements"),
        (
            Place("party_pages.all_parties", _("Parties"), ("parties:read",)),
            Place(
                "amendment_pages.amendments",
                _("Changes of agreements"),
                ("agreements:read",),
                ("standard_terms_pages",),
            ),
            Place("tariff_pages.tariffs", _("Tariffs"), ("catalogue:read",)),
            Place("calculator_pages.calculator", _("Cost calculator"), ("usage:read",)),
            Place("price_list_pages.price_lists", _("Price lists"), ("catalogue:read",)),
            Place("inventory_pages.resources", _("Numbers"), ("resources:read",)),
        ),
    ),
    Area(
        _("Billing"),
        (
            Place("bill_run_pages.all_runs", _("Bill runs"), ("documents:read",)),
            Place("review_pages.drafts", _("Drafts"), ("documents:read",)),
            Place("held_pages.held", _("Held"), ("documents:read",)),
            Place(
                "document_pages.register",
                _("Documents"),
                ("documents:read",),
                ("brand_pages", "label_pages", "rule_pages", "series_pages"),
            ),
            Place("account_pages.account", _("Accounts"), ("documents:read",)),
            Place("delivery_pages.all_deliveries", _("Deliveries"), ("documents:read",)),
            Place("reminder_pages.reminders", _("Reminders"), ("documents:read",)),
            Place("instalment_pages.plans", _("Instalments"), ("documents:read",)),
            Place("interest_pages.interest", _("Interest"), ("documents:read",)),
        ),
    ),
    Area(
        _("Settlement"),
        (
            Place("exchange_pages.exchange", _("Interconnect"), ("interconnect:read",)),
            Place("roaming_pages.files", _("Roaming"), ("interconnect:read",)),
            Place("dispute_pages.disputes", _("Disputes"), ("disputes:read",)),
            Place("offset_pages.offsets", _("Netting"), ("payouts:read",)),
            Place("payout_pages.batches", _("Payouts"), ("payouts:read",)),
        ),
    ),
    Area(
        _("Taxes and rates"),
        (
            Place("withheld_tax_pages.withheld", _("Tax withheld"), ("documents:read",)),
            Place("oss_pages.owed_abroad", _("One stop shop"), ("documents:read",)),
            Place("rate_pages.rates", _("Exchange rates"), ("documents:read",)),
            Place("rounding_pages.ledger", _("Rounding"), ("ledger:read",)),
        ),
    ),
    Area(
        _("System"),
        (
            Place("run_pages.runs", _("Runs"), ("runs:read",)),
            Place("alarm_pages.alarms", _("Alarms"), ("runs:read",)),
            Place("audit_pages.trail", _("Audit trail"), ("audit:read",)),
        ),
    ),
    # What a customer, a partner or a carrier sees of its own.
    Area(
        _("Own documents"),
        (
            Place("own_documents.statements", _("Statements"), ("own-statements:read",)),
            Place("own_acceptances.acceptances", _("Acceptance"), ("own-statements:read",)),
            Place("own_exchange.exchange", _("Exchange"), ("own-exchange:read",)),
            Place("own_offsets.offsets", _("Netting"), ("own-offsets:agree",)),
            Place(
                "own_disputes.disputes", _("Disputes"), ("own-disputes:write", "own-exchange:write")
            ),
            Place("own_invoices.invoices", _("Invoices"), ("own-invoices:read",)),
            Place(
                "own_account.own",
                _("Account"),
                ("own-statements:read", "own-invoices:read", "own-exchange:read"),
            ),
            Place("own_instalments.own", _("Instalments"), ("own-invoices:read",)),
            Place("own_usage.own", _("Usage"), ("own-invoices:read",)),
            Place("own_choice_pages.choices", _("How invoices come"), ("own-invoices:read",)),
        ),
    ),
)

BLUEPRINTS = {
    name for area in AREAS for place in area.places for name in (place.blueprint, *place.beside)
}

# So many places stand in one row; where there are more, a row of areas stands above them.
MOST_IN_A_ROW = 8

# Finance begins where its own work is; everybody else with the first page they may see.
FIRST = {
    Role.FINANCE_MAKER: "payout_pages.batches",
    Role.FINANCE_APPROVER: "payout_pages.batches",
}


def navigation_for(app: Flask, principal: Principal) -> Navigation:
    """All places of a principal who has few; else the areas, and the places of the area shown."""
    areas = _areas_for(app, principal)
    places = tuple(place for area in areas for place in area.places)
    if len(places) <= MOST_IN_A_ROW:
        return Navigation((), places)
    return Navigation(areas, next((area.places for area in areas if area.is_here), ()))


def first_place(app: Flask, principal: Principal) -> Place:
    """Where this principal begins."""
    places = [place for area in _areas_for(app, principal) for place in area.places]
    wanted = FIRST.get(principal.role)
    return next((place for place in places if place.endpoint == wanted), places[0])


def _areas_for(app: Flask, principal: Principal) -> tuple[Area, ...]:
    """The areas with the places that this principal may open, in the order shown."""
    found = []
    for area in AREAS:
        places = tuple(
            place
            for place in area.places
            if place.endpoint in app.view_functions and any(map(principal.may, place.rights))
        )
        if places:
            found.append(Area(area.title, places))
    return tuple(found)
