"""Bodies that go wrong: a partner's example with a few things in it changed, seeded, the same on every machine."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import orjson

STRINGS = (
    "",
    " ",
    "\n",
    "x",
    "GB\n",
    "GBP\n",
    "en\n",
    "٢٠٢٦-٠١-٠١",
    "2026-01-01",
    "2026-01-01\n",
    "2026-13-45",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.123+11:00",
    "2026-01-01t00:00:00z",
    "1y",
    "0y",
    "12m\r\n",
    "gb",
    "ＧＢ",
    "É",
    "e\u0301",
    "🙂",
    "👩‍👩‍👧",
    "ß",
    "K",
    "ſ",
    "\u0000",
    "\u2028",
    "a" * 40,
    "a" * 41,
    "漢" * 500,
    "null",
    "1",
    "a@b",
    "a@b\n",
    "en-us",
    "en-US",
    "EN-us",
    "$",
    "^",
)
NUMBERS = (0, -0.0, -1, 1, 1.0, 0.5, 0.1, 0.01, 0.001, 19.99, 1e-9, 1e15, 1e16, 1e22, 1e308, 5e-324, 2**53, 2**53 + 1)
NUMBERS += (
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    10**25,
    -(2**63),
    -(2**63) - 1,
    99.999,
    100.00000000000001,
    300,
    19,
    20,
    21,
)
OTHERS = (None, True, False, [], {}, [None], [[]], {"": None}, [1, 1.0], [True, 1], {"a": 1}, ["a", "a"], [0, False])

Place = tuple[Any, Any]


def places(node: Any) -> Iterator[Place]:
    """Every value inside, as the thing that holds it and the key or number it is held by."""
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, below in items:
        yield node, key
        yield from places(below)


def nearby(value: Any, dice: random.Random) -> Any:
    """A value much like this one: just beside a limit, a little longer, of the type next door."""
    if isinstance(value, bool):
        return dice.choice([not value, int(value), str(value).lower()])
    if isinstance(value, (int, float)):
        return dice.choice(
            [value + 1, value - 1, -value, value * 1e6, float(value), str(value), value + 0.001, value / 3]
        )
    if isinstance(value, str):
        changes = [
            value + "\n",
            value.lower(),
            value.upper(),
            value[1:],
            value[:-1],
            value * 2,
            value + "é",
            "\n" + value,
        ]
        return dice.choice([*changes, value.replace("0", "٠"), value.replace("-", "–"), [value]])
    if isinstance(value, list):
        return dice.choice([value * 2, value[:-1], [*value, None], value * 40, {"0": value}])
    if isinstance(value, dict):
        return dice.choice([list(value.values()), {**value, "unknown": 1}, {}, {**value, "": None}])
    return dice.choice([0, "", [], {}])


def mutated(body: Any, dice: random.Random) -> Any:
    changed = deepcopy(body)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        found = list(places(changed))
        if not found:
            return changed
        holder, key = dice.choice(found)
        kind = dice.random()
        if kind < 0.15:
            del holder[key]
        elif kind < 0.25:
            place, other = dice.choice(found)
            holder[key] = (
                deepcopy(place[other]) if key in (holder if isinstance(holder, dict) else range(len(holder))) else 1
            )
        elif kind < 0.6:
            holder[key] = nearby(holder[key], dice)
        else:
            holder[key] = dice.choice(dice.choice([STRINGS, NUMBERS, OTHERS]))
    return changed


def bodies(examples: list[Any], count: int, seed: str) -> Iterator[Any]:
    """`count` bodies as the server reads them from the wire, some of them still right."""
    dice = random.Random(seed)
    made = 0
    while made < count:
        text = json.dumps(mutated(dice.choice(examples), dice))
        try:
            body = orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        made += 1
        yield body
