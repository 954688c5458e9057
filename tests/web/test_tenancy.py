"""Nobody reaches what belongs to another partner, by any address the application has."""

from collections.abc import Iterator
from itertools import product

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from app.config import settings_from
from tests.contract import offer_of, refusal_of, row_counts
from tests.partner import Partner, example, wish, with_key

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARIS = example("hearthside", "apartment-in-paris")


def _rules() -> Iterator[Rule]:
    yield from create_app(settings_from({"AWNING_MODE": "test"})).url_map.iter_rules()


def _addresses() -> list[tuple[str, str]]:
    """Each method and address that names a partner."""
    return sorted(
        (method, rule.rule)
        for rule, method in product(_rules(), METHODS)
        # In the portal a code is what a customer was given: tests/web/test_portal_tenancy.py.
        if "<code>" in rule.rule and not rule.rule.startswith("/portal/") and method in (rule.methods or ())
    )


ADDRESSES = _addresses()
# Those that name an offer or a booking beside the partner.
OWNED = [(method, rule) for method, rule in ADDRESSES if rule.count("<") > 1]
Names = dict[str, str]
# Of the right form, and nobody's.
NOBODYS: Names = {
    "offer_id": "01a1fe7c-c8e0-71cf-b9fe-374d84304397",
    "booking_id": "AAAAA-AAAAA-INS",
    "update_id": "AAAAA-aaaaa-AAAAA-UPD",
    "cancellation_id": "AAAAA-aaaaa-AAAAA-CCL",
}


def filled(rule: str, code: str, names: Names) -> str:
    path = rule.replace("<code>", code)
    for name, value in names.items():
        path = path.replace(f"<{name}>", value)
    return path


@pytest.fixture(scope="module")
def ours(hearthside: Partner) -> Names:
    """An offer of Hearthside's, a booking, and a preview of each kind."""
    offer_id = offer_of(hearthside.create_offer(PARIS))["id"]
    booking_id = hearthside.booked("apartment-in-paris")["id"]
    updating = hearthside.patch(f"bookings/{booking_id}/quote_for_update", {}).json
    cancelling = hearthside.post(f"bookings/{booking_id}/cancel", {"preview": True}).json
    return {
        "offer_id": offer_id,
        "booking_id": booking_id,
        "update_id": updating["update_id"],
        "cancellation_id": cancelling["cancellation_id"],
    }


def sent(partner: Partner, method: str, path: str, body: object) -> TestResponse:
    headers = partner.signed(method, path, Content_Type="application/json")
    return partner.client.open(path, method=method, headers=headers, json=body)


def body_for(rule: str) -> object:
    """A body the address would take, so that nothing but the owner stands in the way."""
    if rule.endswith("/confirm/"):
        return wish({"products": [{"name": "x", "id": NOBODYS["offer_id"]}]})
    return {}


def test_there_are_addresses_that_name_a_partner_and_no_placeholder_is_left_unfilled() -> None:
    assert len(ADDRESSES) >= 24
    assert len(OWNED) >= 18
    assert not [rule for _, rule in ADDRESSES if "<" in filled(rule, "HRTHS", NOBODYS)]


@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_the_wrong_partner_is_refused_as_if_the_partner_did_not_exist(
    hearthside: Partner, meridian: Partner, ours: Names, method: str, rule: str
) -> None:
    before = row_counts(hearthside.app)

    bodies = []
    for code in ("HRTHS", "QQQQQ"):
        answer = sent(meridian, method, filled(rule, code, ours), PARIS)
        bodies.append(refusal_of(answer, 403))

    assert bodies[0] == bodies[1] == {"type": "auth_error", "message": "Access denied"}
    assert row_counts(hearthside.app) == before


@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_nobody_gets_in_unsigned(hearthside: Partner, ours: Names, method: str, rule: str) -> None:
    path = filled(rule, "HRTHS", ours)

    answer = hearthside.client.open(path, method=method, json=PARIS)

    assert refusal_of(answer, 401)["type"] == "auth_error"


