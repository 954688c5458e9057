"""The form of the snippet builder: what may be chosen, what was, and the widget that comes of it.

Nothing here is a secret: a publishable key stands in every page of its partner, and opens that partner's schemas only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies

from app.catalog.model import Catalog
from app.config import ROOT
from app.domain.errors import PartnerNotFound
from app.domain.keys import TEST_PAGES
from app.web.platform import platform
from app.web.widget.example_body import least_body, moved
from app.web.widget.snippets import LAYOUTS, RESERVED, Reserve, neat_json

PLACEHOLDER = "pk_test_..."
THEMES = ("auto", "light", "dark")
# What the element's attributes say is not said again in the request.
_SAID_BY_ATTRIBUTES = ("language", "country", "currency")
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
MOST_CHARACTERS = 6000
_TALLEST = 5000

Args = Mapping[str, str]
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    body: dict[str, Any]
    is_made_up: bool = False

    @property
    def customer(self) -> dict[str, str]:
        found = self.body.get("customer")
        return found if isinstance(found, dict) else {}

    @property
    def text(self) -> str:
        """The request as it stands inside the element."""
        customer = {name: value for name, value in self.customer.items() if name not in _SAID_BY_ATTRIBUTES}
        rest = {name: value for name, value in self.body.items() if name not in ("schema", "customer")}
        return neat_json({"customer": customer, **rest})


@dataclass(slots=True)
class Form:
    """`chosen` holds the value of every field; `errors` and `remarks` are sentences, by field."""

    chosen: dict[str, str]
    options: dict[str, Options]
    body: Any
    code: str = "CODE"
    reserve: Reserve | None = None
    is_live: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def attributes(self) -> dict[str, str]:
        names = ("schema", "language", "country", "currency", "layout")
        found = {"key": self.chosen["used_key"]} | {name: self.chosen[name] for name in names}
        if self.chosen["theme"] != "auto":
            found["theme"] = self.chosen["theme"]
        return found | ({"required": ""} if self.chosen["required"] else {})


def form_of(args: Args) -> Form:
    key_id = args.get("key", "").strip()[:100]
    chosen = {"key": key_id, "partner": "", "used_key": key_id or PLACEHOLDER}
    options: dict[str, Options] = {"layout": _same(LAYOUTS), "theme": _same(THEMES)}
    if platform().settings.is_demo:
        from app.demo import CODES, FOLDERS, publishable_key  # the demo brings the catalog check with it

        options["partner"] = [(code, name.capitalize()) for code, name in zip(CODES, FOLDERS, strict=True)]
        chosen["partner"] = _one_of(args.get("partner"), options["partner"])
        chosen["used_key"] = key_id or publishable_key(chosen["partner"], "test")
    for name in ("layout", "theme"):
        chosen[name] = _one_of(args.get(name), options[name])
    chosen["required"] = "1" if args.get("required") else ""
    form = Form(chosen, options, {})
    catalog = _catalog(form)
    _fill(form, catalog, args)
    form.reserve = reserve_of(args.get("reserve", ""), chosen["layout"])
    form.is_live = catalog is not None and not form.errors and _is_for_trying(form)
    return form


def _is_for_trying(form: Form) -> bool:
    """What is tried out here never stands among what was sold: a live key gets its lines, and no live widget."""
    return platform().settings.is_demo or form.chosen["used_key"].startswith(TEST_PAGES)


def _catalog(form: Form) -> Catalog | None:
    """The catalog of whoever has this key. Every key that is not one for pages gets the same sentence."""
    key_id = form.chosen["used_key"]
    if key_id == PLACEHOLDER:
        return None
    shared = platform()
    key = shared.keyring.key(key_id)
    is_good = key is not None and key.kind == "publishable" and key.is_valid_at(datetime.now(UTC))
    if key is None or not is_good or (key.is_demo and not shared.settings.is_demo):
        form.errors["key"] = (
            "No publishable key has this id, or it has ended. Keys for pages begin with pk_test_ or pk_live_; "
            "a secret key belongs on your server and never into a page."
        )
        return None
    form.code = key.partner_code
    try:
        return shared.shelf.catalog(key.partner_code)
    except PartnerNotFound:
        form.errors["key"] = "The key is good, and nothing is published for it yet: publish your catalog first."
        return None


def _fill(form: Form, catalog: Catalog | None, args: Args) -> None:
    """Schema, language, country, currency and request. A new schema brings its own example and starts afresh."""
    schemas = [] if catalog is None else sorted(catalog.schemas)
    default = "" if catalog is None else catalog.partner.get("default_schema") or next(iter(schemas), "")
    form.options["schema"] = _same(schemas) if schemas else [("your-schema:v1", "your-schema:v1")]
    schema = _one_of(args.get("schema") or default, form.options["schema"])
    is_same = args.get("made_for", schema) == schema
    given = args if is_same else {}
    languages = ["en"] if catalog is None else catalog.partner["languages"]
    form.options["language"] = [(code, language_name(code)) for code in languages]
    form.options["country"], form.options["currency"] = countries(), currencies()
    examples = _examples(form.code, schema, catalog)
    example = _fitting(examples, given.get("country", ""))
    customer = example.customer
    form.chosen["schema"] = form.chosen["made_for"] = schema
    language = given.get("language") or str(customer.get("language", "")).partition("-")[0]
    form.chosen["language"] = _one_of(language, form.options["language"])
    for name, usual in (("country", "GB"), ("currency", "GBP")):
        wanted = given.get(name) or customer.get(name, usual)
        form.chosen[name] = wanted if wanted in dict(form.options[name]) else usual
    text = given.get("request", "").replace("\r\n", "\n").strip()
    is_untouched = text in ("", *(one.text for one in examples))
    form.chosen["request"] = example.text if is_untouched else text
    form.body = _read(form, example)
    if catalog is not None and "request" not in form.errors:
        _check(form, catalog, is_made_up=is_untouched and example.is_made_up)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _read(form: Form, example: Example) -> Any:
    text = form.chosen["request"]
    try:
        if len(text) > MOST_CHARACTERS:
            raise ValueError(f"it has {len(text)} characters, and {MOST_CHARACTERS} are the most that fit here")
        body = json.loads(text, parse_constant=_no_number)
        if not isinstance(body, dict):
            raise ValueError("it has to begin with { and end with }")
        neat_json(body)  # what is nested too deep to be read is refused here, not in the snippet
    except (ValueError, RecursionError) as problem:
        form.errors["request"] = f"This cannot be read as JSON: {problem}. The snippets below have the example in it."
        return json.loads(example.text)
    return body


def _check(form: Form, catalog: Catalog, is_made_up: bool) -> None:
    """Says what the schema would refuse; the developer's own words stay as they are."""
    schema = catalog.schemas[form.chosen["schema"]]
    customer = form.body.get("customer") if isinstance(form.body.get("customer"), dict) else {}
    said = {name: form.chosen[name] for name in _SAID_BY_ATTRIBUTES}
    whole = form.body | {"schema": schema.identifier, "customer": customer | said}
    if schema.accepts(whole):
        if is_made_up:
            form.remarks["request"] = ["Made from your schema: only what it asks for. Put your own data in."]
        return
    wrong = [f"{'.'.join(map(str, path)) or 'request'}: {message}" for path, message in schema.errors(whole)]
    form.remarks["request"] = ["The schema does not accept this request yet. Change it here:", *wrong[:6]]


