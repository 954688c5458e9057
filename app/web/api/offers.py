"""Create, get and list offers."""

import random
from datetime import datetime
from urllib.parse import urlencode

from flask import Response, request, url_for
from uuid_utils import uuid4, uuid7

from app.catalog.matching import Asker
from app.domain.errors import OfferNotFound
from app.domain.keys import PartnerKey
from app.services.create_offer import Desk, Order, create_offer
from app.web.answer import JsonAnswer
from app.web.api import parameters
from app.web.api.body import json_body
from app.web.api.gate import caller, guard, moment
from app.web.api.offer_presenter import offer_json, page_json
from app.web.door import bare, door
from app.web.metrics import offers_created
from app.web.platform import platform

blueprint = door("offers", authentication="signed")
guard(blueprint)


@blueprint.post("/partners/<code>/offers/")
def create(code: str) -> Response:
    shared, key, asked = platform(), caller(), bare(request)
    wishes = parameters.offer_wishes(asked)
    raw, body = json_body(asked)
    asker = Asker(key.kind, subsidiary_of(body), wishes.active_only, wishes.excluded)
    url = shared.settings.url
    answer = create_offer(
        offer_desk(key, moment()),
        Order(body, raw, asker, wishes.include_content, "benefits" in wishes.extra_fields),
        lambda offer: offer_json(offer, url, wishes.extra_fields),
    )
    offers_created(key.mode).inc()
    return JsonAnswer(answer)


@blueprint.get("/partners/<code>/offers/")
def index(code: str) -> Response:
    page = platform().store(caller()).offers(parameters.offer_filter(request.args))
    next_url = None
    if page.next_after is not None:
        kept = {name: value for name, value in request.args.items() if name != "after"}
        path = url_for(request.endpoint or "", code=code)
        next_url = f"{platform().settings.url}{path}?{urlencode(kept | {'after': page.next_after})}"
    return JsonAnswer(page_json(page, next_url))


@blueprint.get("/partners/<code>/offers/<offer_id>/")
def show(code: str, offer_id: str) -> Response:
    answer = platform().store(caller()).offer_answer(offer_id.lower()) if parameters.is_uuid(offer_id) else None
    if answer is None:
        raise OfferNotFound()
    return JsonAnswer(answer.encode())


def offer_desk(key: PartnerKey, now: datetime) -> Desk:
    shared = platform()
    catalog = shared.shelf.catalog(key.partner_code)
    base = f"{shared.settings.url}/documents/{catalog.release_id}/"
    return Desk(
        catalog=catalog,
        store=shared.store(key),
        now=now,
        new_offer_id=lambda: str(uuid7()),
        new_id=lambda: str(uuid4()),
        chance=random.random,
        document_url=lambda path: base + path,
    )


def subsidiary_of(body: object) -> str | None:
    partner = body.get("partner") if isinstance(body, dict) else None
    named = partner.get("subsidiary") if isinstance(partner, dict) else None
    return named if isinstance(named, str) else None
