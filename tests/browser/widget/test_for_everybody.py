"""Everybody can read the panel and choose: with eyes, ears, fingers or a keyboard alone, in every kind of colour."""

from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from playwright.sync_api import expect

from tests.browser.widget.zoo import Visit

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LEGEND = "Choose how long you want cover, or none"
PRICED = ["1 year, US$21.45 in total", "2 years, US$34.65 in total", "3 years, US$47.85 in total"]
LOOKS: list[dict[str, Any]] = [
    {},
    {"language": "ar"},
    {"theme": "dark"},
    {"scheme": "dark"},
    {"scheme": "dark", "theme": "light"},
    {"forced": "active"},
    {"scheme": "dark", "forced": "active", "language": "ar"},
]
# This axe knows nothing of details: it takes what is closed for text on the paper of the page.
BROKEN_RULES = """async levels => {
  const {violations} = await axe.run(document, {runOnly: levels, resultTypes: ["violations"], elementRef: true});
  const seen = nodes => nodes.filter(({element}) => element.checkVisibility()).map(({html}) => html.slice(0, 120));
  return violations.map(({id, nodes}) => [id, seen(nodes)]).filter(([, found]) => found.length);
}"""
# axe cannot see through the radios that cover the cards, so the contrast of every text is worked out here.
FAINT = """host => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = colour => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map(part => part / 255)
      .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  };
  const panel = host.shadowRoot.querySelector(".panel"), paper = getComputedStyle(panel).backgroundColor, found = [];
  for (const one of panel.querySelectorAll("*")) {
    if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const ratio = contrast(getComputedStyle(one).color, paper);
    if (ratio < 4.5) found.push(`${one.outerHTML.slice(0, 60)}: ${ratio}`);
  }
  for (const one of host.querySelectorAll("input[slot]")) {
    const ratio = contrast(getComputedStyle(one).borderTopColor, paper);
    if (ratio < 3) found.push(`${one.outerHTML.slice(0, 60)}: ${ratio}`);
  }
  return found;
}"""
# What one touches, as it stands: radios, the lines that open details, links that are no part of a sentence.
SMALL = """host => [
  ...host.querySelectorAll("input[slot]"), ...host.shadowRoot.querySelectorAll("summary, .terms, .files a"),
].filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 60), one.getBoundingClientRect()])
.filter(([, {width, height}]) => width < 44 || height < 44).map(([text]) => text)"""
# Every word the page would hand to a screen reader on its own account.
SPOKEN = """host => {
  window.spoken = [];
  const watch = one => new MutationObserver(() => spoken.push(one.textContent))
    .observe(one, {childList: true, characterData: true, subtree: true});
  const live = host.shadowRoot.querySelectorAll("[role=status], [role=alert], [aria-live]");
  live.forEach(watch);
  return [...live].filter(one => !one.hidden).map(one => one.getAttribute("role"));
}"""


def seen_with(visit: Visit, look: dict[str, Any], **asked: str) -> Visit:
    given = {name: look[name] for name in ("language", "theme") if name in look}
    visit.page.emulate_media(color_scheme=look.get("scheme", "light"), forced_colors=look.get("forced", "none"))
    visit.sees("plain", **given, **asked)
    visit.page.evaluate(AXE)
    return visit


def violations(visit: Visit) -> list[Any]:
    found: list[Any] = visit.page.evaluate(BROKEN_RULES, LEVELS)
    return found


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: " ".join(look.values()) or "plain")
def test_the_rules_of_accessibility_hold_in_every_look_and_every_state(visit: Visit, look: dict[str, Any]) -> None:
    seen_with(visit, look, required="")
    visit.page.get_by_role("button", name="Pay now").click()
    assert violations(visit) == []

    visit.chooses(visit.no)
    for summary in visit.element.locator("summary").all():
        if summary.is_visible():
            summary.click()

    assert violations(visit) == []
    if "forced" not in look:
        assert visit.element.evaluate(FAINT) == []


def test_the_tree_has_a_group_with_its_legend_and_radios_that_name_their_price(visit: Visit) -> None:
    visit.sees("plain")

    expect(visit.element.get_by_role("radio")).to_have_count(4)
    expect(visit.element.get_by_role("radio", checked=True)).to_have_count(0)
    expect(visit.element).to_match_aria_snapshot(
        f"""
        - heading "Cover for your Compact camera" [level=3]
        - group "{LEGEND}":
          - 'radio "Add cover: {PRICED[0]}"'
          - group: Cover and exclusions
          - 'link "Policy wording: 1 year (opens in a new tab)"'
          - 'radio "Add cover: {PRICED[1]}"'
          - 'radio "Add cover: {PRICED[2]}"'
          - radio "Not today"
        - status
        """
    )


