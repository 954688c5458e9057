"""Money as the shops write it, and the market a visitor shops in."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from flask import request, session

# The symbol, how many decimals, and what a pound is worth in the shops' own price lists.
CURRENCIES = {
    "GBP": ("£", 2, Decimal(1)),
    "EUR": ("€", 2, Decimal("1.15")),
    "USD": ("US$", 2, Decimal("1.30")),
    "CAD": ("CA$", 2, Decimal("1.80")),
    "AUD": ("A$", 2, Decimal("2.00")),
    "JPY": ("¥", 0, Decimal(190)),
    "KWD": ("KD ", 3, Decimal("0.40")),
}
# The country's name, its currency, and the tax that shop prices contain.
COUNTRIES = {
    "GB": ("United Kingdom", "GBP", Decimal("0.20")),
    "DE": ("Germany", "EUR", Decimal("0.19")),
    "FR": ("France", "EUR", Decimal("0.20")),
    "ES": ("Spain", "EUR", Decimal("0.21")),
    "IE": ("Ireland", "EUR", Decimal("0.23")),
    "US": ("United States", "USD", Decimal(0)),
    "CA": ("Canada", "CAD", Decimal("0.05")),
    "JP": ("Japan", "JPY", Decimal("0.10")),
    "KW": ("Kuwait", "KWD", Decimal(0)),
    "AU": ("Australia", "AUD", Decimal("0.10")),
}
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "ja": "日本語", "ar": "العربية"}


@dataclass(frozen=True)
class Market:
    """`country` and `currency` decide the shop's prices; `language` is for the offer of cover."""

    language: str = "en"
    country: str = "GB"
    currency: str = "GBP"

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"

    def price(self, pounds: str | Decimal | int) -> Decimal:
        """A price of the list in this market's currency; in round figures where it is not in pounds."""
        _, digits, rate = CURRENCIES[self.currency]
        value = Decimal(pounds) * rate
        step = Decimal(100) if digits == 0 else Decimal(1)
        if self.currency != "GBP" and value >= 20:
            return rounded((value / step).quantize(Decimal(1), ROUND_HALF_UP) * step, self.currency)
        return rounded(value, self.currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    digits = CURRENCIES[currency][1]
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def decimal_of(amount: int | float | str, currency: str) -> Decimal:
    """An amount of a JSON answer."""
    return rounded(Decimal(str(amount)), currency)


def formatted(amount: Decimal, currency: str) -> str:
    symbol = CURRENCIES[currency][0]
    sign = "−" if amount < 0 else ""
    return f"{sign}{symbol}{abs(rounded(amount, currency)):,}"


def net_and_tax(gross: Decimal, rate: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """Shop prices contain the tax."""
    net = rounded(gross / (1 + rate), currency)
    return net, gross - net


def market() -> Market:
    """Where this visitor shops: what the address says last, kept for the visit."""
    kept = dict(session.get("market") or {})
    country, currency, language = (request.args.get(name, "") for name in ("country", "currency", "language"))
    if country in COUNTRIES:
        kept |= {"country": country, "currency": COUNTRIES[country][1]}
    if currency in CURRENCIES:
        kept["currency"] = currency
    if language in LANGUAGES:
        kept["language"] = language
    if kept != (session.get("market") or {}):
        session["market"] = kept
    return Market(**kept)
