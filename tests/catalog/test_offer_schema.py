"""Offer Schemas: the fast validator decides, the slow one finds the words, and the two never disagree."""

import json
from typing import Any

import pytest

from app.catalog.offer_schema import MOST_ERRORS, OfferSchema, _worder, nested, shortened
from app.catalog.source import read_folder
from tests.catalog.folders import CATALOG, DEMO_FOLDERS
from tests.catalog.mutations import bodies

BODIES = 5_000


@pytest.mark.parametrize("folder", DEMO_FOLDERS)
def test_both_validators_decide_alike_on_thousands_of_bodies(folder: str) -> None:
    source = read_folder(CATALOG / folder)
    examples = [file.data["request"] for _, file in source.under("examples", ".yaml")]

    for path in sorted((CATALOG / folder / "schemas").glob("*.json")):
        schema = OfferSchema(path.stem, json.loads(path.read_text(encoding="utf-8")))
        worder = _worder(schema.document)
        decided = {True: 0, False: 0}
        for body in bodies(examples, BODIES, f"{folder}/{path.stem}"):
            accepted = schema.accepts(body)
            decided[accepted] += 1
            assert worder.is_valid(body) == accepted, json.dumps(body)
        assert decided[True] > BODIES / 50, "too few bodies were right for this to mean anything"
        assert decided[False] > BODIES / 5


@pytest.mark.parametrize("folder", DEMO_FOLDERS)
def test_a_refused_body_is_always_told_a_field_and_a_sentence(folder: str) -> None:
    source = read_folder(CATALOG / folder)
    examples = [file.data["request"] for _, file in source.under("examples", ".yaml")]
    [(name, file), *_] = source.under("schemas", ".json")
    schema = OfferSchema(name, file.data)

    for body in bodies(examples, 300, folder):
        if not schema.accepts(body):
            found = schema.errors(body)

            assert found
            assert all(message and len(message) < 400 for _, message in found)
            json.dumps(nested(found))


SCHEMA = OfferSchema(
    "t:v1",
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["customer", "context"],
        "properties": {
            "customer": {
                "type": "object",
                "required": ["country"],
                "properties": {"country": {"pattern": "^[A-Z]{2}$"}},
            },
            "context": {
                "type": "object",
                "required": ["product"],
                "properties": {
                    "product": {"type": "object"},
                    "digits": {"type": "string", "pattern": "^[0-9]+$"},
                    "class": {"type": "string", "pattern": r"^\d+\w?$"},
                    "loose": {"type": "string", "pattern": "[0-9]$"},
                    "price": {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0},
                    "step": {"type": "integer", "multipleOf": 5},
                    "term": {"enum": ["1y", "2y"]},
                    "short": {"type": "string", "maxLength": 2},
                    "whole": {"type": "integer", "minimum": 1, "maximum": 30},
                    "once": {"type": "array", "uniqueItems": True, "minItems": 1, "items": {"type": "number"}},
                    "none": {"type": "object", "additionalProperties": False},
                },
            },
        },
    },
)


def body(**context: Any) -> dict[str, Any]:
    return {"customer": {"country": "GB"}, "context": {"product": {}} | context}


@pytest.mark.parametrize(
    ("sent", "path", "message"),
    [
        ({"context": {"product": {}}}, (), "'customer' is a required property"),
        ({"customer": {"country": "GB"}}, (), "'context' is a required property"),
        ({"customer": {"country": "GB"}, "context": {}}, ("context",), "'product' is a required property"),
        ({"customer": {}, "context": {"product": {}}}, ("customer",), "'country' is a required property"),
        ([], (), "[] is not of type 'object'"),
        (None, (), "None is not of type 'object'"),
        (body(product=5), ("context", "product"), "5 is not of type 'object'"),
        (body(digits="x"), ("context", "digits"), "'x' does not match '^[0-9]+$'"),
        (body(digits="5\n"), ("context", "digits"), "'5\\n' does not match '^[0-9]+$'"),
        (body(digits="٥"), ("context", "digits"), "'٥' does not match '^[0-9]+$'"),
        (body(price=0), ("context", "price"), "0 is less than or equal to the minimum of 0"),
        (body(price=19.995), ("context", "price"), "19.995 is not a multiple of 0.01"),
        (body(step=7), ("context", "step"), "7 is not a multiple of 5"),
        (body(term="3y"), ("context", "term"), "'3y' is not one of ['1y', '2y']"),
        (body(short="abc"), ("context", "short"), "'abc' is too long"),
        (body(whole=31), ("context", "whole"), "31 is greater than the maximum of 30"),
        (body(whole=1.5), ("context", "whole"), "1.5 is not of type 'integer'"),
        (body(whole=True), ("context", "whole"), "True is not of type 'integer'"),
        (body(once=[1, 1.0]), ("context", "once"), "[1, 1.0] has non-unique elements"),
        (body(once=[]), ("context", "once"), "[] should be non-empty"),
        (body(once=[1, "a"]), ("context", "once", 1), "'a' is not of type 'number'"),
        (
            body(none={"a": 1}),
            ("context", "none"),
            "Additional properties are not allowed ('a' was unexpected)",
        ),
    ],
)
def test_a_mistake_is_said_in_the_words_partners_systems_match(sent: Any, path: tuple[Any, ...], message: str) -> None:
    assert not SCHEMA.accepts(sent)

    assert SCHEMA.errors(sent) == [(path, message)]


