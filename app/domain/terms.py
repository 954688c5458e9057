"""The terms of a policy beside its price: how long one may change one's mind, what comes back, what may change."""

from dataclasses import dataclass
from typing import Literal

RefundRule = Literal["full", "pro_rata", "none"]
ModificationRule = Literal["financial", "non_financial", "none"]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A row of law: where it applies, and the days it gives. Regions go before countries."""

    country: str
    region: str | None
    cancellation_days: int | None
    deferred_sale_days: int = 0


@dataclass(frozen=True, slots=True)
class InstalmentPlan:
    name: str
    payments: int
    every: Literal["month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Terms:
    """As the catalog states them. Fees are in the policy currency."""

    cooling_off_days: int
    refund: RefundRule
    refund_fee: float
    modification: ModificationRule
    modification_fee: float
    is_renewable: bool
    renews_automatically: bool
    notice_days: int
    instalments: tuple[InstalmentPlan, ...]
    jurisdictions: tuple[Jurisdiction, ...]

    def cooling_off_in(self, country: str, region: str | None) -> int:
        """The longer of the product's own days and those of the law where the customer lives."""
        law = self._law_in(country, region)
        return self.cooling_off_days if law is None else max(self.cooling_off_days, law.cancellation_days or 0)

    def deferred_in(self, country: str, region: str | None) -> int:
        """Days between the information and the sale that the law asks for, where the customer lives."""
        law = self._law_in(country, region)
        return 0 if law is None else law.deferred_sale_days

    def _law_in(self, country: str, region: str | None) -> Jurisdiction | None:
        rows = [row for row in self.jurisdictions if row.country == country]
        own = (row for row in rows if row.region is not None and row.region == region)
        return next(own, None) or next((row for row in rows if row.region is None), None)
