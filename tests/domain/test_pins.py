"""PINs that a bystander tries first are refused; the others are taken, whatever they look like."""

import pytest

from app.domain.pins import pin_problem

COMMON = ["000000", "777777", "123456", "234567", "654321", "098765", "112233", "111222", "121212", "123123", "123321"]
COMMON += ["147258", "159753", "789456", "198507", "201985", "131990", "252019", "112211", "202020", "696969"]


@pytest.mark.parametrize("pin", COMMON)
def test_what_everybody_tries_first_is_refused(pin: str) -> None:
    assert pin_problem(pin) == "pin_common"


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "27409a", "²74093", "27 093", "２７４０９３"])
def test_a_pin_is_six_digits(pin: str) -> None:
    assert pin_problem(pin) == "pin_digits"


@pytest.mark.parametrize("pin", ["274093", "860357", "539164", "001827", "418605"])
def test_others_are_taken(pin: str) -> None:
    assert pin_problem(pin) is None


def test_most_pins_may_be_used() -> None:
    refused = sum(pin_problem(f"{number:06}") is not None for number in range(0, 1_000_000, 7))

    assert refused / (1_000_000 / 7) < 0.06
