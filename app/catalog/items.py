"""What a partner's stores have on their shelves: items.csv, found by article number, barcode or words."""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from typing import Literal, NamedTuple, cast, get_args

from app.catalog.rate_tables import TableMistake, finite_number
from app.domain.digits import western
from app.domain.goods import NumberRefused, gtin_of, is_gtin
from app.domain.money import Money, UnknownCurrency, currency

Identifier = Literal["imei", "serial", "none"]
COLUMNS = ("sku", "gtin", "title", "brand", "model", "variant", "category", "identifier")
IDENTIFIERS: tuple[str, ...] = get_args(Identifier)
# More words than this only narrow a search that has found its item long before.
MOST_WORDS = 8
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class CounterItem:
    """An article of the shops. `identifier` is what tells one piece from another: an IMEI, a serial, or nothing."""

    sku: str
    gtin: str | None
    title: str
    brand: str | None
    model: str | None
    variant: str | None
    category: str | None
    identifier: Identifier
    prices: dict[str, Money]
    line: int = field(default=0, compare=False)
    searched: str = field(default="", compare=False, repr=False)

    def price_in(self, code: str) -> Money | None:
        return self.prices.get(code)


class Items(tuple[CounterItem, ...]):
    """All items, in the order of the file. The ways to find one are made when first asked for."""

    @cached_property
    def _skus(self) -> dict[str, CounterItem]:
        return {item.sku.casefold(): item for item in self}

    @cached_property
    def _gtins(self) -> dict[str, CounterItem]:
        return {item.gtin: item for item in self if item.gtin is not None}

    def by_sku(self, sku: str) -> CounterItem | None:
        return self._skus.get(sku.strip().casefold())

    def by_gtin(self, code: str) -> CounterItem | None:
        """The item of a scanned barcode: UPC-A, UPC-E, EAN-8, EAN-13 and GTIN-14 of one number are the same."""
        for form in (code, _upc_a_of(code)):
            try:
                found = self._gtins.get(gtin_of(form))
            except NumberRefused:
                continue
            if found is not None:
                return found
        return None


def search(items: Sequence[CounterItem], words: str, limit: int) -> tuple[CounterItem, ...]:
    """The items that hold every word, best first. One pass over plain text: 20,000 items take milliseconds."""
    asked = folded(words[:LONGEST_WORDS])
    parts = asked.split()[:MOST_WORDS]
    if not parts or limit < 1:
        return ()
    hits: Sequence[CounterItem] = items
    for part in parts:
        hits = [item for item in hits if part in item.searched]
    marks = _marks(" ".join(parts), parts)
    best = nsmallest(limit, range(len(hits)), key=lambda place: (_rank(hits[place].searched, marks), place))
    return tuple(hits[place] for place in best)


class _Marks(NamedTuple):
    """How the words stand in `searched` (see there) where they are more than contained."""

    sku: str
    title: str
    sku_begins: str
    title_begins: str
    begun: tuple[str, ...]


def _marks(phrase: str, parts: list[str]) -> _Marks:
    return _Marks(f"\n {phrase} \t", f" {phrase} \n", f"\n {phrase}", f" {phrase}", tuple(f" {part}" for part in parts))


def _rank(text: str, marks: _Marks) -> int:
    """Lower is better: the article number, the title, how each of them begins, beginnings of words, anywhere."""
    if marks.sku in text:
        return 0
    if marks.sku_begins in text or text.startswith(marks.title):
        return 1
    if text.startswith(marks.title_begins):
        return 2
    return 3 if all(part in text for part in marks.begun) else 4


def _searched(title: str, sku: str, others: str) -> str:
    """All that is searched, each word with a space before it, and where the article number begins and ends."""
    return f" {folded(title)} \n {folded(sku)} \t {folded(others)} "


