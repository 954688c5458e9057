"""The OpenAPI document is valid, whole, and true: what it says is answered, and what is answered it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from jsonschema import Draft7Validator

from app.web.api.openapi import schema
from tests.contract import offer_of
from tests.partner import Partner, example, published_platform, quote_ids, wish, with_catalog, with_key

Document = dict[str, Any]
PARIS = example("hearthside", "apartment-in-paris")
OFFER, BOOKING = "/partners/{code}/offers/{offer_id}/", "/partners/{code}/bookings/{booking_id}/"
PATHS = [
    "/partners/{code}/offers/",
    OFFER,
    f"{OFFER}confirm/",
    f"{OFFER}opt_out/",
    f"{OFFER}panel/",
    "/partners/{code}/bookings/",
    BOOKING,
    f"{BOOKING}quote_for_update/",
    f"{BOOKING}confirm_update/{{update_id}}/",
    f"{BOOKING}cancel/",
    f"{BOOKING}confirm_cancellation/{{cancellation_id}}/",
    "/partners/{code}/openapi.json",
]


@pytest.fixture
def public(small_platform: Partner) -> Document:
    found: Document = small_platform.client.get("/x/openapi.json").json
    return found


@pytest.fixture
def own(small_platform: Partner) -> Document:
    found: Document = small_platform.get("openapi.json").json
    return found


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for below in node.values():
            yield from references(below)
    if isinstance(node, list):
        for below in node:
            yield from references(below)


def at(document: Document, pointer: str) -> Any:
    place: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        place = place[int(name)] if isinstance(place, list) else place[name]
    return place


@pytest.mark.parametrize("whose", ["public", "own"])
def test_the_document_is_openapi_3_1_with_every_reference_inside_it(whose: str, request: pytest.FixtureRequest) -> None:
    document: Document = request.getfixturevalue(whose)

    assert document["openapi"] == "3.1.0"
    assert set(document) <= {
        "openapi", "info", "jsonSchemaDialect", "servers", "paths", "components", "security", "tags", "webhooks"
    }  # fmt: skip
    found = list(references(document))
    assert len(found) > 30
    for reference in found:
        assert at(document, reference) is not None
    operations = [one for path in document["paths"].values() for name, one in path.items() if name != "parameters"]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["summary"] and one["responses"] for one in operations)
    assert [server["url"] for server in document["servers"]] == [
        "https://cover.example/x",
        "https://cover.example/xcover",
    ]


@pytest.mark.parametrize("whose", ["public", "own"])
def test_schemathesis_reads_every_operation(whose: str, request: pytest.FixtureRequest) -> None:
    document: Document = request.getfixturevalue(whose)

    read = schemathesis.openapi.from_dict(document)

    assert sorted(PATHS) == sorted(read)


def test_every_component_is_a_valid_schema(own: Document) -> None:
    for component in own["components"]["schemas"].values():
        assert jsonschema_rs.Draft7Validator(component | {"components": own["components"]})
        Draft7Validator.check_schema(component)


def test_every_signed_address_of_the_application_is_documented(small_platform: Partner, public: Document) -> None:
    served = {
        (re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/x")), method.lower())
        for rule in small_platform.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/x/partners/")
    }

    documented = {
        (path, method) for path, entry in public["paths"].items() for method in entry if method != "parameters"
    }

    assert documented == served


def fits(document: Document, path: str, method: str, answer: Any) -> list[str]:
    """Why the answer is not what the document promises for it."""
    responses = document["paths"][path][method]["responses"]
    if str(answer.status_code) not in responses:
        return [f"{method} {path}: {answer.status_code} is not documented"]
    response = responses[str(answer.status_code)]
    response = at(document, response["$ref"]) if "$ref" in response else response
    if "application/json" not in response.get("content", {}):
        return []
    promised = response["content"]["application/json"]["schema"] | {"components": document["components"]}
    validator = jsonschema_rs.Draft7Validator({"allOf": [promised], "components": document["components"]})
    return [problem.message for problem in validator.iter_errors(answer.json)]


def test_every_answer_to_create_offer_is_as_documented(small_platform: Partner, own: Document) -> None:
    path = "/partners/{code}/offers/"
    unpublished = with_key(small_platform.app, "NOONE")
    without_price = json.loads(json.dumps(PARIS).replace('"EUR"', '"BRL"'))
    answers = [
        small_platform.create_offer(PARIS, "?extra_fields=tax,commission,benefits,surcharge"),
        small_platform.create_offer(b"{"),
        small_platform.create_offer(PARIS, Authorization=""),
        small_platform.create_offer(PARIS, Date="Thu, 04 Nov 2021 18:07:11 GMT"),
        unpublished.create_offer(PARIS),
        small_platform.create_offer(b"x" * 300_000),
        small_platform.create_offer(PARIS, Content_Type="text/plain"),
        small_platform.create_offer({}),
        small_platform.create_offer({}, X_API_Error_Version="v2"),
        small_platform.create_offer(without_price),
        small_platform.create_offer(without_price, X_API_Error_Version="v2"),
    ]

    assert [problem for answer in answers for problem in fits(own, path, "post", answer)] == []
    assert {answer.status_code for answer in answers} == {200, 400, 401, 403, 404, 413, 415, 422}


def test_every_answer_to_the_other_operations_is_as_documented(small_platform: Partner, own: Document) -> None:
    offer_id = offer_of(small_platform.create_offer(PARIS))["id"]
    unpublished = with_key(small_platform.app, "NOONE")
    wrong = {"Date": "Thu, 04 Nov 2021 18:07:11 GMT"}
    asked = {
        "/partners/{code}/offers/": "offers/",
        "/partners/{code}/offers/{offer_id}/": f"offers/{offer_id}/",
        "/partners/{code}/openapi.json": "openapi.json",
    }

    problems = []
    for path, short in asked.items():
        for answer in (
            small_platform.get(short),
            small_platform.get(short, Authorization=""),
            small_platform.get(short, **wrong),
            unpublished.get(short),
        ):
            problems += fits(own, path, "get", answer)
    problems += fits(own, "/partners/{code}/offers/", "get", small_platform.get("offers/?limit=0"))

    assert problems == []


def lifecycle(partner: Partner) -> Iterator[tuple[str, str, Any]]:
    """Every operation of a booking's life: path, method and answer, each good, repeated, and refused in some way."""

    def twice(path: str, method: str, short: str, body: Any) -> Iterator[tuple[str, str, Any]]:
        send = partner.patch if method == "patch" else partner.post
        for changes in ({"x_idempotency_key": short[-20:]},) * 2 + (
            {"Authorization": ""},
            {"Content_Type": "text/plain"},
        ):
            yield path, method, send(short, body, **changes)
        for wrong in (b"{", b"[]", b"x" * 300_000):
            yield path, method, send(short, wrong)

    offer = partner.offered("apartment-in-paris")
    yield f"{OFFER}panel/", "get", partner.get(f"offers/{offer['id']}/panel/")
    yield from twice(f"{OFFER}opt_out/", "post", f"offers/{offer['id']}/opt_out/", {"partner_metadata": {"why": 1}})
    yield from twice(f"{OFFER}confirm/", "post", f"offers/{offer['id']}/confirm/", wish(offer, *quote_ids(offer)))
    yield f"{OFFER}confirm/", "post", partner.confirm(offer, {}, X_API_Error_Version="v2")
    yield f"{OFFER}confirm/", "post", partner.confirm({"id": "x"}, wish(offer))
    yield f"{OFFER}panel/", "get", partner.get(f"offers/{offer['id']}/panel/")
    short = f"bookings/{partner.get('bookings/').json['results'][0]['id']}"
    first = {"quotes": [{"id": offer["products"][0]["id"], "update_fields": {"contents_value": 20000}}]}
    yield from twice(f"{BOOKING}quote_for_update/", "patch", f"{short}/quote_for_update/", first)
    yield from twice(BOOKING, "patch", f"{short}/", {"policyholder": {"city": "Lyon"}})
    update_id = partner.patch(f"{short}/quote_for_update", first).json["update_id"]
    yield from twice(f"{BOOKING}confirm_update/{{update_id}}/", "post", f"{short}/confirm_update/{update_id}/", {})
    for path, query in (("/partners/{code}/bookings/", "?limit=1"), ("/partners/{code}/bookings/", "?limit=0")):
        yield path, "get", partner.get(f"bookings/{query}")
    yield BOOKING, "get", partner.get(short)
    yield BOOKING, "get", partner.get("bookings/x/")
    cancellation_id = partner.post(f"{short}/cancel", {"preview": True}).json["cancellation_id"]
    confirming = f"{short}/confirm_cancellation/{cancellation_id}/"
    yield from twice(f"{BOOKING}confirm_cancellation/{{cancellation_id}}/", "post", confirming, {})
    yield from twice(f"{BOOKING}cancel/", "post", f"{short}/cancel/", {})


