"""One webhook, one attempt: signed as partners check it, and safe from whatever a receiver answers."""

import asyncio
import base64
import hmac
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import orjson
import pytest
from sqlalchemy import update
from standardwebhooks import Webhook, WebhookVerificationError

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.adapters.tables import webhook_endpoints
from app.adapters.webhook_addresses import AddressRules
from app.adapters.webhook_sending import WebhookCarrier
from app.adapters.webhook_signing import standard_secret
from app.services.deliver import Answer, Due
from tests import receiver as bad
from tests.deliveries import BODY, EVERYTHING, SECRET, endpoints_of, new_endpoint
from tests.receiver import Received, Receiver, receiving

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def database(sqlite_environment: dict[str, str]) -> Iterator[Database]:
    database = Database(sqlite_environment["DATABASE_URL"], pool_size=2)
    migrate(database)
    yield database
    database.close()


def carried(
    database: Database, endpoint: str | None, seconds: float = 10, rules: AddressRules = EVERYTHING, times: int = 1
) -> Answer:
    """The last answer of so many deliveries by one carrier."""

    async def carry() -> Answer:
        carrier = WebhookCarrier(endpoints_of(database), rules, seconds, (60.0, 300.0, 3600.0))
        due = Due("msg-1", "webhook", "NWIND", "live", "K7RWD-3HXQP-INS", "BOOKING_CREATED", endpoint, BODY, 1, AT)
        try:
            return [await carrier.carry(due) for _ in range(times)][-1]
        finally:
            await carrier.close()

    return asyncio.run(carry())


def sent(database: Database, receiver: Receiver, path: str, **changes: Any) -> Received:
    endpoint = new_endpoint(database, receiver.url + path, **changes)
    assert carried(database, endpoint).outcome == "delivered"
    return receiver.calls(path)[-1]


def contract_signature_is_by(secret: str, received: Received) -> bool:
    """As a partner's developer would write it from the documentation."""
    parts = dict(re.findall(r'(\w+)="([^"]*)"', received.headers["authorization"]))
    assert received.headers["authorization"].startswith("Signature ")
    assert (parts["keyId"], parts["algorithm"]) == ("wk_northwind", "hmac-sha256")
    text = f"date: {received.headers['date']}"
    expected = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()
    return unquote(parts["signature"]) == expected


def test_a_delivery_is_what_the_contract_says(database: Database, receiver: Receiver) -> None:
    received = sent(database, receiver, "/contract")

    assert received.body == BODY.encode()
    assert received.headers["x-api-key"] == "wk_northwind"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"] == "Awning-Webhooks"
    assert contract_signature_is_by(SECRET, received)
    assert not contract_signature_is_by("another", received)


