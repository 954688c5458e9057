"""What the element asks for first: an offer, with the panel to show and the session that goes with it."""

from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Request, Response, request

from app.catalog.matching import Asker
from app.domain.errors import BodyInvalid
from app.domain.keys import PartnerKey
from app.services.create_offer import Order, create_offer
from app.services.record_choice import deferred_until
from app.web.api.body import parsed
from app.web.api.offer_presenter import offer_json
from app.web.api.offers import offer_desk, subsidiary_of
from app.web.door import bare, door
from app.web.metrics import offers_created
from app.web.platform import platform
from app.web.widget.compression import packed_answer
from app.web.widget.gate import answer_preflight, key_of
from app.web.widget.kept_offers import kept_offer
from app.web.widget.panel import Shown, panel_html
from app.web.widget.sessions import Page, session_text

blueprint = door("widget_offers", authentication="publishable")
blueprint.before_request(answer_preflight)

# Attributes of the element that fill fields of the request's customer.
ATTRIBUTES = ("language", "country", "currency")
# Commission is between partner and insurer; benefits are for the customer to read.
_EXTRA_FIELDS = frozenset({"benefits"})


@blueprint.post("/widget/offers")
def create() -> Response:
    asked = bare(request)
    key = key_of(asked)
    shown = _again(asked, key) if asked.args.get("offer") else _new(asked, key)
    page = Page(key.partner_code, key.mode, key.id, asked.headers["Origin"])
    # In this order it packs best: the offer's words are those of the panel once more.
    parts = {"html": panel_html(shown), "offer": shown.answer, "session": session_text(page, shown)}
    return packed_answer(asked, orjson.dumps(parts), "application/json")


def _again(asked: Request, key: PartnerKey) -> Shown:
    return kept_offer(platform().store(key), asked.args["offer"], datetime.now(UTC))


def _new(asked: Request, key: PartnerKey) -> Shown:
    desk = offer_desk(key, datetime.now(UTC))
    body = _filled(asked, parsed(asked.get_data(cache=False)))
    asker = Asker(key.kind, subsidiary_of(body), False, frozenset())
    order = Order(body, orjson.dumps(body), asker, include_content=True, include_benefits=True)
    url = platform().settings.url
    answer = orjson.loads(create_offer(desk, order, lambda offer: offer_json(offer, url, _EXTRA_FIELDS)))
    offers_created(key.mode).inc()
    names = [product["name"] for product in answer["products"]]
    until = deferred_until(desk.catalog, names, body["customer"], desk.now)
    return Shown(answer, desk.catalog, body["customer"], until)


def _filled(asked: Request, body: object) -> dict[str, Any]:
    """The request with the element's attributes in it: what stands on the element is what the page has set last."""
    if not isinstance(body, dict):
        raise BodyInvalid(errors={"body": ["Must be an object with customer, context and partner."]})
    if asked.args.get("schema"):
        body["schema"] = asked.args["schema"]
    customer = body.setdefault("customer", {})
    if isinstance(customer, dict):
        customer.update({name: asked.args[name] for name in ATTRIBUTES if asked.args.get(name)})
        customer.setdefault("language", asked.accept_languages.best or "en")
    body.setdefault("partner", {})
    return body
