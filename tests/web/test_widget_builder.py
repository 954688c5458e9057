"""The page where a partner gets the snippet, and everything that is generated on it."""

import json
import re
from datetime import date
from email.utils import parsedate_to_datetime
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalog.offer_schema import OfferSchema
from app.domain.signature import authorization, check_signature, signed_text
from app.web.widget.example_body import least_body, moved
from app.web.widget.snippets import LAYOUTS, Widget, element, fragment_python, import_map, react, script_json, stub
from tests.conftest import Environment
from tests.partner import CATALOG, Partner, published_platform, running_app, with_key

ORIGIN = "https://cover.example"
ROOT = CATALOG.parent
NONCE = "r4nd0mr4nd0mr4nd0mr4nd=="
ATTACKS = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--",
    "\u2028",
    "${alert(1)}",
    "«URL»",
]


@pytest.fixture
def demo(sqlite_environment: Environment) -> Partner:
    """The demo with two partners published and their test keys for pages."""
    partner = published_platform(sqlite_environment | {"AWNING_MODE": "demo"}, "northwind", "hearthside")
    for code in ("NWIND", "HRTHS"):
        with_key(partner.app, code, "publishable", id=f"pk_test_demo_{code.lower()}", is_demo=True)
    return partner


@pytest.fixture
def shop(sqlite_environment: Environment) -> Partner:
    """A server that is no demo, and a partner with a key for pages."""
    return with_key(published_platform(sqlite_environment, "northwind").app, "NWIND", "publishable")


def code_in(page: str, name: str) -> str:
    found = re.search(rf'<code id="{name}">(.*?)</code>', page, re.S)
    assert found, name
    return unescape(found[1])


def widget(**attributes: str) -> Widget:
    body = {"context": {"product": {"sku": "NW-CAM-20"}}}
    return Widget(ORIGIN, {"key": "pk_test_x", **attributes}, body, f"{ORIGIN}/widget/1.0.0/awning.js", "sha384-abc")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("nonce", ["", NONCE])
def test_a_stub_has_half_a_kilobyte_at_most_beside_the_page_s_own_nonce(layout: str, nonce: str) -> None:
    made = stub(ORIGIN, layout, nonce)

    assert len(made.replace(f' nonce="{nonce}"', "").encode()) <= 512
    assert made.count(f'nonce="{nonce}"') == (2 if nonce else 0)
    assert made.endswith("</script>")


def test_a_stub_reserves_what_was_measured() -> None:
    made = stub(ORIGIN, "cards", reserve=((0, 900), (700, 640)))

    assert (
        's.replaceSync("awning-offer{display:grid;min-height:900px}'
        '@media(width>=700px){awning-offer{min-height:640px}}")' in made
    )
    assert f'let u="{ORIGIN}/widget/"' in made


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_breaks_out_of_what_is_generated(attack: str) -> None:
    made = widget(schema=attack, key=attack)
    hostile = Widget(attack, made.attributes, {"context": {attack: attack}}, attack, attack)

    for text, count in ((stub(attack, attack, attack), 2), (element(hostile), 1), (import_map(hostile), 1)):
        assert text.lower().count("<script") == text.lower().count("</script") == count
        assert "<img" not in text
        assert "<!--" not in text
    assert json.loads(script_json(attack)) == attack
    assert attack in react(hostile) or script_json(attack) in react(hostile)


def test_the_demo_shows_the_live_widget_and_its_snippet(demo: Partner) -> None:
    answer = demo.client.get("/docs/widget")

    assert answer.status_code == 200
    plain = code_in(answer.text, "plain")
    for attribute in ('key="pk_test_demo_nwind"', 'schema="northwind-retail:v1"', 'language="en"', 'layout="cards"'):
        assert attribute in plain
        assert attribute in answer.text.partition('id="frame"')[2]
    assert '<script type="module" src="/widget/v1/awning.js">' in answer.text
    assert plain.endswith(stub(ORIGIN, "cards"))


def test_what_is_chosen_stands_in_every_snippet(demo: Partner) -> None:
    page = demo.client.get(
        "/docs/widget?partner=NWIND&language=de&country=DE&currency=EUR&layout=line&theme=dark&required=1"
    ).text

    for name in ("plain", "tag-element", "react-component"):
        code = code_in(page, name)
        for attribute in (
            'language="de"',
            'country="DE"',
            'currency="EUR"',
            'layout="line"',
            'theme="dark"',
            "required",
        ):
            assert attribute in code, name
    assert "layout=line&theme=dark&required=1" in code_in(page, "server-request")
    assert '<option value="DE" selected>Germany</option>' in page


