"""Each file against the shape of its kind: the shapes are JSON Schemas, in app/catalog/shapes/."""

import json
from functools import lru_cache
from pathlib import Path

import jsonschema_rs

from app.catalog.offer_schema import shortened
from app.catalog.source import Mistake, Source, SourceFile

SHAPES = Path(__file__).parent.parent / "shapes"

# Which shape a file has, by where it lies. What is not listed is text: tables, wordings, documents.
KINDS = {"offers/": "offer", "products/": "product", "words/": "words", "examples/": "example"}
TEXT_PLACES = ("rates/", "wording/", "files/", "schemas/")
TEXT_FILES = ("exchange-rates.csv", "golden.csv")


@lru_cache(maxsize=8)
def _shape(kind: str) -> jsonschema_rs.Draft7Validator:
    document = json.loads((SHAPES / f"{kind}.json").read_text(encoding="utf-8"))
    return jsonschema_rs.Draft7Validator(document, offline=True)


def shape_mistakes(source: Source) -> list[Mistake]:
    found: list[Mistake] = []
    for path, file in source.files.items():
        kind = "partner" if path == "partner.yaml" else next((k for p, k in KINDS.items() if path.startswith(p)), None)
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
