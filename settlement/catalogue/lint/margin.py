"""What a tariff cannot charge: goods under the margin scheme, whose cost it does not know.

The tax is on what each of the goods earned, so each is charged individually, with what it was
bought for (`settlement/agreements/conditions`).
"""

from collections.abc import Collection, Iterator

from currencies.money import plain
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.subject import Subject
from settlement.catalogue.tariff import TariffVersion

SECTION = "fees"
CODE = "MARGIN_WITHOUT_COST"


def faults_of_margin(version: TariffVersion, goods: Collection[str]) -> Iterator[Finding]:
    """Fees and prices of products under the scheme, and of bundles that have such a component."""
    for fee in version.fees:
        if fee.product in goods and fee.amount:
            event = {"service": fee.kind, "product": fee.product, "amount": plain(fee.amount)}
            yield Finding(CODE, SECTION, {"product": fee.product}, event)
    for section in version.every_section:
        subject = Subject(version, section)
        for product, price in section.prices.items():
            if product in goods and price:
                yield subject.finding(CODE, subject.event(product=product), product=product)
