"""A good guest is light: few bytes, two requests, nothing moves, and nobody waits for it."""

from collections.abc import Callable

import brotli
import pytest
from playwright.sync_api import Route, ViewportSize

from app.web.widget.snippets import LAYOUTS, RESERVED, stub
from tests.browser.widget.zoo import MODULE, OFFERS, Visit, Zoo
from tests.waiting import eventually
from widget.demo.zoo.pages import silent

Visitor = Callable[..., Visit]
SIZES: list[ViewportSize] = [{"width": 412, "height": 823}, {"width": 1280, "height": 800}]
KILOBYTE = 1_024
# Deadlines pass a hundred times as fast, and are written down.
HURRY = """
  window.deadlines = [];
  const [limit, later] = [AbortSignal.timeout.bind(AbortSignal), window.setTimeout];
  AbortSignal.timeout = time => { deadlines.push(time); return limit(time / 100); };
  window.setTimeout = (act, time) => later(act, time >= 3000 ? (deadlines.push(time), time / 100) : time);
"""


def test_module_and_styles_together_are_6_kilobytes_at_most(zoo: Zoo) -> None:
    answer = zoo.awning.ask("/widget/v1/awning.js", {"Accept-Encoding": "br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert b"::slotted(input)" in brotli.decompress(answer.body)
    assert len(answer.body) <= 6 * KILOBYTE


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_stub_is_half_a_kilobyte_at_most(layout: str) -> None:
    assert len(stub("https://cover.example", layout).encode()) <= KILOBYTE / 2


def test_a_page_makes_one_request_for_the_script_and_one_for_the_offer(zoo: Zoo, visitor: Visitor) -> None:
    visit = visitor().sees("plain")

    asked = [(request.method, request.url.partition("?")[0]) for request in visit.asked(zoo.awning.url)]
    assert sorted(asked) == [
        ("GET", f"{zoo.awning.url}/widget/v1/awning.js"),
        ("POST", f"{zoo.awning.url}/widget/offers"),
    ]
    assert {request.resource_type for request in visit.requests} & {"image", "font", "media"} == set()


def test_the_offer_is_asked_for_while_the_module_is_still_on_its_way(visit: Visit) -> None:
    held: list[Route] = []
    visit.meets(MODULE, held.append)

    with visit.page.expect_response(OFFERS):
        visit.opens("plain")

    assert len(held) == 1
    held[0].continue_()
    visit.hears("ready")
    assert len(visit.asked("/widget/offers?")) == 1


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", ["offer", "no offer", "error", "late"])
def test_nothing_moves_whatever_comes_of_the_offer(visit: Visit, layout: str, size: ViewportSize, case: str) -> None:
    visit.page.set_viewport_size(size)
    held: list[Route] = []
    if case == "error":
        visit.answers(OFFERS, status=500)
    if case == "late":
        visit.meets(OFFERS, held.append)

    visit.opens("plain", layout=layout, offer="none" if case == "no offer" else "")
    if case == "late":
        assert visit.still() == []
        held[0].continue_()
    visit.hears("ready" if case in ("offer", "late") else "unavailable")

    assert visit.still() == []


def test_the_room_that_is_kept_is_given_back_with_the_first_click(visit: Visit) -> None:
    visit.opens("plain", offer="none", layout="line").hears("unavailable")
    assert visit.element.bounding_box()["height"] > 200  # type: ignore[index]

    visit.page.get_by_label("Name on the card").click()

    visit.page.wait_for_function("document.querySelector('awning-offer').offsetHeight === 0")


def test_what_moves_is_noticed_by_these_tests(visit: Visit) -> None:
    visit.sees("plain")
    assert visit.still() == []

    visit.page.evaluate(
        "document.querySelector('main').prepend(Object.assign(document.createElement('p'), {style: 'height: 99px'}))"
    )

    eventually(lambda: visit.still() != [])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_stub_keeps_room_where_the_panel_will_be(layout: str) -> None:
    assert [height for _, height in RESERVED[layout]] == sorted(
        (height for _, height in RESERVED[layout]), reverse=True
    )


def test_a_host_that_does_not_answer_holds_nothing_back(visit: Visit) -> None:
    visit.opens("hanging")

    assert visit.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    eventually(lambda: silent().asked > 0)
    assert silent().given_up == 0
    assert visit.pays()["holder"] == ["Ana Costa"]
    assert visit.broken == []


def test_after_two_deadlines_of_three_seconds_the_page_knows(visitor: Visitor) -> None:
    visit = visitor()
    visit.page.add_init_script(HURRY)
    held: list[Route] = []
    visit.meets(OFFERS, held.append, times=2)

    visit.opens("plain", required="")

    assert visit.hears("unavailable")["reason"] == "timeout"
    assert visit.page.evaluate("deadlines") == [3000, 3000]
    assert len(visit.asked("/widget/offers?")) == 2
    assert [note.startswith("awning: timeout: ") for note in visit.notes] == [True]
    assert visit.pays()["card"]
