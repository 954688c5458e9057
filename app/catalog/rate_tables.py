"""Rate tables: one row for every combination of keys, bands that touch, and no doubt which row applies."""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf, isfinite
from typing import Any

ANY = "*"
Band = tuple[float, float]
_NUMBER = re.compile(r"[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?")


class RateNotFound(LookupError):
    pass


@dataclass(frozen=True, slots=True)
class TableMistake:
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    """A key: one column of words, or the two columns of a band."""

    name: str
    is_band: bool


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    words: tuple[str, ...]
    bands: tuple[tuple[float, float], ...]
    value: float


@dataclass(frozen=True, slots=True)
class RateTable:
    name: str
    columns: tuple[Column, ...]
    word_places: tuple[int, ...]
    band_places: tuple[int, ...]
    wildcards: tuple[tuple[int, ...], ...]
    tree: dict[tuple[str, ...], Any]

    def rate(self, keys: Sequence[Any]) -> float:
        """The most exact row wins: fewer `*` before more, and those to the right before those to the left."""
        if len(keys) != len(self.columns):
            wanted = ", ".join(column.name for column in self.columns)
            raise RateNotFound(f"table {self.name} is asked with {wanted}")
        bands = [keys[place] for place in self.band_places]
        for wild in self.wildcards:
            words = [keys[place] for place in self.word_places]
            for place in wild:
                words[place] = ANY
            node = self.tree.get(tuple(words))
            if node is not None:
                found = _in_bands(node, bands)
                if found is not None:
                    return found
        raise RateNotFound(f"No rate available for the supplied parameters ({self.name}: {_listed(keys)})")


def _listed(keys: Sequence[Any]) -> str:
    return ", ".join(f"{key:g}" if isinstance(key, float) else str(key) for key in keys)


def _in_bands(node: Any, bands: Sequence[Any]) -> float | None:
    for key in bands:
        starts, ends, inner = node
        if not isinstance(key, (int, float)):
            return None
        place = bisect_right(starts, key) - 1
        if place < 0 or key >= ends[place]:
            return None
        node = inner[place]
    return node  # type: ignore[no-any-return]


def read_table(name: str, text: str) -> tuple[RateTable | None, list[TableMistake]]:
    """The table, or everything that is wrong with it."""
    lines = [(number, row) for number, row in enumerate(csv.reader(text.splitlines()), start=1) if any(row)]
    if len(lines) < 2:
        return None, [TableMistake(1, "needs a header and at least one row")]
    columns, mistakes = _columns(lines[0][1])
    if mistakes:
        return None, mistakes  # read by a wrong header, every row would be one more mistake
    rows: list[Row] = []
    for number, cells in lines[1:]:
        row = _row(number, cells, columns)
        if isinstance(row, TableMistake):
            mistakes.append(row)
        else:
            rows.append(row)
    if not mistakes:
        mistakes = list(_holes(columns, rows))
    if mistakes:
        return None, mistakes
    return compiled_table(name, columns, rows), []


def compiled_table(name: str, columns: Sequence[Column], rows: Sequence[Row]) -> RateTable:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.words, []).append(row)
    marks = {tuple(place for place, word in enumerate(words) if word == ANY) for words in groups}
    wildcards = sorted(marks, key=lambda mark: (len(mark), [-place for place in mark]))
    bands = tuple(place for place, column in enumerate(columns) if column.is_band)
    words_at = tuple(place for place in range(len(columns)) if place not in bands)
    tree = {words: _tree(group, 0, len(bands)) for words, group in groups.items()}
    return RateTable(name, tuple(columns), words_at, bands, tuple(wildcards), tree)


def _tree(rows: list[Row], level: int, depth: int) -> Any:
    if level == depth:
        return rows[0].value
    bands = sorted({row.bands[level] for row in rows})
    inner = [_tree([row for row in rows if row.bands[level] == band], level + 1, depth) for band in bands]
    return [band[0] for band in bands], [band[1] for band in bands], inner


def _columns(header: list[str]) -> tuple[list[Column], list[TableMistake]]:
    names = [name.strip() for name in header]
    columns: list[Column] = []
    place = 0
    while place < len(names) - 1:
        name = names[place]
        if name.endswith("_from"):
            stem = name.removesuffix("_from")
            if place + 1 >= len(names) - 1 or names[place + 1] != f"{stem}_to":
                return columns, [TableMistake(1, f"{name} must be followed by {stem}_to")]
            columns.append(Column(stem, True))
            place += 2
        else:
            columns.append(Column(name, False))
            place += 1
    if not columns:
        return columns, [TableMistake(1, "needs at least one key column before the value")]
    return columns, []


def _row(number: int, cells: list[str], columns: Sequence[Column]) -> Row | TableMistake:
    expected = sum(2 if column.is_band else 1 for column in columns) + 1
    if len(cells) != expected:
        return TableMistake(number, f"has {len(cells)} cells, the header has {expected}")
    left = iter(cell.strip() for cell in cells)
    words: list[str] = []
    bands: list[tuple[float, float]] = []
    try:
        for column in columns:
            if column.is_band:
                bands.append((_end(next(left), -inf), _end(next(left), inf)))
            else:
                words.append(next(left))
        value = finite_number(next(left))
    except ValueError as problem:
        return TableMistake(number, str(problem))
    for start, end in bands:
        if start >= end:
            return TableMistake(number, f"the band from {start:g} to {end:g} is empty")
    return Row(number, tuple(words), tuple(bands), value)


