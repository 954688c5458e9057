"""The panel for a partner's own server: it has made the offer with its secret key, and puts this into its page."""

from typing import Any

import orjson
from flask import Response, render_template, request

from app.domain.errors import OfferNotFound
from app.services.record_choice import check_open, deferred_until
from app.services.records import OfferOnFile
from app.web.api.gate import caller, guard, moment
from app.web.api.parameters import is_uuid
from app.web.door import bare, door
from app.web.platform import platform
from app.web.widget.files import latest
from app.web.widget.panel import THEMES, Look, Shown, panel_facts
from app.web.widget.sessions import Page, session_text

blueprint = door("panels", authentication="signed")
guard(blueprint)

# Between partner and insurer; the fragment is read by customers.
_NOT_SHOWN = ("commission", "surcharge")


@blueprint.get("/partners/<code>/offers/<offer_id>/panel/")
def panel(code: str, offer_id: str) -> Response:
    key, asked, shared = caller(), bare(request), platform()
    offer = shared.store(key).offer_on_file(offer_id.lower()) if is_uuid(offer_id) else None
    if offer is None:
        raise OfferNotFound()
    check_open(offer, moment())
    answer = _public(orjson.loads(offer.answer))
    customer = orjson.loads(offer.request)["customer"]
    theme = asked.args.get("theme", THEMES[0])
    look = Look.of(asked.args)
    html = render_template(
        "widget/fragment.html",
        **panel_facts(_shown(offer, answer, customer), look),
        layout=look.layout,
        theme=theme if theme in THEMES else THEMES[0],
        url=shared.settings.url,
        stylesheet=latest().file("panel.css"),
        session=session_text(Page(key.partner_code, key.mode), answer, customer["language"]),
        offer_json=_inline(answer),
    )
    return Response(html, mimetype="text/html")


def _shown(offer: OfferOnFile, answer: dict[str, Any], customer: dict[str, Any]) -> Shown:
    catalog = platform().shelf.release(offer.release_id)
    names = [product["name"] for product in answer["products"]]
    until = deferred_until(catalog, names, customer, offer.created_at)
    return Shown(answer, catalog, customer, until if until and moment() < until else None)


def _public(answer: dict[str, Any]) -> dict[str, Any]:
    for product in answer["products"]:
        finance = product["details"]["finance"]
        finance |= {name: {"total_amount": None, "total_amount_formatted": None} for name in _NOT_SHOWN}
    return answer


def _inline(answer: dict[str, Any]) -> str:
    """JSON inside a script element: nothing in it can end the element."""
    return orjson.dumps(answer).decode().replace("<", "\\u003c")
