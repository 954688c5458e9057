"""What becomes of an offer: it is confirmed, or the customer opts out."""

from flask import Response, request

from app.domain.errors import OfferNotFound
from app.services.confirm_offer import Confirmation, confirm_offer
from app.services.opt_out_offer import opt_out_offer
from app.web.answer import JsonAnswer
from app.web.api.desk import partner_desk, presenter
from app.web.api.gate import guard
from app.web.api.parameters import is_uuid
from app.web.api.request_body import checked_body
from app.web.door import bare, door
from app.web.platform import platform

blueprint = door("sales", authentication="signed")
guard(blueprint)


@blueprint.post("/partners/<code>/offers/<offer_id>/confirm/")
def confirm(code: str, offer_id: str) -> Response:
    with partner_desk() as desk:
        body = checked_body(bare(request), "confirm_request")
        shared = platform()
        token = body.get("selection_token")
        asked = Confirmation(
            offer_id=_known_form(offer_id),
            body=body,
            selection=None if token is None else shared.selections.selection(token),
            rejects_broken_rules=shared.settings.rejects_broken_rules,
        )
        return JsonAnswer(confirm_offer(desk, asked, presenter().confirmed))


@blueprint.post("/partners/<code>/offers/<offer_id>/opt_out/")
def opt_out(code: str, offer_id: str) -> Response:
    with partner_desk(status=204) as desk:
        metadata = checked_body(bare(request), "opt_out_request")
        return JsonAnswer(opt_out_offer(desk, _known_form(offer_id), metadata), 204)


def _known_form(offer_id: str) -> str:
    if not is_uuid(offer_id):
        raise OfferNotFound()
    return offer_id.lower()
