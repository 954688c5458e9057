"""What a shopper saw and did in the panel is on record, once each, and nothing that did not happen."""

from playwright.sync_api import expect

from tests.browser.widget.zoo import Visit, Zoo


def test_a_panel_in_view_for_a_second_was_seen(zoo: Zoo, visit: Visit) -> None:
    visit.sees("plain")

    assert zoo.recorded(visit.offer["id"], "seen") == 1


def test_a_panel_that_nobody_scrolled_to_was_not_seen(zoo: Zoo, visit: Visit) -> None:
    visit.opens("late")
    visit.page.evaluate(
        "document.querySelector('#slot').style.marginTop = '3000px'; document.querySelector('#add').click()"
    )
    visit.hears("ready")
    offer = visit.offer["id"]

    visit.chooses(visit.plan)
    visit.page.evaluate("document.querySelector('#slot').style.marginTop = 0")

    assert zoo.recorded(offer, "seen") == 1
    trail = zoo.trail(offer)
    assert trail.index("chosen") < trail.index("seen")


def test_what_was_opened_and_chosen_is_on_record(zoo: Zoo, visit: Visit) -> None:
    visit.sees("plain")
    offer = visit.offer["id"]

    for _ in range(4):
        visit.element.locator("summary").first.click()
    with visit.context.expect_page() as wording:
        visit.element.locator(".terms").first.click()
    visit.chooses(visit.plan)
    visit.chooses(visit.radios.nth(1))
    visit.chooses(visit.no)

    wording.value.wait_for_load_state()
    expect(wording.value.get_by_role("heading").first).to_be_visible()
    wording.value.close()
    assert zoo.recorded(offer, "details_opened") == 1
    assert zoo.recorded(offer, "terms_opened") == 1
    assert [name for name in zoo.trail(offer) if name in ("chosen", "changed", "declined")] == [
        "chosen",
        "changed",
        "declined",
    ]


def test_a_page_without_a_choice_leaves_no_choice_on_record(zoo: Zoo, visit: Visit) -> None:
    visit.sees("plain")
    offer = visit.offer["id"]

    visit.pays()

    assert {"chosen", "changed", "declined"} & {*zoo.trail(offer)} == set()


def test_each_report_carries_an_id_of_its_own_and_no_more_than_it_must(visit: Visit) -> None:
    visit.sees("plain")
    with visit.page.expect_request("**/events") as seen:
        visit.element.locator("summary").first.click()

    body = seen.value.post_data_json
    assert sorted(body) == ["events", "id", "session"]
    assert body["events"] == [{"name": "details_opened", "quote_id": visit.offer["products"][0]["id"]}]
    assert "cookie" not in seen.value.headers