def test_the_examples_of_the_demo_are_moved_to_today_and_accepted(demo: Partner) -> None:
    for code in ("NWIND", "HRTHS"):
        page = demo.client.get(f"/docs/widget?partner={code}").text

        assert "does not accept" not in page
        assert "No panel" not in page
    assert str(date.today().year) in code_in(demo.client.get("/docs/widget").text, "plain")


def test_another_partner_starts_with_an_example_of_its_own(demo: Partner) -> None:
    page = demo.client.get(
        "/docs/widget?partner=HRTHS&made_for=northwind-retail:v1&schema=northwind-retail:v1&request={}&country=KW"
    ).text

    plain = code_in(page, "plain")
    assert 'schema="hearthside-renters:v1"' in plain
    assert '"tenancy"' in plain
    assert 'country="KW"' not in plain


def test_without_a_key_the_snippets_have_a_placeholder(shop: Partner) -> None:
    page = shop.client.get("/docs/widget").text

    assert 'key="pk_test_..."' in code_in(page, "plain")
    assert "Paste your publishable key" in page
    assert 'src="/widget/v1/awning.js"' not in page
    assert "northwind" not in page


def test_a_key_opens_its_own_partners_schemas(shop: Partner) -> None:
    key_id = with_key(shop.app, "NWIND", "publishable", for_tests=True).key_id

    page = shop.client.get(f"/docs/widget?key={key_id}").text

    assert '<option value="northwind-retail:v1" selected>' in page
    assert '<option value="ja">Japanese</option>' in page
    assert "/x/partners/NWIND/offers/OFFER_ID/panel" in code_in(page, "server-request")
    assert "Made from your schema: only what it asks for." in page
    assert f'<awning-offer\n  key="{key_id}"' in page


def test_a_live_key_gets_its_lines_and_no_live_widget(shop: Partner) -> None:
    page = shop.client.get(f"/docs/widget?key={shop.key_id}").text

    assert f'key="{shop.key_id}"' in code_in(page, "plain")
    assert "<awning-offer" not in page.partition("<main")[2].partition("</section>")[0]


def test_every_other_key_gets_the_same_sentence(shop: Partner) -> None:
    secret = with_key(shop.app, "NWIND", "live").key_id
    demo_key = with_key(shop.app, "NWIND", "publishable", is_demo=True).key_id
    ended = with_key(shop.app, "NWIND", "publishable").key_id
    shop.platform.keyring.change(ended, revoked_at=parsedate_to_datetime("Sun, 01 Nov 2020 10:00:00 GMT"))

    for key_id in (secret, demo_key, ended, "pk_live_nobody", "x" * 5000, "'\"><b>", "\x00"):
        answer = shop.client.get("/docs/widget", query_string={"key": key_id})
        assert answer.status_code == 200
        assert "No publishable key has this id, or it has ended." in answer.text
        assert "northwind" not in answer.text
        assert "<b>" not in answer.text


def test_a_key_without_a_catalog_says_what_to_do_first(shop: Partner) -> None:
    key_id = with_key(shop.app, "MRDTR", "publishable").key_id

    assert "publish your catalog first" in shop.client.get(f"/docs/widget?key={key_id}").text


def test_a_request_of_ones_own_is_kept_and_checked(shop: Partner) -> None:
    own = {"customer": {}, "context": {"purchase_date": "2026-11-01", "product": {"sku": "OWN-1", "quantity": 0}}}

    page = shop.client.get("/docs/widget", query_string={"key": shop.key_id, "request": json.dumps(own)}).text

    assert "The schema does not accept this request yet." in page
    assert "context.product.quantity: 0 is less than the minimum of 1" in page
    assert '"sku": "OWN-1"' in code_in(page, "plain")


@pytest.mark.parametrize("text", ["{", "[]", "7", "null", '{"a": </textarea><b>', "[" * 3000, "{" + " " * 7000 + "}"])
def test_a_request_that_cannot_be_read_is_a_field_error_and_keeps_its_text(shop: Partner, text: str) -> None:
    page = shop.client.get("/docs/widget", query_string={"key": shop.key_id, "request": text}).text

    assert "This cannot be read as JSON" in page
    assert "<b>" not in page
    assert '"sku": "Example"' in code_in(page, "plain")


