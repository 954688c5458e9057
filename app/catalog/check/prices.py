"""Examples lead to their offer, and golden prices come out as a colleague has worked them out."""

from collections.abc import Iterator

from app.catalog.compiling import compiled_folder
from app.catalog.examples import COLUMNS, ExampleFails, changed, golden_rows, offers_for, reckoned, unsaid
from app.catalog.model import Catalog, OfferConfig
from app.catalog.source import Mistake, Source, SourceFile
from app.domain.errors import DomainError

GOLDEN = "golden.csv"


def price_mistakes(source: Source) -> Iterator[Mistake]:
    catalog = compiled_folder(source)
    examples = dict(source.under("examples", ".yaml"))
    if not examples:
        yield Mistake("partner.yaml", 1, "the folder has no examples")
    for file in examples.values():
        yield from _example(catalog, file)
    yield from _unreached(source, catalog, list(examples.values()))
    golden = source.files.get(GOLDEN)
    if golden is None:
        yield Mistake(GOLDEN, 1, "is missing: the prices somebody has checked by hand")
        return
    if tuple(golden.text.partition("\n")[0].strip().split(",")) != COLUMNS:
        yield Mistake(GOLDEN, 1, f"the header must be {','.join(COLUMNS)}")
        return
    yield from _golden(catalog, golden, examples)


def _example(catalog: Catalog, file: SourceFile) -> Iterator[Mistake]:
    try:
        found = offers_for(catalog, file.data["request"], file.data["on"])
        wanted = file.data["offer"]
        if wanted not in [offer.name for offer in found]:
            yield file.mistake(("offer",), f"the request leads to {found[0].name}, not to {wanted}")
            return
        offer = next(offer for offer in found if offer.name == wanted)
        yield from _products(catalog, file, offer)
    except (ExampleFails, DomainError) as problem:
        yield file.mistake(("request",), str(problem))


def _products(catalog: Catalog, file: SourceFile, offer: OfferConfig) -> Iterator[Mistake]:
    """One product at least has a price, and whatever has one can be shown in every language."""
    request, on = file.data["request"], file.data["on"]
    reasons = [reckoned(catalog, request, on, product.name)[1] for product in offer.products]
    if all(reasons):
        yield file.mistake(("offer",), f"no product of the offer can be priced: {reasons[0]}")
    for product in offer.products:
        problem = unsaid(catalog, request, on, product.name)
        if problem:
            yield file.mistake(("request",), f"the words of {product.name} cannot be filled: {problem}")


def _unreached(source: Source, catalog: Catalog, examples: list[SourceFile]) -> Iterator[Mistake]:
    """An offer that nobody has asked for has never been computed. Variants of an experiment share an example."""
    reached = {name for file in examples for name in (file.data["offer"], *_led_to(catalog, file))}
    for name, file in source.under("offers", ".yaml"):
        if examples and name not in reached:
            yield file.mistake((), "no example leads to it")


def _led_to(catalog: Catalog, file: SourceFile) -> list[str]:
    try:
        return [offer.name for offer in offers_for(catalog, file.data["request"], file.data["on"])]
    except (ExampleFails, DomainError):
        return []  # said of the example already


def _golden(catalog: Catalog, golden: SourceFile, examples: dict[str, SourceFile]) -> Iterator[Mistake]:
    seen = set()
    for row in golden_rows(golden.text):
        file = examples.get(row.cells["example"])
        if file is None:
            yield Mistake(GOLDEN, row.line, f"there is no example {row.cells['example']}")
            continue
        seen.add(row.cells["product"])
        try:
            request = changed(file.data["request"], row.cells["change"])
            offers_for(catalog, request, file.data["on"])
            computed, reason = reckoned(catalog, request, file.data["on"], row.cells["product"])
        except (ExampleFails, KeyError, ValueError) as problem:
            yield Mistake(GOLDEN, row.line, f"cannot be priced: {problem}")
            continue
        if computed != row.prices:
            said = f"the rules price {','.join(computed)}, the table says {','.join(row.prices)}"
            yield Mistake(GOLDEN, row.line, f"{said}: {reason}" if reason else said)
    for offer in catalog.offers:
        for product in offer.products:
            if product.name not in seen:
                yield Mistake(GOLDEN, 1, f"has no row for {product.name}")
                seen.add(product.name)
