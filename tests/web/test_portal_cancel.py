"""Cancelling at the counter: what comes back is shown first, large refunds need a manager, and once is once."""

from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.tables import outbox
from tests.associate import PIN, At, tablet
from tests.contract import stored_rows
from tests.counter_sales import Sold, sold
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture(scope="module")
def northwind_at(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


@pytest.fixture
def at(northwind_at: At) -> At:
    """A tablet of its own: wrong PINs are counted there."""
    return northwind_at.beside()


def planned(at: At, made: Sold, **fields: object) -> str:
    chosen = at.post(f"{made.url}/cancel", fields={"reason": "changed_mind", **fields})
    assert chosen.status == 303, chosen.text
    return chosen.location


def small(at: At) -> Sold:
    """A sale whose refund is below the store's limit."""
    made = sold(at, price="99")
    assert made.booking.quotes[0].price.total.amount < 50
    return made


def large(at: At) -> Sold:
    made = sold(at, price="1499")
    assert made.booking.quotes[0].price.total.amount > 50
    return made


def test_the_preview_says_what_comes_back_until_when_and_how_and_changes_nothing(at: At) -> None:
    made = small(at)

    page = at.get(planned(at, made))

    assert page.status == 200
    assert made.booking.quotes[0].price.total.formatted in page.text
    assert "Everything comes back until" in page.text
    assert "Card, ending in 4242" in page.text
    assert made.booking.status == "CONFIRMED"


def test_confirmed_it_is_cancelled_with_exactly_that_refund(at: At) -> None:
    made = small(at)

    done = at.follow(at.post(planned(at, made)))

    assert done.heading == "Cover cancelled"
    quote = made.booking.quotes[0]
    assert quote.refund == quote.price.total
    assert quote.reason_for_cancellation == "Changed their mind"
    assert quote.refund is not None
    assert quote.refund.formatted in done.text
    assert [row.event for row in stored_rows(at.app, outbox, booking_id=made.booking_id)][-1] == "cancellation"
    assert "Cover was cancelled" in at.get(made.url).text


def test_after_the_free_days_a_part_comes_back(at: At) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=100)
    made = sold(at, price="99", now=long_ago)

    page = at.get(planned(at, made))

    assert "days are not used yet" in page.text
    assert "Everything came back until" in page.text


def test_of_several_covers_those_that_are_ticked(at: At) -> None:
    made = sold(at, covers=2, price="99")
    first, second = made.booking.quotes
    assert at.post(f"{made.url}/cancel", reason="other").status == 422

    at.post(planned(at, made, quotes=[second.id]))

    assert [quote.status for quote in made.booking.quotes] == ["CONFIRMED", "CANCELLED"]
    assert made.booking.status == "CONFIRMED"
    assert "checked" not in at.get(f"{made.url}/cancel").html
    assert first.title in at.get(f"{made.url}/cancel").text


def test_a_reason_has_to_be_chosen_and_be_one_of_the_catalogs(at: At) -> None:
    made = small(at)

    assert "checked" not in at.get(f"{made.url}/cancel").html
    for reason in ("", "nonsense"):
        assert at.post(f"{made.url}/cancel", reason=reason).status == 422


def test_a_large_refund_waits_for_a_manager(at: At) -> None:
    made, manager = large(at), at.beside("manager")
    plan = planned(at, made)
    assert "A manager has to approve" in at.get(plan).text

    assert at.post(plan).status == 422
    assert made.booking.status == "CONFIRMED"
    done = at.post(plan, staff_id=manager.staff.id, pin=PIN)

    assert done.status == 303
    assert made.booking.status == "CANCELLED"
    entries = at.people.audited(at.store.partner_code, frozenset({at.store.id}))
    assert entries[0].action == "cover_cancelled"
    assert entries[0].facts is not None
    assert entries[0].facts["approved_by"] == manager.staff.id
    assert entries[1].action == "approved"
    assert entries[1].subject == made.booking_id


