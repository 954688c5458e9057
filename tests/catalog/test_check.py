"""Every kind of mistake, made once in a copy of a demo folder: the check says it once, with file and line."""

from pathlib import Path

import pytest

from tests.catalog.folders import Folder, copied

SCHEMA = "schemas/hearthside-renters.v1.json"
PLUS = "products/renters-contents-plus.yaml"
LIABILITY = "products/renters-liability.yaml"
CAMPUS = "offers/campus-room.yaml"
BUNDLE = "offers/renters-bundle.yaml"
PARIS = "examples/apartment-in-paris.yaml"

# file, what stands there, what shall stand there, what the check says of that line
Slip = tuple[str, str, str, str]

SCHEMAS: list[Slip] = [
    (SCHEMA, '"type": "boolean"', '"type": "truth"', "is not valid Draft 7"),
    (SCHEMA, '"minimum": 1000,', '"minimum": "1000",', "is not valid Draft 7"),
    (SCHEMA, '"pattern": "^[A-Z]{3}$"', '"pattern": "^[A-Z{3}$"', "is not valid Draft 7"),
    (
        SCHEMA,
        '"pattern": "^[A-Z]{3}$"',
        '"pattern": "^([A-Z]+)+$"',
        "can run away: repeats a group that repeats itself",
    ),
    (SCHEMA, '"pattern": "^[A-Z]{3}$"', '"pattern": "^(?=E)[A-Z]{3}$"', "can run away: has a look-around"),
    (
        SCHEMA,
        '"$ref": "#/definitions/country"',
        '"$ref": "other.json#/country"',
        "leaves the file: other.json#/country",
    ),
    (
        SCHEMA,
        '"$ref": "#/definitions/country"',
        '"$ref": "https://x.example/c"',
        "leaves the file: https://x.example/c",
    ),
    (
        SCHEMA,
        '"$ref": "#/definitions/country"',
        '"$ref": "#/definitions/land"',
        "points at nothing: #/definitions/land",
    ),
    (SCHEMA, "draft-07/schema#", "draft-04/schema#", "must be http://json-schema.org/draft-07/schema#"),
    (SCHEMA, '"minLength": 2,\n          "maxLength": 11', '"minLength": 2 "maxLength": 11', "cannot be read"),
    (PLUS, "monthly_rent: {type: number,", "monthly_rent: {type: figure,", "is not valid Draft 7"),
]
SCHEMAS += [
    (SCHEMA, '"customer": {', '"customer": {"allOf": [{"$ref": "#/properties/customer"}],', "comes back to itself"),
    (SCHEMA, '"type": "boolean"', '"allOf": [{"$ref": "#/definitions/country/allOf/0"}]', "points at nothing"),
    (SCHEMA, '"type": "boolean"', '"properties": {"default": {"pattern": "(a*)*"}}', "can run away"),
    (SCHEMA, '"minimum": 1000,', '"minimum": NaN,', "cannot be read"),
    (SCHEMA, '"minimum": 1000,', '"minimum": 1000, "minimum": 5,', "the key 'minimum' a second time"),
]
EXPRESSIONS: list[Slip] = [
    (PLUS, "* alarm_factor}", "* alarm_factor *}", "pricing.steps.6.is: cannot be compiled"),
    (PLUS, "context.property.alarm ?", "context.property.alarms ?", "names an unknown field: context.property.alarms"),
    (
        PLUS,
        "* alarm_factor}",
        "* alarm_factr}",
        "names alarm_factr, which is neither a request field nor a step before it",
    ),
    (
        PLUS,
        "name: area_factor, is: '",
        "name: area_factor, is: 'alarm_factor * ",
        "names alarm_factor, which is neither",
    ),
    (PLUS, "to_policy_currency(context", "to_policy_money(context", "there is no function called to_policy_money"),
    (PLUS, 'rate("contents_rates"', 'rate("content_rates"', "there is no table rates/content_rates.csv"),
    (PLUS, "    - {name: zone", "    - {name: rate, is: 1}\n    - {name: zone", "rate is the name of something else"),
    (PLUS, "* alarm_factor}", "// alarm_factor}", "// begins a comment"),
    (PLUS, "    - {name: zone", "    - {name: a__b, is: 1}\n    - {name: zone", "two underscores in a row"),
    (PLUS, "limit: 'largest(3000, 0.10", "limit: 'largest(3000, x * 0.10", "names x, which is neither"),
    (PLUS, "end: add_period(", "end: add_periods(", "dates.end: there is no function called add_periods"),
    (PLUS, "cover_limit: {money: sum_insured}", "cover_limit: {money: sums}", "names sums, which is neither"),
    (
        CAMPUS,
        "{text: context.property.postcode}",
        "{text: context.property.zip}",
        "unknown field: context.property.zip",
    ),
    (CAMPUS, "{text: context.property.postcode}", "{text: to_policy_currency(5)}", "an offer has no policy currency"),
    (CAMPUS, "{text: context.property.postcode}", "{money: 5}", "an offer has no policy currency"),
    (
        CAMPUS,
        "  postcode: {text: ",
        "  price: {text: context.property.country}\n  postcode: {text: ",
        "filled by the program",
    ),
    (BUNDLE, "KWD\" ? 700 : 2000)'", "KWD\" ? 700 : 2000'", "when: cannot be compiled"),
]
TABLES: list[Slip] = [
    ("rates/contents_rates.csv", "basic,house,10000,25000", "basic,house,11000,25000", "a hole from 10000 to 11000"),
    ("rates/contents_rates.csv", "basic,house,10000,25000", "basic,house,9000,25000", "overlaps the band before it"),
    (
        "rates/contents_rates.csv",
        "basic,house,10000,",
        "basic,house,0,10000,1\nbasic,house,10000,",
        "says again what line 5",
    ),
    ("rates/building_age_factors.csv", "2005,,1.00", "2005,,one", "not a number: 'one'"),
    ("rates/zone_factors.csv", "JP,*,0.85", "JP,*", "has 2 cells, the header has 3"),
    ("exchange-rates.csv", "2026-10-01,CHF,0.9352", "2026-10-01,CHF,-1", "a rate must be greater than 0"),
    ("exchange-rates.csv", "2026-10-01,CHF,0.9352", "2026-01-01,CHF,1", "CHF has a second rate for 2026-01-01"),
    ("exchange-rates.csv", "2026-10-01,CHF,0.9352", "2026-10-01,QQQ,1", "QQQ is not a currency of ISO 4217"),
    ("exchange-rates.csv", "2026-10-01,CHF,0.9352", "2026-10-01, QQQ ,1", "QQQ is not a currency of ISO 4217"),
    ("exchange-rates.csv", "date,currency,per_eur", "day,currency,per_eur", "the header must be date,currency,per_eur"),
]
REFERENCES: list[Slip] = [
    ("partner.yaml", "default_schema: hearthside-renters:v1", "default_schema: x:v9", "there is no schema x:v9"),
    ("partner.yaml", "logo: files/logo.svg", "logo: files/other.svg", "there is no file files/other.svg"),
    (
        CAMPUS,
        "[renters-contents-basic, renters-liability]",
        "[renters-contents-basic, renters-liability, x]",
        "no product x",
    ),
    (
        CAMPUS,
        "schema: hearthside-renters:v1",
        "schema: hearthside-renters:v2",
        "there is no schema hearthside-renters:v2",
    ),
    (CAMPUS, "[HEARTHSIDE-CAMPUS]", "[HEARTHSIDE-KAMPUS]", "partner.yaml has no subsidiary HEARTHSIDE-KAMPUS"),
    (PLUS, "  currency: EUR", "  currency: EUX", "EUX is not a currency of ISO 4217"),
    (CAMPUS, "target: liability, action: show}\n    ", "target: contents, action: show}\n    ", "is the group itself"),
]
RULES: list[Slip] = [
    (
        CAMPUS,
        "    products: [renters-liability]",
        "    products: [renters-contents-plus]",
        "names nobody: renters-contents-plus",
    ),
    (CAMPUS, "type: reject, target: liability", "type: reject, target: liabilities", "there is no group liabilities"),
    (CAMPUS, "products: [renters-contents-basic], target", "products: [renters-liability], target", "names nobody"),
    (
        CAMPUS,
        "    max_select: 1\n    events:\n",
        "    max_select: 1\n    most: 1\n    events:\n",
        "Additional properties",
    ),
    (BUNDLE, "min_select: 0", "min_select: 2", "is smaller than min_select"),
    (BUNDLE, "  - slug: liability", "  - slug: contents", "contents is the slug of another group"),
    (BUNDLE, "    products: [renters-liability]", "    products: [renters-contents-plus]", "in another group already"),
]
SHAPES: list[Slip] = [
    ("partner.yaml", "code: HRTHS", "code: Hearthside", "code: "),
    (PLUS, "cooling_off_days: 14", "cooling_off_days: two weeks", "cooling_off_days: "),
    (PLUS, "cooling_off_days: 14\n", "", '"cooling_off_days" is a required property'),
    (PLUS, "cooling_off_days: 14", "cooling_off_days: 14\ncooling_of_days: 14", "Additional properties"),
    (PLUS, "refund: {rule: pro_rata, fee: 10}", "refund: {rule: half, fee: 10}", "refund.rule: "),
    (PARIS, "on: 2026-11-01", "on: yesterday", "on: "),
    ("words/en.yaml", "    positive_cta: Add cover", '    positive_cta: ""', "positive_cta: "),
    (
        PLUS,
        "cooling_off_days: 14",
        "cooling_off_days: 14\ncooling_off_days: 15",
        "the key 'cooling_off_days' a second time",
    ),
    (PLUS, "cooling_off_days: 14", "cooling_off_days: 14\n  fee: 3", "cannot be read"),
    (PLUS, "cooling_off_days: 14", "cooling_off_days: &days 14", "anchor"),
    (PLUS, "cooling_off_days: 14", "cooling_off_days: !!int 14", "tag"),
    (PLUS, "cooling_off_days: 14", "cooling_off_days: 1e999", "a number larger than any"),
]
WORDS: list[Slip] = [
    ("words/fr.yaml", "{postcode}\n", "ici\n", "missing placeholder: {postcode}"),
    ("words/fr.yaml", "{postcode}\n", "{postcode} {partner}\n", "has a placeholder the default language does not have"),
    ("words/fr.yaml", "    price_unit: par an", '    price_unit: ""', "missing translation: the text is empty"),
    ("words/en.yaml", "    negative_cta: Not today", "    negative_cta: Rather take the risk", "shames the customer"),
    (
        "words/en.yaml",
        "    negative_cta: Not today",
        "    negative_cta: Leave my things unprotected",
        "shames the customer",
    ),
    (
        "words/fr.yaml",
        "    negative_cta: Pas aujourd'hui",
        "    negative_cta: Je prends le risque",
        "shames the customer",
    ),
    ("words/en.yaml", "    positive_cta: Add cover", "    positive_cta: Already selected", "preselects"),
    ("words/fr.yaml", "    positive_cta: Ajouter la garantie", "    positive_cta: Déjà ajouté", "preselects"),
    ("words/en.yaml", "    positive_cta: Add cover", "    positive_cta: Hurry", "hurries the customer"),
]
HTML: list[Slip] = [
    ("words/en.yaml", "<p>Please read", '<p onclick="x()">Please read', "the sanitizer would change this HTML"),
    ("words/en.yaml", "<p>Please read", "<p><img src=x>Please read", "the sanitizer would change this HTML"),
    ("words/en.yaml", 'https://hearthside.example/terms"', 'javascript:x"', "the sanitizer would change this HTML"),
    (
        "wording/renters_contents.en.html",
        "<p><strong>1. What",
        "<p><script>1. What",
        "the sanitizer would change this HTML",
    ),
    (
        "wording/renters_contents.en.html",
        "furniture, carpets",
        "furniture & carpets",
        "the sanitizer would change this",
    ),
    ("files/logo.svg", "<title>", "<script>x()</script><title>", "a logo may not load or run anything: <script"),
    (
        "files/logo.svg",
        "<title>",
        '<image href="https://x.example/a.png"/><title>',
        "a logo may not load or run anything",
    ),
    ("files/logo.svg", 'role="img"', 'onload="x()"', "a logo may not load or run anything"),
]
PRICES: list[Slip] = [
    ("golden.csv", "plus,164.77,21.33,186.10", "plus,164.78,21.33,186.11", "the rules price 164.77,21.33,186.10,36.25"),
    ("golden.csv", "apartment-in-paris,customer.currency=USD", "flat-in-paris,", "there is no example flat-in-paris"),
    ("golden.csv", "customer.currency=USD", "customer.currency", "'customer.currency' is not of the form path=value"),
    ("golden.csv", "customer.currency=USD", "customer.currency=QQQ", "'QQQ' is not a currency of ISO 4217"),
    ("golden.csv", "customer.currency=USD", "context.contents_value=-5", "does not validate: context.contents_value"),
    (
        "golden.csv",
        "customer.currency=USD,renters-contents-plus",
        "customer.currency=USD,x",
        "no offer has a product x",
    ),
    ("golden.csv", "customer.currency=USD", "customer.currency.code=5", "cannot be priced"),
    ("golden.csv", "example,change,product", "example,product,change", "the header must be example,change,product,net"),
]


