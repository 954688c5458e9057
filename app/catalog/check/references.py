"""What one file says of another: schemas, products, subsidiaries, wordings, documents, currencies."""

import re
from collections.abc import Iterator

from app.catalog.release import schema_identifier
from app.catalog.source import Mistake, Source, SourceFile, Where
from app.domain.money import known_currencies

# Found by name and language when an offer is made; under another name a document is never found.
_DOCUMENT = re.compile(r"(files|wording)/[a-z0-9_-]+\.[a-z]{2,3}(-[a-z]{2})?\.html")


def reference_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    partner = source.files.get("partner.yaml")
    schemas = {schema_identifier(_stem(path, "schemas/", ".json")) for path in names if path.startswith("schemas/")}
    if partner is not None:
        yield from _partner(partner, schemas, names)
    for _, file in source.under("offers", ".yaml"):
        yield from _offer(file, schemas, names)
        if partner is not None:
            yield from _access(file, partner)
    for _, file in source.under("products", ".yaml"):
        yield from _product(file, partner.data["languages"] if partner is not None else [], names)
    for path in source.files:
        if path.startswith(("files/", "wording/")) and path.endswith(".html") and not _DOCUMENT.fullmatch(path):
            yield Mistake(path, 1, "must be called NAME.LANGUAGE.html")
    if not any(path.startswith("offers/") for path in names):
        yield Mistake("partner.yaml", 1, "the folder has no offers")


def _stem(path: str, start: str, end: str) -> str:
    return path.removeprefix(start).removesuffix(end)


def _partner(file: SourceFile, schemas: set[str], names: frozenset[str]) -> Iterator[Mistake]:
    default = file.data["default_schema"]
    if default is not None and default not in schemas:
        yield file.mistake(("default_schema",), f"there is no schema {default}")
    logos: list[tuple[Where, str]] = [(("logo",), file.data["logo"])]
    logos += [
        (("subsidiaries", place, "logo"), entry["logo"])
        for place, entry in enumerate(file.data.get("subsidiaries", []))
        if "logo" in entry
    ]
    for where, logo in logos:
        if logo not in names:
            yield file.mistake(where, f"there is no file {logo}")


def _offer(file: SourceFile, schemas: set[str], names: frozenset[str]) -> Iterator[Mistake]:
    if file.data["schema"] not in schemas:
        yield file.mistake(("schema",), f"there is no schema {file.data['schema']}")
    for place, product in enumerate(file.data["products"]):
        if f"products/{product}.yaml" not in names:
            yield file.mistake(("products", place), f"there is no product {product}")


def _access(file: SourceFile, partner: SourceFile) -> Iterator[Mistake]:
    subsidiaries = {entry["slug"] for entry in partner.data.get("subsidiaries", [])}
    for place, slug in enumerate(file.data.get("access", {}).get("subsidiaries", [])):
        if slug not in subsidiaries:
            yield file.mistake(("access", "subsidiaries", place), f"partner.yaml has no subsidiary {slug}")


def _product(file: SourceFile, languages: list[str], names: frozenset[str]) -> Iterator[Mistake]:
    policy = file.data["policy"]
    if policy["currency"] not in known_currencies():
        yield file.mistake(("policy", "currency"), f"{policy['currency']} is not a currency of ISO 4217")
    for language in languages:
        path = f"wording/{policy['wording']}.{language}.html"
        if "-" not in language and path not in names:
            yield file.mistake(("policy", "wording"), f"there is no file {path}")
        for place, entry in enumerate(file.data.get("files", [])):
            path = f"files/{entry['file']}.{language}.html"
            if "-" not in language and path not in names:
                yield file.mistake(("files", place, "file"), f"there is no file {path}")