def test_nobody_approves_their_own_refund_without_the_right_to(at: At) -> None:
    made = large(at)
    at.beside("manager")

    assert at.post(planned(at, made), staff_id=at.staff.id, pin=PIN).status == 422
    assert made.booking.status == "CONFIRMED"


def test_five_wrong_pins_lock_the_manager_on_this_tablet_and_no_pin_is_shown_again(at: At) -> None:
    made, manager = large(at), at.beside("manager")
    plan = planned(at, made)

    for left in (4, 3, 2, 1):
        wrong = at.post(plan, staff_id=manager.staff.id, pin="918274")
        assert wrong.status == 422
        assert f"Tries left: {left}." in wrong.text
        assert "918274" not in wrong.html
    assert "locked" in at.post(plan, staff_id=manager.staff.id, pin="918274").text
    assert "locked" in at.post(plan, staff_id=manager.staff.id, pin=PIN).text
    assert made.booking.status == "CONFIRMED"


def test_who_may_approve_is_not_asked_for_a_pin(at: At) -> None:
    made, manager = large(at), at.beside("manager")
    plan = planned(manager, made)

    assert "A manager has to approve" not in manager.get(plan).text
    assert manager.post(plan).status == 303
    assert made.booking.status == "CANCELLED"


def test_a_large_refund_in_small_parts_is_a_large_refund(at: At) -> None:
    made = sold(at, covers=2, price="549")
    at.beside("manager")
    amounts = [quote.price.total.amount for quote in made.booking.quotes]
    assert max(amounts) < 50 * 2 < sum(amounts) * 2

    cheap, other = sorted(made.booking.quotes, key=lambda quote: quote.price.total.amount)
    if cheap.price.total.amount <= 50:
        at.post(planned(at, made, quotes=[cheap.id]))
    assert "A manager has to approve" in at.get(planned(at, made, quotes=[other.id])).text


def test_in_a_store_without_a_manager_the_page_says_so(at: At) -> None:
    lonely = at.elsewhere()
    made = large(lonely)
    admins = [one for one in lonely.people.staff_of_store(lonely.store.id) if one.may("approve") and one.pin_hash]

    page = lonely.get(planned(lonely, made))

    assert ("Nobody who may approve" in page.text) == (not admins)


def test_a_second_tap_finds_it_done(at: At) -> None:
    made = small(at)
    plan = planned(at, made)
    form = at.get(plan).form(plan)

    first, second = (at.post(plan, form=form) for _ in range(2))

    assert first.status == 303
    assert second.status == 200
    assert second.heading == "Cover cancelled"
    assert at.get(made.url).text.count("Cover was cancelled") == 1


def test_a_preview_of_a_booking_that_has_changed_since_cancels_nothing(at: At) -> None:
    made = small(at)
    plan = planned(at, made)
    form = at.get(plan).form(plan)
    at.post(f"{made.url}/contact", email="else@home.example")

    assert "no longer up to date" in at.post(plan, form=form).text
    assert made.booking.status == "CONFIRMED"


def test_another_bookings_preview_is_not_found(at: At) -> None:
    made, other = small(at), small(at)
    preview = planned(at, other).rpartition("/")[2]

    assert at.get(f"{made.url}/cancel/{preview}").status == 404
    assert at.elsewhere().get(f"{other.url}/cancel/{preview}").status == 404
    assert at.abroad().get(f"{other.url}/cancel/{preview}").status == 404
    assert at.get(f"{made.url}/cancel/AAAAA-AAAAA-AAAAA-CCL").status == 404
    assert at.get(f"{made.url}/cancel/x").status == 404


def test_htmx_gets_the_same_block_with_its_errors(at: At) -> None:
    made = small(at)

    refused = at.htmx.post(f"{made.url}/cancel", reason="")

    assert refused.status == 422
    assert "<html" not in refused.html
    assert 'id="step"' in refused.html
