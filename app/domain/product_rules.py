"""Groups of products: which are open with a choice, and whether the choice keeps to their limits.

The same table runs in the browser (widget/src/rules.js), so that a shopper is told at once; what counts is here.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

State = Literal["show", "hide", "disable"]
Rules = Sequence[Mapping[str, Any]]

# What an event's action makes of the group it is aimed at.
STATE_AFTER: dict[str, State] = {"show": "show", "enable": "show", "hide": "hide", "disable": "disable"}


def group_states(rules: Rules, chosen: Collection[str], refused: Collection[str] = ()) -> dict[str, State]:
    """Each group's state by slug. `refused`: slugs of groups the customer has said no to. A closed group is silent."""
    states: dict[str, State] = {rule["slug"]: rule["initial_state"] for rule in rules}
    for rule in rules:
        if states[rule["slug"]] != "show":
            continue
        for event in rule.get("events", ()):
            if _holds(event, rule, chosen, refused):
                states[event["target"]] = STATE_AFTER[event["action"]]
    return states


def _holds(
    event: Mapping[str, Any], rule: Mapping[str, Any], chosen: Collection[str], refused: Collection[str]
) -> bool:
    picked = event.get("product_ids") or rule["product_ids"]
    if event["type"] == "reject":
        return rule["slug"] in refused
    is_chosen = any(quote_id in chosen for quote_id in picked)
    return is_chosen if event["type"] == "select" else not is_chosen and rule["slug"] in refused


def closed_groups(rules: Rules, chosen: Collection[str], refused: Collection[str] | None = None) -> list[str]:
    """Slugs of groups that were chosen from although they are not open. Where nobody says which groups were refused,
    an open group that was left empty counts as refused."""
    if refused is None:
        refused = _left_empty(rules, chosen)
    states = group_states(rules, chosen, refused)
    return [rule["slug"] for rule in rules if states[rule["slug"]] != "show" and _is_chosen(rule, chosen)]


def _left_empty(rules: Rules, chosen: Collection[str]) -> list[str]:
    found: list[str] = []
    for rule in rules:
        if group_states(rules, chosen, found)[rule["slug"]] == "show" and not _is_chosen(rule, chosen):
            found.append(rule["slug"])
    return found


def _is_chosen(rule: Mapping[str, Any], chosen: Collection[str]) -> bool:
    return any(quote_id in chosen for quote_id in rule["product_ids"])


def broken_rules(rules: Rules, chosen: Collection[str]) -> list[dict[str, Any]]:
    """A report of each group with too few or too many. `rules` are those of the answer the customer was shown."""
    states = group_states(rules, chosen)
    found = []
    for rule in rules:
        selected = sum(quote_id in chosen for quote_id in rule["product_ids"])
        least = rule["min_select"] if states[rule["slug"]] == "show" else 0
        if least <= selected <= rule["max_select"]:
            continue
        found.append(
            {
                "slug": rule["slug"],
                "min_select": rule["min_select"],
                "max_select": rule["max_select"],
                "selected": selected,
                "message": f"{rule['slug']}: choose {_range(rule)}, {selected} chosen",
            }
        )
    return found


def _range(rule: Mapping[str, Any]) -> str:
    least, most = rule["min_select"], rule["max_select"]
    return f"{least}" if least == most else f"{least} to {most}"
