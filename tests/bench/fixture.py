"""The fixture of the Create Offer benchmark: three products, six rate lookups, two taxes each, words in full.

Made from the northwind demo folder, so that schema, words and documents stay those of a real partner.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from app.catalog.golden import golden_table
from app.catalog.source import read_folder

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = ("device-protection-1y", "device-protection-2y", "device-protection-3y")
EXAMPLE = "camera"


def write_fixture(target: Path) -> Path:
    """A partner folder that passes the check."""
    folder = target / "bench-partner"
    shutil.copytree(ROOT / "catalog" / "northwind", folder)
    # Stores sell more than is measured here; what an offer is made from does not change without them.
    for name in ("counter.yaml", "items.csv"):
        (folder / name).unlink()
    source = read_folder(folder)
    for path in source.files:
        name = Path(path).stem
        is_kept = name in (*PRODUCTS, "device-cover", EXAMPLE)
        if path.startswith(("offers/", "products/", "examples/")) and not is_kept:
            (folder / path).unlink()
    for product in PRODUCTS:
        data = source.files[f"products/{product}.yaml"].data
        _write(folder / "products" / f"{product}.yaml", _simple(data, product[-2:]))
    offer = source.files["offers/device-cover.yaml"].data
    offer["products"] = list(PRODUCTS)
    offer["product_rules"] = [offer["product_rules"][0] | {"events": []}]
    _write(folder / "offers" / "device-cover.yaml", offer)
    for language in ("en", "de", "fr", "es", "ja", "ar"):
        words = source.files[f"words/{language}.yaml"].data
        words["offers"] = {"device-cover": words["offers"]["device-cover"]}
        words["products"] = {product: words["products"][product] for product in PRODUCTS}
        _write(folder / "words" / f"{language}.yaml", words)
    (folder / "golden.csv").write_text("", encoding="utf-8")
    (folder / "golden.csv").write_text(golden_table(read_folder(folder)), encoding="utf-8")
    return folder


def _simple(data: dict[str, Any], term: str) -> dict[str, Any]:
    data["pricing"]["steps"] = [
        {"name": "value", "is": "to_policy_currency(context.product.retail_value)"},
        {"name": "base_rate", "is": f'rate("device_rates", "{term}", context.product.category, value)'},
        {"name": "premium", "is": "value * base_rate * context.product.quantity"},
        {"name": "cover_limit", "is": "smallest(value, 5000)"},
        {"name": "excess", "is": "value * 0.1"},
    ]
    data["pricing"]["taxes"] = [
        {"code": "Insurance premium tax", "rate": 'rate("premium_tax", customer.country, "none")'},
        {"code": "Insurance levy", "rate": 0.02},
    ]
    return data


def _write(path: Path, data: dict[str, Any]) -> None:
    """JSON is YAML."""
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
