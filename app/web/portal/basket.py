"""What the pages of a basket share: where an article goes in, how cover stands for it, what is on its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for
from uuid_utils import uuid4

from app.adapters.drafts import Ask
from app.adapters.earlier_sales import EarlierSales
from app.adapters.mail_rendering import written_money
from app.catalog.counter import CounterRule
from app.catalog.items import CounterItem
from app.domain.drafts import Draft, Line
from app.domain.money import Money, currency
from app.services.add_item import Basket, add_item, exact_item
from app.services.describe_item import Checks
from app.services.eligible_items import Eligibility, Place, eligibility_of
from app.services.find_items import Row, marked
from app.services.make_offers import facts_of
from app.services.show_cover import missing_training, show_cover
from app.web.platform import platform
from app.web.portal.forms import StepForm
from app.web.portal.gate import TRAINING, counter
from app.web.portal.offering import asks_of
from app.web.portal.product_forms import today
from app.web.portal.sale import next_url, saved
from app.web.portal.shop import the_counter, the_shop

NEW = "new"


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of articles to choose from, as it is read."""

    sku: str
    title: str
    detail: str
    price: str
    mark: str
    reason: str


def basket(draft: Draft) -> Basket:
    keys = [choice.key for choice in the_counter().conditions]
    condition = NEW if NEW in keys else keys[0]
    return Basket(draft, str(uuid4()), counter().store.currency, condition, today())


def earlier_sales() -> EarlierSales:
    at = counter()
    return EarlierSales(platform().database, at.partner_code, at.mode, at.store.id)


def place(draft: Draft | None = None) -> Place:
    at = counter()
    store, language = at.store, draft.language if draft else at.store.language
    return Place(store.country, store.region, store.currency, language, store.subsidiary, at.now)


def untrained() -> CounterRule | None:
    """In training mode everybody may show cover: nothing there is sold."""
    at = counter()
    return None if at.mode == TRAINING else missing_training(the_counter(), at.store, at.staff)


def scanned_item(form: StepForm, draft: Draft, code: str, serial: str = "") -> Response | None:
    """An exact number is in the basket at once; None where there is none such, or it was refused."""
    item = exact_item(counter().catalog.items, code)
    if item is None:
        return None
    own = serial if item.identifier == "imei" else ""
    return saved(form, draft, lambda current: add_item(basket(current), item, own), to_newest)


def to_newest(draft: Draft) -> str:
    return url_for("portal_product.item", draft_id=draft.id, line_id=draft.lines[-1].id)


def to_product(draft: Draft) -> str:
    return url_for("portal_product.product", draft_id=draft.id)


def covered(draft: Draft) -> Draft:
    at = counter()
    return show_cover(the_shop(), at.staff, draft, at.mode == TRAINING)


def to_cover(draft: Draft) -> str:
    return next_url(draft)


def asks(draft: Draft) -> tuple[Ask, ...]:
    return asks_of(draft, [line.id for line in draft.lines])


def checks(draft: Draft) -> Checks:
    earlier, now = earlier_sales(), counter().now
    conditions = frozenset(choice.key for choice in the_counter().conditions)
    covered_by, store = (
        (lambda serial: earlier.cover_of(serial, now)),
        platform().store_of(draft.partner_code, draft.mode),
    )
    return Checks(lambda line: stands(draft, line), covered_by, conditions, store, list_price)


def list_price(line: Line) -> Money | None:
    """What the catalog says the article costs; nothing of one that was typed in."""
    at = counter()
    item = at.catalog.items.by_sku(line.sku)
    return None if item is None else item.price_in(at.store.currency)


def stands(draft: Draft, line: Line) -> Eligibility:
    """How cover stands for an article as it is typed."""
    at = counter()
    price = currency(at.store.currency).money(float(line.price)) if line.price else None
    facts = {**facts_of(at.store, draft, line), "price": price} if line.price else {"price": None}
    return eligibility_of(at.catalog, the_counter(), facts, place(draft))


def shown(items: Iterable[CounterItem]) -> list[Shown]:
    at = counter()
    return [shown_row(row) for row in marked(at.catalog, the_counter(), items, place())]


def shown_row(row: Row) -> Shown:
    at, item, standing = counter(), row.item, row.standing
    price = item.price_in(at.store.currency)
    detail = ", ".join(part for part in (item.variant, item.sku) if part)
    written = "" if price is None else written_money(price, at.language)
    return Shown(item.sku, item.title, detail, written, standing.mark, reason_of(standing))


def reason_of(standing: Eligibility) -> str:
    at = counter()
    values: dict[str, Any] = {}
    if standing.limit is not None:
        values = {"limit": written_money(standing.limit, at.language)}
    return "" if standing.reason is None else at.say("selling")(f"reason.{standing.reason}", **values)


def price_of_line(line: Line) -> str:
    if not line.price:
        return ""
    return written_money(currency(counter().store.currency).money(float(line.price)), counter().language)
