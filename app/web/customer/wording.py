"""Policy wordings: exactly the text of the release that an offer or booking was made with. Open to all who have its id.

A wording is what one reads before buying, so no token guards it; it says nothing of who has bought.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for

from app.adapters.locales import direction_of, known_language, said
from app.domain.identifiers import BOOKING_ID
from app.services.find_wording import Policy, Wordings, of_booking, of_offer
from app.web.customer.entrance import entrance
from app.web.customer.visit import languages, records
from app.web.platform import platform

if TYPE_CHECKING:
    from app.web.customer.wording_text import WordingText

blueprint = entrance("wording", authentication="public")
_BOOKING_ID = re.compile(BOOKING_ID)


@blueprint.get("/<language:language>/pds/<reference>")
def show(language: str, reference: str) -> Response:
    found = _chosen(reference)
    say = said("customer", known_language(language))
    texts = [_text(found, policy, say.language) for policy in found.policies]
    shell = {"say": say, "languages": languages(), "seller": texts[0].seller, "logo": _logo(found, texts[0])}
    if len(texts) > 1:
        links = [(text, _address("wording.show", language, reference, text.slug)) for text in texts]
        return _page("wordings", shell, links=links)
    (text,) = texts
    pdf = _address("wording.pdf", language, reference, text.slug)
    return _page("wording", shell, text=text, blocks=text.blocks, pdf=pdf, direction=direction_of(text.language))


@blueprint.get("/<language:language>/pds/<reference>.pdf")
def pdf(language: str, reference: str) -> Response:
    found = _chosen(reference)
    if len(found.policies) != 1:
        abort(404)
    text = _text(found, found.policies[0], known_language(language))
    response = Response(text.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{text.slug}.{text.language}.pdf"'
    return response


def _chosen(reference: str) -> Wordings:
    """The wordings of an offer or a booking, narrowed to the quote or the policy that was asked for."""
    found = _all(reference).narrowed(request.args.get("quote_id"), request.args.get("policy_type"))
    if not found.policies:
        abort(404)
    return found


def _all(reference: str) -> Wordings:
    if _BOOKING_ID.fullmatch(reference):
        booking = records().booking(reference)
        if booking is None:
            abort(404)
        return of_booking(booking.booking)
    offer = records().offer(_offer_id(reference))
    if offer is None:
        abort(404)
    return of_offer(platform().shelf.release(offer.release_id), offer.products, offer.subsidiary)


def _offer_id(reference: str) -> str:
    try:
        return str(UUID(reference))
    except ValueError:
        abort(404)


def _text(found: Wordings, policy: Policy, language: str) -> WordingText:
    # It brings the typesetting along, which is slow to import: see certificate.py.
    from app.web.customer.wording_text import text_of

    return text_of(platform().shelf, found, policy, language)


def _logo(found: Wordings, text: WordingText) -> str:
    return url_for("documents.document", release_id=found.release_id, name=text.seller.logo)


def _address(endpoint: str, language: str, reference: str, slug: str) -> str:
    query: dict[str, Any] = {"policy_type": slug} | (
        {"quote_id": request.args["quote_id"]} if "quote_id" in request.args else {}
    )
    return url_for(endpoint, language=language, reference=reference, **query)


def _page(template: str, shell: dict[str, object], **facts: object) -> Response:
    return Response(render_template(f"customer/{template}.html", **shell, **facts), mimetype="text/html")