def folded(text: str) -> str:
    """Text as it is compared: without case, accents and differences of width."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def _upc_a_of(code: str) -> str:
    """The twelve digits that an eight-digit UPC-E leaves zeros out of; some scanners hand it on as it is printed."""
    figures = "".join(sign for sign in western(code) if sign.isdecimal())
    if len(figures) != 8 or figures[0] not in "01":
        return ""
    system, body, check = figures[0], figures[1:7], figures[7]
    last = body[5]
    if last in "012":
        full = f"{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        full = f"{body[:3]}00000{body[3:5]}"
    elif last == "4":
        full = f"{body[:4]}00000{body[4]}"
    else:
        full = f"{body[:5]}0000{last}"
    return f"{system}{full}{check}"


def read_items(text: str) -> tuple[Items, list[TableMistake]]:
    """The items that can be read, and everything that is wrong with the others."""
    mistakes: list[TableMistake] = []
    rows = _rows(text, mistakes)
    header = next(rows, (1, []))[1]
    codes = tuple(header[len(COLUMNS) :])
    mistakes.extend(_header_mistakes(header, codes))
    if mistakes:
        return Items(), mistakes  # read by a wrong header, every row would be one more mistake
    found: list[CounterItem] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        problems = [TableMistake(line, said) for said in _row_mistakes(line, cells, codes, seen)]
        mistakes.extend(problems)
        if not problems:
            found.append(_item(line, cells, codes))
    return Items(found), mistakes


def _rows(text: str, mistakes: list[TableMistake]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        for cells in reader:
            if any(cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as problem:
        mistakes.append(TableMistake(reader.line_num, f"cannot be read: {problem}"))


def _header_mistakes(header: list[str], codes: tuple[str, ...]) -> Iterator[TableMistake]:
    if tuple(header[: len(COLUMNS)]) != COLUMNS or not codes:
        yield TableMistake(1, f"the header must be {','.join(COLUMNS)} and one column for each currency")
        return
    for place, code in enumerate(codes):
        if not _is_currency(code):
            yield TableMistake(1, f"{code!r} is not a currency of ISO 4217")
        elif code in codes[:place]:
            yield TableMistake(1, f"{code} has a second column")


def _is_currency(code: str) -> bool:
    try:
        return bool(currency(code))
    except UnknownCurrency:
        return False


def _row_mistakes(line: int, cells: list[str], codes: tuple[str, ...], seen: dict[str, int]) -> Iterator[str]:
    """`seen` is where each article number and barcode stood before."""
    if len(cells) != len(COLUMNS) + len(codes):
        yield f"has {len(cells)} cells, and the header has {len(COLUMNS) + len(codes)}"
        return
    said = dict(zip(COLUMNS, cells, strict=False))
    for name in ("sku", "title"):
        if not said[name]:
            yield f"{name} is empty"
    if said["gtin"] and not is_gtin(said["gtin"]):
        yield f"gtin: {said['gtin']!r} is not 8, 12, 13 or 14 digits of which the last is the check digit"
    if said["identifier"] not in IDENTIFIERS:
        yield f"identifier: {said['identifier']!r} is none of {', '.join(IDENTIFIERS)}"
    for name, value in (("sku", said["sku"].casefold()), ("gtin", said["gtin"].zfill(14) if said["gtin"] else "")):
        if value and seen.setdefault(f"{name} {value}", line) != line:
            yield f"{name} {said[name]} stands in line {seen[f'{name} {value}']} already"
    for code, cell in zip(codes, cells[len(COLUMNS) :], strict=True):
        problem = _price_problem(code, cell)
        if problem:
            yield f"{code}: {problem}"


def _price_problem(code: str, cell: str) -> str | None:
    if not cell:
        return None
    try:
        amount = finite_number(cell)
    except ValueError as problem:
        return str(problem)
    if amount <= 0:
        return "a price must be greater than 0"
    digits = currency(code).digits
    return f"{cell} has more than {digits} decimals" if len(cell.partition(".")[2]) > digits else None


def _item(line: int, cells: list[str], codes: tuple[str, ...]) -> CounterItem:
    sku, gtin, title, brand, model, variant, category, identifier = cells[: len(COLUMNS)]
    prices = zip(codes, cells[len(COLUMNS) :], strict=True)
    return CounterItem(
        sku=sku,
        gtin=gtin_of(gtin) if gtin else None,
        title=title,
        brand=brand or None,
        model=model or None,
        variant=variant or None,
        category=category or None,
        identifier=cast(Identifier, identifier),
        prices={code: currency(code).money(finite_number(cell)) for code, cell in prices if cell},
        line=line,
        searched=_searched(title, sku, f"{brand} {model} {variant}"),
    )
