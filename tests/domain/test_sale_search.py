"""One search box: what was written with a sale is found by whatever of it somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sale_search import asked_for, search_keys

SALE = [
    *search_keys("booking", "ABCDE-FGHJK-INS"),
    *search_keys("serial", "C02-XK1/ABJ"),
    *search_keys("serial", "356938035643809"),
    *search_keys("email", "Rosa@Example.org"),
    *search_keys("phone", "+44 113 496 0000"),
    *search_keys("receipt", "R-2026/0042"),
    *search_keys("person", "Rosa García-Márquez da Costa", "LS1 4AP"),
]
GERMAN = search_keys("person", "Jürgen Größl", "10115")
JAPANESE = search_keys("person", "山田 太郎", "100-0001")


def finds(typed: str, sale: list[tuple[str, str]]) -> set[str]:
    return {kind for kind, value in asked_for(typed) if (kind, value) in sale}


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("ABCDE-FGHJK-INS", "booking"),
        ("abcde-fghjk-ins", "booking"),
        ("abcdefghjkins", "booking"),
        ("ABCDEFGHJK", "booking"),
        ("abcde fghjk", "booking"),
        ("abcde fghjk ins", "booking"),
        ("c02xk1abj", "serial"),
        ("C02 XK1 ABJ", "serial"),
        ("356938035643809", "serial"),
        ("35 693803 564380 9", "serial"),
        ("rosa@example.ORG", "email"),
        ("0113 496 0000", "phone"),
        ("+44 (113) 496-0000", "phone"),
        ("00441134960000", "phone"),
        ("4960000", "phone"),
        ("٠١١٣٤٩٦٠٠٠٠", "phone"),
        ("r2026 0042", "receipt"),
        ("R-2026/0042", "receipt"),
        ("Costa LS1 4AP", "person"),
        ("LS14AP costa", "person"),
        ("ls1 4ap COSTA", "person"),
        ("Garcia ls14ap", "person"),
        ("márquez, LS1 4AP", "person"),
        ("Rosa da Costa LS1 4AP", "person"),
        ("Ｃｏｓｔａ ＬＳ１４ＡＰ", "person"),
    ],
)
def test_a_sale_is_found_by(typed: str, kind: str) -> None:
    assert kind in finds(typed, SALE)


@pytest.mark.parametrize("typed", ["Größl 10115", "groessl 10115", "Jurgen 10115", "10115 juergen"])
def test_a_name_is_found_with_and_without_its_dots(typed: str) -> None:
    found = finds(typed, GERMAN)

    assert found == {"person"}


def test_names_and_postcodes_of_other_scripts_are_found() -> None:
    assert finds("山田 1000001", JAPANESE) == {"person"}
    assert finds("１００−０００１　山田", JAPANESE) == {"person"}


@pytest.mark.parametrize("typed", ["Costa", "Costa LS1 4AQ", "Rosa", "LS1 4AP", "FGHJK", "@", "0000", "Costa Rosa", ""])
def test_less_than_a_key_finds_nothing(typed: str) -> None:
    assert finds(typed, SALE) == set()


def test_a_text_may_be_several_things_at_once() -> None:
    assert [kind for kind, _ in asked_for("0113496000")] == ["booking", "serial", "phone", "receipt"]


def test_a_search_text_longer_than_any_key_is_not_looked_for() -> None:
    assert asked_for("costa " * 60) == []


def test_a_sale_without_a_postcode_or_a_name_has_no_key_of_a_person() -> None:
    assert search_keys("person", "Rosa Costa") == []
    assert search_keys("person", "", "LS1 4AP") == []
    assert search_keys("receipt", " - ") == []
    assert search_keys("booking", "no such id") == []


@given(st.text(max_size=250))
def test_keys_fit_their_column_whatever_is_typed(text: str) -> None:
    for kind, value in asked_for(text):
        assert 0 < len(value) <= 200
        assert kind in ("booking", "serial", "email", "phone", "receipt", "person")
    for kind in ("booking", "serial", "email", "phone", "receipt"):
        assert all(0 < len(value) <= 200 for _, value in search_keys(kind, text))  # type: ignore[arg-type]
    assert all(0 < len(value) <= 200 for _, value in search_keys("person", text, text))