def made(folder: Path, slip: Slip) -> tuple[Folder, str, int]:
    """The folder with the slip in it, the file, and the line the mistake stands on."""
    copy = copied("hearthside", folder)
    file, old, new, _ = slip
    line = copy.change(file, old, new)
    return copy, file, line


def slips(*tables: list[Slip]) -> list[Slip]:
    return [slip for table in tables for slip in table]


# Where a slip is said on another line than the one that was changed.
SAID_AT: dict[str, str | int] = {
    '"minLength": 2 "maxLength": 11': '"minLength": 2 "maxLength": 11',
    "cooling_off_days: 14\ncooling_off_days: 15": "cooling_off_days: 15",
    "cooling_off_days: 14\ncooling_of_days: 14": 1,
    "cooling_off_days: 14\n  fee: 3": "  fee: 3",
    "": 1,
    "min_select: 2": "max_select: 1",
    "    max_select: 1\n    most: 1\n    events:\n": "  - slug: contents",
}


@pytest.mark.parametrize(
    "slip",
    slips(SCHEMAS, EXPRESSIONS, TABLES, REFERENCES, RULES, SHAPES, WORDS, HTML, PRICES),
    ids=lambda slip: f"{slip[0]}: {slip[2].strip()[:60]}",
)
def test_a_slip_is_found_once_with_its_file_and_line(tmp_path: Path, slip: Slip) -> None:
    copy, file, line = made(tmp_path, slip)
    said_at = SAID_AT.get(slip[2], line)

    found = copy.mistakes()

    wanted = said_at if isinstance(said_at, int) else copy.line_of(file, said_at)
    assert [(mistake.file, mistake.line) for mistake in found] == [(file, wanted)], "\n".join(map(str, found))
    assert slip[3] in found[0].message


