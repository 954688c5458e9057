"""Certificates for whoever asks, a page or a letter: reads what a booking rests on, and has it drawn."""

from dataclasses import dataclass

from app.adapters.customer_records import CustomerRecords
from app.adapters.documents.certificate import CertificateFacts, certificate_pdf
from app.adapters.documents.facts import Addresses, Issuer, certificate_facts
from app.adapters.shelf import Shelf
from app.catalog.seller import seller_of
from app.domain.bookings import Booking
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
        return certificate_facts(sale, Issuer(seller, logo and logo[1], self.addresses), language)