@pytest.mark.parametrize(
    ("reserve", "shown"),
    [
        ("cards:900:640", "min-height:900px}@media(width>=700px){awning-offer{min-height:640px}}"),
        ("line:900:640", "min-height:1210px"),
        ("cards:0:640", "min-height:1210px"),
        ("cards:900:99999", "min-height:1210px"),
        ("cards:9}*{:640", "min-height:1210px"),
        ("cards:٣٠٠:640", "min-height:1210px"),
        ("", "min-height:1210px"),
    ],
)
def test_only_measured_heights_get_into_the_stub(demo: Partner, reserve: str, shown: str) -> None:
    page = demo.client.get("/docs/widget", query_string={"reserve": reserve}).text

    assert f"awning-offer{{display:grid;{shown}" in code_in(page, "plain")


@pytest.mark.parametrize(
    "name", ["key", "partner", "schema", "language", "country", "currency", "layout", "theme", "reserve", "made_for"]
)
@pytest.mark.parametrize("value", [*ATTACKS, "x" * 9000, "\x00", "é"])
def test_whatever_is_sent_the_page_answers_and_runs_nothing(demo: Partner, name: str, value: str) -> None:
    answer = demo.client.get("/docs/widget", query_string={name: value})

    assert answer.status_code == 200
    assert "<img" not in answer.text
    assert "<script>alert" not in answer.text


def test_the_page_keeps_to_a_strict_policy_of_its_own(demo: Partner) -> None:
    answer = demo.client.get("/docs/widget")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert [script for script in scripts if "src=" not in script and "application/json" not in script] == []
    assert not re.search(r"<style| style=| on\w+=\"", answer.text)


def test_the_hash_of_the_current_file_is_in_the_import_map(demo: Partner) -> None:
    manifest: Any = demo.client.get("/widget/manifest.json").json
    file = next(file for file in manifest["versions"][0]["files"] if file["name"] == "awning.js")
    page = demo.client.get("/docs/widget").text

    text = code_in(page, "map")

    content = json.loads(text.removeprefix('<script type="importmap">').removesuffix("</script>"))
    assert content["imports"] == {f"{ORIGIN}/widget/v1/awning.js": f"{ORIGIN}{file['url']}"}
    assert content["integrity"] == {f"{ORIGIN}{file['url']}": file["integrity"]}
    assert file["integrity"] in code_in(page, "pinned")


@pytest.mark.parametrize("name", ["policy-nonce", "policy-host"])
def test_the_policies_of_the_page_pass_its_own_check(demo: Partner, name: str) -> None:
    text = code_in(demo.client.get("/docs/widget").text, name)

    answer = demo.client.post("/docs/widget/policy", data={"policy": text})

    assert answer.status_code == 200
    assert "Nothing would be blocked" in answer.text


def test_a_policy_is_answered_with_what_it_blocks_and_the_line_to_write(demo: Partner) -> None:
    answer = demo.client.post("/docs/widget/policy?layout=line", data={"policy": "default-src 'self'"})

    assert answer.status_code == 200
    assert "5 of 5 would be blocked" in answer.text
    assert f"connect-src &#39;self&#39; {ORIGIN}" in answer.text
    assert ">default-src &#39;self&#39;</textarea>" in answer.text
    assert '<option value="line" selected>' in answer.text


def test_what_is_no_policy_is_kept_and_refused_by_its_rule(demo: Partner) -> None:
    answer = demo.client.post("/docs/widget/policy", data={"policy": "</textarea><b>hello"})

    assert answer.status_code == 422
    assert "A policy is a list of directives with semicolons between them" in answer.text
    assert "&lt;/textarea&gt;&lt;b&gt;hello</textarea>" in answer.text


def test_a_reloaded_check_leads_back_to_the_page(demo: Partner) -> None:
    answer = demo.client.get("/docs/widget/policy?layout=line")

    assert answer.status_code == 302
    assert answer.location == "/docs/widget?layout=line#policy"


