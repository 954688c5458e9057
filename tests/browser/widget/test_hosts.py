"""Whatever the host page is like: the panel is there, can be read and used, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from app.web.widget.snippets import LAYOUTS
from tests.browser.widget.zoo import BUTTONS, Visit, Zoo
from widget.demo.zoo.pages import CAGES

Visitor = Callable[..., Visit]
# The first two have no offer from the script; the slow ones have tests of their own.
SCRIPTED = [name for name in CAGES if name not in ("hanging", "scriptless", "slow", "halting")]
# Where a page needs a window or a system of its own.
PROPERTIES: dict[str, dict[str, Any]] = {
    "zoom": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "contrast": {"forced_colors": "active"},
}
LANGUAGES = ("en", "de", "ar", "ja")
# How the panel stands: its size, what runs over its edge, and whether each radio covers the whole of its card.
MEASURED = """host => {
  const panel = host.shadowRoot.querySelector(".panel"), {width, height, left, right} = panel.getBoundingClientRect();
  const box = one => one && JSON.stringify(one.getBoundingClientRect());
  const inputs = [...host.querySelectorAll("input[slot]")].filter(one => one.offsetParent);
  const price = panel.querySelector(".price"), style = getComputedStyle(price);
  return {
    width, height, left, right,
    over: panel.scrollWidth - panel.clientWidth,
    shown: inputs.length,
    uncovering: inputs.filter(one => box(one) !== box(one.assignedSlot.parentElement)).length,
    smallest: Math.min(...inputs.map(one => Math.min(one.offsetHeight, one.offsetWidth))),
    price: price.innerText,
    written: [style.letterSpacing, style.textTransform, style.fontStyle, style.whiteSpace, style.textIndent],
    size: parseFloat(style.fontSize),
  };
}"""
PLAINLY = ["normal", "none", "normal", "normal", "0px"]
STORED = """async () => [
  document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
]"""


@pytest.mark.parametrize("name", SCRIPTED)
def test_on_every_page_the_panel_is_seen_read_and_used(visit: Visit, visitor: Visitor, name: str) -> None:
    visit = (visitor(**PROPERTIES[name]) if name in PROPERTIES else visit).sees(name)
    assert visit.page.locator("input:checked").count() == 0

    found = visit.element.evaluate(MEASURED)
    selection = visit.chooses(visit.plan)
    sent = visit.pays()

    assert found["shown"] == 4 and found["uncovering"] == 0 and found["smallest"] >= 44
    assert found["width"] >= 280 and found["height"] >= 300 and found["over"] == 0
    assert found["written"] == PLAINLY and found["size"] >= 14
    first = selection["total_formatted"]
    assert first in found["price"]
    assert sent["awning_decision"][0] == "accepted"
    assert selection["quote_ids"] == sent["awning_quote_id"]
    assert sent["awning_selection"][0] == selection["token"]
    assert (visit.noise, visit.page.evaluate("violations")) == ([], [])


@pytest.mark.parametrize("name", ["plain", "hostile", "shadow", "dialog", "quirks", "upgraded"])
def test_on_every_page_a_no_is_as_good_as_a_yes(visit: Visit, name: str) -> None:
    visit.sees(name)

    selection = visit.chooses(visit.no)

    assert (selection["decision"], selection["quote_ids"]) == ("declined", [])
    sent = visit.pays()
    assert (sent["awning_decision"], sent["awning_quote_id"]) == (["declined"], [""])


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_and_layout_nothing_runs_over_and_nothing_is_preselected(visit: Visit, language: str) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})
    visit.sees("plain", language=language, required="")

    for layout in LAYOUTS:
        visit.element.evaluate("(one, layout) => one.setAttribute('layout', layout)", layout)
        for width in (320, 412, 820, 1280):
            visit.page.set_viewport_size({"width": width, "height": 800})
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (layout, width)
            assert visit.element.evaluate(MEASURED)["over"] == 0, (layout, width)
    assert visit.page.locator("input:checked").count() == 0
    assert visit.selection["decision"] is None


def test_the_strict_page_is_as_strict_as_agreed(zoo: Zoo, visit: Visit) -> None:
    answer = visit.page.goto(f"{zoo.shop}/zoo/strict")

    assert answer is not None
    nonce = answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' {zoo.awning.url}; "
        f"connect-src {zoo.awning.url}; form-action 'self'; require-trusted-types-for 'script'"
    )
    assert answer.headers["integrity-policy"] == "blocked-destinations=(script)"


@pytest.mark.parametrize("engine", ["new", "without setHTML"])
def test_a_strict_policy_has_nothing_to_report(visitor: Visitor, engine: str) -> None:
    visit = visitor()
    if engine != "new":
        visit.page.add_init_script("delete Element.prototype.setHTML")
    visit.sees("strict")

    visit.chooses(visit.plan)
    visit.element.locator("summary").first.click()
    visit.chooses(visit.no)

    expect(visit.element.locator(".status")).not_to_be_empty()
    assert visit.page.evaluate("violations") == []
    assert visit.said == [] and visit.broken == []


def test_after_a_whole_purchase_nothing_is_stored_anywhere(zoo: Zoo, visitor: Visitor) -> None:
    visit = visitor().sees("plain")
    visit.chooses(visit.plan)
    visit.element.locator("summary").first.click()
    visit.chooses(visit.no)
    visit.pays()

    assert visit.context.cookies() == []
    assert visit.page.evaluate(STORED) == ["", 0, 0, 0, 0, 0]
    visit.page.goto(zoo.awning.url)
    assert visit.page.evaluate(STORED) == ["", 0, 0, 0, 0, 0]


def test_two_offers_in_one_form_have_a_choice_each(visit: Visit) -> None:
    visit.sees("together").hears("ready", 2)
    one, two = (visit.page.locator(f"#{name} awning-offer") for name in ("one", "two"))

    visit.chooses(one.get_by_role("radio").first)
    second = visit.chooses(two.get_by_role("radio", name="Not today"))

    assert second["decision"] == "declined"
    assert one.evaluate("one => one.selection.decision") == "accepted"
    sent = visit.pays()
    assert sent["awning_decision"] == ["accepted", "declined"]
    assert len(set(sent["awning_offer_id"])) == len(sent["awning_offer_id"]) == 2
    assert sent["awning_quote_id"][1] == ""


def test_each_of_two_forms_sends_its_own_choice(visit: Visit) -> None:
    visit.sees("two").hears("ready", 2)

    selection = visit.chooses(visit.page.locator("#two").get_by_role("radio").first)
    visit.page.locator("#two").get_by_role("button", name="Pay now").click()

    visit.page.wait_for_url("**/zoo/paid")
    assert selection["quote_ids"][0] in visit.page.locator("dd").all_text_contents()


def test_before_somebody_presses_the_button_a_late_element_asks_for_nothing(visit: Visit) -> None:
    visit.opens("late")
    assert visit.asked("/widget/offers") == []

    visit.page.locator(BUTTONS["late"]).click()

    visit.hears("ready")
    assert len(visit.asked("/widget/offers")) == 1


def test_a_page_that_hides_its_form_hides_the_panel_too(visit: Visit) -> None:
    visit.sees("plain")

    visit.page.evaluate("document.querySelector('form').style.visibility = 'hidden'")

    expect(visit.plan).to_be_hidden()
    expect(visit.element.locator(".price").first).to_be_hidden()


@pytest.mark.parametrize("choice", ["yes", "no"])
def test_without_script_the_choice_comes_with_the_form_of_the_page(visitor: Visitor, choice: str) -> None:
    visit = visitor(java_script_enabled=False).opens("scriptless")
    assert visit.page.locator("input:checked").count() == 0
    wanted = visit.plan if choice == "yes" else visit.no
    value = wanted.get_attribute("value")

    wanted.check()
    sent = visit.pays()

    assert sent["awning_quote_id"] == [value]
    assert len(sent["awning_offer_id"][0]) == 36
    assert visit.said == []


def test_without_script_a_required_choice_is_asked_for_by_the_browser(visitor: Visitor) -> None:
    visit = visitor(java_script_enabled=False).opens("scriptless", required="")

    visit.page.get_by_role("button", name="Pay now").click()
    expect(visit.plan).to_be_focused()
    assert visit.page.url.endswith("/zoo/scriptless?required=")

    visit.no.check()
    assert visit.pays()["awning_quote_id"] == [""]


def test_what_was_chosen_before_the_script_came_is_kept(visit: Visit) -> None:
    held: list[Any] = []
    visit.meets("**/widget/v1/awning.js", held.append)
    visit.page.goto(f"{visit.zoo.shop}/zoo/upgraded", wait_until="commit")
    visit.plan.check()

    held[0].continue_()

    assert visit.hears("change")["decision"] == "accepted"
    assert visit.asked("/widget/offers?") == []
    expect(visit.plan).to_be_checked()
