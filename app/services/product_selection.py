"""Whether what is booked keeps to the offer's product rules: how many of each group may and must be chosen."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any


def broken_rules(rules: Sequence[Mapping[str, Any]], chosen: Collection[str]) -> list[dict[str, Any]]:
    """A report of each group with too few or too many. `rules` are those of the answer the customer was shown."""
    shown = _groups_shown(rules, chosen)
    found = []
    for rule in rules:
        selected = sum(quote_id in chosen for quote_id in rule["product_ids"])
        least = rule["min_select"] if rule["slug"] in shown else 0
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


def _groups_shown(rules: Sequence[Mapping[str, Any]], chosen: Collection[str]) -> set[str]:
    """A group that begins hidden or disabled must be chosen from only once a choice elsewhere has opened it."""
    shown = {rule["slug"] for rule in rules if rule["initial_state"] == "show"}
    for rule in rules:
        for event in rule.get("events", []):
            picked = event.get("product_ids") or rule["product_ids"]
            if event["type"] == "select" and any(quote_id in chosen for quote_id in picked):
                if event["action"] in ("show", "enable"):
                    shown.add(event["target"])
                else:
                    shown.discard(event["target"])
    return shown
