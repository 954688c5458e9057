"""Nobody reaches what belongs to another partner, by any address the application has."""

from collections.abc import Iterator
from itertools import product

import pytest
from werkzeug.routing import Rule

from app import create_app
from app.config import settings_from
from tests.contract import offer_of, refusal_of, stored_offers
from tests.partner import Partner, example, with_key

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARIS = example("hearthside", "apartment-in-paris")


def _rules() -> Iterator[Rule]:
    yield from create_app(settings_from({"AWNING_MODE": "test"})).url_map.iter_rules()


def _addresses() -> list[tuple[str, str]]:
    """Each method and address that names a partner."""
    return sorted(
        (method, rule.rule)
        for rule, method in product(_rules(), METHODS)
        if "<code>" in rule.rule and method in (rule.methods or ())
    )


ADDRESSES = _addresses()


def filled(rule: str, code: str, offer_id: str) -> str:
    return rule.replace("<code>", code).replace("<offer_id>", offer_id)


@pytest.fixture(scope="module")
def offer_id(hearthside: Partner) -> str:
    """An offer of Hearthside's."""
    found: str = offer_of(hearthside.create_offer(PARIS))["id"]
    return found


def test_there_are_addresses_that_name_a_partner_and_no_placeholder_is_left_unfilled() -> None:
    assert len(ADDRESSES) >= 8
    assert not [rule for _, rule in ADDRESSES if "<" in filled(rule, "HRTHS", "x")]


@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_the_wrong_partner_is_refused_as_if_the_partner_did_not_exist(
    hearthside: Partner, meridian: Partner, offer_id: str, method: str, rule: str
) -> None:
    before = stored_offers(hearthside.app)

    bodies = []
    for code in ("HRTHS", "QQQQQ"):
        path = filled(rule, code, offer_id)
        headers = meridian.signed(method, path, Content_Type="application/json")
        answer = meridian.client.open(path, method=method, headers=headers, json=PARIS)
        bodies.append(refusal_of(answer, 403))

    assert bodies[0] == bodies[1] == {"type": "auth_error", "message": "Access denied"}
    assert stored_offers(hearthside.app) == before


@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_nobody_gets_in_unsigned(hearthside: Partner, offer_id: str, method: str, rule: str) -> None:
    path = filled(rule, "HRTHS", offer_id)

    answer = hearthside.client.open(path, method=method, json=PARIS)

    assert refusal_of(answer, 401)["type"] == "auth_error"


@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_nobody_gets_in_with_a_signature_of_somebody_elses_secret(
    hearthside: Partner, meridian: Partner, offer_id: str, method: str, rule: str
) -> None:
    path = filled(rule, "HRTHS", offer_id)
    forger = Partner(hearthside.app, "HRTHS", hearthside.key_id, meridian.secret)

    answer = forger.client.open(path, method=method, headers=forger.signed(method, path), json=PARIS)

    refusal_of(answer, 403)


def test_another_partners_offer_does_not_exist_under_ones_own_code(
    hearthside: Partner, meridian: Partner, offer_id: str
) -> None:
    assert hearthside.get(f"offers/{offer_id}/").status_code == 200
    said = refusal_of(meridian.get(f"offers/{offer_id}/"), 404)

    assert said == refusal_of(meridian.get("offers/01a1fe7c-c8e0-71cf-b9fe-374d84304397/"), 404)


def test_test_keys_and_live_keys_do_not_see_each_others_offers(hearthside: Partner, offer_id: str) -> None:
    tester = with_key(hearthside.app, "HRTHS", "test")
    tried_out = offer_of(tester.create_offer(PARIS))["id"]

    refusal_of(tester.get(f"offers/{offer_id}/"), 404)
    refusal_of(hearthside.get(f"offers/{tried_out}/"), 404)
    assert tester.get(f"offers/{tried_out}/").status_code == 200


def test_every_address_states_whether_it_is_open_to_everybody() -> None:
    open_to_all = {rule.rule for rule in _rules() if "<code>" not in rule.rule}

    assert open_to_all == {
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/static/<path:filename>",
        "/documents/<release_id>/<path:name>",
        "/docs/",
        "/docs/<name>",
        "/x/openapi.json",
        "/xcover/openapi.json",
    }
