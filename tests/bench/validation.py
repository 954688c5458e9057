"""What validating a valid body costs, against parsing the same body."""

from time import perf_counter
from typing import Any

import orjson

from app.catalog.offer_schema import OfferSchema
from app.catalog.source import read_folder
from tests.bench.servers import ROOT

REPEATS = 20_000


def _microseconds(action: Any) -> float:
    best = float("inf")
    for _ in range(5):
        begin = perf_counter()
        for _ in range(REPEATS // 5):
            action()
        best = min(best, (perf_counter() - begin) / (REPEATS // 5))
    return best * 1e6


def measure() -> dict[str, Any]:
    results: dict[str, Any] = {}
    for folder in sorted(path.parent for path in (ROOT / "catalog").glob("*/partner.yaml")):
        source = read_folder(folder)
        name, file = next(source.under("schemas", ".json"))
        example = next(source.under("examples", ".yaml"))[1].data["request"]
        schema, raw = OfferSchema(name, file.data), orjson.dumps(example)
        body = orjson.loads(raw)
        assert schema.accepts(body)
        validating, parsing = (
            _microseconds(lambda s=schema, b=body: s.accepts(b)),
            _microseconds(lambda r=raw: orjson.loads(r)),
        )
        results[folder.name] = {
            "validate_us": round(validating, 2),
            "parse_us": round(parsing, 2),
            "ratio": round(validating / parsing, 2),
        }
        print(
            f"validate {folder.name}: {validating:.1f} us, {validating / parsing:.1f} x parsing it ({parsing:.1f} us)"
        )
    return results
