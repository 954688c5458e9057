"""However often and however simultaneously a confirmation comes, it makes one booking."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.adapters.tables import bookings, outbox
from tests.conftest import environment_of
from tests.contract import stored_rows
from tests.partner import Partner, published_platform, wish
from tests.process import serving

Offer = dict[str, Any]
Answers = list[tuple[int, bytes]]
Send = Callable[[dict[str, str]], tuple[int, bytes]]
REQUESTS, AT_ONCE = 1_000, 50


def all_answers(send: Send, count: int, headers: dict[str, str]) -> Answers:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda _: send(headers), range(count)))


def check_same_key(partner: Partner, offer: Offer, answers: Answers) -> None:
    """One booking; whoever was told of it was told the same."""
    (booking,) = stored_rows(partner.app, bookings, offer_id=offer["id"])
    counted = Counter(status for status, _ in answers)
    told = {body for status, body in answers if status in (200, 409)}

    assert counted[200] == 1, counted
    assert set(counted) <= {200, 409, 423}, counted
    assert [orjson.loads(body)["id"] for body in told] == [booking.id]
    assert len(stored_rows(partner.app, outbox, booking_id=booking.id)) == 1


def check_no_key(partner: Partner, offer: Offer, answers: Answers) -> None:
    """One booking; everybody else is told its number."""
    (booking,) = stored_rows(partner.app, bookings, offer_id=offer["id"])
    sentence = f"Booking already exists for fast_quote_id {offer['id']}. INS number: {booking.id}"
    refusals = [orjson.loads(body)["errors"] for status, body in answers if status == 422]

    assert Counter(status for status, _ in answers) == {200: 1, 422: len(answers) - 1}
    assert refusals == [[sentence]] * len(refusals)
    assert len(stored_rows(partner.app, outbox, booking_id=booking.id)) == 1


def in_this_process(partner: Partner, offer: Offer) -> Send:
    def send(headers: dict[str, str]) -> tuple[int, bytes]:
        answer = partner.confirm(offer, **headers)
        return answer.status_code, answer.data

    return send


def test_in_the_threads_of_one_server_on_sqlite(sqlite_environment: dict[str, str]) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    first, second = partner.offered("camera"), partner.offered("camera")

    with_key = all_answers(in_this_process(partner, first), REQUESTS, {"x_idempotency_key": "k"})
    without = all_answers(in_this_process(partner, second), REQUESTS // 5, {})

    check_same_key(partner, first, with_key)
    check_no_key(partner, second, without)


@pytest.fixture
def own_postgresql(new_postgresql: Callable[[], str], tmp_path: Path) -> dict[str, str]:
    return environment_of(new_postgresql(), tmp_path)


def test_across_two_server_processes_on_postgresql(own_postgresql: dict[str, str], tmp_path: Path) -> None:
    partner = published_platform(own_postgresql, "northwind")
    first, second = partner.offered("camera"), partner.offered("camera")

    with serving(own_postgresql, tmp_path, "--workers", "2") as server:

        def to(offer: Offer) -> Send:
            path, body = partner.path(f"offers/{offer['id']}/confirm/"), orjson.dumps(wish(offer))

            def send(headers: dict[str, str]) -> tuple[int, bytes]:
                given = partner.signed("POST", path, Content_Type="application/json", **headers)
                answer = server.ask(path, given, body, "POST")
                return answer.status, answer.body

            return send

        with_key = all_answers(to(first), REQUESTS, {"x_idempotency_key": "k"})
        without = all_answers(to(second), REQUESTS // 5, {})

    check_same_key(partner, first, with_key)
    check_no_key(partner, second, without)
