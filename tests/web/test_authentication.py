"""Who may ask: every way partners' clients sign, and what everybody else is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.domain.signature import signed_headers
from app.services.keys import revoke_key, roll_key
from tests.conftest import Environment
from tests.contract import offer_of, refusal_of, stored_offers
from tests.partner import Partner, example, published_platform, with_key

BODY = example("hearthside", "apartment-in-paris")
OFFERS = "/x/partners/HRTHS/offers/"
DENIED = {"type": "auth_error", "message": "You do not have permission to access this url"}

Headers = dict[str, str]


def sent(partner: Partner, headers: Headers, path: str = OFFERS) -> TestResponse:
    return partner.client.post(path, json=BODY, headers=headers)


def signed(partner: Partner, **change: Any) -> Headers:
    """Headers of a well-signed request; keyword arguments sign it another way."""
    how: dict[str, Any] = {
        "key_id": partner.key_id,
        "secret": partner.secret,
        "algorithm": "hmac-sha512",
        "headers": ("date",),
        "target": ("POST", OFFERS),
        "now": datetime.now(UTC),
    } | change
    return signed_headers(**how)


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "hmac-sha384", "hmac-sha512"])
@pytest.mark.parametrize("headers", [("date",), ("(request-target)", "date"), ("date", "(request-target)")])
def test_every_algorithm_over_every_list_of_headers_is_understood(
    hearthside: Partner, algorithm: str, headers: tuple[str, ...]
) -> None:
    answer = sent(hearthside, signed(hearthside, algorithm=algorithm, headers=headers))

    assert offer_of(answer)["currency"] == "EUR"


def test_lower_case_escapes_and_unescaped_signatures_are_understood(hearthside: Partner) -> None:
    given = signed(hearthside)
    scheme, escaped = given["Authorization"].split('signature="')

    lower = escaped.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")
    raw = escaped.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")

    for signature in (lower, raw):
        assert sent(hearthside, given | {"Authorization": f'{scheme}signature="{signature}'}).status_code == 200


@pytest.mark.parametrize("prefix", ["/x", "/xcover"])
@pytest.mark.parametrize("query", ["", "?include_content=false&extra_fields=tax"])
def test_the_signed_target_is_the_path_with_its_prefix_and_without_the_query(
    hearthside: Partner, prefix: str, query: str
) -> None:
    path = OFFERS.replace("/x/", f"{prefix}/")
    given = signed(hearthside, headers=("(request-target)", "date"), target=("POST", path))

    assert sent(hearthside, given, path + query).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        ("GET", OFFERS),
        ("POST", "/xcover/partners/HRTHS/offers/"),
        ("POST", "/partners/HRTHS/offers/"),
        ("POST", OFFERS.rstrip("/")),
        ("POST", f"{OFFERS}?include_content=true"),
    ],
)
def test_a_signature_for_another_target_is_refused(hearthside: Partner, target: tuple[str, str]) -> None:
    given = signed(hearthside, headers=("(request-target)", "date"), target=target)

    assert refusal_of(sent(hearthside, given, f"{OFFERS}?include_content=true"), 403) == DENIED


def test_the_outer_path_is_verified_behind_a_proxy_that_strips_the_prefix(sqlite_environment: Environment) -> None:
    partner = published_platform(sqlite_environment | {"AWNING_PROXY": "on"}, "hearthside")
    outer = ("POST", "/outer/x/partners/HRTHS/offers/")
    given = signed(partner, headers=("(request-target)", "date"), target=outer)

    assert sent(partner, given | {"X-Forwarded-Prefix": "/outer"}).status_code == 200
    assert sent(partner, given).status_code == 403


def test_x_api_key_may_be_left_out_but_not_differ(hearthside: Partner) -> None:
    given = signed(hearthside)
    without = {name: value for name, value in given.items() if name != "X-Api-Key"}

    assert sent(hearthside, without).status_code == 200
    assert sent(hearthside, given).status_code == 200
    said = refusal_of(sent(hearthside, given | {"X-Api-Key": "somebody"}), 401)
    assert said == {"type": "auth_error", "message": "X-Api-Key: must be the keyId of the Authorization header."}


WITHOUT_CREDENTIALS: dict[str, Callable[[Partner], Headers]] = {
    "nothing at all": lambda _: {},
    "a date alone": lambda p: {"Date": signed(p)["Date"], "X-Api-Key": p.key_id},
    "another scheme": lambda p: signed(p) | {"Authorization": "Bearer abc"},
    "Basic": lambda p: signed(p) | {"Authorization": "Basic dXNlcjpwYXNz"},
    "an empty Signature": lambda p: signed(p) | {"Authorization": "Signature"},
    "no keyId": lambda p: signed(p) | {"Authorization": 'Signature algorithm="hmac-sha512",signature="x"'},
    "an empty keyId": lambda p: signed(p) | {"Authorization": 'Signature keyId="",signature="x"'},
    "an unknown key": lambda p: signed(p, key_id="ak_live_nobody"),
    "a key id of 10,000 characters": lambda p: signed(p, key_id="k" * 10_000),
    "a key id that is not ASCII": lambda p: signed(p, key_id="clé"),
}


@pytest.mark.parametrize("headers", WITHOUT_CREDENTIALS.values(), ids=WITHOUT_CREDENTIALS.keys())
def test_no_key_or_an_unknown_one_is_401(hearthside: Partner, headers: Callable[[Partner], Headers]) -> None:
    before = stored_offers(hearthside.app)

    answer = sent(hearthside, headers(hearthside))

    assert refusal_of(answer, 401)["type"] == "auth_error"
    assert answer.headers["WWW-Authenticate"].startswith("Signature")
    assert stored_offers(hearthside.app) == before


def replaced(headers: Headers, old: str, new: str) -> Headers:
    assert old in headers["Authorization"]
    return headers | {"Authorization": headers["Authorization"].replace(old, new)}


REFUSED: dict[str, tuple[Callable[[Partner], Headers], str]] = {
    "a wrong secret": (lambda p: signed(p, secret=p.secret + "x"), ""),
    "a truncated signature": (lambda p: replaced(signed(p), '%3D%3D"', '"'), "signature"),
    "half a signature": (lambda p: {**signed(p), "Authorization": signed(p)["Authorization"][:-60] + '"'}, "signature"),
    "an empty signature": (lambda p: signed(p) | {"Authorization": f'Signature keyId="{p.key_id}"'}, "algorithm"),
    "spaces in the signature": (lambda p: replaced(signed(p), '%3D%3D"', ' = ="'), "signature"),
    "the URL-safe alphabet": (lambda p: replaced(signed(p), '%3D%3D"', '-_%3D%3D"'), "signature"),
    "another algorithm than said": (lambda p: replaced(signed(p), "hmac-sha512", "hmac-sha256"), "signature"),
    "SHA-1": (lambda p: signed(p, algorithm="hmac-sha1"), "algorithm"),
    "MD5": (lambda p: signed(p, algorithm="hmac-md5"), "algorithm"),
    "an algorithm of nobody": (lambda p: replaced(signed(p), "hmac-sha512", "none"), "algorithm"),
    "a host header": (lambda p: replaced(signed(p), "algorithm=", 'headers="date host",algorithm='), "headers"),
    "no date in the list": (
        lambda p: replaced(signed(p), "algorithm=", 'headers="(request-target)",algorithm='),
        "headers",
    ),
    "an empty list": (lambda p: replaced(signed(p), "algorithm=", 'headers="",algorithm='), "headers"),
    "another date than signed": (lambda p: signed(p) | {"Date": "Sat, 21 Nov 2026 00:00:01 GMT"}, ""),
}


@pytest.mark.parametrize(("headers", "named"), REFUSED.values(), ids=REFUSED.keys())
def test_a_known_key_with_a_signature_that_does_not_fit_is_403(
    hearthside: Partner, headers: Callable[[Partner], Headers], named: str
) -> None:
    before = stored_offers(hearthside.app)

    said = refusal_of(sent(hearthside, headers(hearthside)), 403)

    assert said["type"] == "auth_error"
    assert list(said.get("errors", {}).get("Authorization", {})) == ([named] if named else [])
    assert stored_offers(hearthside.app) == before


DATES = {
    "missing": None,
    "empty": "",
    "in words": "yesterday",
    "ISO 8601": "2026-11-21T10:00:00Z",
    "a Unix time": "1795255200",
    "without a zone": "Sat, 21 Nov 2026 10:00:00 -0000",
    "a day that does not exist": "Mon, 30 Feb 2026 10:00:00 GMT",
    "an hour that does not exist": "Sat, 21 Nov 2026 25:00:00 GMT",
    "a zone beyond all zones": "Sat, 21 Nov 2026 10:00:00 +99999999999999999999",
    "a year beyond all years": "Sat, 21 Nov 99999999999999999999 10:00:00 GMT",
    "years ago": "Thu, 04 Nov 2021 18:07:11 GMT",
    "two days ahead": format(datetime.now(UTC) + timedelta(days=2), "%a, %d %b %Y %H:%M:%S GMT"),
}


@pytest.mark.parametrize("date", DATES.values(), ids=DATES.keys())
def test_a_missing_bad_or_distant_date_is_named(hearthside: Partner, date: str | None) -> None:
    before = stored_offers(hearthside.app)
    given = signed(hearthside)
    headers = {name: value for name, value in given.items() if name != "Date"} | (
        {} if date is None else {"Date": date}
    )

    said = refusal_of(sent(hearthside, headers), 403)

    assert list(said["errors"]) == ["Date"]
    assert stored_offers(hearthside.app) == before


@settings(max_examples=200)
@given(
    date=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
    | st.from_regex(
        r"(Mon, )?[0-9]{1,3} (Jan|Feb) [0-9]{1,25} [0-9]{1,3}(:[0-9]{1,25}){1,2} [-+]?[0-9]{0,25}", fullmatch=True
    )
)
def test_no_date_header_is_a_defect(hearthside: Partner, date: str) -> None:
    answer = sent(hearthside, signed(hearthside) | {"Date": date})

    assert answer.status_code == 403, (date, answer.text)


def test_clients_whose_clock_or_time_zone_is_hours_off_are_served_by_default(hearthside: Partner) -> None:
    for hours in (-11, 11):
        given = signed(hearthside, now=datetime.now(UTC) + timedelta(hours=hours))
        assert sent(hearthside, given).status_code == 200


def test_a_key_with_a_narrow_window_refuses_them(hearthside: Partner) -> None:
    strict = with_key(hearthside.app, "HRTHS", date_skew=timedelta(minutes=5))

    assert sent(strict, signed(strict)).status_code == 200
    said = refusal_of(sent(strict, signed(strict, now=datetime.now(UTC) - timedelta(minutes=6))), 403)
    assert said["errors"] == {"Date": ["must be within 300 seconds of the server's clock"]}


def test_sha1_is_accepted_where_an_operator_has_switched_it_on(sqlite_environment: Environment) -> None:
    partner = published_platform(sqlite_environment | {"AWNING_SHA1": "on"}, "hearthside")

    assert sent(partner, signed(partner, algorithm="hmac-sha1")).status_code == 200


def test_another_partners_code_and_one_that_does_not_exist_get_the_same_answer(
    hearthside: Partner, meridian: Partner
) -> None:
    own = {"X-Request-Id": "the-same-request"}
    answers = [
        sent(hearthside, signed(hearthside, target=("POST", path)) | own, path)
        for path in (f"/x/partners/{code}/offers/" for code in (meridian.code, "QQQQQ", "nobody", "hrths"))
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.data for answer in answers}) == 1
    volatile = ("X-RateLimit-Reset",)
    assert len({str([pair for pair in answer.headers if pair[0] not in volatile]) for answer in answers}) == 1


def test_a_wrong_signature_learns_nothing_about_partners(hearthside: Partner, meridian: Partner) -> None:
    for code in (meridian.code, "QQQQQ", "HRTHS"):
        path = f"/x/partners/{code}/offers/"
        assert refusal_of(sent(hearthside, signed(hearthside, secret="w" * 20), path), 403) == DENIED


def test_a_publishable_key_cannot_sign(hearthside: Partner) -> None:
    page = with_key(hearthside.app, "HRTHS", "publishable", origins=("https://shop.example",))

    said = refusal_of(sent(page, signed(page)), 403)

    assert "publishable" in said["message"]


@pytest.mark.parametrize(("mode", "status"), [("demo", 200), ("test", 401)])
def test_demo_keys_work_in_the_demo_only(sqlite_environment: Environment, mode: str, status: int) -> None:
    partner = published_platform(sqlite_environment | {"AWNING_MODE": mode}, "hearthside")
    demo = with_key(partner.app, "HRTHS", id="demo_live_hrths", secret="demo-secret-live-hrths", is_demo=True)

    assert sent(demo, signed(demo)).status_code == status


def test_a_revoked_key_is_refused_at_once(hearthside: Partner) -> None:
    caller = with_key(hearthside.app, "HRTHS")
    assert sent(caller, signed(caller)).status_code == 200

    revoke_key(caller.platform.keyring, caller.key_id, datetime.now(UTC))

    before = stored_offers(hearthside.app)
    assert refusal_of(sent(caller, signed(caller)), 401)["type"] == "auth_error"
    assert stored_offers(hearthside.app) == before


def test_a_rolled_key_works_beside_the_new_one_until_the_overlap_ends(hearthside: Partner) -> None:
    old = with_key(hearthside.app, "HRTHS")
    keyring, now = old.platform.keyring, datetime.now(UTC)

    rolled = roll_key(keyring, old.key_id, now, timedelta(hours=1))

    new = Partner(hearthside.app, "HRTHS", rolled.id, rolled.secret)
    assert sent(old, signed(old)).status_code == sent(new, signed(new)).status_code == 200
    keyring.change(old.key_id, expires_at=now - timedelta(seconds=1))
    assert sent(old, signed(old)).status_code == 401
    assert sent(new, signed(new)).status_code == 200
