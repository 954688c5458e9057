"""`make bench`: prints every figure as a ratio against its yardstick and writes var/bench.json."""

import json
import sys
from pathlib import Path

from tests.bench import (
    create_offer,
    documents,
    full_tables,
    lifecycle,
    portal,
    portal_page,
    scale,
    stages,
    start,
    validation,
    webhooks,
    widget,
)

PARTS = {
    "create-offer": create_offer.measure,
    "confirm": lifecycle.measure,
    "documents": documents.measure,
    "full-tables": full_tables.measure,
    "stages": stages.measure,
    "validation": validation.measure,
    "portal": portal.measure,
    "portal-page": portal_page.measure,
    "scale": scale.measure,
    "start": start.measure,
    "webhooks": webhooks.measure,
    "widget": widget.measure,
}


def main(chosen: list[str]) -> None:
    results = {name: PARTS[name]() for name in chosen or PARTS}
    target = Path("var/bench.json")
    target.parent.mkdir(exist_ok=True)
    known = json.loads(target.read_text()) if target.exists() and chosen else {}
    target.write_text(json.dumps(known | results, indent=2) + "\n")
    print(f"\nwritten to {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
