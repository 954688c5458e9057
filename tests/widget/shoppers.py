"""A shopper at the demo shops: a browser whose offer panel the test plays, with offers made by the real platform."""

import re
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import orjson

from tests.partner import Partner
from tests.process import Server, answering, clean_environment
from tests.smtp_server import free_port

ANA = {
    "first_name": "Ana",
    "last_name": "Costa",
    "email": "ana.costa@example.org",
    "phone": "+442079460000",
    "country": "GB",
}
_ELEMENT = re.compile(r"<awning-offer ([^>]*)>\s*<script[^>]*>(.*?)</script>", re.S)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@contextmanager
def shops_of(platform: str, folder: Path, **environment: str) -> Iterator[Server]:
    """The shops as a process of their own, which knows the platform's address and nothing else of it."""
    port = free_port()
    command = [sys.executable, "-m", "widget.demo", "--port", str(port), "--awning", platform]
    given = {**clean_environment(environment), "AWNING_VAR": str(folder)}
    with answering(command, given, folder / f"shops-{port}.log", port) as server:
        yield server


@dataclass(frozen=True)
class Page:
    status: int
    path: str
    text: str

    def field(self, name: str) -> str:
        return next((unescape(value) for found, value in _HIDDEN.findall(self.text) if found == name), "")

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields of the last form that has the name."""
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}

    @property
    def request(self) -> dict[str, Any]:
        """What the page's element would ask the platform for."""
        found = _ELEMENT.search(self.text)
        assert found, self.text
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', found[1]))
        body: dict[str, Any] = orjson.loads(unescape(found[2]))
        body["customer"] |= {name: attributes[name] for name in ("language", "country", "currency")}
        return body | {"schema": attributes["schema"]}

    @property
    def words(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


@dataclass
class Shopper:
    """One visit: cookies are kept, redirects are followed as browsers do."""

    shops: Server
    cookies: CookieJar = field(default_factory=CookieJar)

    def opens(self, path: str) -> Page:
        return self._asks(path, None)

    def sends(self, path: str, **fields: Any) -> Page:
        return self._asks(path, urllib.parse.urlencode(fields, doseq=True).encode())

    def follows(self, page: Page, path: str, **fields: Any) -> Page:
        """Sends the form of a page: its token and what else it hides, and these fields."""
        return self.sends(path, **(page.fields | fields))

    def _asks(self, path: str, data: bytes | None) -> Page:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        try:
            with opener.open(f"{self.shops.url}{path}", data) as answer:
                return Page(answer.status, urllib.parse.urlsplit(answer.url).path, answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return Page(refused.code, path, refused.read().decode())

    def pays(self, checkout: Page, **fields: Any) -> Page:
        shop = checkout.path.split("/")[1]
        return self.follows(checkout, f"/{shop}/checkout", **(ANA | fields))


def offer_for(page: Page, partner: Partner) -> dict[str, Any]:
    """The offer that the element of this page stands for."""
    answer = partner.create_offer(page.request)
    assert answer.status_code == 200, answer.text
    offer: dict[str, Any] = answer.json
    return offer


def accepted(offer: dict[str, Any], *names: str, token: str = "") -> dict[str, Any]:
    """The form fields after a shopper chose these products; the first one when none is named."""
    ids = [product["id"] for product in offer["products"] if product["name"] in names or not names]
    chosen = ids if names else ids[:1]
    return _choice(offer, "accepted", chosen, token)


def declined(offer: dict[str, Any]) -> dict[str, Any]:
    return _choice(offer, "declined", [""], "")


def unanswered(offer: dict[str, Any]) -> dict[str, Any]:
    return _choice(offer, "", [""], "")


def _choice(offer: dict[str, Any], decision: str, quote_ids: list[str], token: str) -> dict[str, Any]:
    return {
        "awning_offer_id": offer["id"],
        "awning_quote_id": quote_ids,
        "awning_decision": decision,
        "awning_selection": token,
    }
