"""Seals: one hash over many, a way up for each of them, and a signature that only we can make."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.evidence import digest
from app.domain.evidence_seals import (
    BEGINNING,
    NOTHING,
    Seal,
    event_leaf,
    offer_leaf,
    root,
    seal_misfits,
    signed,
    way_up,
)

KEY = b"k" * 32
LEAVES = st.sets(st.integers(0, 10**6).map(lambda number: digest(str(number))), min_size=1, max_size=40)
FIRST = signed(Seal(1, BEGINNING, "2026-03-01T00:00:00.000000Z", 3, 4, NOTHING, ""), KEY)
SECOND = signed(Seal(2, FIRST.to_at, "2026-03-01T00:10:00.000000Z", 1, 0, NOTHING, FIRST.signature), KEY)


@given(LEAVES, st.data())
def test_every_leaf_has_a_way_up_to_the_root_and_no_other_leaf_has_it(leaves: set[str], data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(sorted(leaves)))

    def climbed(at: str) -> str:
        for side, other in way_up(leaves, leaf):
            at = digest("pair", other, at) if side == "left" else digest("pair", at, other)
        return at

    assert climbed(leaf) == root(leaves)
    assert climbed(digest("another")) != root(leaves)
    assert len(way_up(leaves, leaf)) <= len(leaves).bit_length()


@given(LEAVES, st.data())
def test_the_root_does_not_depend_on_the_order_rows_are_read_in(leaves: set[str], data: st.DataObject) -> None:
    assert root(data.draw(st.permutations(sorted(leaves)))) == root(leaves)


@given(LEAVES, st.data())
def test_one_leaf_more_less_or_changed_is_another_root(leaves: set[str], data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(sorted(leaves)))

    roots = {
        root(leaves),
        root(leaves - {leaf}),
        root({*leaves, digest("new")}),
        root(leaves - {leaf} | {digest("new")}),
    }

    assert len(roots) == 4


def test_an_offer_an_event_and_a_pair_never_have_the_same_leaf() -> None:
    assert len({offer_leaf("a", "1"), event_leaf("a", 1, "1"), digest("pair", "a", "1"), root(())}) == 4


def test_seals_that_follow_each_other_fit() -> None:
    assert seal_misfits(FIRST, None, KEY) == []
    assert seal_misfits(SECOND, FIRST, KEY) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 3),
        ("from_at", "2026-03-01T00:00:00.000001Z"),
        ("to_at", "2026-03-01T00:10:00.000001Z"),
        ("offers", 2),
        ("events", 1),
        ("hash", digest("x")),
        ("previous", digest("x")),
        ("signature", digest("x")),
        ("signature", "é"),
    ],
)
def test_any_changed_value_of_a_seal_is_found(name: str, value: Any) -> None:
    assert "the signature is not ours" in seal_misfits(replace(SECOND, **{name: value}), FIRST, KEY)


def test_a_seal_signed_with_another_key_is_found() -> None:
    assert seal_misfits(signed(SECOND, b"x" * 32), FIRST, KEY) == ["the signature is not ours"]


def test_seals_that_are_gone_are_counted() -> None:
    third = signed(replace(SECOND, id=4), KEY)

    assert seal_misfits(third, FIRST, KEY) == ["it comes after seal 1: 2 missing before it"]
    assert seal_misfits(SECOND, None, KEY) == ["it comes after seal 0: 1 missing before it"]


def test_a_gap_and_another_beginning_are_found_even_with_our_signature() -> None:
    late = signed(replace(SECOND, from_at="2026-03-01T00:05:00.000000Z"), KEY)
    begun = signed(replace(FIRST, from_at="2026-01-01T00:00:00.000000Z"), KEY)

    assert seal_misfits(late, FIRST, KEY) == ["it does not follow from seal 1"]
    assert seal_misfits(begun, None, KEY) == ["it is not the beginning"]