def test_all_mistakes_are_found_at_once(tmp_path: Path) -> None:
    copy = copied("hearthside", tmp_path)
    wanted = []
    for file, old, new, _ in (SCHEMAS[3], EXPRESSIONS[1], TABLES[0], REFERENCES[0], RULES[1], WORDS[0], HTML[4]):
        wanted.append((file, copy.change(file, old, new)))

    found = copy.mistakes()

    assert [(mistake.file, mistake.line) for mistake in found] == sorted(wanted)


def test_a_mistake_in_one_kind_of_file_does_not_hide_those_in_others(tmp_path: Path) -> None:
    """Somebody who mends what was said finds nothing new the second time."""
    copy = copied("hearthside", tmp_path)
    shape = copy.change("partner.yaml", "code: HRTHS", "code: Hearthside")
    table = copy.change(*TABLES[0][:3])

    found = copy.mistakes()

    assert ("partner.yaml", shape) in [(mistake.file, mistake.line) for mistake in found]
    assert ("rates/contents_rates.csv", table) in [(mistake.file, mistake.line) for mistake in found]


def test_a_mistake_is_written_as_editors_understand_it(tmp_path: Path) -> None:
    copy, file, line = made(tmp_path, RULES[1])

    [mistake] = copy.mistakes()

    assert str(mistake).startswith(f"{file}:{line}: product_rules.0.events.1.target: names nobody")
