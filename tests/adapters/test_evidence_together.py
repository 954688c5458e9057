"""Many writers on one trail: it stays whole, and no number is left out or given twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from app.adapters import tables
from app.domain.errors import Conflict
from app.domain.evidence import Happening
from tests.conftest import Environment
from tests.evidence import Sold, bought, offered, patched, rows, sold
from tests.partner import Partner, published_platform

THREADS, EACH = 16, 4


def only_offers(partner: Partner, offer: str) -> Sold:
    return Sold(partner, offer, offer, offer, "", "", {})


def test_sixteen_writers_on_one_trail_leave_it_whole_with_consecutive_numbers(empty_environment: Environment) -> None:
    """A writer that loses twelve times in a row is told so, and asks again: nobody's event is lost or doubled."""
    partner = published_platform(empty_environment, "northwind")
    offer = offered(partner)[0]
    platform = only_offers(partner, offer)
    together = Barrier(THREADS)

    def opt_out(number: int) -> bool:
        status = partner.post(f"offers/{offer}/opt_out/", {"partner_metadata": {"n": number}}).status_code
        assert status in (204, 409, 423, 503), status
        return status == 204

    def see(number: int) -> bool:
        try:
            platform.record(offer, Happening("seen", "shopper", {"n": number}))
        except Conflict:
            return False
        return True

    def write(number: int) -> None:
        together.wait()
        for turn in range(EACH):
            one = opt_out if number % 2 else see
            while not one(number * EACH + turn):
                pass

    with ThreadPoolExecutor(THREADS) as writers:
        list(writers.map(write, range(THREADS)))

    events = rows(partner.platform.database, tables.events)
    assert [event["number"] for event in events] == list(range(1, THREADS * EACH + 1))
    assert sorted(event["name"] for event in events) == ["opted_out"] * 32 + ["seen"] * 32
    assert platform.breaks() == []


def test_what_is_verified_while_it_grows_does_not_look_broken(empty_environment: Environment) -> None:
    """A reader sees a page of trails, their events and bookings as of one moment."""
    platform = sold(empty_environment)
    done = Event()

    def go_on(_: int) -> None:
        while not done.is_set():
            booking, offer = bought(platform.partner)
            patched(platform.partner, f"bookings/{booking}", {"policyholder": {"city": "Porto"}})
            platform.record(offer, Happening("viewed", "customer", {}))

    with ThreadPoolExecutor(3) as writers:
        running = [writers.submit(go_on, number) for number in range(3)]
        try:
            found = [platform.breaks() for _ in range(12)]
        finally:
            done.set()
        for one in running:
            one.result()

    assert found == [[]] * 12
    assert platform.breaks() == []
