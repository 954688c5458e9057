"""A small bar chart: how often was asked, how often was sold. Numbers here, the drawing in templates/portal/chart.html.

Across, everything is a share of the width and nothing is scaled, so letters keep their size on a phone and on a tablet;
with a viewBox they would shrink to 7 px on the one or grow to 30 px on the other. Downwards it is pixels.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from babel.numbers import format_compact_decimal, format_decimal

HEIGHT, TOP, BASELINE, LABELS_AT = 216, 32, 176, 202
# The narrowest place a chart is in, and the letters of its labels there.
_NARROWEST, _LETTER, _WIDE_LETTER, _FIGURE, _AIR = 311, 7.4, 14.0, 8.4, 8
_WIDEST_BAR, _BAR_SHARE, _GAP_SHARE = 6.0, 0.36, 0.14
_SCALE_SHARE = 4.0  # empty at either end, so that the outer labels stay inside
_ROUND = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A day or a week. `label` stands under the bars, `name` in the table: 21 Nov, 21 November 2026."""

    label: str
    name: str
    asked: int
    sold: int


@dataclass(frozen=True, slots=True)
class Bar:
    """`x`, `width` and `middle` in per cent of the width, `y` and `height` in pixels."""

    series: str
    x: float
    width: float
    y: float
    height: float
    middle: float
    value: str
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A label under the bars."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    asked: str
    sold: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    rows: tuple[Row, ...]
    asked: str
    sold: str
    most: str
    has_scale: bool
    is_rtl: bool
    height: int = HEIGHT
    top: int = TOP
    baseline: int = BASELINE
    labels_at: int = LABELS_AT
    rounding: int = _ROUND


def chart_of(columns: Sequence[Column], language: str, is_rtl: bool = False) -> Chart:
    """Oldest first. From right to left the oldest is on the right, and of a pair what was asked."""
    most = max((number for column in columns for number in (column.asked, column.sold)), default=0)
    slot = (100 - 2 * _SCALE_SHARE) / max(len(columns), 1)
    width = min(_WIDEST_BAR, slot * _BAR_SHARE)
    shown = [_short(number, language) for column in columns for number in (column.asked, column.sold)]
    fits = max(map(len, shown), default=0) * _FIGURE <= width / 100 * _NARROWEST + _AIR
    bars = []
    for place, column in enumerate(columns):
        middle = _SCALE_SHARE + slot * (place + 0.5)
        aside = width * (1 + _GAP_SHARE) / 2
        for series, number, at in (("asked", column.asked, middle - aside), ("sold", column.sold, middle + aside)):
            height = (BASELINE - TOP) * number / most if most else 0
            across = 100 - at if is_rtl else at
            bars.append(_bar(series, across, width, height, _short(number, language), fits))
    return Chart(
        tuple(bars),
        _marks(columns, slot, is_rtl),
        tuple(Row(each.name, _long(each.asked, language), _long(each.sold, language)) for each in columns),
        _long(sum(column.asked for column in columns), language),
        _long(sum(column.sold for column in columns), language),
        _short(most, language),
        has_scale=not fits and most > 0,
        is_rtl=is_rtl,
    )


def _bar(series: str, middle: float, width: float, height: float, value: str, is_labelled: bool) -> Bar:
    left = round(middle - width / 2, 3)
    return Bar(
        series,
        left,
        round(width, 3),
        round(BASELINE - height, 1),
        round(height, 1),
        round(middle, 3),
        value,
        is_labelled,
    )


def _marks(columns: Sequence[Column], slot: float, is_rtl: bool) -> tuple[Mark, ...]:
    """As many labels as have room, counted back from the newest."""
    widest = max((_width(column.label) for column in columns), default=0)
    step = max(1, ceil((widest + _AIR) / (slot / 100 * _NARROWEST)))
    last = len(columns) - 1
    marks = []
    for place in range(last % step, len(columns), step) if columns else ():
        at = _SCALE_SHARE + slot * (place + 0.5)
        marks.append(Mark(round(100 - at if is_rtl else at, 3), columns[place].label))
    return tuple(marks)


def _width(text: str) -> float:
    return sum(_WIDE_LETTER if unicodedata.east_asian_width(sign) in "WF" else _LETTER for sign in text)


def _short(number: int, language: str) -> str:
    """Over a bar: 10K rather than 10,000. Up to 999 the number itself."""
    if number < 1000:
        return _long(number, language)
    return format_compact_decimal(number, format_type="short", locale=language, fraction_digits=1)


def _long(number: int, language: str) -> str:
    return format_decimal(number, locale=language)
