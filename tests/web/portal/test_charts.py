"""The small chart of asked and sold: right in every size and direction, and a table for those who do not see it."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from app.web.portal.charts import BASELINE, TOP, Chart, Column, chart_of

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
WORDS = {"title": "Asked & sold", "period": "Day", "asked": "asked", "sold": "sold"}


def columns(numbers: Sequence[tuple[int, int]]) -> list[Column]:
    return [
        Column(f"{day} Nov", f"{day} November 2026", asked, sold) for day, (asked, sold) in enumerate(numbers, start=1)
    ]


def drawn(chart: Chart) -> str:
    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    page = pages.from_string('{% from "portal/chart.html" import chart %}{{ chart(drawn, words) }}')
    return page.render(drawn=chart, words=WORDS)


def test_bars_stand_on_zero_and_are_as_high_as_their_number() -> None:
    chart = chart_of(columns([(20, 10), (5, 0)]), "en")

    assert [bar.height for bar in chart.bars] == [BASELINE - TOP, (BASELINE - TOP) / 2, (BASELINE - TOP) / 4, 0]
    assert all(bar.y + bar.height == BASELINE for bar in chart.bars)
    assert [bar.value for bar in chart.bars] == ["20", "10", "5", "0"]
    assert (chart.asked, chart.sold) == ("25", "10")


@pytest.mark.parametrize("count", [1, 2, 7, 8, 12, 31, 90])
@pytest.mark.parametrize("most", [0, 1, 999, 10_000, 3_000_000])
@pytest.mark.parametrize("is_rtl", [False, True])
def test_everything_stays_inside_and_nothing_overlaps(count: int, most: int, is_rtl: bool) -> None:
    chart = chart_of(columns([(most, most // 2)] * count), "en", is_rtl)

    bars = sorted(chart.bars, key=lambda bar: bar.x)
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 and TOP <= bar.y <= BASELINE for bar in bars)
    assert all(one.x + one.width <= other.x for one, other in zip(bars, bars[1:], strict=False))
    assert len({mark.x for mark in chart.marks}) == len(chart.marks) > 0
    assert chart.marks[-1].text == f"{count} Nov", "the newest has its label always"


def test_values_stand_over_the_bars_where_they_have_room_and_a_scale_where_not() -> None:
    few, many = chart_of(columns([(24, 9)] * 7), "en"), chart_of(columns([(24, 9)] * 30), "en")
    large = chart_of(columns([(10_000, 900)] * 7), "en")

    assert all(bar.is_labelled for bar in few.bars) and not few.has_scale
    assert not any(bar.is_labelled for bar in many.bars) and many.has_scale and many.most == "24"
    assert large.has_scale and large.most == "10K"
    assert large.rows[0].asked == "10,000"


def test_from_right_to_left_the_oldest_is_on_the_right() -> None:
    numbers = columns([(3, 1), (5, 2)])

    left, right = chart_of(numbers, "en"), chart_of(numbers, "ar", is_rtl=True)

    assert [bar.middle for bar in right.bars] == pytest.approx([100 - bar.middle for bar in left.bars])
    assert [mark.x for mark in right.marks] == pytest.approx([100 - mark.x for mark in left.marks])


def test_nothing_asked_yet_is_a_line_with_zeros_and_not_a_mistake() -> None:
    zeros, empty = chart_of(columns([(0, 0)] * 7), "en"), chart_of([], "en")

    assert all(bar.height == 0 and bar.is_labelled for bar in zeros.bars)
    assert not zeros.has_scale
    assert (empty.bars, empty.marks, empty.rows, empty.asked) == ((), (), (), "0")
    assert "<line" in drawn(empty)


def test_the_drawing_keeps_to_the_content_policy_and_follows_the_page() -> None:
    page = drawn(chart_of(columns([(20, 10), (5, 0)]), "en"))

    assert "style" not in page and "<script" not in page and "href" not in page
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', page)) == {
        "currentColor",
        "var(--accent, currentColor)",
        "var(--quiet, currentColor)",
    }
    assert page.count('class="chart-bar') == 3, "no bar for a zero"


def test_who_does_not_see_the_bars_is_read_a_table_instead() -> None:
    page = drawn(chart_of(columns([(20, 10), (1234, 0)]), "en"))

    assert page.count('aria-hidden="true"') == 2
    assert '<th scope="row">2 November 2026</th><td>1,234</td><td>0</td>' in page
    assert "<caption>Asked &amp; sold</caption>" in page


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja", "ar"])
def test_numbers_are_written_as_the_language_does(language: str) -> None:
    chart = chart_of(columns([(1234567, 12)]), language)

    assert chart.rows[0].asked != "1234567"
    assert chart.rows[0].sold