def reserve_of(text: str, layout: str) -> Reserve | None:
    """Measured heights as builder.js writes them: layout:height-when-narrow:height-when-wide."""
    name, *heights = text.split(":")
    if name != layout or len(heights) != 2 or not all(one.isascii() and one.isdigit() for one in heights):
        return None
    narrow, wide = (int(one[:6]) for one in heights)
    breakpoint_ = RESERVED[layout][1][0]
    return ((0, narrow), (breakpoint_, wide)) if 0 < narrow <= _TALLEST and 0 < wide <= _TALLEST else None


def _examples(code: str, schema: str, catalog: Catalog | None) -> list[Example]:
    if catalog is None:
        made_up = {"product": {"sku": "...", "title": "...", "quantity": 1}}
        return [Example("", {"customer": {}, "context": made_up, "partner": {}})]
    today = datetime.now(UTC).date()
    if platform().settings.is_demo:
        found = [Example(name, moved(body, (today - on).days, on)) for name, body, on in _demo_examples(code, schema)]
        if found:
            return found
    body = least_body(catalog.schemas[schema], today)
    return [Example("", body if isinstance(body, dict) else {}, is_made_up=True)]


@lru_cache(maxsize=10)
def _demo_examples(code: str, schema: str) -> tuple[tuple[str, Any, date], ...]:
    from app.catalog.source import read_folder
    from app.demo import CODES, FOLDERS

    if code not in CODES:
        return ()
    source = read_folder(ROOT / "catalog" / FOLDERS[CODES.index(code)])
    files = [(name, file.data) for name, file in source.under("examples", ".yaml")]
    return tuple((name, d["request"], _day(d["on"])) for name, d in files if d["request"].get("schema") == schema)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _fitting(examples: list[Example], country: str) -> Example:
    """An example from the country that was chosen, for prices are made for places; else one we can all read."""
    in_country = [one for one in examples if one.customer.get("country") == country]
    in_english = [one for one in examples if str(one.customer.get("language", "")).startswith("en")]
    return next(iter(in_country + in_english + examples))


def _same(values: Any) -> Options:
    return [(value, value) for value in values]


def _one_of(value: str | None, options: Options) -> str:
    return value if value is not None and value in dict(options) else options[0][0]


def language_name(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


@lru_cache(maxsize=1)
def countries() -> Options:
    names = Locale("en").territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code not in _NO_COUNTRIES]
    return sorted(found, key=lambda option: option[1])


@lru_cache(maxsize=1)
def currencies() -> Options:
    """What is money somewhere today."""
    names = Locale("en").currencies
    codes = {code for country, _ in countries() for code in get_territory_currencies(country)}
    return [(code, f"{code} - {names.get(code, code)}") for code in sorted(codes)]
