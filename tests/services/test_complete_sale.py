"""However often a sale is confirmed at once, every article is booked once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from app.adapters.tables import bookings
from app.domain.drafts import SOLD, Draft
from app.services.complete_sale import Register, complete_sale
from tests.associate import tablet
from tests.begun_sale import sale_at
from tests.conftest import Environment
from tests.partner import published_platform


def test_twenty_confirmations_at_once_make_one_booking_an_article(
    sqlite_environment: Environment, tmp_path: Path
) -> None:
    at = tablet(published_platform(sqlite_environment, "northwind").app)
    sale = sale_at(at, "check", articles=2)
    draft, register = sale.draft, Register(at.store, at.staff, "card_gateway")
    desks = [sale.desk() for _ in range(20)]

    def confirm(number: int) -> Draft:
        return complete_sale(desks[number], register, draft)

    with ThreadPoolExecutor(20) as pool:
        sold = list(pool.map(confirm, range(20)))

    assert {one.status for one in sold} == {SOLD}
    assert len({tuple(line.booking_id for line in one.lines) for one in sold}) == 1
    with at.platform.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(bookings)) == 2