def test_an_answer_that_opens_others_says_so_with_a_new_group(visit: Visit) -> None:
    visit.sees("plain")
    assert visit.element.locator("fieldset:visible legend").all_inner_texts() == [LEGEND]

    visit.chooses(visit.plan)

    assert len(visit.element.locator("fieldset:visible legend").all_inner_texts()) == 2
    expect(visit.radios).to_have_count(4 + 2)


def test_a_keyboard_alone_is_enough(visit: Visit) -> None:
    visit.sees("plain")
    keys = visit.page.keyboard
    first, second = visit.radios.nth(0), visit.radios.nth(1)

    visit.page.get_by_role("link", name="All pages").focus()
    keys.press("Tab")
    expect(first).to_be_focused()
    expect(first).not_to_be_checked()
    keys.press("Space")
    assert visit.hears("change")["decision"] == "accepted"
    keys.press("ArrowDown")
    expect(second).to_be_checked()
    selection = visit.hears("change", 2)
    keys.press("Tab")
    keys.press("Enter")
    expect(visit.element.locator("details[open]")).to_have_count(1)
    keys.press("Space")
    expect(visit.element.locator("details[open]")).to_have_count(0)
    keys.press("Tab")
    expect(visit.element.get_by_role("link", name="Policy wording: 2 years")).to_be_focused()
    second.focus()
    keys.press("Enter")

    visit.page.wait_for_url("**/zoo/paid")
    assert selection["quote_ids"][0] in visit.page.locator("dd").all_text_contents()


@pytest.mark.parametrize("layout", ["cards", "compact", "line"])
def test_whatever_one_touches_is_large_enough(visit: Visit, layout: str) -> None:
    visit.sees("plain", layout=layout)
    visit.chooses(visit.plan)
    visit.element.locator("summary").first.click()

    assert visit.element.evaluate(SMALL) == []


def test_the_whole_card_is_the_label(visit: Visit) -> None:
    visit.sees("plain")

    visit.page.mouse.click(*_middle(visit, ".price"))
    expect(visit.radios.nth(0)).to_be_checked()
    visit.page.mouse.click(*_middle(visit, ".choice:nth-child(2) .about"))
    expect(visit.radios.nth(1)).to_be_checked()


def test_each_choice_is_said_once(visit: Visit) -> None:
    visit.sees("plain")
    assert visit.element.evaluate(SPOKEN) == ["status"]
    said: list[str] = []

    for radio in (visit.radios.nth(0), visit.radios.nth(1), visit.no):
        visit.chooses(radio)
        said.append(visit.element.locator(".status").inner_text())

    assert visit.page.evaluate("spoken") == said
    assert "US$21.45" in said[0] and "US$34.65" in said[1] and len(set(said)) == 3


def test_the_focus_can_be_seen(visit: Visit) -> None:
    visit.sees("plain")

    for target in (visit.plan, visit.element.locator("summary").first, visit.element.locator(".terms").first):
        visit.page.keyboard.press("Shift")
        target.focus()
        style = target.evaluate("one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineWidth]")
        assert style == ["solid", "3px"]


def test_with_forced_colours_a_choice_can_be_told_from_the_others(visit: Visit) -> None:
    visit.page.emulate_media(forced_colors="active")
    visit.sees("contrast")
    visit.chooses(visit.plan)

    edges = visit.element.evaluate(
        "host => [...host.querySelectorAll('input[slot]')].slice(0, 2).map(one => getComputedStyle(one))"
        ".map(style => [style.borderTopColor, style.borderTopWidth])"
    )

    paper = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert edges[0] != edges[1] and paper not in (edges[0][0], edges[1][0])


def test_details_are_details_and_open_without_us(visit: Visit) -> None:
    visit.sees("plain")
    details = visit.element.locator("details").first
    expect(details.get_by_text("Your device is put right")).to_be_hidden()

    details.locator("summary").click()

    assert details.evaluate("one => one.open")
    assert "US$34.86" in details.inner_text()


def _middle(visit: Visit, selector: str) -> tuple[float, float]:
    found = visit.element.locator(selector).first
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
