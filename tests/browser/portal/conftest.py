"""One server, one browser and one store for all tests of the portal; who works in it is made by the tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.associate import At, desk, new_store, tablet
from tests.browser.portal.counter import Counter, Shop
from tests.partner import close, published_platform
from tests.process import free_port, serving


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        one = browsers.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield one
        one.close()


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("counter")
    port = free_port()
    given = {"AWNING_MODE": "test", "AWNING_VAR": str(folder), "AWNING_LOG": "off", "AWNING_RATE_LIMITS": "off"}
    given |= {"DATABASE_URL": f"sqlite:///{folder}/awning.db", "AWNING_URL": f"http://127.0.0.1:{port}"}
    app = published_platform(given, "northwind").app
    with serving(given, folder, port=port) as server:
        yield Shop(server, app, new_store(app, subsidiary="NORTHWIND-UK", name="Leeds Briggate"))
    close(app)


@pytest.fixture
def works(browser: Browser, shop: Shop) -> Iterator[Callable[..., Counter]]:
    """Somebody unlocks a new tablet: `works(js=False, language="de")`; `at` is a tablet that is there."""
    with ExitStack() as stack:

        def begin(at: At | None = None, js: bool = True, **wishes: Any) -> Counter:
            page = {name: wishes.pop(name) for name in ("viewport", "color_scheme", "locale") if name in wishes}
            at = at or tablet(shop.app, store=shop.store, **wishes)
            return stack.enter_context(Counter.opened(browser, shop, at, js, **page))

        yield begin


@pytest.fixture(scope="package")
def manager(shop: Shop) -> At:
    """At a computer of their own, with the same store before them."""
    return desk(shop.app, "manager", store=shop.store)
