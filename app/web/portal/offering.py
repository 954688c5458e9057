"""The offers of a sale: made when they are asked for, made again when their price has ended, and noted as asked."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import orjson
from flask import request

from app.adapters.drafts import Ask, Sent
from app.domain.drafts import DECLINED, Draft, Line
from app.domain.errors import AlreadyFinished
from app.domain.evidence import Happening
from app.domain.portal_errors import DraftChanged
from app.domain.sale_search import Key, search_keys
from app.services.booking_desk import BookingDesk, Call
from app.services.make_offers import is_current
from app.services.record_evidence import record_offer_evidence
from app.services.show_cover import show_cover
from app.web.api.desk import desk_for
from app.web.platform import platform
from app.web.portal.gate import TRAINING, counter
from app.web.portal.sale import desk, the_draft
from app.web.portal.shop import the_shop

RENEWED, NEW_LANGUAGE = "offer_renewed", "new_language"


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price that ended, and the one that stands in its place."""

    article: str
    plan: str
    before: str
    now: str

    @property
    def is_same(self) -> bool:
        return self.before == self.now


def with_offers(draft: Draft) -> tuple[Draft, tuple[NewPrice, ...]]:
    """The sale with an offer that holds for every article, and which prices are others than before."""
    stale = [line for line in draft.lines if not is_current(line, draft.language, the_shop().desk)]
    if not draft.is_changeable or not stale:
        return draft, ()
    told = RENEWED if any(_has_ended(line, draft.language) for line in stale) else draft.told
    made = replace(offered(draft), told=told)
    new = asks_of(made, (line.id for line in stale))
    try:
        # Two tablets that open the page together make offers twice; the first are kept, the others nobody has seen.
        platform().drafts.commit(made, Sent(draft.version, f"offers-{draft.version}"), request.path, new)
    except DraftChanged:
        return with_offers(the_draft(draft.id))
    current = the_draft(draft.id)
    return current, _new_prices(draft, current)


def offered(draft: Draft) -> Draft:
    """Only by somebody who may show cover: where the law asks for training first, the page says so."""
    at = counter()
    return show_cover(the_shop(), at.staff, draft, at.mode == TRAINING)


def _has_ended(line: Line, language: str) -> bool:
    return line.offer is not None and line.offer.language == language


def asks_of(draft: Draft, line_ids: Iterable[str]) -> tuple[Ask, ...]:
    """That the customer is asked about these articles, and what the sale will be found by."""
    wanted = set(line_ids)
    return tuple(
        Ask(line.id, line.offer.id, tuple(_keys(draft, line)))
        for line in draft.lines
        if line.id in wanted and line.offer is not None
    )


def _keys(draft: Draft, line: Line) -> list[Key]:
    """Of the customer only where something is bought: a no leaves no trace of a person."""
    keys = search_keys("serial", line.serial) if line.serial else []
    keys += search_keys("receipt", draft.receipt) if draft.receipt else []
    known = (draft.customer or {}) if line.is_wanted else {}
    keys += search_keys("phone", known["phone"]) if known.get("phone") else []
    return keys + search_keys("person", known.get("last_name", ""), known.get("postcode", ""))


def _new_prices(before: Draft, current: Draft) -> tuple[NewPrice, ...]:
    found: list[NewPrice] = []
    for line in current.lines:
        known = before.line(line.id)
        if known is None or known.offer is None or line.offer is None or known.offer.id == line.offer.id:
            continue
        if known.offer.language != line.offer.language:
            continue
        old = {product["name"]: _price(product) for product in _products(known.offer.id)}
        products = _products(line.offer.id)
        titles = {one["id"]: one["title"] for one in _answer(line.offer.id).get("content", {}).get("products", [])}
        found += [
            NewPrice(line.title, titles.get(product["id"], product["name"]), old[product["name"]], _price(product))
            for product in products
            if product["name"] in old
        ]
    return tuple(found)


def _answer(offer_id: str) -> dict[str, Any]:
    stored = desk().store.offer_on_file(offer_id)
    found: dict[str, Any] = {"products": []} if stored is None else orjson.loads(stored.answer)
    return found


def _products(offer_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _answer(offer_id)["products"]
    return found


def _price(product: dict[str, Any]) -> str:
    return str(product["details"]["finance"]["price"]["total_amount_formatted"])


def record_opened(draft: Draft) -> None:
    """Each offer has been seen, once, when the page is opened: not when a browser fetches it beforehand."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    at = counter()
    for line in draft.lines:
        if line.offer is None:
            continue
        scope = f"portal:seen:{line.offer.id}"
        known = desk()
        if known.store.finished_call(scope) is None:
            once = desk_for(at.partner_code, at.mode, at.actor, at.now, Call(scope, "", 204))
            _note(once, line.offer.id, {"channel": "store", "store": draft.store_id})


def _note(once: BookingDesk, offer_id: str, facts: dict[str, Any]) -> None:
    with suppress(AlreadyFinished):
        record_offer_evidence(once, offer_id, Happening("seen", once.actor, facts))


def settled(draft: Draft) -> Draft:
    """When every article has been answered and nothing is wanted, the sale is over: the no is on record."""
    is_over = all(line.is_decided for line in draft.lines) and not draft.wanted
    return replace(draft, status=DECLINED) if is_over else draft