def finite_number(text: str) -> float:
    """Stricter than float(), which takes nan, inf and 1_000: a premium computed with them is no premium."""
    found = float(text) if _NUMBER.fullmatch(text) else inf
    if not isfinite(found):
        raise ValueError(f"not a number: {text!r}")
    return found


def _end(text: str, when_open: float) -> float:
    return finite_number(text) if text else when_open


def _holes(columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[TableMistake]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.words, []).append(row)
    depth = sum(column.is_band for column in columns)
    whole, agreed = _extent(rows, depth), _agreed(groups, depth)
    wild = [words for words in groups if ANY in words]
    for words, group in groups.items():
        yield from _gaps(", ".join(words) or "the table", group, 0, depth)
        wider = [row for other in wild if other != words and _covers(other, words) for row in groups[other]]
        meant = next((agreed[key] for key in enumerate(words) if key in agreed), whole)
        yield from _short_ends(", ".join(words) or "the table", group, meant, (), wider)
    wide = len(next(iter(groups)))
    seen = [sorted({words[place] for words in groups} - {ANY}) or [ANY] for place in range(wide)]
    for combination in product(*seen):
        if combination not in groups and not any(_covers(words, combination) for words in wild):
            yield TableMistake(rows[-1].line, f"has no row for {', '.join(combination)}")


def _covers(words: tuple[str, ...], combination: tuple[str, ...]) -> bool:
    return all(word in (ANY, wanted) for word, wanted in zip(words, combination, strict=True))


def _gaps(place: str, rows: list[Row], level: int, depth: int) -> Iterator[TableMistake]:
    if level == depth:
        if len(rows) > 1:
            yield TableMistake(rows[1].line, f"says again what line {rows[0].line} says ({place})")
        return
    groups: dict[tuple[float, float], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.bands[level], []).append(row)
    reached: float | None = None
    for band in sorted(groups):
        line = groups[band][0].line
        if reached is not None and band[0] > reached:
            yield TableMistake(line, f"leaves a hole from {reached:g} to {band[0]:g} ({place})")
        if reached is not None and band[0] < reached:
            yield TableMistake(line, f"overlaps the band before it from {band[0]:g} to {reached:g} ({place})")
        reached = max(band[1], reached if reached is not None else band[1])
        yield from _gaps(f"{place}, from {band[0]:g}", groups[band], level + 1, depth)


def _extent(rows: Sequence[Row], depth: int) -> tuple[Band, ...]:
    """From where to where each band of the table reaches, whatever the words."""
    return tuple(
        (min(row.bands[level][0] for row in rows), max(row.bands[level][1] for row in rows)) for level in range(depth)
    )


def _agreed(groups: dict[tuple[str, ...], list[Row]], depth: int) -> dict[tuple[int, str], tuple[Band, ...]]:
    """By place and word, how far all groups with that word reach, where several of them agree.

    A plan that insures no more than 50,000 ends there for every kind of building; a lost row is missing from one.
    """
    found: dict[tuple[int, str], list[tuple[Band, ...]]] = {}
    for words, group in groups.items():
        extent = _extent(group, depth)
        for place_and_word in enumerate(words):
            found.setdefault(place_and_word, []).append(extent)
    return {key: extents[0] for key, extents in found.items() if len(extents) > 1 and len(set(extents)) == 1}


def _short_ends(
    place: str, rows: list[Row], whole: tuple[Band, ...], around: tuple[Band, ...], wider: list[Row]
) -> Iterator[TableMistake]:
    """Bands that begin later or end earlier than the table's: a row lost at an end leaves no gap between two rows.

    `around` are the bands already chosen, `wider` the rows with `*` that are asked where these have nothing.
    """
    level = len(around)
    if level == len(whole):
        return
    low, high = whole[level]
    first, last = min(rows, key=lambda row: row.bands[level][0]), max(rows, key=lambda row: row.bands[level][1])
    start, end = first.bands[level][0], last.bands[level][1]
    rest = whole[level + 1 :]
    if start > low and not _fill(wider, (*around, (low, start), *rest)):
        yield TableMistake(first.line, f"leaves a hole below {start:g} ({place})")
    if end < high and not _fill(wider, (*around, (end, high), *rest)):
        yield TableMistake(last.line, f"leaves a hole from {end:g} on ({place})")
    for band in sorted({row.bands[level] for row in rows}):
        inner = [row for row in rows if row.bands[level] == band]
        yield from _short_ends(f"{place}, from {band[0]:g}", inner, whole, (*around, band), wider)


def _fill(rows: list[Row], box: tuple[Band, ...], level: int = 0) -> bool:
    """Whether every point of the box has a row: cut where a band begins or ends, and each piece looked at."""
    if level == len(box):
        return bool(rows)
    start, end = box[level]
    edges = {edge for row in rows for edge in row.bands[level] if start < edge < end}
    for low, high in pairwise(sorted({start, end, *edges})):
        inside = [row for row in rows if row.bands[level][0] <= low and high <= row.bands[level][1]]
        if not _fill(inside, box, level + 1):
            return False
    return True