def test_the_python_of_the_page_signs_as_we_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWNING_KEY", "key-1")
    monkeypatch.setenv("AWNING_SECRET", "secret-1")
    asked: list[Any] = []
    names: dict[str, Any] = {}
    exec(fragment_python("NWIND", widget(layout="line", required="")), names)
    names["urlopen"] = lambda request, timeout: asked.append(request) or BytesIO(b"<awning-offer>")

    assert names["panel"]("OFFER") == "<awning-offer>"

    assert asked[0].full_url == f"{ORIGIN}/x/partners/NWIND/offers/OFFER/panel?layout=line&required=1"
    given = authorization(asked[0].get_header("Authorization"))
    assert given.key_id == "key-1"
    check_signature(given, "secret-1", signed_text(("date",), "GET", "", asked[0].get_header("Date")))


def test_the_request_of_the_page_reaches_the_panel(demo: Partner) -> None:
    offer = demo.offered("camera")

    answer = demo.get(f"offers/{offer['id']}/panel?layout=line")

    assert answer.status_code == 200
    assert answer.text.startswith('<awning-offer layout="line"')


@pytest.mark.parametrize("path", sorted(CATALOG.glob("*/schemas/*.json")), ids=lambda path: path.stem)
def test_the_least_a_schema_asks_for_satisfies_it(path: Path) -> None:
    schema = OfferSchema("x:v1", json.loads(path.read_text(encoding="utf-8")))

    assert schema.accepts(least_body(schema, date(2026, 11, 1)))


@pytest.mark.parametrize(
    ("rules", "made"),
    [
        ({"type": "object", "required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}}, {"a": "x"}),
        ({"type": "array", "minItems": 2, "items": {"type": "number", "exclusiveMinimum": 5}}, [6, 6]),
        ({"type": ["null", "integer"], "minimum": 3.5, "multipleOf": 2}, 4),
        ({"allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": {"const": 7}}}]}, {"a": 7}),
        ({"oneOf": [{"type": "boolean"}, {"type": "string"}]}, False),
        ({"type": "string", "format": "uuid", "pattern": "^0"}, "01a1fe7c-c8e0-71cf-b9fe-374d84304397"),
        ({"type": "string", "minLength": 20}, "Example............."),
        ({"$ref": "#/definitions/a", "definitions": {"a": {"type": "string", "pattern": "^[A-Z]{3}$"}}}, "EUR"),
        ({"$ref": "#"}, "Example"),
        ({"$ref": "https://elsewhere.example/schema"}, "Example"),
        ({"type": "integer", "maximum": -3, "minimum": -9}, -9),
        ({"default": {"a": [1]}}, {"a": [1]}),
        ({"type": "null"}, None),
    ],
)
def test_an_example_is_made_of_what_the_rules_say(rules: dict[str, Any], made: object) -> None:
    assert least_body(OfferSchema("x:v1", rules), date(2026, 11, 1)) == made


def test_a_moved_example_keeps_times_and_birthdays() -> None:
    request = {
        "trip": ["2026-11-01", "2026-11-20T19:30:00+11:00"],
        "birth_date": "1994-04-17",
        "sku": "2026-11",
        "n": 3,
    }

    assert moved(request, 31, date(2026, 11, 1)) == {
        "trip": ["2026-12-02", "2026-12-21T19:30:00+11:00"],
        "birth_date": "1994-04-17",
        "sku": "2026-11",
        "n": 3,
    }


@pytest.fixture
def client(sqlite_environment: Environment) -> FlaskClient:
    return running_app(sqlite_environment).test_client()


def test_the_guide_for_integrators_and_the_types_are_served(client: FlaskClient) -> None:
    guide = client.get("/docs/widget/guide")
    types = client.get("/docs/widget/awning.d.ts")

    assert guide.text.count("<h1") == 1
    assert 'id="content-security-policy"' in guide.text
    assert types.mimetype == "text/plain"
    assert "export declare class AwningOffer extends HTMLElement" in types.text


def test_the_guide_names_every_part_and_custom_property() -> None:
    guide = (ROOT / "widget" / "README.md").read_text(encoding="utf-8")
    styles = (ROOT / "widget" / "src" / "panel.css").read_text(encoding="utf-8")
    panel = (ROOT / "templates" / "widget" / "panel.html").read_text(encoding="utf-8")
    parts = set(re.findall(r'part="([a-z]+)"', panel)) | set(re.findall(r'pairs\("([a-z]+)", say', panel))

    named = set(re.findall(r"`([a-z]+)`", guide.partition("Parts for `::part()`")[2].partition("\n")[0]))

    assert named == parts
    assert set(re.findall(r"`(--awning-[a-z]+)`", guide)) == set(re.findall(r"var\((--awning-[a-z]+)", styles))
