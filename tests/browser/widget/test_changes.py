"""Pages change, shoppers come back, scripts come twice: the panel follows, and never chooses for anybody."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.widget.zoo import MODULE, OFFERS, Visit
from tests.waiting import eventually

Visitor = Callable[..., Visit]


def presses(visit: Visit, button: str) -> None:
    visit.page.locator(f"#{button}").click()


def test_one_more_in_the_cart_keeps_the_choice_at_its_new_price(visit: Visit) -> None:
    visit.sees("cart")
    before = visit.chooses(visit.plan)

    presses(visit, "more")

    after = visit.hears("change", 2)
    assert after["decision"] == "accepted"
    assert after["total"] > before["total"]
    assert after["quote_ids"] != before["quote_ids"] and after["token"] != before["token"]
    expect(visit.plan).to_be_checked()
    expect(visit.element.locator(".renewed")).to_be_hidden()
    assert visit.pays()["awning_quote_id"] == after["quote_ids"]


def test_a_second_chance_that_was_taken_stays_with_the_no_that_opened_it(visit: Visit) -> None:
    visit.sees("cart")
    visit.chooses(visit.no)
    second = visit.element.locator("input[data-group=second-chance]:not([value=''])")
    before = visit.chooses(second)

    presses(visit, "more")

    after = visit.hears("change", 3)
    assert after["decision"] == "accepted"
    assert after["quote_ids"] != before["quote_ids"] and after["token"]
    expect(second).to_be_checked()
    expect(visit.no).to_be_checked()


def test_a_no_stays_a_no_when_there_is_more_of_the_same(visit: Visit) -> None:
    visit.sees("cart")
    visit.chooses(visit.no)

    presses(visit, "more")

    assert visit.hears("change", 2)["decision"] == "declined"
    assert visit.pays()["awning_decision"] == ["declined"]


@pytest.mark.parametrize("choice", ["plan", "no"])
def test_something_else_in_the_cart_asks_again(visit: Visit, choice: str) -> None:
    visit.sees("cart")
    visit.chooses(getattr(visit, choice))

    presses(visit, "washer")

    assert visit.hears("change", 2)["decision"] is None
    expect(visit.element.locator(".renewed")).to_be_visible()
    assert visit.page.locator("input:checked").count() == 0
    assert visit.chooses(visit.plan)["decision"] == "accepted"
    expect(visit.element.locator(".renewed")).to_be_hidden()


def test_many_changes_at_once_are_one_question(visit: Visit) -> None:
    visit.sees("cart")

    visit.page.evaluate("for (let turn = 0; turn < 5; turn++) document.querySelector('#more').click()")

    visit.hears("ready", 2)
    assert len(visit.asked("/widget/offers?")) == 2
    assert '"quantity":6' in (visit.asked("/widget/offers?")[1].post_data or "")


def test_the_last_question_counts_whichever_answer_comes_first(visit: Visit) -> None:
    visit.sees("cart")
    first = visit.offer["products"][0]["details"]["finance"]["price"]["total_amount"]
    held: list[Route] = []
    visit.meets(OFFERS, held.append)
    with visit.page.expect_request(OFFERS):
        presses(visit, "more")
    presses(visit, "more")
    visit.hears("ready", 2)

    with visit.page.expect_response(OFFERS):
        held[0].continue_()
    visit.still()

    last = visit.offer["products"][0]["details"]["finance"]["price"]["total_amount"]
    assert last > 2.5 * first
    assert visit.heard("ready") == 2


@pytest.mark.parametrize(("attribute", "value"), [("language", "de"), ("data-key", "pk_test_demo_nwind")])
def test_a_changed_attribute_is_a_new_question(visit: Visit, attribute: str, value: str) -> None:
    visit.sees("plain")

    visit.element.evaluate("(one, [name, value]) => one.setAttribute(name, value)", [attribute, value])

    visit.hears("ready", 2)
    assert len(visit.asked("/widget/offers?")) == 2
    assert visit.heard("unavailable") == 0


def test_a_changed_script_child_is_a_new_question(visit: Visit) -> None:
    visit.sees("plain")

    visit.element.evaluate(
        "one => { const child = one.querySelector('script');"
        " child.textContent = child.textContent.replace(': 300', ': 900'); }"
    )

    visit.hears("ready", 2)
    assert visit.offer["products"][0]["details"]["finance"]["price"]["total_amount"] > 50


def test_update_tells_when_the_new_panel_is_there(visit: Visit) -> None:
    visit.sees("plain")

    total = visit.element.evaluate(
        "async one => { const request = JSON.parse(one.textContent); request.context.product.quantity = 2;"
        " await one.update(request); return [one.offer.products.length, one.request.context.product.quantity]; }"
    )

    assert total == [5, 2]
    assert visit.heard("ready") == 2


def test_reset_forgets_the_choice_and_tells_the_page(visit: Visit) -> None:
    visit.sees("cart")
    visit.chooses(visit.plan)

    presses(visit, "reset")

    assert visit.hears("change", 2)["decision"] is None
    assert visit.page.locator("input:checked").count() == 0
    assert visit.pays()["awning_decision"] == [""]


@pytest.mark.parametrize("button", ["move", "remove"])
def test_an_element_that_moves_keeps_its_panel_and_its_choice(visit: Visit, button: str) -> None:
    visit.sees("cart")
    before = visit.chooses(visit.plan)

    for _ in range(2):
        presses(visit, button)

    visit.still()
    assert visit.selection == before
    expect(visit.plan).to_be_checked()
    assert len(visit.asked("/widget/offers?")) == 1
    assert visit.chooses(visit.no)["decision"] == "declined"
    assert visit.pays()["awning_decision"] == ["declined"]


def test_an_element_that_was_taken_out_sends_nothing(visit: Visit) -> None:
    visit.sees("cart")
    visit.chooses(visit.plan)

    presses(visit, "remove")

    assert [name for name in visit.pays() if name.startswith("awning")] == []


def test_pages_that_run_before_the_script_can_line_up(visitor: Visitor) -> None:
    visit = visitor()
    visit.page.add_init_script(
        "window.lined = []; window.awning = window.awning || [];"
        "for (const name of ['ready', 'change']) awning.push({on: name, do: event => lined.push(event.type)});"
    )
    visit.sees("plain")

    visit.page.evaluate("awning.push({on: 'change', do: event => lined.push(event.detail.decision)})")
    visit.chooses(visit.no)

    assert visit.page.evaluate("lined") == ["awning:ready", "awning:change", "declined"]


def test_a_script_that_is_loaded_twice_works_once(visit: Visit) -> None:
    visit.sees("plain")

    for version in ("1.0.0", "v1"):
        visit.page.add_script_tag(url=f"{visit.zoo.awning.url}/widget/{version}/awning.js?again", type="module")

    visit.chooses(visit.plan)
    assert (visit.heard("ready"), visit.heard("change")) == (1, 1)
    assert visit.broken == []


def test_a_request_that_was_set_before_the_script_came_is_the_one_that_counts(visit: Visit) -> None:
    held: list[Any] = []
    visit.meets(MODULE, held.append)
    visit.opens("plain")
    visit.element.evaluate(
        "one => { one.request = JSON.parse(one.textContent); one.request.context.product.title = 'Blue camera'; }"
    )

    held[0].continue_()

    visit.hears("ready")
    expect(visit.element.get_by_role("heading")).to_have_text("Cover for your Blue camera")


def test_two_tabs_are_two_offers(visit: Visit) -> None:
    visit.sees("plain")
    with visit.context.new_page() as tab, Visit(visit.zoo, visit.context, tab) as other:
        other.sees("plain")

        visit.page.bring_to_front()
        mine = visit.chooses(visit.plan)
        other.page.bring_to_front()
        theirs = other.chooses(other.no)

        assert (visit.selection, other.selection) == (mine, theirs)
        assert visit.offer["id"] != other.offer["id"]
        assert other.pays()["awning_decision"] == ["declined"]
        visit.page.bring_to_front()
        assert visit.pays()["awning_quote_id"] == mine["quote_ids"]


@pytest.mark.parametrize("name", ["plain", "upgraded"])
@pytest.mark.parametrize("way", ["back", "reload"])
def test_who_comes_back_finds_nothing_chosen_and_can_choose(visit: Visit, name: str, way: str) -> None:
    visit.sees(name)
    first = visit.chooses(visit.plan)
    if way == "back":
        visit.pays()
        visit.page.go_back()
    else:
        visit.page.reload()

    visit.hears("ready")

    assert visit.page.locator("input:checked").count() == 0
    assert visit.selection["decision"] is None
    sent = visit.chooses(visit.plan) and visit.pays()
    assert sent["awning_decision"] == ["accepted"]
    assert name == "upgraded" or sent["awning_quote_id"] != first["quote_ids"]


@pytest.mark.parametrize("name", ["slow", "halting"])
def test_a_script_that_is_faster_than_the_page_waits_for_the_rest_of_it(visit: Visit, name: str) -> None:
    held: list[Route] = []
    visit.meets("**/zoo/pause.js", held.append)
    visit.page.goto(f"{visit.zoo.shop}/zoo/{name}", wait_until="commit")
    eventually(lambda: bool(visit.page.evaluate("!!customElements.get('awning-offer')")))

    held[0].fulfill(body="", content_type="text/javascript")

    visit.hears("ready")
    assert visit.chooses(visit.plan)["decision"] == "accepted"
    assert len(visit.pays()["awning_offer_id"]) == 1
    assert visit.broken == []


@pytest.mark.parametrize("name", ["plain", "upgraded"])
def test_a_page_the_browser_has_kept_stands_as_it_was_left(remembering: Visit, name: str) -> None:
    visit = remembering.sees(name)
    left = visit.chooses(visit.plan)
    visit.pays()

    visit.returns()

    assert visit.selection == left
    assert visit.chooses(visit.no)["decision"] == "declined"
    assert visit.pays()["awning_decision"] == ["declined"]


def test_who_comes_back_to_a_page_without_script_finds_nothing_chosen(visitor: Visitor) -> None:
    visit = visitor(java_script_enabled=False).opens("scriptless")
    visit.plan.check()
    visit.pays()

    visit.page.go_back()

    assert visit.page.locator("input:checked").count() == 0
    visit.no.check()
    assert visit.pays()["awning_quote_id"] == [""]
