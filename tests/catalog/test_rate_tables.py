"""Rate tables: which row applies, and every way in which a table leaves doubt about it."""

from typing import Any

import pytest

from app.catalog.rate_tables import RateNotFound, RateTable, read_table


def table(text: str) -> RateTable:
    found, mistakes = read_table("t", text)
    assert found is not None, mistakes
    return found


DEVICES = table(
    "category,value_from,value_to,rate\ncameras,0,500,0.085\ncameras,500,,0.072\n*,0,500,0.095\n*,500,,0.081\n"
)
WILD = table("country,region,factor\nFR,IDF,1\nFR,*,2\n*,IDF,3\n*,*,4\n")
TWO_BANDS = table("days_from,days_to,age_from,age_to,rate\n,10,,40,1\n,10,40,,2\n10,,,,3\n")


@pytest.mark.parametrize(
    ("rates", "keys", "rate"),
    [
        (DEVICES, ("cameras", 0), 0.085),
        (DEVICES, ("cameras", 499.99), 0.085),
        (DEVICES, ("cameras", 500), 0.072),
        (DEVICES, ("cameras", 1e12), 0.072),
        (DEVICES, ("phones", 499.99), 0.095),
        (DEVICES, ("*", 1), 0.095),
        (WILD, ("FR", "IDF"), 1),
        (WILD, ("FR", "PAC"), 2),
        (WILD, ("DE", "IDF"), 3),
        (WILD, ("DE", "BE"), 4),
        (TWO_BANDS, (-5, 39), 1),
        (TWO_BANDS, (9.99, 40), 2),
        (TWO_BANDS, (10, -1), 3),
    ],
)
def test_the_most_exact_row_wins_and_a_band_begins_inclusive_and_ends_exclusive(
    rates: RateTable, keys: tuple[Any, ...], rate: float
) -> None:
    assert rates.rate(keys) == rate


@pytest.mark.parametrize(
    ("rates", "keys"),
    [
        (DEVICES, ("cameras", -0.01)),
        (table("v_from,v_to,rate\n0,1000,1\n"), (1000,)),
        (DEVICES, ("cameras", "500")),
        (DEVICES, ("cameras", None)),
        (DEVICES, ("cameras",)),
        (DEVICES, ("cameras", 5, 5)),
        (table("a,b,rate\nx,y,1\n"), ("x", "z")),
        (table("a,b,rate\nx,y,1\n"), ("X", "y")),
    ],
)
def test_a_key_without_a_row_has_no_rate(rates: RateTable, keys: tuple[Any, ...]) -> None:
    with pytest.raises(RateNotFound):
        rates.rate(keys)


