"""A good guest: what the widget costs a checkout page, beside the page alone and beside peers, in one run.

A phone of 412 by 823, 150 ms round trip, 1.6 Mbit/s, a processor four times slower, nothing in any cache.
"""

import re
import statistics
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
from playwright.sync_api import Browser, CDPSession, sync_playwright

from app.config import settings_from
from app.demo import key_of, prepare, publishable_key
from app.domain.signature import signed_headers
from app.web.widget.files import DIST, latest
from app.web.widget.snippets import preload, stub
from tests.bench.page_hosts import Host, hosting, isso, peers
from tests.bench.servers import free_port
from tests.partner import example
from tests.process import Server, serving

ROUNDS = 7
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PAY = "document.querySelector('#pay')"
RADIO = "document.querySelector('awning-offer input[type=radio]')"
# When it can be used: it is there and has a size a thumb can hit.
OBSERVER = """
(() => {
  const seen = window.__seen = {usable: 0, cls: 0, long: 0};
  const look = () => {
    const found = THERE;
    if (found && found.getBoundingClientRect().height > 12) seen.usable = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver(list => list.getEntries().forEach(one => { if (!one.hadRecentInput) seen.cls += one.value; }))
    .observe({type: "layout-shift", buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(one => { seen.long += one.duration; }))
    .observe({type: "longtask", buffered: true});
})();
"""


def measure() -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="awning-bench-")))
        host = stack.enter_context(hosting())
        server = stack.enter_context(_platform(host, folder))
        pages = {"page alone": (host.page("/alone.html", ""), PAY)}
        pages |= {"server fragment": (host.page("/fragment.html", _fragment(server, "")), RADIO)}
        pages |= {"script": (host.page("/script.html", _element(server), preload(server.url)), RADIO)}
        kept = Path("var/peers").resolve()
        pages |= peers(host, kept)
        found = stack.enter_context(isso(host, kept, free_port))
        pages |= {"isso": found} if found else {}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        results = _measured(browser, pages)
        browser.close()
    results["files"] = _sizes(server.url)
    return results


def _chromium() -> str | None:
    import os
    import shutil

    return os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")


def _platform(host: Host, folder: Path) -> Any:
    port = free_port()
    environment = {
        "AWNING_MODE": "demo",
        "AWNING_VAR": str(folder),
        "AWNING_LOG": "off",
        "AWNING_RATE_LIMITS": "off",
        "AWNING_URL": f"http://127.0.0.1:{port}",
    }
    prepare(settings_from(environment), host.port)
    return serving(environment, folder, port=port)


def _request() -> dict[str, Any]:
    """Three products: the phone cover of the retail shop."""
    return example("northwind", "phone-uk")


def _element(server: Server) -> str:
    import orjson

    body = orjson.dumps(_request()).decode()
    key = publishable_key("NWIND")
    element = f'<awning-offer key="{key}"><script type="application/json">{body}</script></awning-offer>'
    return element + stub(server.url, "cards", reserve=((0, 1240),))


def _fragment(server: Server, query: str) -> str:
    import orjson

    made = _signed(server, "POST", "offers/", orjson.dumps(_request()))
    return _signed(server, "GET", f"offers/{orjson.loads(made)['id']}/panel/", None, query).decode()


def _signed(server: Server, method: str, path: str, body: bytes | None, query: str = "") -> bytes:
    key_id, secret = key_of("NWIND", "live")
    full = f"/x/partners/NWIND/{path}"
    headers = signed_headers(key_id, secret, "hmac-sha512", ("date",), (method, full), datetime.now(UTC))
    answer = server.ask(full + query, headers | {"Content-Type": "application/json"}, body, method)
    assert answer.status == 200, answer.body
    return answer.body


def _measured(browser: Browser, pages: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Rounds in turn, so that a slow minute of the machine meets every page."""
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
    for number in range(ROUNDS + 1):
        for name, (url, there) in pages.items():
            found = _visit(browser, url, there)
            if number:  # the first one warms the servers
                rounds[name].append(found)
    results = {name: _medians(found) for name, found in rounds.items()}
    alone = results["page alone"]
    for name, one in results.items():
        one["kb"] = round(one["kb"] - (alone["kb"] if name != "page alone" else 0), 1)
        one["requests"] -= alone["requests"] if name != "page alone" else 0
        one["later_than_the_page_ms"] = one["usable_ms"] - alone["usable_ms"]
        print(
            f"{name:16} {one['kb']:6} kB {one['requests']:3} requests, usable {one['usable_ms']:5} ms "
            f"({one['later_than_the_page_ms']:+5}), shift {one['cls']:.3f}, long tasks {one['long_ms']:4} ms"
        )
    return results


def _medians(found: list[dict[str, float]]) -> dict[str, Any]:
    def middle(name: str) -> float:
        return statistics.median(one[name] for one in found)

    return {
        "kb": middle("bytes") / 1000,
        "requests": int(middle("requests")),
        "usable_ms": round(middle("usable")),
        "cls": round(middle("cls"), 4),
        "long_ms": round(middle("long")),
    }


def _visit(browser: Browser, url: str, there: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    network = context.new_cdp_session(page)
    counted = _count(network)
    page.add_init_script(OBSERVER.replace("THERE", there))
    page.goto(url)
    page.wait_for_function("window.__seen.usable", timeout=15_000)
    page.wait_for_load_state("networkidle")
    seen: dict[str, float] = page.evaluate("window.__seen")
    context.close()
    return seen | {"bytes": sum(counted.values()), "requests": len(counted)}


def _count(network: CDPSession) -> dict[str, float]:
    counted: dict[str, float] = {}
    for domain in ("Network.enable", "Network.clearBrowserCache"):
        network.send(domain)
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    network.send("Network.emulateNetworkConditions", SLOW)
    network.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    network.on("Network.loadingFinished", lambda one: counted.update({one["requestId"]: one["encodedDataLength"]}))
    return counted


def _sizes(url: str) -> dict[str, Any]:
    script = (DIST / latest().version / "awning.js").read_bytes()
    tag = re.sub(r"127\.0\.0\.1:\d+", "cover.example", stub(url, "cards"))
    sizes = {"module_and_styles_brotli": len(brotli.compress(script)), "stub": len(tag.encode())}
    print(f"module and panel styles {sizes['module_and_styles_brotli']} bytes brotli, stub {sizes['stub']} bytes")
    return sizes
