"""From a booking to a letter: what was bought, what has changed, what comes back, in the customer's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency, get_currency_symbol
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.adapters.locales import Said, said
from app.adapters.mail_message import Letter, one_line
from app.config import ROOT
from app.domain.bookings import BookedQuote, Booking, totals
from app.domain.moments import day
from app.domain.money import Money, currency

EVENTS = ("confirmation", "modification", "cancellation", "claim_received", "claim_notice")
# Fields of the policyholder as a customer thinks of them.
CONTACT_GROUPS = {
    "first_name": "name",
    "middle_name": "name",
    "last_name": "name",
    "address1": "address",
    "address2": "address",
    "postcode": "address",
    "city": "address",
    "region": "address",
    "country": "address",
    "email": "email",
    "secondary_email": "email",
    "phone": "phone",
}
CLAIM_FIELDS = ("happened_on", "story", "name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a mail is written. `links`: certificate, claim, cancel, account; those that are missing are not shown."""

    event: str
    booking: Booking
    language: str
    partner: Mapping[str, Any]
    facts: Mapping[str, Any]
    links: Mapping[str, str]
    is_attached: bool


@lru_cache(maxsize=1)
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates" / "mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def letter_of(occasion: Occasion) -> Letter:
    if occasion.event not in EVENTS:
        raise ValueError(f"there is no mail for {occasion.event}")
    words = said("mail", occasion.language)
    facts = _facts(occasion, words)
    numbers = {"number": facts["number"], "claim": facts["claim"]["id"]}
    html, text = (environment().get_template(f"{occasion.event}.{kind}").render(facts) for kind in ("html", "txt"))
    is_part = occasion.event == "cancellation" and facts["covers"]
    subject = f"{occasion.event}.subject_part" if is_part else f"{occasion.event}.subject"
    return Letter(words(subject, **numbers), text, html, words.language)


def _facts(occasion: Occasion, words: Said) -> dict[str, Any]:
    booking = occasion.booking
    claim = _claim(occasion, words)
    changed = frozenset(occasion.facts.get("quotes") or ())
    sums = totals(booking.active_quotes, currency(booking.currency))
    active = [quote for quote in booking.quotes if quote.is_active]
    gone = [quote for quote in booking.quotes if not quote.is_active and (quote.id in changed or not changed)]
    return {
        "say": words,
        "event": occasion.event,
        "number": booking.id,
        "name": one_line(booking.name),
        "partner": one_line(_partner(occasion, "title")),
        "help_link": _link(_partner(occasion, "help_center_url")),
        "links": {name: _link(address) for name, address in occasion.links.items()},
        "is_attached": occasion.is_attached,
        "covers": [_cover(quote, words) for quote in active],
        "gone": [_cover(quote, words) for quote in gone],
        "total": written_money(sums.price, words.language),
        "tax": written_money(sums.tax, words.language),
        "has_tax": sums.tax.units != 0,
        "insurers": _insurers(active if active and occasion.event != "cancellation" else active + gone),
        "refund": _refund(booking, gone, words),
        "difference": _difference(occasion.facts, words),
        "contact": _contact(occasion.facts, words),
        "claim": claim,
    }


def _partner(occasion: Occasion, name: str) -> str:
    """A subsidiary's own title and help, where the booking is one's."""
    for subsidiary in occasion.partner.get("subsidiaries") or ():
        if subsidiary["slug"] == occasion.booking.subsidiary and subsidiary.get(name):
            return str(subsidiary[name])
    return str(occasion.partner.get(name) or "")


def _cover(quote: BookedQuote, words: Said) -> dict[str, Any]:
    return {
        "title": one_line(quote.title),
        "period": _period(quote, words),
        "price": written_money(quote.price.total, words.language),
        "tax": written_money(quote.price.tax, words.language) if quote.price.tax.units else "",
        "tax_lines": [
            (one_line(line.code), written_money(line.amount, words.language)) for line in quote.price.tax_lines
        ],
        "wording": [(one_line(file.name), _link(file.url)) for file in quote.files if _link(file.url)],
        "cancelled_on": words.day(quote.cancelled_at) if quote.cancelled_at is not None else "",
        "refund": written_money(quote.refund, words.language) if quote.refund and quote.refund.units else "",
    }


def _period(quote: BookedQuote, words: Said) -> str:
    if quote.start_at is None:
        return ""
    start = words.day(day(quote.start_at))
    return (
        words("label.from", start=start)
        if quote.end_at is None
        else words("label.from_to", start=start, end=words.day(day(quote.end_at)))
    )


def _insurers(quotes: list[BookedQuote]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for quote in quotes:
        insurer = quote.policy.get("underwriter") or {}
        name = one_line(str(insurer.get("name") or ""))
        if name:
            found.setdefault(name, {"name": name, "disclaimer": " ".join(str(insurer.get("disclaimer") or "").split())})
    return list(found.values())


def _refund(booking: Booking, gone: list[BookedQuote], words: Said) -> str:
    back = sum(quote.refund.units for quote in gone if quote.refund is not None)
    code = currency(booking.currency)
    return written_money(Money(back, code.digits, code), words.language) if back else ""


def _difference(facts: Mapping[str, Any], words: Said) -> dict[str, str]:
    """What is to pay or comes back after a change; nothing in mails of other occasions."""
    given = facts.get("difference")
    written = "" if given is None else written_money(_money(given), words.language)
    direction = "more" if facts.get("is_more") else "less" if facts.get("is_less") else "same"
    return {"direction": direction, "amount": written.replace("-", "").replace("\u2212", "")}


def _money(plain: list[Any]) -> Money:
    return Money(abs(plain[0]), plain[1], currency(plain[2]))


def _contact(facts: Mapping[str, Any], words: Said) -> list[str]:
    groups = {CONTACT_GROUPS.get(field, "other"): None for field in facts.get("contact") or ()}
    return [words(f"contact.{group}") for group in groups]


def _claim(occasion: Occasion, words: Said) -> dict[str, str]:
    given = occasion.facts.get("claim") or {}
    found = {name: one_line_of(given.get(name)) for name in ("id", *CLAIM_FIELDS)}
    found["story"] = str(given.get("story") or "").replace("\r\n", "\n").strip()
    if found["happened_on"]:
        found["happened_on"] = words.day(day(found["happened_on"]))
    quote = occasion.booking.quote(str(given.get("quote_id") or ""))
    return found | {"cover": one_line(quote.title) if quote is not None else ""}


def one_line_of(value: object) -> str:
    return "" if value is None else one_line(str(value))


def _link(address: str) -> str:
    """Only addresses a browser follows; a catalog could hold anything."""
    plain = address.strip()
    return plain if plain.startswith(("https://", "http://")) and not any(one.isspace() for one in plain) else ""


def written_money(amount: Money, language: str) -> str:
    """As the language writes amounts, with the sign our offers use: every dollar is named by its country."""
    code = amount.currency.code
    value = amount.units / 10**amount.digits
    written = format_currency(value, code, locale=language, currency_digits=amount.digits == amount.currency.digits)
    sign = amount.currency.sign
    text = str(written).replace(get_currency_symbol(code, language), sign)
    return (
        text.replace(sign, f"{sign}\xa0")
        if sign.isalpha() and text.startswith(sign) and text[len(sign)] != "\xa0"
        else text
    )