def test_the_refusal_names_the_table_and_what_was_asked() -> None:
    with pytest.raises(RateNotFound) as refused:
        DEVICES.rate(("phones", -1000.0))

    assert str(refused.value) == "No rate available for the supplied parameters (t: phones, -1000)"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "needs a header and at least one row"),
        ("a,rate\n", 1, "needs a header and at least one row"),
        ("rate\n5\n", 1, "needs at least one key column before the value"),
        ("v_from,rate\n0,5\n", 1, "v_from must be followed by v_to"),
        ("v_from,a,v_to,rate\n0,x,1,5\n", 1, "v_from must be followed by v_to"),
        ("a,rate\nx,1\ny\n", 3, "has 1 cells, the header has 2"),
        ("a,rate\nx,1,2\n", 2, "has 3 cells, the header has 2"),
        ("a,rate\nx,much\n", 2, "not a number: 'much'"),
        ("a,rate\nx,\n", 2, "not a number: ''"),
        ("a,rate\nx,nan\n", 2, "not a number: 'nan'"),
        ("a,rate\nx,inf\n", 2, "not a number: 'inf'"),
        ("v_from,v_to,rate\nnan,5,1\n", 2, "not a number: 'nan'"),
        ("v_from,v_to,rate\n5,5,1\n", 2, "the band from 5 to 5 is empty"),
        ("v_from,v_to,rate\n6,5,1\n", 2, "the band from 6 to 5 is empty"),
        ("v_from,v_to,rate\n0,5,1\n6,,2\n", 3, "leaves a hole from 5 to 6 (the table)"),
        ("v_from,v_to,rate\n0,5,1\n4,,2\n", 3, "overlaps the band before it from 4 to 5 (the table)"),
        ("v_from,v_to,rate\n0,,1\n4,6,2\n", 3, "overlaps the band before it from 4 to inf (the table)"),
        ("a,v_from,v_to,rate\nx,0,5,1\ny,0,,1\nx,6,,2\n", 4, "leaves a hole from 5 to 6 (x)"),
        ("a,v_from,v_to,rate\nx,0,5,1\nx,5,,1\ny,5,,1\n", 4, "leaves a hole below 5 (y)"),
        ("a,v_from,v_to,rate\nx,0,5,1\nx,5,,1\ny,0,5,1\n", 4, "leaves a hole from 5 on (y)"),
        ("v_from,v_to,w_from,w_to,rate\n0,5,0,9,1\n5,9,0,3,1\n", 3, "leaves a hole from 3 on (the table, from 5)"),
        ("a,rate\nx,1\nx,2\n", 3, "says again what line 2 says (x)"),
        ("v_from,v_to,rate\n0,5,1\n0,5,2\n", 3, "says again what line 2 says (the table, from 0)"),
        ("a,b,rate\nx,1,1\ny,2,1\nx,2,1\n", 4, "has no row for y, 1"),
        ("v_from,v_to,w_from,w_to,rate\n0,5,0,1,1\n0,5,2,3,1\n", 3, "leaves a hole from 1 to 2 (the table, from 0)"),
    ],
)
def test_a_table_that_leaves_doubt_is_refused_with_the_line(text: str, line: int, message: str) -> None:
    found, mistakes = read_table("t", text)

    assert found is None
    assert [(mistake.line, mistake.message) for mistake in mistakes] == [(line, message)]


def test_a_band_may_end_early_where_a_wider_row_goes_on() -> None:
    mixed = table("a,v_from,v_to,rate\nx,5,9,1\n*,0,7,2\n*,7,,3\n")

    assert [mixed.rate(("x", value)) for value in (0, 5, 9)] == [2, 1, 3]


def test_a_word_may_end_early_when_all_its_groups_do() -> None:
    """A plan that insures less than the others is no hole; one of its groups that ends before the rest is."""
    text = "plan,kind,v_from,v_to,rate\nbasic,a,0,5,1\nbasic,b,0,5,1\nplus,a,0,9,1\nplus,b,0,9,1\n"

    assert table(text).rate(("basic", "a", 4)) == 1
    _, mistakes = read_table("t", text.replace("basic,b,0,5,1", "basic,b,0,4,1"))
    assert (3, "leaves a hole from 4 on (basic, b)") in [(mistake.line, mistake.message) for mistake in mistakes]


def test_every_mistake_of_a_table_is_found_at_once() -> None:
    _, mistakes = read_table("t", "a,v_from,v_to,rate\nx,0,5,much\nx,5\nx,9,8,1\n")

    assert [mistake.line for mistake in mistakes] == [2, 3, 4]


def test_blanks_around_cells_and_empty_lines_do_not_count() -> None:
    spaced = table("a , v_from, v_to , rate\n\n x , 0 , 5 , 1.5 \n\n")

    assert spaced.rate(("x", 1)) == 1.5


def test_every_demo_table_finds_each_of_its_own_rows() -> None:
    from tests.catalog.folders import CATALOG

    for path in sorted(CATALOG.glob("*/rates/*.csv")):
        found, mistakes = read_table(path.stem, path.read_text(encoding="utf-8"))

        assert mistakes == [], path
        assert found is not None
        assert found.columns, path
