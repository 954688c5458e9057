"""The items of the shops: read strictly, found by article number, barcode in any form, or words."""

import pytest

from app.catalog.items import IDENTIFIERS, Items, read_items, search
from app.domain.goods import is_gtin
from app.domain.money import currency
from tests.catalog.folders import CATALOG, compiled_folder

HEADER = "sku,gtin,title,brand,model,variant,category,identifier,GBP,JPY"
ROW = "NW-1,4006381333931,Camera,Northwind,C1,black,cameras,serial,9.99,1800"


def stock(*rows: str) -> Items:
    items, mistakes = read_items("\n".join([HEADER, *rows]))
    assert mistakes == []
    return items


def shop(count: int) -> Items:
    return stock(*(f"SKU-{n},,Thing number {n} kräftig,Brand,M{n},v,cat,none,{n + 1},{n + 1}" for n in range(count)))


def test_an_item_has_a_price_in_each_currency_it_is_sold_in() -> None:
    [item] = stock(ROW.replace("1800", ""))

    assert item.price_in("GBP") == currency("GBP").money(9.99)
    assert item.price_in("JPY") is None
    assert item.price_in("EUR") is None


def test_what_is_empty_is_unknown() -> None:
    [item] = stock("NW-1,,Book,,,,,none,16.99,")

    assert (item.gtin, item.brand, item.model, item.variant, item.category) == (None,) * 5


@pytest.mark.parametrize(
    ("written", "scanned"),
    [
        ("012345678905", "012345678905"),
        ("012345678905", "0012345678905"),
        ("0012345678905", "012345678905"),
        ("00012345678905", "012345678905"),
        ("012345678905", " 0 12345-67890 5 "),
        ("4006381333931", "04006381333931"),
        ("20051877", "20051877"),
        ("20051877", "0000020051877"),
        ("042100005264", "04252614"),
        ("4006381333931", "٤٠٠٦٣٨١٣٣٣٩٣١"),
    ],
)
def test_a_barcode_is_found_in_whatever_form_the_scanner_hands_it_on(written: str, scanned: str) -> None:
    items = stock(ROW.replace("4006381333931", written))

    assert items.by_gtin(scanned) is items[0]


@pytest.mark.parametrize("scanned", ["", "abc", "4006381333932", "400638133393", "9" * 500, "20051877"])
def test_what_is_no_barcode_of_the_shop_finds_nothing(scanned: str) -> None:
    assert stock(ROW).by_gtin(scanned) is None


def test_an_article_number_is_found_in_either_case() -> None:
    items = stock(ROW)

    assert items.by_sku(" nw-1 ") is items[0]
    assert items.by_sku("NW-2") is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kräftig", ["A-1", "B-2", "C-3"]),
        ("KRAFTIG camera", ["A-1", "B-2"]),
        ("camera kraftig", ["A-1", "B-2"]),
        ("b-2", ["B-2"]),
        ("  ", []),
        ("camera nowhere", []),
        ("１２３", ["C-3"]),
        ("タブレット", ["C-3"]),
        ("c-3 kräftig 123", ["C-3"]),
    ],
)
def test_a_search_finds_what_holds_every_word_without_case_accents_and_width(words: str, found: list[str]) -> None:
    items = stock(
        "A-1,,Bag for Camera,Kräftig,K1,,x,none,1,",
        "B-2,,Camera,Kraftig,K2,,x,none,1,",
        "C-3,,タブレット 123 kräftig,Brand,K3,,x,none,1,",
    )

    assert [item.sku for item in search(items, words, 10)] == found


def test_the_best_comes_first_article_number_before_title_before_anywhere() -> None:
    items = stock(
        "X-1,,Subcamera,,,,,none,1,",
        "X-2,,Bag for a camera,,,,,none,1,",
        "X-3,,Camera with zoom,,,,,none,1,",
        "CAMERA-9,,Flash,,,,,none,1,",
        "CAMERA,,Box,,,,,none,1,",
    )

    found = [item.sku for item in search(items, "camera", 10)]

    assert found == ["CAMERA", "CAMERA-9", "X-3", "X-2", "X-1"]
    assert [item.sku for item in search(items, "camera", 2)] == found[:2]


def test_a_search_finds_the_one_among_twenty_thousand_items() -> None:
    items = shop(20_000)

    assert [item.sku for item in search(items, "thing 19999", 20)] == ["SKU-19999"]
    assert len(search(items, "t h i n g " * 50, 20)) == 20


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW.replace("4006381333931", "4006381333932"), "gtin: '4006381333932' is not 8, 12, 13 or 14 digits"),
        (ROW.replace("4006381333931", "123456"), "gtin: '123456' is not"),
        (ROW.replace("serial", "number"), "identifier: 'number' is none of imei, serial, none"),
        (ROW.replace("NW-1", ""), "sku is empty"),
        (ROW.replace("Camera", " "), "title is empty"),
        (ROW.replace("9.99", "free"), "GBP: not a number: 'free'"),
        (ROW.replace("9.99", "nan"), "GBP: not a number: 'nan'"),
        (ROW.replace("9.99", "9.999"), "GBP: 9.999 has more than 2 decimals"),
        (ROW.replace("1800", "1800.5"), "JPY: 1800.5 has more than 0 decimals"),
        (ROW.replace("9.99", "0"), "GBP: a price must be greater than 0"),
        (ROW + ",5", "has 11 cells, and the header has 10"),
        (ROW.replace("Camera", '"Cam'), "cannot be read"),
    ],
)
def test_a_slip_in_an_item_is_said_with_its_line(row: str, message: str) -> None:
    items, mistakes = read_items("\n".join([HEADER, "", row]))

    assert [(mistake.line, message in mistake.message) for mistake in mistakes] == [(3, True)], mistakes
    assert items == ()


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("nw-1,,Other,,,,,none,1,", "sku nw-1 stands in line 2 already"),
        ("NW-2,04006381333931,Other,,,,,none,1,", "gtin 04006381333931 stands in line 2 already"),
    ],
)
def test_no_article_number_and_no_barcode_stands_twice(second: str, message: str) -> None:
    items, mistakes = read_items("\n".join([HEADER, ROW, second]))

    assert [(mistake.line, mistake.message) for mistake in mistakes] == [(3, message)]
    assert [item.sku for item in items] == ["NW-1"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("sku,title", "the header must be sku,gtin,title"),
        (HEADER.removesuffix(",GBP,JPY"), "the header must be sku,gtin,title"),
        (HEADER + ",QQQ", "'QQQ' is not a currency of ISO 4217"),
        (HEADER + ",GBP", "GBP has a second column"),
        ("", "the header must be"),
    ],
)
def test_a_wrong_header_is_the_only_mistake(header: str, message: str) -> None:
    items, mistakes = read_items(f"{header}\n{ROW}\n{ROW}")

    assert len(mistakes) == 1
    assert mistakes[0].line == 1 or not header
    assert message in mistakes[0].message
    assert items == ()


def test_northwind_has_items_of_every_kind_with_barcodes_of_its_own() -> None:
    northwind = compiled_folder(CATALOG / "northwind")

    assert len(northwind.items) >= 60
    assert {item.identifier for item in northwind.items} == set(IDENTIFIERS)
    for item in northwind.items:
        if item.gtin is not None:
            assert is_gtin(item.gtin)
            assert item.gtin.lstrip("0").startswith("2"), "numbers from 2 on never stand on anybody else's products"
