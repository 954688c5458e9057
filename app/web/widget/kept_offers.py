"""An offer that was made before, shown again: in a page of the partner's own server, or after the law's days."""

from datetime import datetime
from typing import Any

import orjson

from app.adapters.store import Store
from app.domain.errors import OfferNotFound
from app.services.record_choice import check_open, deferred_until
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.widget.panel import Shown

# Between partner and insurer; panels are read by customers.
_NOT_SHOWN = ("commission", "surcharge")


def kept_offer(store: Store, offer_id: str, now: datetime) -> Shown:
    """As it was answered, with what concerns no customer left out. One that is sold or has lapsed is not shown."""
    offer = store.offer_on_file(offer_id.lower()) if is_uuid(offer_id) else None
    if offer is None:
        raise OfferNotFound()
    check_open(offer, now)
    answer, customer = _public(orjson.loads(offer.answer)), orjson.loads(offer.request)["customer"]
    catalog = platform().shelf.release(offer.release_id)
    names = [product["name"] for product in answer["products"]]
    until = deferred_until(catalog, names, customer, offer.created_at)
    return Shown(answer, catalog, customer, until if until and now < until else None)


def _public(answer: dict[str, Any]) -> dict[str, Any]:
    for product in answer["products"]:
        finance = product["details"]["finance"]
        finance |= {name: {"total_amount": None, "total_amount_formatted": None} for name in _NOT_SHOWN}
    return answer
