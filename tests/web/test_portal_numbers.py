"""How often was asked and what came of it: one's own for everybody who sells, the store's for who runs it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from app.adapters.tables import bookings
from tests.associate import At, tablet
from tests.counter_sales import Sold, asked, sold
from tests.partner import Partner

DATABASES = ("sqlite",)

OWN, STORE = "/portal/numbers", "/portal/numbers/store"


@pytest.fixture(scope="module")
def world(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


@pytest.fixture
def at(world: At) -> At:
    return world.elsewhere()


def figures(at: At, url: str = OWN) -> dict[str, list[str]]:
    """Row by row: today, 7 days, 28 days."""
    html = at.get(url).html.partition("<table")[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">([^<]*)</th>((?:<td>[^<]*</td>)+)', html)
    return {name: re.findall(r"<td>([^<]*)</td>", cells) for name, cells in rows}


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def cancelled(made: Sold) -> None:
    manager = made.at.beside("manager")
    manager.post(manager.post(f"{made.url}/cancel", reason="other").location)
    assert made.booking.status == "CANCELLED"


def test_a_known_day_is_counted_right(at: At) -> None:
    sold(at)
    cancelled(sold(at))
    asked(at, "no")
    asked(at)
    sold(at, now=ago(4))
    asked(at, "no", now=ago(20))
    sold(at, now=ago(40))

    assert figures(at) == {
        "Sales begun": ["4", "5", "6"],
        "Asked": ["4", "5", "6"],
        "Sold": ["2", "3", "3"],
        "Not today": ["1", "1", "2"],
        "Cancelled within 30 days": ["1", "1", "1"],
        "Share of customers asked": ["100%", "100%", "100%"],
        "Share of asked who bought": ["50%", "60%", "50%"],
    }


def test_a_scan_that_found_nothing_has_begun_no_sale(at: At) -> None:
    at.post("/portal/", code="9999999999994")
    at.post("/portal/", code="hovercraft")
    sold(at)

    assert figures(at)["Sales begun"][0] == "1"
    at.post("/portal/", code="NW-PH-5")
    assert figures(at)["Sales begun"][0] == "2"
    assert figures(at)["Share of customers asked"][0] == "50%"


def test_one_sees_ones_own_and_a_manager_the_stores_person_by_person(at: At) -> None:
    sold(at)
    colleague, manager = at.beside(), at.beside("manager")
    for _ in range(2):
        sold(colleague)

    assert figures(at)["Sold"][0] == "1"
    assert figures(colleague)["Sold"][0] == "2"
    assert figures(manager, STORE)["Sold"][0] == "3"
    store = manager.get(STORE)
    assert store.text.index(colleague.staff.name) < store.text.index(at.staff.name)
    assert at.get(STORE).status == 403


def test_an_auditor_sees_the_stores_numbers_and_has_none_of_their_own(at: At) -> None:
    auditor = at.desk("auditor")

    assert auditor.get(STORE).status == 200
    assert auditor.get(OWN).status == 403
    assert at.desk("developer").get(STORE).status == 403


def test_other_stores_other_partners_and_practice_are_counted_apart(at: At) -> None:
    sold(at)
    learner = tablet(at.app, store=at.store, is_training=True, staff=at.staff)
    for _ in range(2):
        sold(learner)

    assert figures(at)["Sold"][0] == "1"
    assert figures(learner)["Sold"][0] == "2"
    assert "nothing to show yet" in at.elsewhere("manager").get(STORE).text
    assert "nothing to show yet" in at.abroad("manager").get(STORE).text


def test_cover_given_back_after_more_than_thirty_days_is_not_counted_as_given_back(at: At) -> None:
    made = sold(at, now=ago(27))
    with_days = sold(at, now=ago(27))
    cancelled(with_days)
    _cancelled_late(made)

    assert figures(at)["Cancelled within 30 days"][2] == "1"


def _cancelled_late(made: Sold) -> None:
    """As if four more days had passed before it was given back."""
    cancelled(made)
    with made.at.platform.database.writing() as connection:
        late = update(bookings).where(bookings.c.id == made.booking_id)
        connection.execute(late.values(updated_at=ago(27) + timedelta(days=31)))


def test_a_day_begins_when_it_begins_in_the_store(world: At) -> None:
    """At most one of two places half a world apart has the day that the server has."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        at = world.elsewhere(time_zone=zone)
        midnight = datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        asked(at, now=midnight.astimezone(UTC))
        asked(at, now=midnight.astimezone(UTC) - timedelta(seconds=1))

        assert figures(at)["Asked"] == ["1", "2", "2"]


def test_the_chart_has_a_table_that_says_the_same(at: At) -> None:
    sold(at)

    page = at.get(OWN)

    assert page.html.count('<table class="hidden">') == 2
    assert "By day" in page.text


def test_where_the_law_limits_what_selling_may_earn_it_stands_beside_the_numbers(world: At) -> None:
    california = _in_california(world)

    assert "15 dollars" in california.get(OWN).text
    assert "15 dollars" not in world.get(OWN).text


def _in_california(world: At) -> Any:
    return tablet(world.app, country="US", region="CA", currency="USD", time_zone="America/Los_Angeles")
