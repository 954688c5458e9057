"""Where the offers of a sale are made: the catalog in force, the store's own request, what its offers look like."""

import random

from uuid_utils import uuid4, uuid7

from app.catalog.counter import Counter
from app.domain.offers import Offer
from app.domain.portal_errors import PortalRefused
from app.services.create_offer import Desk
from app.services.make_offers import Shop
from app.web.api.offer_presenter import offer_json
from app.web.platform import platform
from app.web.portal.gate import counter

# Benefits are for the customer to read; commission is between partner and insurer.
_EXTRA_FIELDS = frozenset({"benefits"})


def the_counter() -> Counter:
    """How this partner sells in its stores. One that does not has nobody at a counter."""
    found = counter().catalog.counter
    if found is None:
        raise PortalRefused("no_counter")
    return found


def the_shop() -> Shop:
    at, shared = counter(), platform()
    catalog, url = at.catalog, shared.settings.url
    base = f"{url}/documents/{catalog.release_id}/"
    desk = Desk(
        catalog=catalog,
        store=shared.store_of(at.partner_code, at.mode),
        now=at.now,
        new_offer_id=lambda: str(uuid7()),
        new_id=lambda: str(uuid4()),
        chance=random.random,
        document_url=lambda path: base + path,
    )

    def present(offer: Offer) -> bytes:
        return offer_json(offer, url, _EXTRA_FIELDS)

    return Shop(desk, the_counter(), at.store, present)
