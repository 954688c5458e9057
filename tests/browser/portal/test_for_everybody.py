"""Every page in every state: by the rules of accessibility, at every width, with targets and letters large enough."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.associate import At, new_store, tablet
from tests.browser.portal import places
from tests.browser.portal.counter import UPRIGHT, Shop, listen
from tests.browser.portal.places import Place
from tests.browser.widget.test_for_everybody import AXE, LEVELS
from tests.offering import sale

# 320 is a tablet on its side with the letters four times as large.
WIDTHS = (1180, 744, 320, 375)
WIDE = "width => document.documentElement.scrollWidth > innerWidth ? [`wider than ${width}`] : []"
LOOKS = {"light, English": ("light", "en"), "dark, Arabic": ("dark", "ar")}
# What is folded away is looked at where a page opens it; style sheets need no second fetching.
BROKEN_RULES = """async levels => {
  const how = {runOnly: levels, resultTypes: ["violations"], elementRef: true, preload: false};
  const {violations} = await axe.run(document, how);
  const seen = nodes => nodes.filter(({element}) => element.checkVisibility()).map(({html}) => html.slice(0, 120));
  return violations.map(({id, nodes}) => [id, seen(nodes)]).filter(([, found]) => found.length);
}"""
# Charts have a table beside them; a link in a sentence is as high as its line.
SMALL = """() => {
  const found = [], area = one => one.getBoundingClientRect();
  const seen = one => one.checkVisibility({visibilityProperty: true}) && area(one).width > 1;
  const say = (one, what) => found.push(`${what}: ${one.outerHTML.replace(/\\s+/g, " ").slice(0, 90)}`);
  const stands = one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(one) || one.matches(".skip, .hidden")) continue;
    const target = one.matches("[type=checkbox], [type=radio]") ? one.closest("label") ?? one : one;
    if (one.matches("a") && getComputedStyle(one).display === "inline" && stands(one.parentElement)) continue;
    const {width, height} = area(target);
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
    found: list[Any] = page.evaluate(BROKEN_RULES, LEVELS)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": UPRIGHT["height"]})
        found += page.evaluate(WIDE, width)
    return [*found, *page.evaluate(SMALL)]


def looks_right(context: BrowserContext, found: Iterator[Place]) -> None:
    """Fails with all that is wrong, and where."""
    wrong: list[str] = []
    page, is_fresh = context.new_page(), False
    for place in found:
        if not (is_fresh and page.url.endswith(place.path)):
            answer = page.goto(place.path, wait_until="domcontentloaded")
            assert answer is not None and answer.status == (404 if place.is_missing else 200), place.name
        if place.act is not None:
            place.act(page)
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
        is_fresh = place.act is None
        page.locator("h1").first.wait_for()
        wrong += [f"{place.name}: {told}" for told in troubles(page)]
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module", params=list(LOOKS.values()), ids=list(LOOKS))
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
        context.add_init_script(AXE)
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
    looks_right(context, iter([Place("start", "/portal/"), Place("offer", f"{sale(at, mode='trng')}/offer")]))
