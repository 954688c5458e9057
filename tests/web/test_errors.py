"""Every error over HTTP: its status, its code, and both versions of its body."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from app.domain import errors as cause
from app.domain.errors import DomainError
from app.web.api.errors import ANSWERS, NOT_SAID_OVER_HTTP
from tests.conftest import Environment, environment_of
from tests.contract import refusal_of
from tests.partner import Partner, close, example, published_platform, unmigrated_app, with_key

PARIS = example("hearthside", "apartment-in-paris")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Stage:
    """Everything it takes to go wrong in every way."""

    partner: Partner
    unpublished: Partner
    throttled: Partner
    away: Partner


Scene = Callable[[Stage, dict[str, str]], TestResponse]


def posting(change: Callable[[dict[str, Any]], Any], query: str = "") -> Scene:
    def scene(stage: Stage, headers: dict[str, str]) -> TestResponse:
        body = example("hearthside", "apartment-in-paris")
        return stage.partner.create_offer(change(body) or body, query, **headers)

    return scene


def too_many(stage: Stage, headers: dict[str, str]) -> TestResponse:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        answers = [stage.throttled.get("offers/", **headers) for _ in range(3)]
    return answers[-1]


def excluded(keep: str) -> Scene:
    def scene(stage: Stage, headers: dict[str, str]) -> TestResponse:
        body = example("hearthside", "room-at-a-dublin-college") | {"partner": {}}
        others = ",".join(one for name, one in stage.partner.config_ids().items() if name != keep)
        return stage.partner.create_offer(body, f"?exclude_offer_ids={others}", **headers)

    return scene


SCENES: dict[type[DomainError], tuple[int, str, str, bool, Scene]] = {
    cause.BodyUnreadable: (400, "validation_error", "request_malformed", False, posting(lambda _: b"{")),
    cause.CredentialsMissing: (
        401,
        "auth_error",
        "credentials_missing",
        False,
        lambda stage, headers: stage.partner.get("offers/", Authorization="", **headers),
    ),
    cause.AccessDenied: (
        403,
        "auth_error",
        "access_denied",
        False,
        lambda stage, headers: stage.partner.get("offers/", Date="Sat, 21 Nov 2026 00:00:01 GMT", **headers),
    ),
    cause.PartnerNotFound: (
        404,
        "api_error",
        "offer_not_found_partner",
        True,
        lambda stage, headers: stage.unpublished.create_offer(PARIS, **headers),
    ),
    cause.NoOffers: (404, "api_error", "offer_not_found_no_offers", True, excluded("nobody")),
    cause.NoOfferMatches: (
        404,
        "api_error",
        "offer_not_found_no_match_context",
        True,
        excluded("renters-liability-only"),
    ),
    cause.OfferAccessDenied: (404, "api_error", "offer_not_found_access_denied", True, excluded("campus-room")),
    cause.OfferNotFound: (
        404,
        "api_error",
        "offer_not_found",
        False,
        lambda stage, headers: stage.partner.get("offers/01a1fe7c-c8e0-71cf-b9fe-374d84304397/", **headers),
    ),
    cause.BodyTooLarge: (
        413,
        "validation_error",
        "request_too_large",
        False,
        posting(lambda body: body | {"note": "x" * 300_000}),
    ),
    cause.WrongContentType: (
        415,
        "validation_error",
        "request_content_type",
        False,
        lambda stage, headers: stage.partner.create_offer(PARIS, Content_Type="text/plain", **headers),
    ),
    cause.ParameterInvalid: (
        422,
        "validation_error",
        "offer_validation_request_invalid",
        False,
        posting(lambda _: None, "?active_only=perhaps"),
    ),
    cause.RequestInvalid: (
        422,
        "validation_error",
        "offer_validation_request_invalid",
        False,
        posting(lambda body: body.pop("customer") and None),
    ),
    cause.QuoteGenerationFailed: (
        422,
        "validation_error",
        "offer_quote_generation_failed",
        True,
        posting(lambda body: body["customer"].update(currency="BRL")),
    ),
    cause.Throttled: (429, "api_error", "throttled", False, too_many),
    cause.StoreUnavailable: (
        503,
        "api_error",
        "unavailable",
        False,
        lambda stage, headers: stage.away.get("offers/", **headers),
    ),
}
# The first two need a folder of their own (test_broken_rules.py). What can go wrong with a booking is shown beside what
# goes right: test_confirm_refused.py, test_modify_refused.py, test_cancel.py, test_idempotency.py, and for Conflict
# tests/services/test_booking_desk.py. The widget's are in test_widget_choices.py.
SHOWN_ELSEWHERE = {
    cause.SchemaRequired,
    cause.ExpressionFailed,
    cause.BodyInvalid,
    cause.QuoteNamedTwice,
    cause.PanelSessionRefused,
    cause.OfferLapsed,
    cause.OfferNotBookable,
    cause.QuotesNotBooked,
    cause.BookingNotFound,
    cause.PreviewNotFound,
    cause.StatusChangeRefused,
    cause.ChangeRefused,
    cause.KeyReused,
    cause.StillRunning,
    cause.AlreadyFinished,
    cause.Conflict,
}
ROWS = [pytest.param(*row, id=kind.__name__) for kind, row in SCENES.items()]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    def own(**settings: str) -> Environment:
        folder: Path = tmp_path_factory.mktemp("stage")
        return environment_of(f"sqlite:///{folder}/own.db", folder, **settings)

    partner = published_platform(own(), "hearthside")
    unpublished = with_key(partner.app, "NOONE")
    throttled = published_platform(own(AWNING_RATE_LIMITS="on", AWNING_RATE_OTHER="1"), "hearthside")
    nowhere = own(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    away = Partner(unmigrated_app(nowhere), "HRTHS", partner.key_id, partner.secret)
    yield Stage(partner, unpublished, throttled, away)
    for one in (partner, throttled, away):
        close(one.app)


def test_every_cause_that_reaches_http_has_a_scene() -> None:
    assert set(SCENES) | SHOWN_ELSEWHERE == set(ANSWERS)


def test_every_domain_error_has_an_answer_or_is_known_to_need_none() -> None:
    assert set(DomainError.__subclasses__()) == set(ANSWERS) | set(NOT_SAID_OVER_HTTP)


@pytest.mark.parametrize(("status", "kind", "code", "is_coded", "scene"), ROWS)
def test_version_1_is_the_default(
    stage: Stage, status: int, kind: str, code: str, is_coded: bool, scene: Scene
) -> None:
    body = refusal_of(scene(stage, {}), status)

    assert body["type"] == kind
    assert body["message"]
    assert ("code" in body) is ("error_id" in body) is is_coded
    if is_coded:
        assert body["code"] == code
        assert UUID.fullmatch(body["error_id"])


@pytest.mark.parametrize(("status", "kind", "code", "is_coded", "scene"), ROWS)
@pytest.mark.parametrize("asked", ["v2", "V2"])
def test_version_2_is_one_list_for_everything(
    stage: Stage, status: int, kind: str, code: str, is_coded: bool, scene: Scene, asked: str
) -> None:
    body = refusal_of(scene(stage, {"X_API_Error_Version": asked}), status, "v2")

    assert list(body) == ["type", "message", "errors", "code", "error_id", "metadata"]
    assert (body["type"], body["code"]) == (kind, code)
    assert UUID.fullmatch(body["error_id"])
    assert all(one["details"] and all(one["details"]) for one in body["errors"])


@pytest.mark.parametrize("asked", ["v1", "", "v3", "2"])
def test_any_other_version_is_version_1(stage: Stage, asked: str) -> None:
    refusal_of(stage.partner.create_offer(b"{", X_API_Error_Version=asked), 400)


def test_both_versions_say_the_same(stage: Stage) -> None:
    body = example("hearthside", "apartment-in-paris")
    body["customer"] = {"language": "en", "currency": 978}

    first = refusal_of(stage.partner.create_offer(body), 422)
    second = refusal_of(stage.partner.create_offer(body, X_API_Error_Version="v2"), 422, "v2")

    assert first["errors"] == {
        "customer": {
            "non_field_errors": ["'country' is a required property"],
            "currency": ["978 is not of type 'string'"],
        }
    }
    assert sorted(second["errors"][0]["details"]) == [
        "customer.currency: 978 is not of type 'string'",
        "customer: 'country' is a required property",
    ]
    assert first["message"] == second["message"]


def test_a_required_object_that_is_missing_is_told_in_the_recorded_words(stage: Stage) -> None:
    body = refusal_of(stage.partner.create_offer({"partner": {}}), 422)

    assert body == {
        "type": "validation_error",
        "message": "An API error occurred.",
        "errors": {
            "non_field_errors": ["'customer' is a required property", "'context' is a required property"],
        },
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/x/partners/HRTHS/policies/", 404),
        ("POST", "/healthz", 405),
        ("DELETE", "/x/partners/HRTHS/offers/", 405),
        ("PUT", "/x/partners/HRTHS/offers/x/", 405),
        ("BREW", "/x/partners/HRTHS/offers/", 405),
        ("GET", "/x//partners/HRTHS/offers/", 404),
        ("GET", "/static/../app/config.py", 404),
    ],
)
def test_an_unknown_address_or_method_is_refused_in_the_same_shape(
    stage: Stage, method: str, path: str, status: int
) -> None:
    answer = stage.partner.client.open(path, method=method)

    assert refusal_of(answer, status)["type"] == "api_error"
    assert ("Allow" in answer.headers) is (status == 405)


def test_a_method_of_nobodys_invention_does_not_become_a_metric_of_its_own(stage: Stage) -> None:
    for number in range(3):
        stage.partner.client.open("/healthz", method=f"INVENTED{number}")

    assert "INVENTED" not in stage.partner.client.get("/metrics").text


def test_a_defect_of_ours_says_nothing_but_the_request_id(sqlite_environment: Environment) -> None:
    partner = published_platform(sqlite_environment, "hearthside")

    def broken(code: str) -> str:
        raise RuntimeError(f"secret detail of {code}")

    partner.app.view_functions["offers_x.index"] = broken
    answer = partner.get("offers/", X_Request_Id="request-4711")

    body = refusal_of(answer, 500)
    assert body == {"type": "api_error", "message": "Something went wrong on our side. Please quote request-4711."}
    assert answer.headers["X-Request-Id"] == "request-4711"
