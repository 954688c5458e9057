"""Get Booking and List Bookings: what was bought, as it is now, and a page at a time."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract import booking_of, misfits, refusal_of
from tests.partner import CATALOG, Partner, example, publish, wish, with_key

CAMERA = example("northwind", "camera")
UNKNOWN = "AAAAA-AAAAA-INS"
NOT_THERE = {"type": "api_error", "message": "Quote package does not exist"}
# As in contract section 2.4.
PARTNER_KEYS = (
    "id slug name title logo contact_url partner_url help_center_url updated_at xpay_payment_enabled"
    " xpay_b2c_payment_enabled xpay_refund_enabled automatic_refund_by_xcore allow_policy_modifications_on_xcover"
    " emails attributes signup_method_on_xcover use_standard_region allow_payout_customer"
    " eligible_for_xpay_charge_retry subsidiary"
)
EMAIL_KEYS = (
    "from_email bcc_email email_slug email_version event_name include_partner_in_context attach_coi auto_send"
    " enable_expression"
)


def keys(body: dict[str, Any]) -> str:
    return " ".join(body)


@pytest.fixture(scope="module")
def lister(northwind: Partner) -> Partner:
    """A partner with seven bookings of its own."""
    publish(northwind.app, CATALOG / "northwind", "LSTBK")
    return with_key(northwind.app, "LSTBK")


@pytest.fixture(scope="module")
def made(lister: Partner, northwind: Partner) -> list[dict[str, Any]]:
    """The seven as they were confirmed, the newest first; others book in between."""
    found = []
    for _ in range(7):
        northwind.booked("camera")
        offer = lister.create_offer(CAMERA).json
        found.append(booking_of(lister.confirm(offer, wish(offer))))
    return found[::-1]


def page_of(partner: Partner, query: str = "") -> dict[str, Any]:
    answer = partner.get(f"bookings/{query}")
    assert answer.status_code == 200, answer.text
    assert misfits("booking_page", answer.json) == []
    body: dict[str, Any] = answer.json
    return body


def test_a_booking_is_shown_as_it_was_confirmed_with_its_partner_and_language(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    confirmed = booking_of(northwind.confirm(offer))

    shown = booking_of(northwind.get(f"bookings/{confirmed['id']}/"))

    assert list(shown) == [*confirmed, "partner", "customer_language"]
    assert {name: shown[name] for name in confirmed} == confirmed
    assert shown["customer_language"] == "en"


def test_the_partner_has_every_key_in_the_order_of_the_contract(northwind: Partner) -> None:
    partner = northwind.booked("camera")["partner"]

    assert keys(partner) == PARTNER_KEYS
    assert keys(partner["subsidiary"]) == PARTNER_KEYS.removesuffix(" subsidiary")
    assert [keys(rule) for rule in partner["emails"]] == [EMAIL_KEYS] * 3
    assert [rule["event_name"] for rule in partner["emails"]] == [0, 1, 2]
    assert (partner["id"], partner["slug"], partner["title"]) == ("NWIND", "northwind", "Northwind")
    assert (partner["subsidiary"]["slug"], partner["subsidiary"]["title"]) == ("northwind-us", "Northwind US")
    assert northwind.client.get(urlsplit(partner["logo"]).path).status_code == 200


def test_without_a_subsidiary_there_is_none(northwind: Partner) -> None:
    assert northwind.booked("tablet-japan")["partner"]["subsidiary"] is None


@pytest.mark.parametrize("prefix", ["/x", "/xcover"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_prefixes_and_both_endings_show_it(northwind: Partner, prefix: str, slash: str) -> None:
    caller = Partner(northwind.app, "NWIND", northwind.key_id, northwind.secret, prefix=prefix)
    booking = northwind.booked("camera")

    assert booking_of(caller.get(f"bookings/{booking['id']}{slash}")) == booking
    assert page_of(caller, slash)["count"] > 0 if slash else caller.get("bookings").status_code == 200


@pytest.mark.parametrize("body", [b"null", b"{}", b"{", b"x"])
def test_a_body_on_get_is_ignored(northwind: Partner, body: bytes) -> None:
    path = northwind.path(f"bookings/{northwind.booked('camera')['id']}/")
    headers = northwind.signed("GET", path, Content_Type="application/json")

    booking_of(northwind.client.get(path, data=body, headers=headers))


@pytest.mark.parametrize("booking_id", [UNKNOWN, "x", "%00", "a%00b", UNKNOWN.lower(), UNKNOWN + "x", "x" * 3_000])
def test_an_unknown_booking_is_told_in_the_recorded_words_whatever_version_is_asked(
    northwind: Partner, booking_id: str
) -> None:
    for headers in ({}, {"X_API_Error_Version": "v2"}):
        assert refusal_of(northwind.get(f"bookings/{booking_id}/", **headers), 404) == NOT_THERE


def test_the_newest_come_first_each_as_it_is_without_partner_and_language(
    lister: Partner, made: list[dict[str, Any]]
) -> None:
    page = page_of(lister)

    assert list(page) == ["count", "next", "previous", "results"]
    assert page == {"count": 7, "next": None, "previous": None, "results": made}


def test_a_partner_without_bookings_has_an_empty_list(northwind: Partner) -> None:
    nobody = with_key(northwind.app, "NOBKG")

    assert page_of(nobody) == {"count": 0, "next": None, "previous": None, "results": []}


def test_each_mode_has_a_list_of_its_own(northwind: Partner, northwind_test: Partner) -> None:
    live, tried_out = northwind.booked("camera"), northwind_test.booked("camera")

    assert page_of(northwind, "?limit=1")["results"][0]["id"] == live["id"]
    assert page_of(northwind_test, "?limit=1")["results"][0]["id"] == tried_out["id"]


LIST = "https://cover.example/x/partners/LSTBK/bookings/"

# As Django REST framework's LimitOffsetPagination: query, places of the results, next, previous.
PAGES = [
    ("?limit=3", (0, 3), f"{LIST}?limit=3&offset=3", None),
    ("?limit=3&offset=3", (3, 6), f"{LIST}?limit=3&offset=6", f"{LIST}?limit=3"),
    ("?limit=3&offset=6", (6, 7), None, f"{LIST}?limit=3&offset=3"),
    ("?offset=2&limit=3", (2, 5), f"{LIST}?limit=3&offset=5", f"{LIST}?limit=3"),
    ("?limit=3&offset=4", (4, 7), None, f"{LIST}?limit=3&offset=1"),
    ("?limit=7", (0, 7), None, None),
    ("?limit=100", (0, 7), None, None),
    ("?offset=6", (6, 7), None, f"{LIST}?limit=20"),
    ("?limit=3&offset=0", (0, 3), f"{LIST}?limit=3&offset=3", None),
    ("?limit=3&offset=9", (7, 7), None, f"{LIST}?limit=3&offset=6"),
    ("?limit=3&offset=999999999", (7, 7), None, f"{LIST}?limit=3&offset=999999996"),
]


@pytest.mark.parametrize(("query", "places", "following", "before"), PAGES)
def test_a_page_says_where_the_next_and_the_previous_one_is(
    lister: Partner,
    made: list[dict[str, Any]],
    query: str,
    places: tuple[int, int],
    following: str | None,
    before: str | None,
) -> None:
    page = page_of(lister, query)

    assert page["count"] == 7
    assert [one["id"] for one in page["results"]] == [one["id"] for one in made[slice(*places)]]
    assert page["next"] == following
    assert page["previous"] == before


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_following_next_to_the_end_and_previous_back_passes_every_booking(
    lister: Partner, made: list[dict[str, Any]], limit: int
) -> None:
    for start, link in ((f"?limit={limit}", "next"), (f"?limit={limit}&offset=6", "previous")):
        found: list[str] = []
        query: str | None = start
        while query is not None:
            page = page_of(lister, query)
            found += [one["id"] for one in page["results"]]
            query = page[link] and f"?{urlsplit(page[link]).query}"

        assert sorted(found) == sorted(one["id"] for one in made)


def test_the_links_keep_the_prefix_the_partner_calls(lister: Partner, made: list[dict[str, Any]]) -> None:
    caller = Partner(lister.app, "LSTBK", lister.key_id, lister.secret, prefix="/xcover")

    assert page_of(caller, "?limit=3")["next"] == LIST.replace("/x/", "/xcover/") + "?limit=3&offset=3"


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=1.5", "limit=", "offset=-1", "offset=x", "offset=1e3",
     "offset=9999999999", "offset=%00", "limit=%D9%A1"],
)  # fmt: skip
def test_a_limit_or_offset_that_is_no_such_number_is_refused_by_name(lister: Partner, query: str) -> None:
    said = refusal_of(lister.get(f"bookings/?{query}"), 422)

    assert list(said["errors"]) == [query.partition("=")[0]]


def test_unknown_parameters_are_ignored(lister: Partner, made: list[dict[str, Any]]) -> None:
    assert page_of(lister, "?page=2&ordering=id")["results"] == made
