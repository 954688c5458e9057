"""The golden table of a folder, as its rules price it now."""

from typing import Any

from app.catalog.compiling import compiled_folder
from app.catalog.examples import COLUMNS, ExampleFails, changed, golden_rows, priced
from app.catalog.model import Catalog
from app.catalog.source import Source


def golden_table(source: Source) -> str:
    """Every row of golden.csv priced anew, and a row for each product of each example that has none."""
    catalog = compiled_folder(source)
    examples = {name: file.data for name, file in source.under("examples", ".yaml")}
    wanted = [(row.cells["example"], row.cells["change"], row.cells["product"]) for row in golden_rows(_table(source))]
    for name, example in examples.items():
        products = next((offer.products for offer in catalog.offers if offer.name == example["offer"]), ())
        wanted.extend((name, "", product.name) for product in products if (name, "", product.name) not in wanted)
    lines = [",".join(COLUMNS)]
    for name, change, product in wanted:
        lines.append(",".join([name, change, product, *_prices(catalog, examples.get(name), change, product)]))
    return "\n".join(lines) + "\n"


def _table(source: Source) -> str:
    return source.file("golden.csv").text


def _prices(catalog: Catalog, example: dict[str, Any] | None, change: str, product: str) -> tuple[str, ...]:
    if example is None:
        return ("no such example", "", "", "")
    try:
        return priced(catalog, changed(example["request"], change), example["on"], product)
    except ExampleFails as problem:
        return (str(problem), "", "", "")
