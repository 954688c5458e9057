"""Identifiers people read to each other, and tokens of the same form."""

import re
import secrets
from collections.abc import Callable

import pytest

from app.domain.identifiers import (
    BOOKING_ID,
    MIXED_CASE,
    UNAMBIGUOUS,
    booking_id,
    cancellation_id,
    claim_id,
    token_text,
    update_id,
)

MIXED = "[A-Za-z0-9]{5}"
FORMS = [
    (booking_id, r"[A-Z0-9]{5}-[A-Z0-9]{5}-INS", UNAMBIGUOUS),
    (claim_id, r"[A-Z0-9]{5}-[A-Z0-9]{5}-CLM", UNAMBIGUOUS),
    (update_id, rf"{MIXED}-{MIXED}-{MIXED}-UPD", MIXED_CASE),
    (cancellation_id, rf"{MIXED}-{MIXED}-{MIXED}-CCL", MIXED_CASE),
]


@pytest.mark.parametrize(("make", "form", "alphabet"), FORMS)
def test_an_identifier_has_its_form_and_only_characters_of_its_alphabet(
    make: Callable[..., str], form: str, alphabet: str
) -> None:
    for _ in range(200):
        found = make(secrets.choice)

        assert re.fullmatch(form, found)
        assert set(found[:-4].replace("-", "")) <= set(alphabet)


def test_no_character_of_a_booking_id_can_be_taken_for_another() -> None:
    assert not set("015IO") & set(UNAMBIGUOUS)
    assert len(set(UNAMBIGUOUS)) == len(UNAMBIGUOUS)


def test_no_mixed_case_character_can_be_taken_for_another() -> None:
    assert not set("015IOl") & set(MIXED_CASE)
    assert len(set(MIXED_CASE)) == len(MIXED_CASE)


def test_the_characters_stand_in_the_order_they_were_chosen() -> None:
    chosen = iter("ABCDEFGHJK")

    assert booking_id(lambda _: next(chosen)) == "ABCDE-FGHJK-INS"


def test_every_booking_id_can_be_asked_for() -> None:
    assert re.fullmatch(BOOKING_ID, booking_id(secrets.choice))


@pytest.mark.parametrize("groups", [1, 4])
def test_a_number_becomes_groups_of_five(groups: int) -> None:
    found = token_text(2**255, groups)

    assert re.fullmatch("-".join([MIXED] * groups), found)
    assert set(found.replace("-", "")) <= set(MIXED_CASE)


def test_another_number_is_another_token() -> None:
    numbers = range(1_000)

    assert len({token_text(number) for number in numbers}) == len(numbers)


def test_a_token_is_the_same_each_time_on_every_machine() -> None:
    assert token_text(123_456_789_012_345_678_901_234_567_890) == token_text(123_456_789_012_345_678_901_234_567_890)
    assert token_text(0) == "33333-33333-33333-33333"