def test_every_answer_of_a_bookings_life_is_as_documented(small_platform: Partner, own: Document) -> None:
    said = list(lifecycle(small_platform))

    assert [problem for path, method, answer in said for problem in fits(own, path, method, answer)] == []
    assert {answer.status_code for _, _, answer in said} == {200, 201, 204, 400, 401, 404, 409, 410, 413, 415, 422}
    asked = {(path, method) for path, method, _ in said}
    documented = {(path, method) for path in PATHS for method in own["paths"][path] if method != "parameters"}
    assert documented - asked == {
        ("/partners/{code}/offers/", "post"),
        ("/partners/{code}/offers/", "get"),
        (OFFER, "get"),
        ("/partners/{code}/openapi.json", "get"),
    }


@pytest.mark.parametrize("name", ["confirm_request", "opt_out_request", "modify_request", "cancel_request"])
def test_the_documented_request_of_a_booking_endpoint_is_the_one_that_is_checked(own: Document, name: str) -> None:
    assert own["components"]["schemas"][name] == schema(name)


def test_repeats_are_documented_where_a_key_is_read_and_nowhere_else(public: Document) -> None:
    key = {"$ref": "#/components/parameters/idempotency_key"}
    operations = [one for path in public["paths"].values() for name, one in path.items() if name != "parameters"]

    for operation in operations:
        is_keyed = key in operation.get("parameters", [])
        assert {code for code in operation["responses"] if code in ("409", "423")} == (
            {"409", "423"} if is_keyed else set()
        )
    assert sum(key in operation.get("parameters", []) for operation in operations) == 7


