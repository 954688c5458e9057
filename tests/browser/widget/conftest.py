"""One browser, one platform and one server of host pages for all tests of the widget as a guest."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, ViewportSize, sync_playwright

from app.adapters.database import Database
from app.config import settings_from
from app.demo import prepare
from tests.browser.widget.zoo import EARS, Visit, Zoo, zoo_at
from tests.process import serving
from tests.smtp_server import free_port

PHONE: ViewportSize = {"width": 412, "height": 823}


def _launched(browsers: BrowserType, **options: Any) -> Browser:
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    path = os.environ.get("CHROMIUM_PATH") or None
    return browsers.launch(executable_path=path, args=["--no-sandbox", *quiet], **options)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers, _launched(browsers.chromium) as one:
        yield one


@pytest.fixture(scope="package")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zoo]:
    folder: Path = tmp_path_factory.mktemp("zoo")
    database = f"sqlite:///{folder}/awning.db"
    given = {"AWNING_MODE": "demo", "AWNING_VAR": str(folder), "AWNING_LOG": "off", "AWNING_RATE_LIMITS": "off"}
    given |= {"DATABASE_URL": database}
    port = free_port()
    prepare(settings_from(given), port)
    with ExitStack() as stack:
        awning = stack.enter_context(serving(given, folder))
        reader = Database(database, pool_size=1)
        stack.callback(reader.close)
        yield Zoo(awning, stack.enter_context(zoo_at(port, awning.url)), reader)


@pytest.fixture
def visitor(browser: Browser, zoo: Zoo) -> Iterator[Callable[..., Visit]]:
    """Makes a visitor with an empty browser of these properties; a phone when none are given."""
    with ExitStack() as stack:

        def come(**properties: Any) -> Visit:
            context = _context(browser, **properties)
            stack.callback(context.close)
            return stack.enter_context(Visit(zoo, context, context.new_page()))

        yield come


@pytest.fixture(scope="package")
def regular(browser: Browser) -> Iterator[Page]:
    """One window for all who need no browser of their own: a new one costs more than most tests."""
    context = _context(browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(zoo: Zoo, regular: Page) -> Iterator[Visit]:
    regular.set_viewport_size(PHONE)
    regular.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    with Visit(zoo, regular.context, regular) as one:
        yield one


@pytest.fixture
def remembering(zoo: Zoo, browser: Browser) -> Iterator[Visit]:
    """A visitor whose browser keeps the pages that were left, as browsers do outside of tests."""
    without = ["--disable-back-forward-cache"]
    with _launched(browser.browser_type, ignore_default_args=without) as one:
        context = _context(one)
        with Visit(zoo, context, context.new_page()) as visit:
            yield visit


def _context(browser: Browser, **properties: Any) -> BrowserContext:
    context = browser.new_context(**({"viewport": PHONE} | properties))
    context.add_init_script(EARS)
    return context
