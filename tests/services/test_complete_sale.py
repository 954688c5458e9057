"""However often a sale is confirmed at once, every article is booked once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.adapters.tables import bookings
from app.domain.drafts import BOOKING, SOLD, Draft, first_open
from app.domain.portal_errors import DraftEnded, PortalRefused
from app.services.complete_sale import Register, claimed, complete_sale
from tests.associate import At, tablet
from tests.begun_sale import sale_at
from tests.conftest import Environment
from tests.partner import published_platform


@pytest.fixture
def at(sqlite_environment: Environment, tmp_path: Path) -> At:
    return tablet(published_platform(sqlite_environment, "northwind").app)


def register_of(at: At) -> Register:
    counter = at.platform.shelf.catalog(at.store.partner_code).counter
    assert counter is not None
    return Register(at.store, at.staff, "card_gateway", counter)


def booked(at: At) -> int:
    with at.platform.database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(bookings)) or 0)


def test_nothing_is_booked_of_a_sale_that_was_not_claimed(at: At) -> None:
    sale = sale_at(at, "check")

    with pytest.raises(DraftEnded):
        complete_sale(sale.desk(), register_of(at), sale.draft)

    assert booked(at) == 0


@pytest.mark.parametrize("amount", ["62.02", "0", "6302"])
def test_a_payment_of_another_amount_pays_for_nothing(at: At, amount: str) -> None:
    sale, register = sale_at(at, "check"), register_of(at)
    paid = sale.draft.payment
    assert paid is not None
    other = replace(sale.draft, payment=replace(paid, amount=amount))

    assert first_open(sale.draft) == "check" and first_open(other) == "payment"
    with pytest.raises(PortalRefused) as refused:
        claimed(register, other, datetime.now(UTC))
    assert refused.value.key == "step_missing"
    with pytest.raises(PortalRefused):
        complete_sale(sale.desk(), register, replace(other, status=BOOKING))
    assert booked(at) == 0


def test_who_is_not_trained_where_the_law_asks_for_it_sells_nothing(at: At) -> None:
    trained = at.elsewhere(country="US", region="WA", currency="USD", trained=("us-training",))
    sale = sale_at(trained, "check")
    colleague = register_of(trained.beside())

    with pytest.raises(PortalRefused) as refused:
        claimed(colleague, sale.draft, datetime.now(UTC))
    assert refused.value.key == "training"
    with pytest.raises(PortalRefused):
        complete_sale(sale.desk(), colleague, replace(sale.draft, status=BOOKING))
    assert booked(at) == 0
    assert claimed(register_of(trained), sale.draft, datetime.now(UTC)).status == BOOKING


def test_in_practice_everybody_may_learn_to_sell(at: At) -> None:
    learner = at.elsewhere(country="US", region="WA", currency="USD", is_training=True)
    sale = sale_at(learner, "check")

    assert claimed(register_of(learner), sale.draft, datetime.now(UTC)).status == BOOKING


def test_twenty_confirmations_at_once_make_one_booking_an_article(
    at: At,
) -> None:
    sale = sale_at(at, "check", articles=2)
    register = register_of(at)
    draft = claimed(register, sale.draft, datetime.now(UTC))
    desks = [sale.desk() for _ in range(20)]

    def confirm(number: int) -> Draft:
        return complete_sale(desks[number], register, draft)

    with ThreadPoolExecutor(20) as pool:
        sold = list(pool.map(confirm, range(20)))

    assert {one.status for one in sold} == {SOLD}
    assert len({tuple(line.booking_id for line in one.lines) for one in sold}) == 1
    assert booked(at) == 2
