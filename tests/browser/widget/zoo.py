"""The zoo's pages in a real browser, and what they tell a test about the guest they have."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from playwright.sync_api import BrowserContext, Error, Locator, Page, Request, Route, TimeoutError
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from app.adapters.database import Database
from app.adapters.tables import events
from app.config import ROOT
from tests.process import Server
from tests.waiting import eventually
from widget.demo.zoo.pages import blueprint

# Runs before anything of the page: keeps what the page heard, what moved, and what its policy refused.
EARS = (Path(__file__).parent / "ears.js").read_text(encoding="utf-8")
# Pages on which somebody has to press a button before there is an offer to see.
BUTTONS = {"late": "#add", "dialog": "#open"}
OFFERS, SELECTION = "**/widget/offers?*", "**/widget/offers/*/selection"
MODULE = "**/widget/v1/awning.js"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass


@contextmanager
def zoo_at(port: int, awning: str) -> Iterator[str]:
    """The zoo as a server of its own, on another host name than the platform's."""
    app = Flask("zoo", root_path=str(ROOT / "widget" / "demo"))
    app.config["AWNING"] = awning
    app.register_blueprint(blueprint)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Zoo:
    awning: Server
    shop: str
    database: Database

    def trail(self, offer_id: str) -> list[str]:
        """The names of what is on record for an offer, in their order."""
        query = select(events.c.name).where(events.c.trail_id == offer_id).order_by(events.c.number)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def recorded(self, offer_id: str, name: str) -> int:
        """Waits until it is on record, and says how often."""
        eventually(lambda: name in self.trail(offer_id))
        return self.trail(offer_id).count(name)


@dataclass
class Visit:
    """One visitor in a browser of their own."""

    zoo: Zoo
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> "Visit":
        self._ears = {
            "console": lambda message: self.said.append(message.text),
            "pageerror": lambda problem: self.broken.append(str(problem)),
            "request": lambda request: self.requests.append(request),
        }
        for event, ear in self._ears.items():
            self.page.on(event, ear)  # type: ignore[call-overload]
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves the page as the next visitor wants to find it."""
        for event, ear in self._ears.items():
            self.page.remove_listener(event, ear)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.goto("about:blank")

    def opens(self, name: str, **asked: str) -> "Visit":
        """The page, without waiting for the panel."""
        self.page.goto(f"{self.zoo.shop}/zoo/{name}" + (f"?{urlencode(asked)}" if asked else ""))
        return self

    def sees(self, name: str, **asked: str) -> "Visit":
        """The page with its panel."""
        self.opens(name, **asked)
        if name in BUTTONS:
            self.page.locator(BUTTONS[name]).click()
        self.hears("ready")
        return self

    def hears(self, name: str, times: int = 1) -> Any:
        """Waits until the page has heard it so often, and gives what came with it the last time."""
        wanted = "([name, times]) => heard.filter(one => one[0] === name).length >= times"
        try:
            self.page.wait_for_function(wanted, arg=[name, times])
        except TimeoutError as never:
            addresses = [f"{request.method} {request.url}" for request in self.requests]
            raise AssertionError("\n".join(["never heard", *self.said, *self.broken, *addresses])) from never
        return self.page.evaluate("name => heard.findLast(one => one[0] === name)[1]", name)

    def heard(self, name: str) -> int:
        return int(self.page.evaluate("name => heard.filter(one => one[0] === name).length", name))

    def chooses(self, choice: Locator) -> Any:
        """A click, and what the page is told once the server has recorded it."""
        told = self.heard("change")
        choice.check()
        return self.hears("change", told + 1)

    @property
    def selection(self) -> Any:
        return self.element.evaluate("one => one.selection")

    @property
    def offer(self) -> Any:
        return self.element.evaluate("one => one.offer")

    @property
    def element(self) -> Locator:
        return self.page.locator("awning-offer").first

    @property
    def radios(self) -> Locator:
        return self.element.get_by_role("radio")

    @property
    def plan(self) -> Locator:
        """The first product that is offered."""
        return self.element.locator("input[type=radio]:not([value=''])").first

    @property
    def no(self) -> Locator:
        return self.element.locator("input[type=radio][value='']").first

    def asked(self, part: str) -> list[Request]:
        return [request for request in self.requests if part in request.url]

    def pays(self) -> dict[str, list[str]]:
        """Sends the form, and gives the fields that arrived."""
        self.page.get_by_role("button", name="Pay now").first.click()
        self.page.wait_for_url("**/zoo/paid")
        names, values = self.page.locator("dt").all_text_contents(), self.page.locator("dd").all_text_contents()
        found: dict[str, list[str]] = {}
        for name, value in zip(names, values, strict=True):
            found.setdefault(name, []).append(value)
        return found

    def answers(self, address: str, **answer: Any) -> None:
        """From now on, what the platform says to these requests."""
        self.page.route(address, lambda route: route.fulfill(**self._open(answer)))

    def meets(self, address: str, act: Callable[[Route], None], times: int = 1) -> None:
        """What becomes of the next requests to the platform."""
        self.page.route(address, lambda route: act(route), times=times)

    def refuses(self, address: str, status: int) -> None:
        """The platform says no to the next of these requests."""
        answer = self._open({"status": status, "body": '{"message": "no"}'})
        self.meets(address, lambda route: route.fulfill(**answer))

    def still(self) -> list[str]:
        """What has moved, once the browser has painted all there is."""
        found: list[str] = self.page.evaluate("painted()")
        return found

    def _open(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Whatever is answered, the page may read it: otherwise every answer is the same broken line to it."""
        return answer | {"headers": {"Access-Control-Allow-Origin": self.zoo.shop} | answer.get("headers", {})}

    def returns(self) -> None:
        """Back to a page that the browser has kept; Playwright does not know of such pages, and would wait for ever."""
        self.page.evaluate("history.back()")
        eventually(self._is_kept)

    def _is_kept(self) -> bool:
        try:
            return bool(self.page.evaluate("window.isKept"))
        except Error:
            return False  # on the way

    @property
    def notes(self) -> list[str]:
        """Our own lines on the console."""
        return [text for text in self.said if text.startswith("awning:")]

    @property
    def noise(self) -> list[str]:
        """What the console says beside our own line and the browser's about the network."""
        known = ("awning:", "Failed to load resource", "Access to fetch at")
        return [text for text in self.said if not text.startswith(known)] + self.broken
