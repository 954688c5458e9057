"""Which offer is chosen, and what its product rules say once some products could not be priced."""

from collections import Counter
from dataclasses import dataclass

import pytest

from app.domain.offers import Experiment, ProductRule, RuleEvent, chosen_offer, rules_for


@dataclass(frozen=True)
class Candidate:
    name: str
    priority: int = 0
    experiment: Experiment | None = None
    weight: int = 1


def variant(name: str, weight: int, priority: int = 0, experiment: str = "order") -> Candidate:
    return Candidate(name, priority, Experiment(experiment, name), weight)


def half(_: str) -> float:
    return 0.5


@pytest.mark.parametrize(
    ("candidates", "winner"),
    [
        ([Candidate("only")], "only"),
        ([Candidate("low", 1), Candidate("high", 2)], "high"),
        ([Candidate("high", 2), Candidate("low", 1)], "high"),
        ([Candidate("first", 5), Candidate("second", 5)], "first"),
        ([Candidate("below", -5), Candidate("zero")], "zero"),
        ([variant("a", 1, priority=1), Candidate("plain", 2)], "plain"),
        ([Candidate("plain", 2), variant("a", 1, priority=2)], "plain"),
    ],
)
def test_the_highest_priority_wins_and_among_equals_the_first(candidates: list[Candidate], winner: str) -> None:
    assert chosen_offer(candidates, half).name == winner


@pytest.mark.parametrize(
    ("mark", "winner"),
    [(0.0, "a"), (0.2999, "a"), (0.3, "b"), (0.7, "b"), (0.9, "c"), (0.9999, "c"), (1.0, "c")],
)
def test_variants_share_the_traffic_by_weight(mark: float, winner: str) -> None:
    variants = [variant("a", 30), variant("b", 60), variant("c", 10)]

    assert chosen_offer(variants, lambda _: mark).name == winner


def test_a_thousand_even_draws_are_shared_exactly_by_weight() -> None:
    variants = [variant("a", 50), variant("b", 30), variant("c", 20)]

    shares = Counter(chosen_offer(variants, lambda _, n=n: n / 1_000).name for n in range(1_000))

    assert shares == {"a": 500, "b": 300, "c": 200}


def test_only_variants_of_the_same_experiment_and_priority_take_part() -> None:
    candidates = [
        variant("a", 1, priority=5),
        variant("lower", 1_000, priority=4),
        variant("other", 1_000, priority=5, experiment="colours"),
        Candidate("plain", 5),
    ]

    assert {chosen_offer(candidates, lambda _, n=n: n / 10).name for n in range(10)} == {"a"}


def test_the_draw_is_asked_by_the_name_of_the_experiment() -> None:
    asked: list[str] = []

    def draw(name: str) -> float:
        asked.append(name)
        return 0.1

    chosen_offer([variant("a", 1, experiment="plan-order"), variant("b", 1, experiment="plan-order")], draw)

    assert asked == ["plan-order"]


def rule(slug: str, *products: str, events: tuple[RuleEvent, ...] = ()) -> ProductRule:
    return ProductRule(slug, products, "show", 0, 1, events)


QUOTES = {"one": "q1", "two": "q2", "three": "q3"}


def test_products_become_the_fresh_quote_ids_in_the_order_of_the_catalog() -> None:
    found = rules_for([rule("plans", "two", "one")], QUOTES)

    assert found == (rule("plans", "q2", "q1"),)


def test_a_product_without_a_price_drops_out_of_its_group() -> None:
    found = rules_for([rule("plans", "one", "failed", "two")], QUOTES)

    assert found[0].products == ("q1", "q2")


def test_a_group_left_empty_drops_out() -> None:
    found = rules_for([rule("gone", "failed"), rule("plans", "one")], QUOTES)

    assert [kept.slug for kept in found] == ["plans"]


def test_no_group_asks_for_more_products_than_are_left_in_it() -> None:
    found = rules_for([ProductRule("plans", ("one", "failed"), "show", 2, 2)], QUOTES)

    assert found[0].min_select <= len(found[0].products)
    assert (found[0].min_select, found[0].max_select) == (1, 1)


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (RuleEvent("select", "plans", "show", ("one",)), (RuleEvent("select", "plans", "show", ("q1",)),)),
        (RuleEvent("select", "plans", "hide", ("one", "gone")), (RuleEvent("select", "plans", "hide", ("q1",)),)),
        (RuleEvent("reject", "plans", "show"), (RuleEvent("reject", "plans", "show"),)),
        (RuleEvent("select", "plans", "show", ("gone",)), ()),
        (RuleEvent("reject", "empty", "show"), ()),
        (RuleEvent("reject", "never-was", "show"), ()),
    ],
    ids=["rewritten", "one product left", "any product", "its products are gone", "target empty", "target unknown"],
)
def test_events_follow_their_products_and_never_point_at_a_group_that_is_gone(
    event: RuleEvent, left: tuple[RuleEvent, ...]
) -> None:
    rules = [rule("base", "one", events=(event,)), rule("plans", "two"), rule("empty", "gone")]

    found = rules_for(rules, QUOTES)

    assert found[0].events == left


def test_an_offer_without_rules_has_none() -> None:
    assert rules_for([], QUOTES) == ()
