"""Certificates for whoever asks, a page or a letter: reads what a booking rests on, and has it drawn."""

from dataclasses import dataclass

from app.adapters.counter_sales import CounterSales
from app.adapters.customer_records import CustomerRecords
from app.adapters.documents.certificate import CertificateFacts, certificate_pdf
from app.adapters.documents.facts import Addresses, Issuer, certificate_facts
from app.adapters.shelf import Shelf
from app.catalog.seller import seller_of
from app.domain.bookings import Booking
from app.domain.drafts import Line
from app.services.describe_cover import Sale


@dataclass(frozen=True, slots=True)
class Certificates:
    shelf: Shelf
    records: CustomerRecords
    addresses: Addresses

    def certificate_for(self, booking: Booking, language: str) -> bytes:
        """The booking as given: a letter tells what was so when it was caused."""
        request = self.records.request_of(booking.id)
        sale = Sale(booking, request, self.shelf.release(booking.release_id))
        return certificate_pdf(self.facts(sale, language))

    def facts(self, sale: Sale, language: str) -> CertificateFacts:
        seller = seller_of(self.shelf.partner(sale.booking.release_id), sale.booking.subsidiary)
        logo = self.shelf.page(sale.booking.release_id, seller.logo)
        issuer = Issuer(seller, logo and logo[1], self.addresses)
        return certificate_facts(sale, issuer, language, self._article(sale.booking))

    def _article(self, booking: Booking) -> Line | None:
        """What a store sold cover for, with the number it has now: one that was exchanged since has another."""
        sales = CounterSales(self.records.database, booking.partner_code, booking.mode, None)
        sale = sales.sale(booking.id)
        return None if sale is None else sales.line(sale)
