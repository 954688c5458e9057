"""Bad input gets its documented status and a body that names field and rule; nothing is stored, nothing breaks."""

from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract import refusal_of, stored_offers
from tests.partner import Partner, example

GOOD = example("hearthside", "apartment-in-paris")
TEXT = orjson.dumps(GOOD)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good body with one value replaced; `...` removes it."""
    body = deepcopy(GOOD)
    *above, last = path.split(".")
    place = body
    for name in above:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


def spliced(old: bytes, new: bytes) -> bytes:
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


def nested(levels: int, opening: bytes, closing: bytes) -> bytes:
    return TEXT[:-1] + b',"extra":' + opening * levels + b"1" + closing * levels + b"}"


VALUE = b'"contents_value":15000'
UNREADABLE = {
    "nothing": b"",
    "only spaces": b"  \n ",
    "not JSON": b"schema=hearthside-renters:v1",
    "cut off": TEXT[:-20],
    "two documents": TEXT + TEXT,
    "a trailing comma": TEXT[:-1] + b",}",
    "single quotes": TEXT.replace(b'"', b"'"),
    "a comment": b"/* offer */" + TEXT,
    "Latin-1": TEXT[:-1] + b',"name":"Andr\xe9"}',
    "UTF-16": TEXT.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + TEXT,
    "an overlong UTF-8 slash": TEXT[:-1] + b',"name":"\xc0\xaf"}',
    "NaN": spliced(VALUE, b'"contents_value":NaN'),
    "Infinity": spliced(VALUE, b'"contents_value":Infinity'),
    "minus Infinity": spliced(VALUE, b'"contents_value":-Infinity'),
    "1e400": spliced(VALUE, b'"contents_value":1e400'),
    "five thousand digits": spliced(VALUE, b'"contents_value":' + b"9" * 5_000),
    "a number with a leading zero": spliced(VALUE, b'"contents_value":015000'),
    "a lone high surrogate": TEXT[:-1] + b',"name":"\\ud800"}',
    "a lone low surrogate": TEXT[:-1] + b',"name":"\\udc00 x"}',
    "a raw control character": TEXT[:-1] + b',"name":"a\x07b"}',
    "a raw U+0000": TEXT[:-1] + b',"name":"a\x00b"}',
    "an escaped U+0000": TEXT[:-1] + b',"name":"a\\u0000b"}',
    "an escaped U+0000 in a key": TEXT[:-1] + b',"na\\u0000me":"a"}',
    "a key twice": TEXT[:-1] + b',"contents_value":1,"contents_value":2}',
    "a group twice": TEXT[:-1] + b',"context":{"contents_value":1}}',
    "a key twice with the same value": TEXT[:-1] + b',"a":1,"a":1}',
    "a key twice, once spelled with an escape": TEXT[:-1] + b',"a":1,"\\u0061":2}',
    "a key twice deep inside a list": TEXT[:-1] + b',"list":[[{"a":{"b":1,"b":2}}]]}',
    "a key twice, balanced by quotation marks": TEXT[:-1] + b',"a":"","a":"\\"\\""}',
    "65 nested lists": nested(65, b"[", b"]"),
    "65 nested objects": nested(65, b'{"a":', b"}"),
    "200,000 nested lists": b"[" * 200_000,
    "100,000 closed lists": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_that_cannot_be_read_with_certainty_is_a_parse_error(hearthside: Partner, body: bytes) -> None:
    before = stored_offers(hearthside.app)

    said = refusal_of(hearthside.create_offer(body), 400)

    assert said["type"] == "validation_error"
    assert said["message"].startswith("JSON parse error - ")
    assert len(said["message"]) < 400
    assert stored_offers(hearthside.app) == before


READABLE = {
    "escapes in a value": (TEXT[:-1] + b',"name":"\\u0041\\n\\"\\\\"}'),
    "the same key in two objects": (TEXT[:-1] + b',"a":{"x":1},"b":{"x":1}}'),
    "quotation marks inside text": (TEXT[:-1] + b',"name":"5\\" screen"}'),
    "a surrogate pair": (TEXT[:-1] + b',"name":"\\ud83d\\ude00"}'),
    "a very long whole number beside an escape": (TEXT[:-1] + b',"name":"\\u0041","n":' + b"9" * 250 + b"}"),
    "60 nested lists": nested(60, b"[", b"]"),
}


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE.keys())
def test_unusual_but_unambiguous_json_is_accepted(hearthside: Partner, body: bytes) -> None:
    assert hearthside.create_offer(body).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""],
)
def test_a_body_that_does_not_say_it_is_json_is_not_read(hearthside: Partner, content_type: str) -> None:
    before = stored_offers(hearthside.app)

    said = refusal_of(hearthside.create_offer(GOOD, Content_Type=content_type), 415)

    assert said == {"type": "validation_error", "message": "Content-Type: must be application/json."}
    assert stored_offers(hearthside.app) == before


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"])
def test_the_usual_ways_to_say_json_are_understood(hearthside: Partner, content_type: str) -> None:
    assert hearthside.create_offer(GOOD, Content_Type=content_type).status_code == 200


@pytest.mark.parametrize("size", [262_145, 1_000_000])
def test_a_body_beyond_the_limit_is_refused_with_the_limit(hearthside: Partner, size: int) -> None:
    before = stored_offers(hearthside.app)
    body = changed("partner.transaction_id", "x" * size)

    said = refusal_of(hearthside.create_offer(body), 413)

    assert "262144" in said["message"]
    assert stored_offers(hearthside.app) == before


INVALID = {
    "a number as text": ("context.contents_value", "15000", ["context", "contents_value"], "is not of type 'number'"),
    "true as a number": ("context.contents_value", True, ["context", "contents_value"], "is not of type 'number'"),
    "null": ("context.contents_value", None, ["context", "contents_value"], "None is not of type 'number'"),
    "a list": ("customer", [], ["customer"], "[] is not of type 'object'"),
    "no customer": ("customer", ..., ["non_field_errors"], "'customer' is a required property"),
    "no context": ("context", ..., ["non_field_errors"], "'context' is a required property"),
    "no property": ("context.property", ..., ["context"], "'property' is a required property"),
    "no date": ("context.tenancy.start_date", ..., ["context", "tenancy"], "'start_date' is a required property"),
    "a date in words": ("context.tenancy.start_date", "soon", ["context", "tenancy", "start_date"], "does not match"),
    "a line end after a date": (
        "context.tenancy.start_date",
        "2026-11-15\n",
        ["context", "tenancy", "start_date"],
        "does not match",
    ),
    "an unknown currency": (
        "customer.currency",
        "XQZ",
        ["customer", "currency"],
        "'XQZ' is not a currency of ISO 4217",
    ),
    "a currency in small letters": ("customer.currency", "eur", ["customer", "currency"], "'eur'"),
    "a currency as a number": ("customer.currency", 978, ["customer", "currency"], "is not of type 'string'"),
    "no language": ("customer.language", "", ["customer", "language"], ""),
    "an endless language": ("customer.language", "x" * 5_000, ["customer", "language"], ""),
    "another partner's schema": (
        "schema",
        "northwind-retail:v1",
        ["schema"],
        "'northwind-retail:v1' is not a schema of this partner",
    ),
    "a schema as a number": ("schema", 1, ["schema"], ""),
    "an endless reference": ("partner.transaction_id", "x" * 3_000, ["partner", "transaction_id"], ""),
}


@pytest.mark.parametrize(("path", "value", "field", "rule"), INVALID.values(), ids=INVALID.keys())
def test_a_body_that_breaks_a_rule_is_told_field_and_rule(
    hearthside: Partner, path: str, value: Any, field: list[str], rule: str
) -> None:
    before = stored_offers(hearthside.app)
    body = changed(path, value)

    said = refusal_of(hearthside.create_offer(body), 422)
    listed = refusal_of(hearthside.create_offer(body, X_API_Error_Version="v2"), 422, "v2")

    assert (said["type"], said["message"]) == ("validation_error", "An API error occurred.")
    place = said["errors"]
    for name in field:
        place = place[name]
    assert any(rule in sentence for sentence in place), place
    named = ".".join(name for name in field if name != "non_field_errors")
    assert any(detail.startswith(named) for detail in listed["errors"][0]["details"])
    assert listed["code"] == "offer_validation_request_invalid"
    assert len(orjson.dumps(said)) < 2_000, "a long value does not come back whole"
    assert stored_offers(hearthside.app) == before


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"offer"', b"true", b"{}"])
def test_a_body_that_is_not_an_offer_request_at_all_is_invalid(hearthside: Partner, body: bytes) -> None:
    said = refusal_of(hearthside.create_offer(body), 422)

    assert said["errors"]["non_field_errors"]


def test_several_mistakes_are_told_together(hearthside: Partner) -> None:
    body = changed("customer.currency", 5)
    del body["context"]["property"]["country"], body["customer"]["country"]

    said = refusal_of(hearthside.create_offer(body), 422)

    assert set(said["errors"]) == {"customer", "context"}
    assert said["errors"]["context"]["property"] == ["'country' is a required property"]


QUERIES = {
    "active_only=maybe": ("active_only", "'maybe' must be true or false"),
    "active_only=": ("active_only", "'' must be true or false"),
    "include_content=2": ("include_content", "'2' must be true or false"),
    "extra_fields=tax,price": ("extra_fields", "'price' must be one of benefits, commission, surcharge, tax"),
    "exclude_offer_ids=abc": ("exclude_offer_ids", "'abc' is not a UUID"),
    "exclude_offer_ids=%00": ("exclude_offer_ids", "is not a UUID"),
    "include_content=%ff%fe": ("include_content", "must be true or false"),
}


@pytest.mark.parametrize(("query", "name", "rule"), [(q, *said) for q, said in QUERIES.items()], ids=QUERIES.keys())
def test_unknown_values_of_query_parameters_are_refused_by_name(
    hearthside: Partner, query: str, name: str, rule: str
) -> None:
    before = stored_offers(hearthside.app)

    said = refusal_of(hearthside.create_offer(GOOD, f"?{query}"), 422)

    assert list(said["errors"]) == [name]
    assert rule in said["errors"][name][0]
    assert stored_offers(hearthside.app) == before


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4),
    max_leaves=12,
)
PLACES = ["schema", "customer", "partner", "context", "customer.language", "customer.country", "context.property"]


@settings(max_examples=150)
@given(place=st.sampled_from(PLACES), value=json_values)
def test_no_json_value_in_any_place_is_a_defect(hearthside: Partner, place: str, value: Any) -> None:
    raw = orjson.dumps(changed(place, value))

    answer = hearthside.create_offer(raw)

    assert answer.status_code in (200, 400, 404, 422), answer.text


@settings(max_examples=150)
@given(at=st.integers(0, len(TEXT)), noise=st.binary(max_size=6), gap=st.integers(0, 6))
def test_no_damage_to_the_bytes_is_a_defect(hearthside: Partner, at: int, noise: bytes, gap: int) -> None:
    answer = hearthside.create_offer(TEXT[:at] + noise + TEXT[at + gap :])

    assert answer.status_code in (200, 400, 404, 422), answer.text
