"""The certificate of insurance, as a page and as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from app.adapters.locales import said
from app.web.customer.entrance import entrance
from app.web.customer.visit import records, visit
from app.web.links import Links
from app.web.platform import platform

if TYPE_CHECKING:
    from app.adapters.documents.facts import Addresses
    from app.adapters.documents.issuing import Certificates

blueprint = entrance("certificate", authentication="customer")


@blueprint.get("/<language:language>/coi/<booking_id>")
def show(language: str, booking_id: str) -> Response:
    here = visit(language, booking_id)
    here.viewed("certificate")
    facts = certificates(here.addresses).facts(here.sale, here.language)
    spoken = (here.described(quote).language for quote in here.booking.quotes)
    # What still runs stands first.
    covers = sorted(zip(facts.covers, spoken, strict=True), key=lambda one: one[0].cancelled_on is not None)
    # The number stands on the page itself, large.
    return here.page("certificate", number="", facts=facts, covers=covers, words=said("documents", here.language))


@blueprint.get("/<language:language>/coi/<booking_id>.pdf")
def pdf(language: str, booking_id: str) -> Response:
    here = visit(language, booking_id)
    here.viewed("certificate", form="pdf")
    # On paper and in mail an address needs its origin.
    addresses = Links(platform().settings.url, platform().tokens)
    made = certificates(addresses).certificate_for(here.booking, here.language)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{booking_id}.pdf"'
    return response


def certificates(addresses: Addresses) -> Certificates:
    # Typesetting takes fifty milliseconds to import, which a server that nobody asks for a certificate does not spend.
    from app.adapters.documents.issuing import Certificates

    return Certificates(platform().shelf, records(), addresses)