@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_nobody_gets_in_with_a_signature_of_somebody_elses_secret(
    hearthside: Partner, meridian: Partner, ours: Names, method: str, rule: str
) -> None:
    path = filled(rule, "HRTHS", ours)
    forger = Partner(hearthside.app, "HRTHS", hearthside.key_id, meridian.secret)

    answer = forger.client.open(path, method=method, headers=forger.signed(method, path), json=PARIS)

    refusal_of(answer, 403)


@pytest.mark.parametrize(("method", "rule"), OWNED)
@pytest.mark.parametrize("stranger", ["another partner", "the other mode"])
def test_what_belongs_to_somebody_else_is_answered_exactly_as_what_does_not_exist(
    hearthside: Partner, meridian: Partner, ours: Names, method: str, rule: str, stranger: str
) -> None:
    caller = meridian if stranger == "another partner" else with_key(hearthside.app, "HRTHS", "test")
    before = row_counts(hearthside.app)

    foreign, absent = (
        refusal_of(sent(caller, method, filled(rule, caller.code, names), body_for(rule)), 404)
        for names in (ours, NOBODYS)
    )

    assert foreign == absent
    assert row_counts(hearthside.app) == before


def test_the_owner_reaches_all_of_it(hearthside: Partner, ours: Names) -> None:
    for rule in ("/x/partners/<code>/offers/<offer_id>/", "/x/partners/<code>/bookings/<booking_id>/"):
        assert sent(hearthside, "GET", filled(rule, "HRTHS", ours), {}).status_code == 200


def test_a_preview_is_confirmed_only_with_the_booking_it_is_of(hearthside: Partner, ours: Names) -> None:
    other = ours | {"booking_id": hearthside.booked("apartment-in-paris")["id"]}
    start = "/x/partners/<code>/bookings/<booking_id>"

    for rule in (f"{start}/confirm_update/<update_id>/", f"{start}/confirm_cancellation/<cancellation_id>/"):
        refusal_of(sent(hearthside, "POST", filled(rule, "HRTHS", other), {}), 404)


def test_a_list_holds_ones_own_alone(hearthside: Partner, meridian: Partner, ours: Names) -> None:
    tester = with_key(hearthside.app, "HRTHS", "test")

    for path, name in (("offers/?limit=100", "offer_id"), ("bookings/?limit=100", "booking_id")):
        assert ours[name] in hearthside.get(path).text
        for stranger in (meridian, tester):
            assert ours[name] not in stranger.get(path).text


def test_test_keys_and_live_keys_do_not_see_each_others_offers(hearthside: Partner, ours: Names) -> None:
    tester = with_key(hearthside.app, "HRTHS", "test")
    tried_out = offer_of(tester.create_offer(PARIS))["id"]

    refusal_of(tester.get(f"offers/{ours['offer_id']}/"), 404)
    refusal_of(hearthside.get(f"offers/{tried_out}/"), 404)
    assert tester.get(f"offers/{tried_out}/").status_code == 200


def test_every_address_states_whether_it_is_open_to_everybody() -> None:
    # A customer's pages begin with a language; they ask for a token in the link, and have tests of their own.
    # The portal asks for a tablet and a PIN, or a sign-in: test_portal_tenancy.py, test_portal_unlock.py.
    # The widget's endpoints ask for a publishable key or a session: test_widget_offers.py, test_widget_choices.py.
    others = ("<code>", "<language:", "/widget/offers", "/portal/")
    open_to_all = {rule.rule for rule in _rules() if not any(part in rule.rule for part in others)}

    assert open_to_all == {
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/static/<path:filename>",
        "/documents/<release_id>/<path:name>",
        "/docs/",
        "/docs/<name>",
        "/widget/manifest.json",
        "/widget/<version>/<name>",
        "/docs/widget",
        "/docs/widget/policy",
        "/docs/widget/guide",
        "/docs/widget/awning.d.ts",
        "/x/openapi.json",
        "/xcover/openapi.json",
    }
