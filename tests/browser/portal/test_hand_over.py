"""The customer reads and agrees: on their own phone, or on the tablet that is turned round."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from app.adapters.locales import said
from tests.begun_sale import Sale, sale_at
from tests.browser.portal.counter import Counter, Shop, listen

Works = Callable[..., Counter]
BOTH = pytest.mark.parametrize("js", [True, False], ids=["quick", "plain"])
OWN_PHONE = {"width": 375, "height": 667}


@pytest.fixture
def phone(browser: Browser, shop: Shop) -> Iterator[Callable[..., Page]]:
    """The customer's own phone. It has never seen us."""
    noise: list[str] = []
    with ExitStack() as stack:

        def take(js: bool = True) -> Page:
            context = shop.context(browser, viewport=OWN_PHONE, java_script_enabled=js, locale="de-DE", is_mobile=True)
            stack.callback(context.close)
            listen(context, noise)
            return context.new_page()

        yield take
    assert noise == []


def waiting(at: Counter) -> Sale:
    """A sale whose customer has to read now, on the tablet."""
    sale = sale_at(at.at, "consent", language="en")
    at.goes(sale.url("consent")).arrives("consent")
    return sale


def link_of(at: Counter) -> str:
    """What the picture says, which stands below it in letters."""
    return at.page.locator("main bdi", has_text="/portal/hand-over/").inner_text()


def read_in_german(page: Page) -> None:
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("counter_customer", "de")("title"))
    expect(page.locator("html")).to_have_attribute("lang", "de")


def agreed_in_german(page: Page) -> None:
    say = said("counter_customer", "de")
    page.get_by_role("button", name=say("agree")).click()
    expect(page.get_by_role("alert")).to_contain_text(say("error.tick_read"))
    for box in page.get_by_role("checkbox").all():
        assert not box.is_checked()
        box.check()
    page.get_by_role("button", name=say("agree")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("agreed.title"))


def test_the_customer_agrees_on_their_own_phone_in_german_and_the_tablet_goes_on_by_itself(
    works: Works, phone: Callable[..., Page]
) -> None:
    at, own = works(), phone()
    sale = waiting(at)

    own.goto(link_of(at))
    expect(at.page.get_by_role("status").get_by_text(at.says("agreeing", "phone.reading"))).to_be_visible()
    assert own.evaluate("document.documentElement.scrollWidth <= innerWidth")
    read_in_german(own)
    agreed_in_german(own)

    at.page.wait_for_url("**/payment")
    given = sale.draft.consent
    assert given is not None and (given.channel, given.language) == ("phone", "de")
    assert given.documents and own.context.cookies() == []


def test_without_scripts_a_button_asks_whether_the_customer_has_agreed(
    works: Works, phone: Callable[..., Page]
) -> None:
    at, own = works(js=False), phone(js=False)
    sale = waiting(at)
    link = link_of(at)

    at.page.get_by_role("link", name=at.says("agreeing", "phone.asked")).click()
    expect(at.page.get_by_text(at.says("agreeing", "phone.not_yet"))).to_be_visible()
    own.goto(link)
    read_in_german(own)
    agreed_in_german(own)
    at.page.get_by_role("link", name=at.says("agreeing", "phone.asked")).click()

    at.arrives("payment")
    assert sale.draft.has_consent
    own.goto(link)
    expect(own.get_by_role("heading", level=1)).to_have_text(said("counter_customer", "de")("agreed.title"))


@BOTH
def test_the_turned_tablet_shows_the_customer_nothing_of_ours(works: Works, js: bool) -> None:
    at = works(js=js)
    sale = waiting(at)
    at.page.get_by_role("link", name=at.says("agreeing", "tablet.button")).click()
    expect(at.heading).to_have_text(said("counter_customer", "en")("title"))

    assert at.page.get_by_role("navigation").count() == 0
    expect(at.page.get_by_text(at.at.staff.name)).to_have_count(0)
    read_in_german(at.page)
    say = said("counter_customer", "de")
    for box in at.page.get_by_role("checkbox").all():
        assert not box.is_checked()
        box.check()
    at.page.get_by_role("button", name=say("agree")).click()
    expect(at.page.get_by_text(say("back.text"))).to_be_visible()
    at.page.get_by_role("link", name=at.says("agreeing", "tablet.back")).click()

    at.arrives("payment")
    given = sale.draft.consent
    assert given is not None and (given.channel, given.language) == ("tablet", "de")
