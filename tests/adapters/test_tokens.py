"""Tokens of customers' links are worked out, never stored; tokens of shoppers' choices are signed."""

import re
from itertools import product
from uuid import UUID

import pytest

from app.adapters.selections import Selections
from app.adapters.tokens import Tokens
from app.domain.errors import BodyInvalid
from app.domain.selection import Selection

TOKENS = Tokens("root secret of this test")
OTHER_ROOT = Tokens("another root secret")
FORM = re.compile(r"[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){3}")
CHOICE = Selection("NWIND", "offer-1", "accepted", ("a", "b"), "US$49.50", 1_800_000_000)


def test_a_bookings_token_has_the_recorded_form_and_is_the_same_each_time() -> None:
    token = TOKENS.security_token("K7RWD-3HXQP-INS")

    assert FORM.fullmatch(token)
    assert token == Tokens("root secret of this test").security_token("K7RWD-3HXQP-INS")


def test_another_booking_another_root_and_another_purpose_have_other_tokens() -> None:
    found = {
        tokens.security_token(booking) for tokens, booking in product((TOKENS, OTHER_ROOT), ("A", "B", "A\nB"))
    } | {tokens.signup_token(account) for tokens, account in product((TOKENS, OTHER_ROOT), ("A", "B", "A\nB"))}

    assert len(found) == 12


@pytest.mark.parametrize("forged", ["", "x", "aB3dE-fG6hJ-kL8mN-pQ9rT", "é", "\x00"])
def test_only_the_right_token_opens(forged: str) -> None:
    assert TOKENS.opens("K7RWD-3HXQP-INS", TOKENS.security_token("K7RWD-3HXQP-INS"))
    assert not TOKENS.opens("K7RWD-3HXQP-INS", forged)
    assert not TOKENS.opens("K7RWD-3HXQP-INS", TOKENS.security_token("K7RWD-3HXQP-INS").swapcase())
    assert TOKENS.opens_account("account", TOKENS.signup_token("account"))
    assert not TOKENS.opens_account("account", forged)


def test_an_account_is_a_partners_and_modes_own_and_the_same_for_one_address() -> None:
    account = TOKENS.account_id("NWIND", "live", "ana@example.org")

    assert str(UUID(account)) == account
    assert account == TOKENS.account_id("NWIND", "live", " Ana@Example.ORG ")
    others = {
        TOKENS.account_id("HRTHS", "live", "ana@example.org"),
        TOKENS.account_id("NWIND", "test", "ana@example.org"),
        TOKENS.account_id("NWIND", "live", "ben@example.org"),
        OTHER_ROOT.account_id("NWIND", "live", "ana@example.org"),
    }
    assert len(others | {account}) == 5


def test_a_selection_comes_back_as_it_was_signed() -> None:
    selections = Selections("root")

    assert selections.selection(selections.token(CHOICE)) == CHOICE


def test_a_selection_changed_anywhere_is_refused() -> None:
    selections = Selections("root")
    token = selections.token(CHOICE)
    changed = [token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :] for place in range(len(token) - 1)]

    for one in [*changed, token[:-2], token + "x", "", ".", "x.y", Selections("other root").token(CHOICE)]:
        with pytest.raises(BodyInvalid) as refused:
            selections.selection(one)
        assert refused.value.errors == {"selection_token": ["This is not a token of ours, or it was changed."]}
