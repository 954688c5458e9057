"""The customer's pages: opened by their token and by nothing else, in the customer's language, seen by nobody else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from app.domain.errors import ChangeRefused, Conflict, StoreUnavailable
from app.web.customer.lost import AREAS
from tests.conftest import Environment
from tests.customer import BOTH, PAGES, Customer, customer_of, said
from tests.partner import Partner, published_platform

NOBODY = "ABCDE-FGHJK-INS"


@pytest.fixture(scope="module")
def ana(northwind: Partner) -> Customer:
    return customer_of(northwind, "camera", *BOTH)


@pytest.fixture(scope="module")
def other(northwind: Partner) -> Customer:
    return customer_of(northwind, "camera", email="somebody.else@example.org")


def test_every_link_of_a_booking_leads_to_a_page(ana: Customer) -> None:
    booking = ana.booking
    links = [booking["coi"]["url"], booking["cancel_link"], booking["fnol_link"], booking["account_url"]]
    links += [booking["pds_url"], *(quote["pds_url"] for quote in booking["quotes"])]

    for link in links:
        answer = ana.partner.client.get(link.removeprefix("https://cover.example"))
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), link
        assert '<html lang="en" dir="ltr">' in answer.text


@pytest.mark.parametrize("language", [*LANGUAGES, "de-at"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_the_language_of_its_address(ana: Customer, page: str, language: str) -> None:
    answer = ana.opens(page, language)

    assert answer.status_code == 200
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language[:2]}" dir="{direction}">' in answer.text
    assert "<title>" in answer.text and "Northwind" in answer.text
    assert 'alt="Northwind US"' in answer.text or page == "account"


def test_a_language_without_words_gets_english(ana: Customer) -> None:
    assert '<html lang="en" dir="ltr">' in ana.opens("coi", "pt-br").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_no_right_token_learns_nothing(ana: Customer, other: Customer, language: str) -> None:
    """A wrong token, none, that of somebody else, and a booking that does not exist are one and the same page."""
    client = ana.partner.client
    strangers = [
        ana.address("coi", language, "wrong"),
        ana.address("coi", language, ""),
        ana.address("coi", language, other.token),
        ana.address("coi", language, ana.token.lower()),
        ana.address("coi", language, "é" * 23),
        f"/{language}/coi/{ana.id}",
        f"/{language}/coi/{NOBODY}?security_token={ana.token}",
        f"/{language}/coi/{ana.id[:9]}?security_token={ana.token}",
        f"/{language}/coi/{ana.id}.pdf?security_token={other.token}",
        f"/{language}/coi/",
    ]

    answers = [client.get(address) for address in strangers]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert words("customer", language)("refused.not_found.title") in answers[0].text
    assert "Northwind" not in answers[0].text


def test_every_customer_address_is_guarded_or_open_on_purpose(northwind: Partner) -> None:
    """Each guarded one is tried without its token; who adds one adds it here."""
    rules = {rule.rule for rule in northwind.app.url_map.iter_rules() if "<language:" in rule.rule}
    guarded = {
        "/<language:language>/coi/<booking_id>",
        "/<language:language>/coi/<booking_id>.pdf",
        "/<language:language>/cancel/<booking_id>",
        "/<language:language>/cancel/<booking_id>/<preview_id>",
        "/<language:language>/modify/<booking_id>",
        "/<language:language>/account",
        "/<language:language>/account/claims/fnol",
        "/<language:language>/account/claims/<claim_id>",
    }
    lost = {f"/<language:language>/<{AREAS}:area>", f"/<language:language>/<{AREAS}:area>/<path:rest>"}
    customer = customer_of(northwind, "camera")

    assert rules - guarded - lost == {
        "/<language:language>/pds/<reference>",
        "/<language:language>/pds/<reference>.pdf",
    }
    for rule in guarded:
        address = re.sub("<(language:)?([a-z_]+)>", lambda name: {"booking_id": customer.id}.get(name[2], "en"), rule)
        assert northwind.client.get(f"{address}?bookingID={customer.id}").status_code == 404, rule


@pytest.mark.parametrize("page", PAGES)
def test_a_token_opens_only_what_it_belongs_to(ana: Customer, other: Customer, page: str) -> None:
    client = ana.partner.client
    answers = [client.get(ana.address(page, token=token)) for token in ("", "x", other.token)]
    answers += [client.post(ana.address(page, token=other.token), data={"email": "thief@example.org"})]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert ana.partner.shown(ana.id) == ana.booking
    assert not any(ana.id in answer.text for answer in answers)


def test_an_account_shows_what_belongs_to_its_address_and_nothing_else(
    ana: Customer, other: Customer, northwind_test: Partner
) -> None:
    tried_out = customer_of(northwind_test, "camera")
    page = ana.opens("account").text

    assert ana.id in page
    assert other.id not in page
    # The same address with a test key is another account: modes never meet.
    assert tried_out.id not in page
    assert tried_out.id in tried_out.opens("account").text


@pytest.mark.parametrize("page", [*PAGES, "coi.pdf", "wrong"])
def test_a_page_is_kept_by_nobody_and_tells_nobody_where_it_was(ana: Customer, page: str) -> None:
    address = ana.address("coi", token="wrong") if page == "wrong" else ana.address(page.removesuffix(".pdf"))

    headers = ana.partner.client.get(address.replace("?", ".pdf?") if page.endswith(".pdf") else address).headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "script" not in policy
    assert "Set-Cookie" not in headers


def test_pages_run_nothing_and_keep_nothing(ana: Customer) -> None:
    for page in PAGES:
        text = ana.opens(page).text
        assert "<script" not in text
        assert "style=" not in text


def test_what_a_customer_opened_is_in_the_evidence_once_an_hour(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera")
    start = datetime.now(UTC)

    for minutes in (0, 1, 59, 61):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            customer.opens("coi")
            customer.opens("cancel")

    views = customer.happened("viewed")
    assert {row.actor for row in views} == {"customer"}
    assert [row.facts for row in views] == [
        f'{{"booking":"{customer.id}","page":"{page}"}}' for page in ("certificate", "cancel") * 2
    ]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leaves_that_it_was_opened(northwind: Partner, page: str) -> None:
    customer = customer_of(northwind, "camera")

    customer.opens(page)

    names = {"coi": "certificate"}
    assert [row.facts for row in customer.happened("viewed")] == [
        f'{{"booking":"{customer.id}","page":"{names.get(page, page)}"}}'
    ]


def test_looking_ahead_is_not_viewing(northwind: Partner) -> None:
    """A mail program asks whether a link is good, a browser fetches what might be wanted: nobody has read anything."""
    customer = customer_of(northwind, "camera")

    for page in PAGES:
        assert northwind.client.head(customer.address(page)).status_code == 200
        northwind.client.get(customer.address(page), headers={"Sec-Purpose": "prefetch"})

    assert customer.happened("viewed") == []


def test_a_name_is_text_whatever_it_holds(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera", first_name="<script>alert(1)</script>", last_name='"><img src=x>')

    for page in PAGES:
        text = customer.opens(page).text
        assert "<script" not in text
        assert "<img src=x" not in text
    assert "<script>alert(1)</script>" in said(customer.opens("coi"))


@pytest.mark.parametrize("odd", ["%00", "x" * 5_000, "%F0%9F%8C%82", "AAAAA-AAAAA-CLM", "AAAAA-AAAAA-AAAAA-CCL"])
def test_an_id_that_nothing_has_is_a_page_that_says_so(ana: Customer, odd: str) -> None:
    client = ana.partner.client
    query = f"security_token={ana.token}"
    addresses = [f"/en/coi/{odd}?{query}", f"/en/cancel/{ana.id}/{odd}?{query}", f"/en/account?id={odd}&signup_token=x"]
    addresses += [f"/en/account/claims/{odd}?bookingID={ana.id}&{query}"]

    before = len(ana.happened("viewed"))
    answers = [client.get(address) for address in addresses]

    assert {(answer.status_code, answer.mimetype) for answer in answers} == {(404, "text/html")}
    assert len(ana.happened("viewed")) == before


def test_more_than_we_read_is_said_in_words(ana: Customer) -> None:
    answer = ana.sends("modify", "de", city="x" * 300_000)

    assert (answer.status_code, answer.mimetype) == (413, "text/html")
    assert words("customer", "de")("refused.too_large.title") in answer.text


@pytest.fixture
def own(sqlite_environment: Environment) -> Customer:
    """A customer on a platform of the test's own, to break."""
    return customer_of(published_platform(sqlite_environment, "northwind"), "camera")


@pytest.mark.parametrize(
    ("problem", "status", "kind"),
    [
        (StoreUnavailable(), 503, "busy"),
        (Conflict(), 503, "busy"),
        (ChangeRefused("It cannot be."), 422, "refused"),
        (RuntimeError("secret inside"), 500, "defect"),
    ],
)
def test_what_goes_wrong_is_said_in_the_customers_words_and_not_in_json(
    own: Customer, monkeypatch: pytest.MonkeyPatch, problem: Exception, status: int, kind: str
) -> None:
    def fails(*_: object) -> None:
        raise problem

    monkeypatch.setattr("app.web.customer.visit.CustomerRecords.booking", fails)

    answer = own.opens("coi", "de")

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert words("customer", "de")(f"refused.{kind}.title") in answer.text
    assert ("Retry-After" in answer.headers) == (kind == "busy")
    assert (answer.headers["X-Request-Id"] in answer.text) == (kind == "defect")
    assert "secret" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