def test_the_standard_webhooks_library_verifies_it(database: Database, receiver: Receiver) -> None:
    received = sent(database, receiver, "/standard")

    assert received.headers["webhook-id"] == "msg-1"
    assert Webhook(standard_secret(SECRET)).verify(received.body, received.headers) == orjson.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(standard_secret("another")).verify(received.body, received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(standard_secret(SECRET)).verify(received.body + b" ", received.headers)


def test_during_a_roll_receivers_may_switch_whenever_they_like(database: Database, receiver: Receiver) -> None:
    endpoint = new_endpoint(database, receiver.url + "/rolled")
    new = endpoints_of(database).roll(endpoint, datetime.now(UTC), timedelta(hours=1))

    carried(database, endpoint)

    (received,) = receiver.calls("/rolled")
    for secret in (SECRET, new):
        Webhook(standard_secret(secret)).verify(received.body, received.headers)
    assert contract_signature_is_by(new, received)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_counts(database: Database, receiver: Receiver, status: int) -> None:
    receiver.behaviour["/well"] = bad.says(status)

    assert carried(database, new_endpoint(database, receiver.url + "/well")).outcome == "delivered"


BAD: dict[str, tuple[Callable[..., None], int | None, str]] = {
    "500": (bad.says(500, b"oh dear"), 500, "oh dear"),
    "404": (bad.says(404, b"nobody here"), 404, "nobody here"),
    "NUL and no UTF-8": (bad.says(500, b"a\x00\xff"), 500, "a\ufffd\ufffd"),
    "closed": (bad.closes, None, "ServerDisconnectedError"),
    "nonsense": (bad.talks_nonsense, None, "BadStatusLine|BadHttpMessage|ClientResponseError"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_tried_again_and_written_down(database: Database, receiver: Receiver, name: str) -> None:
    behaviour, status, said = BAD[name]
    receiver.behaviour["/bad"] = behaviour

    answer = carried(database, new_endpoint(database, receiver.url + "/bad"))

    assert (answer.outcome, answer.status) == ("failed", status)
    assert re.match(said, answer.said), answer.said
    assert answer.pace is not None and (answer.pace.quick_attempts, answer.pace.hourly_attempts) == (3, 72)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_a_failure_and_is_not_followed(database: Database, receiver: Receiver, status: int) -> None:
    receiver.behaviour["/moved"] = bad.says(status, Location=f"{receiver.url}/never")

    answer = carried(database, new_endpoint(database, receiver.url + "/moved"))

    assert (answer.outcome, answer.status) == ("failed", status)
    assert receiver.calls("/never") == []


@pytest.mark.parametrize("behaviour", [bad.hangs, bad.drips_headers], ids=["hangs", "drips headers"])
def test_who_does_not_answer_in_time_has_not_answered(
    database: Database, receiver: Receiver, behaviour: Callable[..., None]
) -> None:
    receiver.behaviour["/slow"] = behaviour

    answer = carried(database, new_endpoint(database, receiver.url + "/slow"), seconds=0.3)

    assert (answer.outcome, answer.status, answer.said) == ("failed", None, "No answer within 0.3 seconds.")


@pytest.mark.parametrize("behaviour", [bad.ten_megabytes, bad.drips], ids=["ten megabytes", "a drip for ever"])
def test_of_an_endless_answer_a_kilobyte_is_read(
    database: Database, receiver: Receiver, behaviour: Callable[..., None]
) -> None:
    receiver.behaviour["/long"] = behaviour

    answer = carried(database, new_endpoint(database, receiver.url + "/long"))

    assert (answer.outcome, answer.status) == ("delivered", 200)
    assert 1 <= len(answer.said) <= 1024
    assert set(answer.said) == {"x"}


def test_a_connection_closed_between_two_deliveries_costs_no_attempt(database: Database, receiver: Receiver) -> None:
    """The second finds the kept connection closed by the receiver, and goes through a new one."""
    receiver.behaviour["/once"] = lambda handler, number: (
        bad.closes(handler, number) if number == 2 else handler.answer(200)
    )

    answer = carried(database, new_endpoint(database, receiver.url + "/once"), times=2)

    assert answer.outcome == "delivered"
    assert len(receiver.calls("/once")) == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
def test_private_addresses_are_refused_at_every_delivery(database: Database, receiver: Receiver, host: str) -> None:
    url = receiver.url.replace("127.0.0.1", host) + "/private"
    rules = AddressRules(allows_private=False, allows_http=True)

    answer = carried(database, new_endpoint(database, url), rules=rules)

    assert (answer.outcome, answer.status) == ("failed", None)
    assert receiver.calls("/private") == []


def test_nobody_listens(database: Database) -> None:
    answer = carried(database, new_endpoint(database, "http://127.0.0.1:1/"))

    assert (answer.outcome, answer.status) == ("failed", None)
    assert "ClientConnectorError" in answer.said


@pytest.mark.parametrize("endpoint", [None, "gone"])
def test_an_endpoint_that_is_no_more_is_final(database: Database, endpoint: str | None) -> None:
    assert carried(database, endpoint).outcome == "refused"


def test_a_secret_that_does_not_open_is_the_operators_to_mend(database: Database, receiver: Receiver) -> None:
    endpoint = new_endpoint(database, receiver.url + "/sealed")
    with database.writing() as connection:
        connection.execute(update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint).values(secret=b"x" * 40))

    answer = carried(database, endpoint)

    assert answer.outcome == "failed"
    assert "AWNING_SECRET_KEY" in answer.said
    assert receiver.calls("/sealed") == []
