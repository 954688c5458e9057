"""The evidence of one sale, for who may read it: whether it is whole, what it holds, and a copy to hand on."""

from __future__ import annotations

from flask import Response, request

from app.adapters.evidence_dossier import Dossier, dossier, subject_of
from app.adapters.evidence_export import export_json, export_of
from app.domain.errors import Conflict
from app.domain.evidence import Happening
from app.domain.portal_errors import NotAllowed, NotHere
from app.services.record_evidence import record_booking_evidence
from app.web.platform import platform
from app.web.portal.answers import page
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter
from app.web.portal.history import history_of
from app.web.portal.served import AREA, desk, moment_of, noted, sales, serving_door, store_of, the_sale

blueprint = serving_door("portal_evidence")
KINDS = {"json": "application/json", "pdf": "application/pdf"}


@blueprint.before_request
def _let_read() -> None:
    if not counter().staff.may("read_evidence"):
        raise NotAllowed()


@blueprint.route("/portal/bookings/<booking_id>/evidence", methods=["GET", "POST"])
def evidence(booking_id: str) -> Response:
    sale, form = the_sale(booking_id), PortalForm()
    if form.is_sent():
        return _copy(sale.booking.id)
    at, store = counter(), store_of(sale)
    found = _dossier(sale.booking.id)
    seals = [moment_of(at, at.now.fromisoformat(one.seal.to_at), store) for one in found.coverings]
    happened = history_of(sale, sales().history(sale))
    facts = {"breaks": found.breaks, "seal": seals[-1] if seals else "", "history": happened}
    return page("evidence", form.status, area=AREA, form=form, sale=sale.booking, **facts)


def _dossier(booking_id: str) -> Dossier:
    shared = platform()
    return dossier(shared.database, shared.settings.secret_key, subject_of(shared.database, booking_id))


def _copy(booking_id: str) -> Response:
    """Written down before it is given: nobody takes evidence out without a trace."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise NotHere()
    at = counter()
    happened = Happening("exported", at.actor, {"booking": booking_id, "as": [kind]})
    try:
        record_booking_evidence(desk(), booking_id, happened)
    except Conflict:
        # A broken trail takes no event any more, and is what somebody has to be able to take out.
        noted("evidence_unrecorded", booking_id)
    noted("evidence_exported", booking_id, kind=kind)
    found = export_of(_dossier(booking_id), at.actor, at.now)
    answer = Response(export_json(found) if kind == "json" else _pdf(found), mimetype=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{booking_id}.{kind}"'
    return answer


def _pdf(found: dict[str, object]) -> bytes:
    # Typesetting takes fifty milliseconds to import, which a server that nobody asks for it does not spend.
    from app.adapters.documents.evidence import evidence_pdf
    from app.adapters.evidence_pages import evidence_facts

    return evidence_pdf(evidence_facts(found))
