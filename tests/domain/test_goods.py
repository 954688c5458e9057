"""IMEIs, product codes and serial numbers: taken as people type and scanners send them, refused with a key."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.goods import NumberRefused, gtin_of, imei_of, is_gtin, is_imei, serial_of

# Published sample numbers; they belong to no device.
IMEI, OTHER_IMEI = "490154203237518", "356938035643809"


def refusal(check: Callable[[str], str], text: str) -> str:
    with pytest.raises(NumberRefused) as refused:
        check(text)
    assert refused.value.field in ("imei", "gtin", "serial")
    return refused.value.key


@pytest.mark.parametrize(
    "typed",
    [
        IMEI,
        "49 015420 323751 8",
        "49-015420-323751-8",
        f"  {IMEI}\t",
        "٤٩٠١٥٤٢٠٣٢٣٧٥١٨",
        "４９０１５４２０３２３７５１８",
    ],
)
def test_an_imei_is_kept_as_fifteen_digits_however_it_is_typed(typed: str) -> None:
    assert imei_of(typed) == IMEI
    assert is_imei(imei_of(typed))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("490154203237519", "imei_check"),
        ("000000000000000", "imei_check"),
        ("4901542032375101", "imei_version"),
        ("49015420323751", "imei_length"),
        ("49015420323751800", "imei_length"),
        ("", "imei_form"),
        ("49015420323751X", "imei_form"),
        ("IMEI", "imei_form"),
    ],
)
def test_an_imei_that_cannot_be_one_is_refused_with_what_is_wrong(typed: str, key: str) -> None:
    assert refusal(imei_of, typed) == key
    assert not is_imei(typed)


@given(place=st.integers(0, 14), other=st.integers(1, 9))
def test_one_wrong_figure_is_noticed(place: int, other: int) -> None:
    wrong = str((int(OTHER_IMEI[place]) + other) % 10)

    assert not is_imei(OTHER_IMEI[:place] + wrong + OTHER_IMEI[place + 1 :])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4006381333931", "04006381333931"),
        ("4 006381 333931", "04006381333931"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("0036000291452", "00036000291452"),
        ("10036000291459", "10036000291459"),
        ("(01)09506000134352", "09506000134352"),
        ("(01)09506000134352(21)ABC123", "09506000134352"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "04006381333931"),
    ],
)
def test_a_product_code_of_any_length_becomes_fourteen_digits(typed: str, kept: str) -> None:
    assert gtin_of(typed) == kept
    assert is_gtin(kept)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("4006381333932", "gtin_check"),
        ("0000000000000", "gtin_check"),
        ("400638133393", "gtin_check"),
        ("40063813339", "gtin_length"),
        ("400638133393100", "gtin_length"),
        ("", "gtin_form"),
        ("SKU-0042", "gtin_form"),
    ],
)
def test_what_is_no_product_code_is_refused_with_what_is_wrong(typed: str, key: str) -> None:
    assert refusal(gtin_of, typed) == key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("c02xk1abjgh5", "C02XK1ABJGH5"), ("sn 12 34", "SN1234"), ("a/b-1.2", "A/B-1.2"), ("1" * 40, "1" * 40)],
)
def test_a_serial_number_is_kept_in_capitals_without_spaces(typed: str, kept: str) -> None:
    assert serial_of(typed) == kept


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "serial_length"),
        ("a b c", "serial_length"),
        ("1" * 41, "serial_length"),
        ("ab_12", "serial_form"),
        ("----", "serial_form"),
        ("ünter", "serial_form"),
        ("<b>12</b>", "serial_form"),
    ],
)
def test_what_is_no_serial_number_is_refused(typed: str, key: str) -> None:
    assert refusal(serial_of, typed) == key


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    for check in (imei_of, gtin_of, serial_of):
        try:
            assert check(check(text)) == check(text)
        except NumberRefused as refused:
            assert refused.key.startswith(("imei_", "gtin_", "serial_"))
