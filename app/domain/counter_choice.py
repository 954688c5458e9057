"""What a customer is asked at the counter, group by group, and when everything has been answered.

One "not today" ends it: nobody is offered something else because they said no.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.product_rules import group_states


@dataclass(frozen=True, slots=True)
class Group:
    """Products of an offer that are asked about together. `follows`: it opened because of what was chosen before."""

    slug: str
    quote_ids: tuple[str, ...]
    most: int
    follows: bool


def groups_of(answer: Mapping[str, Any]) -> tuple[Group, ...]:
    """One a product rule; what stands in no rule is asked about by itself."""
    rules = answer.get("product_rules") or []
    listed = {quote_id for rule in rules for quote_id in rule["product_ids"]}
    own = [
        Group(rule["slug"], tuple(rule["product_ids"]), rule["max_select"], rule["initial_state"] != "show")
        for rule in rules
    ]
    alone = [product["id"] for product in answer["products"] if product["id"] not in listed]
    return (*own, *(Group(quote_id, (quote_id,), 1, False) for quote_id in alone))


def open_groups(answer: Mapping[str, Any], chosen: Collection[str], refused: Collection[str]) -> tuple[Group, ...]:
    """Those that are open now and have not been answered. After a no with nothing chosen, none."""
    if refused and not chosen:
        return ()
    rules: Sequence[Mapping[str, Any]] = answer.get("product_rules") or []
    # Only what was chosen opens a group: a group that opens after a no would ask somebody twice.
    states = group_states(rules, chosen)
    return tuple(
        group
        for group in groups_of(answer)
        if states.get(group.slug, "show") == "show"
        and group.slug not in refused
        and not any(quote_id in chosen for quote_id in group.quote_ids)
    )
