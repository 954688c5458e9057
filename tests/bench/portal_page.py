"""A scripted sale in a real browser on a tablet four times slower than this machine: seconds, typed fields, bytes, INP.

Typed at 150 ms a key as people type; the scanner sends its code at once. INP is the longest interaction of the sale, as
the browser's own event timing reports it.
"""

import gzip
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from app import create_app
from app.config import settings_from
from tests.associate import At, new_store, tablet
from tests.bench.portal import CUSTOMER, imei_of
from tests.bench.servers import ROOT, awning, environment, our_server

KEY_MS, SLOWDOWN = 150, 4
LONGEST = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (one.interactionId) window.longest = Math.max(window.longest, one.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as name:
        folder = Path(name)
        env = environment(folder, f"sqlite:///{folder}/portal.db", AWNING_MODE="test", AWNING_LOG="off")
        env["AWNING_URL"] = "http://127.0.0.1"
        command = awning("catalog", "publish", "catalog/northwind")
        subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True)
        app = create_app(settings_from(env))
        at = tablet(app, store=new_store(app, subsidiary="NORTHWIND-UK"))
        with our_server(env, folder / "server.log") as (server, _), sync_playwright() as browsers:
            path = os.environ.get("CHROMIUM_PATH") or None
            browser = browsers.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            results = {
                "with_script": _sale(browser, server, at, True, 1),
                "without": _sale(browser, server, at, False, 2),
            }
            browser.close()
    print(f"portal page: {results}")
    return results


def _sale(browser: Browser, server: str, at: At, has_script: bool, number: int) -> dict[str, Any]:
    """Sold twice: once to take the time, once to weigh what comes over the line."""
    with _tablet(browser, server, at, has_script) as page:
        page.goto(f"{server}/portal/")
        page.wait_for_load_state("networkidle")
        hand, longest = Hand(page), Longest(page, has_script)
        begin = time.perf_counter()
        _sold(page, hand, longest.look, number)
        seconds = time.perf_counter() - begin
    with _tablet(browser, server, at, has_script) as page:
        scales = Scales()
        page.route("**/*", scales.weigh)
        page.goto(f"{server}/portal/")
        page.wait_for_load_state("networkidle")
        first_load = sum(scales.sizes)
        scales.sizes.clear()
        _sold(page, Hand(page), lambda: None, number + 100)
    found = {"seconds": round(seconds, 1), "typed_fields": hand.fields, "first_load_bytes": first_load}
    return found | {"largest_step_bytes": max(scales.sizes), "inp_ms": longest.ms if has_script else None}


@contextmanager
def _tablet(browser: Browser, server: str, at: At, has_script: bool) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 820, "height": 1180}, java_script_enabled=has_script)
    values = {"awning-device": at.secret, "awning-session": at.token}
    context.add_cookies([{"name": name, "value": value, "url": server} for name, value in values.items()])
    context.add_init_script(LONGEST)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    yield page
    context.close()


class Longest:
    """The longest interaction, looked at after each step: another page begins its own count."""

    def __init__(self, page: Page, has_script: bool) -> None:
        self.ms = 0.0
        self._page, self._has_script = page, has_script

    def look(self) -> None:
        if self._has_script:
            self.ms = max(self.ms, float(self._page.evaluate("window.longest")))


class Scales:
    """Bytes of each answer as gzip would send it: a proxy in front compresses."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def weigh(self, route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        if answer.status == 200:
            self.sizes.append(len(gzip.compress(answer.body(), 6)))
        route.fulfill(response=answer)


class Hand:
    """Types as people do, and counts the fields."""

    def __init__(self, page: Page) -> None:
        self._page, self.fields = page, 0

    def types(self, name: str, text: str) -> None:
        self.fields += 1
        self._page.locator(f"input[name={name}]").press_sequentially(text, delay=KEY_MS)

    def scans(self, name: str, code: str) -> None:
        self._page.locator(f"input[name={name}]").first.fill(code)
        self._page.keyboard.press("Enter")


def _sold(page: Page, hand: Hand, look: Callable[[], None], number: int) -> None:
    def at(step: str) -> None:
        page.wait_for_url(f"**/{step}")
        page.wait_for_load_state("load")
        look()

    hand.scans("code", "NW-PH-5")
    at("items/*")
    hand.scans("number", imei_of(number))
    at("offer")
    page.locator("button[name=answer]:not([value=no])").first.click()
    at("customer")
    for name in ("first_name", "last_name", "email"):
        hand.types(name, CUSTOMER[name])
    page.keyboard.press("Enter")
    at("consent")
    page.goto(f"{page.url}/paper")
    at("paper")
    page.locator("input[name=signed]").check()
    page.locator("form:has(input[name=signed]) button").click()
    at("payment")
    page.locator("input[name=tender][value=cash]").check()
    hand.types("reference", "R-1001")
    page.keyboard.press("Enter")
    at("check")
    page.locator("main form .button").click()
    at("done")
