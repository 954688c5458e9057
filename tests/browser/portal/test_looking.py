"""What is looked for and asked at the counter stands in no address, and Back finds the sale as it was."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.domain.drafts import Line
from tests.basket import CABLE
from tests.browser.portal.counter import Counter
from tests.offering import sale

Works = Callable[..., Counter]
BOTH = pytest.mark.parametrize("js", [True, False], ids=["quick", "plain"])


@BOTH
def test_a_question_is_answered_where_it_is_asked_and_the_sale_goes_on(works: Works, js: bool) -> None:
    at = works(js=js)
    at.goes(f"{sale(at.at)}/offer")

    for _ in range(2):
        at.page.locator("input[name=ask]").fill("zeppelin")
        at.page.keyboard.press("Enter")
        expect(at.page.locator("#covered .found")).to_contain_text("zeppelin")
        expect(at.page.locator("#covered h2")).to_be_focused()
        assert "zeppelin" not in at.page.url
        at.page.locator("button[name=ask]").first.click()
        expect(at.page.locator("#covered .found")).not_to_contain_text("zeppelin")
        expect(at.page.locator("#covered h2")).to_be_focused()
    at.answers()
    at.page.go_back()

    expect(at.page.locator(".decision").first).to_be_visible()


@BOTH
def test_what_is_looked_for_from_the_start_is_added_to_one_sale(works: Works, js: bool) -> None:
    at = works(js=js)
    at.goes("/portal/").scans("usb-c cable")
    found = at.page.locator(f"button[name=sku][value={CABLE}]")
    expect(found).to_be_visible()
    assert "cable" not in at.page.url
    at.types("code", "phone 5")
    at.page.keyboard.press("Enter")
    expect(at.page.locator("button[name=sku][value=NW-PH-5]")).to_be_visible()
    assert "phone" not in at.page.url
    at.page.locator("button[name=sku][value=NW-PH-5]").click()
    at.page.wait_for_url("**/items/*")
    if js:
        # A browser without it asks whether to send the search again.
        at.page.go_back()
        expect(at.page.locator(".basket li")).to_have_count(1)

    assert [line.sku for line in lines(at)] == ["NW-PH-5"]


def lines(at: Counter) -> list[Line]:
    open_here = at.at.platform.drafts.open_in(at.at.store.id, "live", ("open",), 1)
    return list(open_here[0].lines)
