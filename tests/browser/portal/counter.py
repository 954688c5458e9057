"""A tablet on the counter in a real browser: what scanner, finger and keyboard do, and what the page makes of it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from app.adapters.locales import said
from app.domain.drafts import Draft
from app.domain.people import RetailStore
from tests.associate import At, cookie_name
from tests.process import Server

UPRIGHT = {"width": 744, "height": 1133}
# Runs before anything of the page: what its policy refused is told on the console, where tests listen.
EARS = """addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) =>
  console.error(`policy: ${violatedDirective} ${blockedURI}`))"""
# A refused form is a 422; a page that is left at once leaves its icon or its question unfetched.
EXPECTED = ("status of 4", "ERR_ABORTED")
STORED = """async () => [
  localStorage.length, sessionStorage.length,
  indexedDB.databases ? (await indexedDB.databases()).length : 0,
  globalThis.caches ? (await caches.keys()).length : 0,
]"""
# Every page that is shown has a nonce of its own.
ANOTHER_PAGE = "before => { const now = document.querySelector('[name=nonce]'); return now && now.value !== before; }"
PATIENCE = 15_000
PHONE, CAMERA = "NW-PH-5", "NW-CAM-30"


def imei() -> str:
    """A new one each time, with the right last figure."""
    body = f"35{random.randrange(10**12):012d}"
    doubled = [int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(body)]
    return f"{body}{-sum(digit // 10 + digit % 10 for digit in doubled) % 10}"


@dataclass(frozen=True)
class Shop:
    server: Server
    app: Flask
    store: RetailStore

    def context(self, browser: Browser, at: At | None = None, **properties: Any) -> BrowserContext:
        """An empty browser, or the one of somebody at work."""
        context = browser.new_context(**{"viewport": UPRIGHT, "base_url": self.server.url} | properties)
        context.add_init_script(EARS)
        context.set_default_timeout(PATIENCE)
        if at is not None:
            self.hand(context, at)
        return context

    def hand(self, context: BrowserContext, at: At) -> None:
        values = {"device": at.secret, "session": at.token}
        context.add_cookies(
            [
                {"name": cookie_name(self.app, name), "value": value, "url": self.server.url, "httpOnly": True}
                for name, value in values.items()
                if value
            ]
        )


@dataclass
class Counter:
    shop: Shop
    at: At
    context: BrowserContext
    page: Page
    js: bool = True
    typed: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def opened(cls, browser: Browser, shop: Shop, at: At, js: bool = True, **properties: Any) -> Iterator["Counter"]:
        context = shop.context(browser, at, java_script_enabled=js, **properties)
        one = cls(shop, at, context, context.new_page(), js)
        listen(context, one.noise)
        yield one
        context.close()
        assert not one.noise, one.noise

    def goes(self, path: str) -> "Counter":
        self.page.goto(path)
        return self

    def scans(self, code: str, into: str = "code") -> None:
        """A scanner types into whatever has the focus, and ends with Enter: the page has to have put it there."""
        expect(self.page.locator(f"main input[name={into}]").first).to_be_focused()
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def types(self, name: str, text: str) -> None:
        self.page.locator(f"main [name={name}]:visible").fill(text)
        self.typed.append(name)

    def taps(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def arrives(self, step: str) -> "Counter":
        """At this step, with everything of it there."""
        self.page.wait_for_url(f"**/{step}")
        expect(self.page.locator("main")).to_have_count(1)
        expect(self.heading).to_have_count(1)
        return self

    def says(self, area: str, key: str, **values: Any) -> str:
        """A sentence of the associate's screens."""
        return str(said(area, self.at.staff.language)(key, **values))

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def draft(self) -> Draft:
        """The sale of the page."""
        found = self.at.platform.drafts.by_id(self.page.url.split("/sales/")[1].split("/")[0])
        assert found is not None
        return found

    def described(self, code: str = PHONE, number: str = "") -> str:
        """From the start to the offer, with the scanner alone; gives the number of the article."""
        number = number or imei()
        self.goes("/portal/").scans(code)
        self.scans(number, into="number")
        self.arrives("offer")
        return number

    def answers(self) -> None:
        """One tap for the first plan of what is asked, until nothing more is: then it is the customer's turn."""
        while not self.page.url.endswith("/customer"):
            shown = self.page.locator("[name=nonce]").first.input_value()
            self.plan.click()
            self.page.wait_for_function(ANOTHER_PAGE, arg=shown)
        self.arrives("customer")

    @property
    def plan(self) -> Locator:
        return self.page.locator("button[name=answer]:not([value=no]):not([value=again])").first

    @property
    def no(self) -> Locator:
        return self.page.locator("button[name=answer][value=no]").first

    def knows_customer(self, last_name: str = "Costa") -> None:
        self.types("first_name", "Ana")
        self.types("last_name", last_name)
        self.types("email", "ana.costa@example.org")
        self.page.keyboard.press("Enter")
        self.arrives("consent")

    def signs_on_paper(self) -> None:
        self.page.get_by_role("link", name=self.says("agreeing", "paper.button")).click()
        self.arrives("paper")
        signed = self.page.get_by_role("checkbox")
        expect(signed).not_to_be_checked()
        signed.check()
        self.taps(self.says("agreeing", "agreed.go_on"))
        self.arrives("payment")

    def pays(self, reference: str = "R-1001") -> None:
        self.page.get_by_role("radio").first.check()
        self.types("reference", reference)
        self.page.keyboard.press("Enter")
        self.arrives("check")

    def confirms(self) -> None:
        self.taps(self.says("agreeing", "check.button"))
        self.arrives("done")

    def to_check(self) -> str:
        """A whole sale up to the last look at it; gives the number of the article."""
        number = self.described()
        self.answers()
        self.knows_customer()
        self.signs_on_paper()
        self.pays()
        return number

    @cached_property
    def certificates(self) -> list[str]:
        return [link.get_attribute("href") or "" for link in self.page.locator("main a[target=_blank]").all()]

    def stored(self) -> list[int]:
        found: list[int] = self.page.evaluate(STORED)
        return found


def listen(context: BrowserContext, noise: list[str]) -> None:
    """Everything a browser would tell its developer."""

    def heard(text: str) -> None:
        if not any(part in text for part in EXPECTED):
            noise.append(text)

    context.on("console", lambda message: heard(message.text))
    context.on("weberror", lambda problem: heard(str(problem.error)))
    context.on("requestfailed", lambda request: heard(f"{request.url}: {request.failure}"))
