"""The customer's way through our pages in a real browser that runs no script: from the mail's link to the last word."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.adapters.locales import said as words
from tests.customer import BOTH, PAGES, Customer, customer_of
from tests.partner import published_platform
from tests.process import Server, serving

WIDTHS = (320, 375, 820, 1280)
LANGUAGES = ("en", "de", "ar", "ja")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        one = browsers.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield one
        one.close()


@dataclass(frozen=True)
class Shop:
    """A running server, and a partner's system that sells through the same database."""

    server: Server
    customer: Customer


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"AWNING_MODE": "demo", "AWNING_VAR": str(tmp_path_factory.mktemp("customer")), "AWNING_LOG": "off"}


@pytest.fixture(scope="module")
def shop(environment: dict[str, str]) -> Iterator[Shop]:
    folder = Path(environment["AWNING_VAR"])
    given = environment | {"DATABASE_URL": f"sqlite:///{folder}/awning.db", "AWNING_RATE_LIMITS": "off"}
    partner = published_platform(given, "northwind")
    with serving(given, folder) as running:
        yield Shop(running, customer_of(partner, "camera", *BOTH, last_name="Costa" * 12))


@pytest.fixture
def customer(shop: Shop) -> Customer:
    return customer_of(shop.customer.partner, "camera", *BOTH)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone without JavaScript; whatever it says to the console is a defect."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 812})
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("requestfailed", lambda request: said.append(f"{request.url}: {request.failure}"))
    yield context.new_page()
    context.close()
    # A refused form is a 422, and who clicks at once leaves the icon of the page before unfetched.
    assert [text for text in said if "status of 4" not in text and "ERR_ABORTED" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "pds"])
def test_a_page_fits_every_width_and_says_nothing_to_the_console(
    browser: Browser, shop: Shop, name: str, language: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))

    answer = page.goto(shop.server.url + shop.customer.address(name, language))

    assert answer is not None and answer.status == 200
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert context.cookies() == []
    assert said == []
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_whatever_one_touches_is_large_enough(browser: Browser, shop: Shop, name: str) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 812})
    page.goto(shop.server.url + shop.customer.address(name))

    small = page.evaluate(
        "[...document.querySelectorAll('.button, .choice, .links-row a, .field > input, .field > textarea')]"
        ".filter(one => one.getBoundingClientRect().height < 48).map(one => one.outerHTML)"
    )

    assert small == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_cancelling_from_the_link_to_the_last_word(page: Page, shop: Shop, customer: Customer, language: str) -> None:
    say = words("customer", language)
    page.goto(shop.server.url + customer.address("cancel", language))

    page.get_by_role("button", name=say("cancel.button")).click()
    summary = page.get_by_role("alert")
    assert say("error.choose") in summary.inner_text()
    for box in page.get_by_role("checkbox").all():
        assert not box.is_checked()
        box.check()
    page.get_by_label(say("cancel.reason")).fill("No longer <needed>")
    page.get_by_role("button", name=say("cancel.button")).click()
    assert page.get_by_role("heading", level=1).inner_text() == say("preview.title")
    page.get_by_role("button", name=say("preview.button")).click()

    assert page.get_by_role("heading", level=1).inner_text() == say("cancelled.title")
    booking = customer.partner.shown(customer.id)
    assert booking["status"] == "CANCELLED"
    reasons = {quote["cancellation_info"]["reason_for_cancellation"] for quote in booking["quotes"]}
    assert reasons == {"No longer <needed>"}
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text() == say("cancelled.title")


@pytest.mark.parametrize("language", LANGUAGES)
def test_changing_how_one_is_reached(page: Page, shop: Shop, customer: Customer, language: str) -> None:
    say = words("customer", language)
    page.goto(shop.server.url + customer.address("modify", language))

    page.get_by_label(say("modify.phone")).fill("0301234567")
    page.get_by_label(say("modify.city")).fill("Tacoma")
    page.get_by_role("button", name=say("modify.button")).click()
    assert page.get_by_label(say("modify.city")).input_value() == "Tacoma"
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#phone")
    page.get_by_label(say("modify.phone")).fill("+49 30 1234567")
    page.get_by_role("button", name=say("modify.button")).click()

    assert say("modify.done") in page.get_by_role("status").inner_text()
    policyholder = customer.partner.shown(customer.id)["policyholder"]
    assert (policyholder["phone"], policyholder["city"]) == ("+49 30 1234567", "Tacoma")


@pytest.mark.parametrize("language", LANGUAGES)
def test_reporting_a_loss_from_the_certificate(page: Page, shop: Shop, customer: Customer, language: str) -> None:
    say = words("customer", language)
    page.goto(shop.server.url + customer.address("coi", language))
    page.get_by_role("link", name=say("link.claim"), exact=True).click()

    page.get_by_role("radio").first.check()
    page.get_by_label(say("claim.happened_on")).fill("2020-01-01")
    page.get_by_label(say("claim.story")).fill("It fell from the table.")
    page.get_by_role("button", name=say("claim.button")).click()
    assert say("claim.outside_title") in page.get_by_role("alert").inner_text()
    assert page.get_by_label(say("claim.story")).input_value() == "It fell from the table."
    page.get_by_role("button", name=say("claim.button")).click()

    assert page.get_by_role("heading", level=1).inner_text() == say("claim.done")
    (event,) = customer.happened("claimed")
    assert page.locator(".reference").inner_text() in event.facts


def test_every_field_has_its_name_and_its_error_for_the_ear(page: Page, shop: Shop, customer: Customer) -> None:
    say = words("customer", "en")
    page.goto(shop.server.url + customer.address("claim"))
    page.get_by_label(say("claim.email")).fill("nobody")
    page.get_by_role("button", name=say("claim.button")).click()

    for name in ("happened_on", "place", "story", "email", "phone"):
        assert page.get_by_label(say(f"claim.{name}")).count() == 1, name
    assert page.get_by_role("group", name=say("claim.quote")).count() == 1
    field: Any = page.locator("#email")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text() == say("error.email")
    assert page.get_by_role("main").count() == page.get_by_role("heading", level=1).count() == 1
