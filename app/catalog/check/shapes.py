"""Each file against the shape of its kind: the shapes are JSON Schemas, in app/catalog/shapes/."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from app.catalog.offer_schema import shortened
from app.catalog.source import Mistake, Source, SourceFile

SHAPES = Path(__file__).parent.parent / "shapes"

# Which shape a file has, by where it lies. What is not listed is text: tables, wordings, documents.
KINDS = {"offers/": "offer", "products/": "product", "words/": "words", "examples/": "example"}
# Those that are one file.
SINGLE_KINDS = {"partner.yaml": "partner", "counter.yaml": "counter"}
REGIONAL = "regional-"
TEXT_PLACES = ("rates/", "wording/", "files/", "schemas/")
TEXT_FILES = ("exchange-rates.csv", "golden.csv", "items.csv")


@lru_cache(maxsize=8)
def _shape(kind: str) -> jsonschema_rs.Draft7Validator:
    document = json.loads((SHAPES / f"{kind.removeprefix(REGIONAL)}.json").read_text(encoding="utf-8"))
    if kind.startswith(REGIONAL):
        document = _asking_nothing(document)
    return jsonschema_rs.Draft7Validator(document, offline=True)


def _asking_nothing(node: Any) -> Any:
    """The shape without what it requires: a regional file holds only what differs from its language's."""
    if isinstance(node, dict):
        return {name: _asking_nothing(below) for name, below in node.items() if name != "required"}
    return [_asking_nothing(below) for below in node] if isinstance(node, list) else node


def is_regional(path: str, names: frozenset[str]) -> bool:
    """words/en-us.yaml beside words/en.yaml. Alone, it has nothing to take the missing words from."""
    language, _, region = path.removeprefix("words/").removesuffix(".yaml").partition("-")
    return bool(region) and f"words/{language}.yaml" in names


def shape_mistakes(source: Source, names: frozenset[str]) -> list[Mistake]:
    found: list[Mistake] = []
    for path, file in source.files.items():
        kind = SINGLE_KINDS.get(path) or next((k for p, k in KINDS.items() if path.startswith(p)), None)
        if kind == "words" and is_regional(path, names):
            kind = REGIONAL + kind
        if kind is not None:
            found.extend(_against(file, kind))
        elif path not in TEXT_FILES and not path.startswith(TEXT_PLACES):
            found.append(Mistake(path, 1, "is not a file the catalog knows; see catalog/README.md"))
    return found


def _against(file: SourceFile, kind: str) -> list[Mistake]:
    return [
        file.mistake(tuple(problem.instance_path), shortened(problem.message))
        for problem in _shape(kind).iter_errors(file.data)
    ]
