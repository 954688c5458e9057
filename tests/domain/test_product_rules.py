"""Product rules, asked of what is chosen: which groups are open, and how many of each may and must be chosen."""

from typing import Any

import pytest

from app.domain.product_rules import broken_rules, closed_groups, group_states

Rule = dict[str, Any]


def rule(slug: str, products: str, least: int, most: int, state: str = "show", events: tuple[Rule, ...] = ()) -> Rule:
    """`products`: quote ids of one letter."""
    return {
        "slug": slug,
        "product_ids": list(products),
        "initial_state": state,
        "min_select": least,
        "max_select": most,
        "events": list(events),
    }


def event(kind: str, products: str, target: str, action: str) -> Rule:
    return {"type": kind, "product_ids": list(products), "target": target, "action": action}


ONE_PLAN = rule("plans", "abc", 1, 1)
AT_MOST_ONE = rule("plans", "abc", 0, 1)
TWO_OR_THREE = rule("covers", "abc", 2, 3)
OPENS = rule("plans", "ab", 0, 1, events=(event("select", "ab", "upsell", "show"),))
ENABLES = rule("plans", "ab", 0, 1, events=(event("select", "", "upsell", "enable"),))
CLOSES = rule("plans", "ab", 0, 1, events=(event("select", "ab", "always", "hide"),))
HIDDEN = rule("upsell", "x", 1, 1, "hide")
DISABLED = rule("upsell", "x", 1, 1, "disable")
ALWAYS = rule("always", "y", 1, 1)

# rules, what is chosen, and the messages.
TABLE: list[tuple[list[Rule], str, list[str]]] = [
    ([], "a", []),
    ([ONE_PLAN], "a", []),
    ([ONE_PLAN], "", ["plans: choose 1, 0 chosen"]),
    ([ONE_PLAN], "ab", ["plans: choose 1, 2 chosen"]),
    ([AT_MOST_ONE], "", []),
    ([AT_MOST_ONE], "abc", ["plans: choose 0 to 1, 3 chosen"]),
    ([TWO_OR_THREE], "a", ["covers: choose 2 to 3, 1 chosen"]),
    ([TWO_OR_THREE], "abc", []),
    ([AT_MOST_ONE], "z", []),
    ([HIDDEN], "", []),
    ([DISABLED], "", []),
    ([HIDDEN], "x", []),
    ([OPENS, HIDDEN], "", []),
    ([OPENS, HIDDEN], "a", ["upsell: choose 1, 0 chosen"]),
    ([OPENS, HIDDEN], "ax", []),
    ([ENABLES, DISABLED], "b", ["upsell: choose 1, 0 chosen"]),
    ([CLOSES, ALWAYS], "", ["always: choose 1, 0 chosen"]),
    ([CLOSES, ALWAYS], "a", []),
    ([rule("hidden", "xy", 0, 1, "hide")], "xy", ["hidden: choose 0 to 1, 2 chosen"]),
    ([ONE_PLAN, TWO_OR_THREE], "", ["plans: choose 1, 0 chosen", "covers: choose 2 to 3, 0 chosen"]),
]


@pytest.mark.parametrize(("rules", "chosen", "messages"), TABLE)
def test_a_group_with_too_few_or_too_many_is_reported(rules: list[Rule], chosen: str, messages: list[str]) -> None:
    assert [one["message"] for one in broken_rules(rules, set(chosen))] == messages


def test_a_report_says_which_group_what_was_asked_and_what_was_chosen() -> None:
    assert broken_rules([TWO_OR_THREE], {"b"}) == [
        {
            "slug": "covers",
            "min_select": 2,
            "max_select": 3,
            "selected": 1,
            "message": "covers: choose 2 to 3, 1 chosen",
        }
    ]


REFUSING = rule(
    "plans", "ab", 0, 1, events=(event("reject", "", "second", "show"), event("select", "a", "upsell", "show"))
)
DESELECTING = rule("plans", "ab", 0, 1, events=(event("deselect", "a", "second", "show"),))
SECOND = rule("second", "y", 0, 1, "hide")
UPSELL = rule("upsell", "x", 0, 1, "hide")
CHAIN = rule("upsell", "x", 0, 1, "hide", (event("select", "x", "third", "show"),))
THIRD = rule("third", "z", 0, 1, "disable")

# rules, what is chosen, which groups were refused, and the groups that are open then.
STATES: list[tuple[list[Rule], str, list[str], set[str]]] = [
    ([REFUSING, SECOND, UPSELL], "", [], {"plans"}),
    ([REFUSING, SECOND, UPSELL], "a", [], {"plans", "upsell"}),
    ([REFUSING, SECOND, UPSELL], "b", [], {"plans"}),
    ([REFUSING, SECOND, UPSELL], "", ["plans"], {"plans", "second"}),
    ([DESELECTING, SECOND], "", ["plans"], {"plans", "second"}),
    ([DESELECTING, SECOND], "a", [], {"plans"}),
    ([REFUSING, SECOND, CHAIN, THIRD], "ax", [], {"plans", "upsell", "third"}),
    ([REFUSING, SECOND, CHAIN, THIRD], "x", [], {"plans"}),
    ([CLOSES, ALWAYS], "a", [], {"plans"}),
]


@pytest.mark.parametrize(("rules", "chosen", "refused", "opened"), STATES)
def test_a_choice_opens_and_closes_groups(rules: list[Rule], chosen: str, refused: list[str], opened: set[str]) -> None:
    states = group_states(rules, set(chosen), refused)

    assert {slug for slug, state in states.items() if state == "show"} == opened


CLOSED: list[tuple[list[Rule], str, list[str]]] = [
    ([REFUSING, SECOND, UPSELL], "ax", []),
    ([REFUSING, SECOND, UPSELL], "x", ["upsell"]),
    ([REFUSING, SECOND, UPSELL], "ay", ["second"]),
    ([REFUSING, SECOND, UPSELL], "y", []),
    ([REFUSING, SECOND, CHAIN, THIRD], "axz", []),
    ([REFUSING, SECOND, CHAIN, THIRD], "az", ["third"]),
]


@pytest.mark.parametrize(("rules", "chosen", "closed"), CLOSED)
def test_what_stands_in_a_closed_group_cannot_be_chosen(rules: list[Rule], chosen: str, closed: list[str]) -> None:
    assert closed_groups(rules, set(chosen)) == closed
