"""The use case Create Offer, with a real catalog and store: chance, the clock and ids are handed to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.adapters.tables import offers
from app.catalog.matching import Asker
from app.domain.errors import QuoteGenerationFailed, RequestInvalid, StoreUnavailable
from app.domain.offers import Offer
from app.services.create_offer import Desk, Order, create_offer
from app.services.records import OfferFilter, OfferPage, OfferRecord
from tests.conftest import environment_of
from tests.contract import stored_offers
from tests.partner import Partner, close, example, published_platform

NOW = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)


@dataclass
class Office:
    """A desk on a real store, and what the caller of the use case brings."""

    partner: Partner
    desk: Desk
    seen: list[Offer]

    def asked(self, body: Any, desk: Desk | None = None, **asker: Any) -> Offer:
        who = Asker(**({"key_kind": "live", "subsidiary": None, "active_only": False} | asker))
        order = Order(body, orjson.dumps(body), who, include_content=True, include_benefits=True)
        create_offer(desk or self.desk, order, self.presented)
        return self.seen[-1]

    def presented(self, offer: Offer) -> bytes:
        self.seen.append(offer)
        return f"answer of {offer.id}".encode()


@pytest.fixture(scope="module")
def northwind_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partner]:
    folder = tmp_path_factory.mktemp("services")
    partner = published_platform(environment_of(f"sqlite:///{folder}/own.db", folder), "northwind")
    yield partner
    close(partner.app)


@pytest.fixture
def office(northwind_alone: Partner) -> Office:
    numbers = count(stored_offers(northwind_alone.app) * 100 + 1)
    platform = northwind_alone.platform
    key = platform.keyring.key(northwind_alone.key_id)
    assert key is not None

    def numbered() -> str:
        return f"00000000-0000-4000-8000-{next(numbers):012d}"

    desk = Desk(
        catalog=platform.shelf.catalog("NWIND"),
        store=platform.store(key),
        now=NOW,
        new_offer_id=numbered,
        new_id=numbered,
        chance=lambda: 0.0,
        document_url=lambda path: f"https://cover.example/{path}",
    )
    return Office(northwind_alone, desk, [])


def row(office: Office, offer: Offer) -> Any:
    with office.partner.platform.database.reading() as connection:
        return connection.execute(select(offers).where(offers.c.id == offer.id)).one()


@pytest.mark.parametrize(("drawn", "first"), [(0.0, True), (0.4999, True), (0.5, False), (0.9999, False)])
def test_who_is_not_known_is_drawn_by_chance(office: Office, drawn: float, first: bool) -> None:
    headphones = example("northwind", "headphones") | {"partner": {}}
    variants = [offer.experiment.variant for offer in office.desk.catalog.offers if offer.experiment]

    offer = office.asked(headphones, replace(office.desk, chance=lambda: drawn))

    assert offer.experiment is not None
    assert (offer.experiment.variant == variants[0]) is first


def test_who_is_known_is_never_drawn_by_chance(office: Office) -> None:
    headphones = example("northwind", "headphones") | {"partner": {"customer_id": "C-1"}}

    seen = set()
    for drawn in (0.0, 0.999):
        offer = office.asked(headphones, replace(office.desk, chance=_constantly(drawn)))
        seen.add(offer.offer_config_id)

    assert len(seen) == 1


def _constantly(value: float) -> Callable[[], float]:
    return lambda: value


def test_the_row_keeps_time_expiry_answer_and_exact_terms(office: Office) -> None:
    offer = office.asked(example("northwind", "camera"))

    kept = row(office, offer)
    assert kept.created_at.replace(tzinfo=UTC) == NOW
    assert kept.expires_at.replace(tzinfo=UTC) == NOW + timedelta(hours=720)
    assert kept.answer == f"answer of {offer.id}"
    terms = orjson.loads(kept.terms)
    for quote, term in zip(offer.quotes, terms, strict=True):
        assert (term["net"] + term["tax"], term["id"]) == (quote.price.total.units, quote.id)
        assert "premium" in term["steps"]


def test_an_offer_without_a_term_of_its_own_does_not_expire(office: Office) -> None:
    offer = office.asked(example("northwind", "keyboard-draft"), key_kind="test")

    assert row(office, offer).expires_at is None


@pytest.mark.parametrize("problem", [RuntimeError("a defect in the presenter"), StoreUnavailable()])
def test_an_answer_that_cannot_be_written_is_not_stored(office: Office, problem: Exception) -> None:
    body = example("northwind", "camera")
    before = stored_offers(office.partner.app)

    def failing(_: Offer) -> bytes:
        raise problem

    with pytest.raises(type(problem)):
        create_offer(office.desk, Order(body, b"{}", Asker("live", None, False), True, True), failing)

    assert stored_offers(office.partner.app) == before


class ClosedStore:
    """A store whose database is away."""

    mode = "live"

    def add_offer(self, record: OfferRecord) -> None:
        raise StoreUnavailable()

    def offer_answer(self, offer_id: str) -> str | None:
        raise StoreUnavailable()

    def offers(self, wanted: OfferFilter) -> OfferPage:
        raise StoreUnavailable()


def test_what_cannot_be_stored_is_not_answered(office: Office) -> None:
    with pytest.raises(StoreUnavailable):
        office.asked(example("northwind", "camera"), replace(office.desk, store=ClosedStore()))


def test_invalid_requests_and_unpriced_offers_take_no_offer_id(office: Office) -> None:
    def never() -> str:
        raise AssertionError("an id was taken")

    desk = replace(office.desk, new_offer_id=never)
    unpriced = example("northwind", "camera")
    del unpriced["context"]["product"]["retail_value"]

    with pytest.raises(RequestInvalid):
        office.asked({}, desk)
    with pytest.raises(QuoteGenerationFailed):
        office.asked(unpriced, desk)


def test_exchange_rates_are_those_of_the_day_it_is_asked_on(office: Office) -> None:
    camera = example("northwind", "camera")

    spring = office.asked(camera, replace(office.desk, now=datetime(2026, 3, 1, tzinfo=UTC)))
    autumn = office.asked(camera)

    assert spring.quotes[0].steps["value"] == pytest.approx(300 / 1.1746)
    assert autumn.quotes[0].steps["value"] == pytest.approx(300 / 1.1620)
