"""Groups of products in the panel: what opens with a choice, what closes, and that both sides mean the same rules."""

import random
from typing import Any

from playwright.sync_api import expect

from app.config import ROOT
from app.domain.product_rules import group_states
from tests.browser.widget.zoo import Visit
from tests.domain.test_product_rules import TABLE, event, rule

SLUGS = ("plans", "upsell", "second", "extra")
STATES = ("show", "hide", "disable")
SETS = 400


def choice_of(visit: Visit, group: str, place: int = 0) -> Any:
    return visit.element.locator(f"input[data-group={group}]:not([value=''])").nth(place)


def no_to(visit: Visit, group: str) -> Any:
    return visit.element.locator(f"input[data-group={group}][value='']")


def test_a_plan_opens_what_can_be_added_to_it(visit: Visit) -> None:
    visit.sees("plain")
    expect(choice_of(visit, "upsell")).to_be_hidden()

    plan = visit.chooses(choice_of(visit, "plans"))
    both = visit.chooses(choice_of(visit, "upsell"))

    assert len(plan["quote_ids"]) == 1 and len(both["quote_ids"]) == 2
    assert both["total"] > plan["total"]
    assert visit.pays()["awning_quote_id"] == both["quote_ids"]


def test_what_was_added_goes_with_the_plan_it_was_added_to(visit: Visit) -> None:
    visit.sees("plain")
    visit.chooses(choice_of(visit, "plans"))
    visit.chooses(choice_of(visit, "upsell"))

    selection = visit.chooses(no_to(visit, "plans"))

    assert (selection["decision"], selection["quote_ids"]) == ("declined", [])
    expect(choice_of(visit, "upsell")).to_be_hidden()
    assert visit.page.locator("input[data-group=upsell]:checked").count() == 0
    assert visit.pays()["awning_quote_id"] == [""]


def test_after_a_no_there_is_one_other_offer_and_it_needs_no_answer(visit: Visit) -> None:
    visit.sees("plain", required="")
    visit.chooses(no_to(visit, "plans"))
    expect(choice_of(visit, "second-chance")).not_to_be_checked()

    assert visit.pays()["awning_decision"] == ["declined"]


def test_the_other_offer_is_dropped_when_a_plan_is_chosen_after_all(visit: Visit) -> None:
    visit.sees("plain")
    visit.chooses(no_to(visit, "plans"))
    second = visit.chooses(choice_of(visit, "second-chance"))

    plan = visit.chooses(choice_of(visit, "plans", 1))

    assert second["decision"] == "accepted" and len(second["quote_ids"]) == 1
    assert len(plan["quote_ids"]) == 1 and plan["quote_ids"] != second["quote_ids"]
    expect(choice_of(visit, "second-chance")).to_be_hidden()


def generated(numbers: random.Random) -> dict[str, Any]:
    """Rules that open and close each other in any way, what is chosen of them, and what is refused."""
    quotes = {slug: [f"{slug[0]}{number}" for number in range(numbers.randint(1, 3))] for slug in SLUGS}
    rules = [rule(slug, "", 0, 1, numbers.choice(STATES)) | {"product_ids": quotes[slug]} for slug in SLUGS]
    for one in rules:
        for _ in range(numbers.randint(0, 3)):
            kind = numbers.choice(("select", "deselect", "reject"))
            happening = event(kind, "", numbers.choice(SLUGS), numbers.choice(("show", "hide", "enable", "disable")))
            picked = numbers.sample(one["product_ids"], numbers.randint(0, len(one["product_ids"])))
            one["events"].append(happening | {"product_ids": picked})
    every = [quote for found in quotes.values() for quote in found]
    chosen = numbers.sample(every, numbers.randint(0, len(every)))
    return {"rules": rules, "chosen": chosen, "refused": numbers.sample(SLUGS, numbers.randint(0, 4))}


def test_browser_and_server_read_every_rule_alike(visit: Visit) -> None:
    numbers = random.Random(7)
    cases: list[dict[str, Any]] = [{"rules": rules, "chosen": [*chosen], "refused": []} for rules, chosen, _ in TABLE]
    cases += [generated(numbers) for _ in range(SETS)]
    source = (ROOT / "widget" / "src" / "rules.js").read_text(encoding="utf-8").replace("export function", "function")

    each = "({rules, chosen, refused}) => groupStates(rules, chosen, refused)"
    theirs = visit.page.evaluate(f"cases => {{ {source}; return cases.map({each}); }}", cases)

    ours = [group_states(case["rules"], case["chosen"], case["refused"]) for case in cases]
    assert theirs == ours
    assert {state for states in ours for state in states.values()} == {*STATES}