def test_throttling_and_an_absent_database_are_documented_wherever_they_can_happen(public: Document) -> None:
    for path, entry in public["paths"].items():
        for method, operation in entry.items():
            if method != "parameters":
                assert {"429", "503"} <= set(operation["responses"]), (method, path)


def test_documented_query_parameters_are_the_ones_that_are_read(small_platform: Partner, public: Document) -> None:
    create = {one["name"] for one in public["paths"][PATHS[0]]["post"]["parameters"] if one.get("in") == "query"}
    listing = {one["name"] for one in public["paths"][PATHS[0]]["get"]["parameters"] if one.get("in") == "query"}

    assert create == {"active_only", "include_content", "extra_fields", "exclude_offer_ids"}
    for name in create:
        assert small_platform.create_offer(PARIS, f"?{name}=%21").status_code == 422
    for name in listing - {"limit", "after", "created_from", "created_to"}:
        assert small_platform.get(f"offers/?{name}=nothing-has-this").json["results"] == []


def test_a_partners_own_document_holds_its_own_schemas_and_nobody_elses(small_platform: Partner) -> None:
    meridian = with_catalog(small_platform.app, "meridian")

    ours = small_platform.get("openapi.json").text
    theirs = meridian.get("openapi.json").text
    everybodys = small_platform.client.get("/x/openapi.json").text

    assert "hearthside-renters:v1" in ours
    assert "meridian" not in ours.lower()
    assert "meridian-travel:v1" in theirs
    assert "hearthside" not in theirs.lower()
    assert "hearthside" not in everybodys.lower()
    assert "meridian" not in everybodys.lower()


def test_the_documented_request_schema_accepts_what_the_endpoint_accepts(own: Document) -> None:
    request = own["components"]["schemas"]["create_offer_request"]
    validator = jsonschema_rs.Draft7Validator({"allOf": [request], "components": own["components"]}, offline=True)

    assert validator.is_valid(PARIS)
    assert not validator.is_valid(PARIS | {"customer": {"language": "en"}})


@pytest.mark.parametrize("prefix", ["/x", "/xcover"])
def test_both_prefixes_give_the_same_document(small_platform: Partner, prefix: str, public: Document) -> None:
    assert small_platform.client.get(f"{prefix}/openapi.json").json == public


def test_documents_of_partners_with_several_products_are_whole_too(sqlite_environment: dict[str, str]) -> None:
    for folder in ("northwind", "meridian", "encore", "parcelway"):
        partner = published_platform(sqlite_environment, folder)

        document = partner.get("openapi.json").json

        assert all(at(document, reference) is not None for reference in references(document))
