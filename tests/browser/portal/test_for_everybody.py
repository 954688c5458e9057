"""Every page in every state: by the rules of accessibility, at every width, with targets and letters that are large enough."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.associate import At, new_store, tablet
from tests.browser.portal import places
from tests.browser.portal.counter import UPRIGHT, Shop, listen
from tests.browser.portal.places import Place
from tests.browser.widget.test_for_everybody import AXE, BROKEN_RULES, LEVELS

# 320 is a tablet on its side with the letters four times as large.
WIDTHS = (320, 375, 744, 1180)
LOOKS = {"light, English": ("light", "en"), "dark, Arabic": ("dark", "ar")}
# Charts have a table beside them; a link in a sentence is as high as its line.
SMALL = """() => {
  const found = [], seen = one => one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width > 1;
  const say = (one, what) => found.push(`${what}: ${one.outerHTML.replace(/\\s+/g, " ").slice(0, 90)}`);
  const stands = one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(one) || one.matches(".skip, .hidden")) continue;
    const area = one.matches("[type=checkbox], [type=radio]") ? one.closest("label") ?? one : one;
    if (one.matches("a") && getComputedStyle(one).display === "inline" && stands(one.parentElement)) continue;
    const {width, height} = area.getBoundingClientRect();
    const least = one.matches(".key") ? 64 : one.matches(".button:not(.quiet-button)") ? 56 : 48;
    if (height < least - .1 || one.matches(".key") && width < least) say(one, `${Math.round(height)} px high`);
  }
  for (const one of document.body.querySelectorAll("*")) {
    if (one.closest("svg, script, option") || !stands(one) || !seen(one)) continue;
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < 16) say(one, `letters of ${size} px`);
  }
  return found;
}"""


def troubles(page: Page) -> list[Any]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(BROKEN_RULES, LEVELS)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": UPRIGHT["height"]})
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(f"wider than {width}")
        if width == 375:
            found += page.evaluate(SMALL)
    page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    return found


def looks_right(context: BrowserContext, found: Iterator[Place]) -> None:
    """Fails with all that is wrong, and where."""
    wrong: list[str] = []
    page = context.new_page()
    for place in found:
        page.goto(place.path)
        if place.act is not None:
            place.act(page)
        page.locator("h1").first.wait_for()
        wrong += [f"{place.name}: {told}" for told in troubles(page)]
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module", params=LOOKS.values(), ids=LOOKS)
def look(request: pytest.FixtureRequest, shop: Shop) -> tuple[str, At]:
    """A colour scheme, and somebody who may do everything in a store that speaks a language."""
    scheme, language = request.param
    store = new_store(shop.app, subsidiary="NORTHWIND-UK", language_of_store=language)
    return scheme, tablet(shop.app, "admin", store=store, language=language)


@pytest.fixture
def browses(browser: Browser, shop: Shop, look: tuple[str, At]) -> Iterator[Callable[..., BrowserContext]]:
    scheme, at = look
    noise: list[str] = []

    def begin(who: At | None = at) -> BrowserContext:
        context = shop.context(browser, who, color_scheme=scheme, locale=at.staff.language)
        listen(context, noise)
        return context

    yield begin
    assert not noise, noise


Browses = Callable[..., BrowserContext]


def test_the_pages_of_a_sale(browses: Browses, look: tuple[str, At]) -> None:
    looks_right(browses(), places.selling(look[1]))


def test_the_pages_after_a_sale(browses: Browses, look: tuple[str, At]) -> None:
    looks_right(browses(), places.serving(look[1]))


def test_the_pages_for_people_and_tablets(browses: Browses, look: tuple[str, At]) -> None:
    looks_right(browses(), places.looking_after(look[1]))


def test_the_pages_before_anybody_is_at_work(browses: Browses, look: tuple[str, At]) -> None:
    looks_right(browses(replace(look[1], token="")), places.outside(look[1]))


def test_the_pages_on_the_customers_own_phone(browses: Browses, look: tuple[str, At]) -> None:
    looks_right(browses(None), places.of_customers(look[1]))


def test_training_looks_like_training(browses: Browses, shop: Shop, look: tuple[str, At]) -> None:
    at = tablet(shop.app, store=look[1].store, language=look[1].staff.language, is_training=True)
    context = browses(at)
    looks_right(context, iter([Place("start", "/portal/"), Place("offer", f"{places.sale(at, mode='trng')}/offer")]))