@pytest.mark.parametrize(
    "sent",
    [
        body(price=19.99),
        body(price=0.07),
        body(price=1_000_000.01),
        body(price=1e15),
        body(whole=30.0),
        body(short="🙂🙂"),
        body(short="é"),
        body(loose="x5"),
        body(step=10),
        body(step=10.0),
        body(**{"class": "5"}),
        body(once=[0, 1]),
        body(unknown="may be anything"),
    ],
)
def test_what_a_partner_means_is_accepted_by_both(sent: Any) -> None:
    assert SCHEMA.accepts(sent)
    assert _worder(SCHEMA.document).is_valid(sent)


PATTERNS = ["^[0-9]+$", r"^\d+$", "[0-9]$", "^a|b$", r"^[$]$", r"\$$", r"^[a\]$]+$", r"^\w+$", r"^\s$", ".", "^.$"]
PATTERNS += [
    r"^\S+@\S+$",
    r"^[^a]$",
    r"^(?:a|b)$",
    r"\bb\b",
    r"^[\w-]+$",
    r"^a{2,3}$",
    r"^\x61$",
    r"^\u0061$",
    r"^[\d.]+$",
]
TEXTS = [
    "",
    "5",
    "5\n",
    "٥",
    "a",
    "b",
    "ab",
    "a\n",
    "b\n",
    "$",
    "$\n",
    "]",
    "é",
    "\n",
    "\u2028",
    "\x0b",
    "\xa0",
    "🙂",
    "aa",
]
TEXTS += ["aaaa", "_", "a-b", "x@y", "x@y\n", "É@É", "a b", "\r", "5.5", "٥.٥", "ſ", "K", "\u0085"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_both_validators_read_a_pattern_alike(pattern: str) -> None:
    schema = OfferSchema("t:v1", {"$schema": "http://json-schema.org/draft-07/schema#", "pattern": pattern})
    worder = _worder(schema.document)

    differing = [text for text in TEXTS if schema.accepts(text) != worder.is_valid(text)]

    assert differing == []


def test_a_megabyte_does_not_come_back_in_the_error_about_it() -> None:
    [(path, message)] = SCHEMA.errors(body(short="x" * 1_000_000))

    assert path == ("context", "short")
    assert len(message) < 400
    assert message.endswith("is too long")
    assert shortened("short") == "short"


def test_a_thousand_mistakes_are_not_all_repeated() -> None:
    assert len(SCHEMA.errors(body(once=["a"] * 1_000))) <= MOST_ERRORS


@pytest.mark.parametrize(
    ("errors", "tree"),
    [
        ([], {}),
        ([((), "a"), ((), "b")], {"non_field_errors": ["a", "b"]}),
        ([(("context",), "a")], {"context": ["a"]}),
        ([(("context", "x"), "a"), (("context", "x"), "b")], {"context": {"x": ["a", "b"]}}),
        ([(("context", "list", 0, "x"), "a")], {"context": {"list": {"0": {"x": ["a"]}}}}),
        ([(("context",), "a"), (("context", "x"), "b")], {"context": {"non_field_errors": ["a"], "x": ["b"]}}),
        ([(("context", "x"), "b"), (("context",), "a")], {"context": {"x": ["b"], "non_field_errors": ["a"]}}),
        ([((), "a"), (("context",), "b")], {"non_field_errors": ["a"], "context": ["b"]}),
    ],
)
def test_mistakes_are_laid_out_like_the_body_they_are_about(errors: list[Any], tree: dict[str, Any]) -> None:
    assert nested(errors) == tree


def test_the_live_servers_answer_is_repeated_word_by_word() -> None:
    assert nested(SCHEMA.errors({})) == {
        "non_field_errors": ["'customer' is a required property", "'context' is a required property"]
    }
    assert nested(SCHEMA.errors(body() | {"context": {}})) == {"context": ["'product' is a required property"]}


def test_a_schema_never_fetches_anything() -> None:
    with pytest.raises(Exception, match=r"."):
        OfferSchema("t:v1", {"$ref": "https://schemas.example/other.json"}).accepts({})
