"""Card numbers are found however they are typed; receipts, dates, ids and telephone numbers are not card numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card_numbers import holds_card_number, without_card_number

# Well-known test numbers of card networks; they belong to nobody.
CARD = "4111111111111111"
FOURS = ["4111", "1111", "1111", "1111"]
BETWEEN = [
    *(" ", "  ", "-", " - ", ".", ". ", "_", "/", "\\", ",", ", ", "|", "\t", "\n", "\r\n", "·", "•"),
    *("\u00a0", "\u2009", "\u202f", "\u3000", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d"),
    *("\u00ad", "\u200b", "\u200e", "\u2060", "\ufeff", "\u060c"),
    *("+", "(", ")", ") (", "'", "\u2019", "#", " # ", "    ", " " * 40, " \r\n \r\n ", " -- - "),
]


@pytest.mark.parametrize("between", BETWEEN, ids=[between.encode("unicode_escape").decode() for between in BETWEEN])
def test_a_card_number_is_found_with_any_usual_separator(between: str) -> None:
    assert holds_card_number(between.join(FOURS))
    assert holds_card_number(between.join(CARD))
    assert without_card_number(f"card {between.join(FOURS)} thanks") == "card ************1111 thanks"


@pytest.mark.parametrize("typed", ["(4111) (1111) (1111) (1111)", "4111 +1111 +1111 +1111", "+4111 1111 1111 1111"])
def test_a_card_number_is_found_with_brackets_and_plus_signs(typed: str) -> None:
    assert holds_card_number(typed)


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"])
def test_a_card_number_is_found_in_the_figures_of_any_keyboard(digits: str) -> None:
    typed = CARD.translate(str.maketrans("0123456789", digits))

    assert holds_card_number(typed)
    assert without_card_number(typed) == "************1111"


@pytest.mark.parametrize(
    "number",
    [
        "4222222222222",
        "30569309025904",
        "378282246310005",
        CARD,
        "2223003122003222",
        "6304000000000000",
        "6011000990139424",
    ],
)
def test_every_length_a_card_has_is_found_inside_words(number: str) -> None:
    assert holds_card_number(f"card{number}x")
    assert holds_card_number(f"{number} 12/28 123")
    assert number not in without_card_number(f"a {number} b {number}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",
        "411111111111",
        "41111111111111111111",
        "R-2026-11-21-0042",
        "0000000000000000",
        "2026112122520904",
        "21.11.2026 22:52:09",
        "+44 113 496 0000",
        "+49 (0) 30 1234567",
        "+44 113 496 0000 +44 113 496 0001",
        "+441134960000, +441134960001",
        "2026-11-21T22:52:09.123456+00:00",
        "(21.11.2026) 1'299.00",
        "5 # 41111111-1111-1111-8111-111111111111",
        "41111111-1111-1111-8111-111111111111",
        "C02XK1ABJGH5",
        "£1,299.00",
    ],
)
def test_what_is_no_card_number_comes_back_as_it_was(text: str) -> None:
    assert not holds_card_number(text)
    assert without_card_number(text) == text


@given(st.text(alphabet="0123456789 -.+(#\u0664x", max_size=60))
def test_what_was_cut_holds_no_card_number_any_more(text: str) -> None:
    assert not holds_card_number(without_card_number(text))


def test_a_long_text_is_looked_through_to_its_end() -> None:
    # Looked at again and again from every figure on, each of these would take minutes.
    for text in (
        "1 " * 50_000,
        "41" * 50_000,
        "4-" * 50_000,
        "1   " * 25_000,
        "1" + " " * 100_000,
        "1+(" * 30_000,
        "1 +" * 30_000,
    ):
        assert holds_card_number(text) == (without_card_number(text) != text)
