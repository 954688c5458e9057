"""From the basket to the offers: when everything is described, and who sells has been trained where the law asks."""

from app.catalog.counter import Counter, CounterRule, rules_in
from app.domain.drafts import Draft, may_open
from app.domain.people import RetailStore, Staff
from app.domain.portal_errors import PortalRefused
from app.services.make_offers import Shop, make_offers


def missing_training(counter: Counter, store: RetailStore, staff: Staff) -> CounterRule | None:
    """The rule of this place that somebody has not been trained for; None where they may sell."""
    rules = rules_in(counter, store.country, store.region, "training")
    return next((rule for rule in rules if rule.key not in staff.trained), None)


def check_training(counter: Counter, store: RetailStore, staff: Staff, is_practice: bool) -> None:
    """`is_practice`: nothing is sold in training mode, so everybody may learn there."""
    if not is_practice and missing_training(counter, store, staff) is not None:
        raise PortalRefused("training")


def show_cover(shop: Shop, staff: Staff, draft: Draft, is_practice: bool) -> Draft:
    check_training(shop.counter, shop.store, staff, is_practice)
    if not may_open(draft, "offer"):
        raise PortalRefused("undescribed")
    return make_offers(shop, draft)
