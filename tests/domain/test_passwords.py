"""A password is long, and not what somebody tries first; nothing is asked of its kinds of characters."""

import pytest

from app.domain.passwords import password_problem


@pytest.mark.parametrize(
    "password", ["seven quiet umbrellas", "tqbfjotldqxz", "éèàçùôîûâêäë", "木の下で休む犬と猫の話です"]
)
def test_long_ones_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert password_problem(password, "Ana Costa", "ana@shop.example") is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short-words", "password_short"),
        ("x" * 201, "password_long"),
        ("Password1234!", "password_common"),
        ("qwertyuiop2026", "password_common"),
        ("123456789012", "password_common"),
        ("aaaaaaaaaaaaaa", "password_common"),
        ("987531598264", "password_common"),
        ("the costa umbrellas", "password_personal"),
        ("beautiful-cover-things", "password_personal"),
    ],
)
def test_each_rule_has_its_own_sentence(password: str, problem: str) -> None:
    assert password_problem(password, "Ana Costa", "cover.desk@shop.example") == problem
