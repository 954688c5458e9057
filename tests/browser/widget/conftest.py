"""One browser, one platform and one server of host pages for all tests of the widget as a guest."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.adapters.database import Database
from app.config import settings_from
from app.demo import prepare
from tests.browser.widget.zoo import EARS, Visit, Zoo, zoo_at
from tests.process import serving
from tests.smtp_server import free_port

PHONE = {"width": 412, "height": 823}


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
    """Makes a visitor with a browser of these properties; a phone when none are given."""
    with ExitStack() as stack:

        def come(**properties: Any) -> Visit:
            context = browser.new_context(**({"viewport": PHONE} | properties))
            stack.callback(context.close)
            context.add_init_script(EARS)
            return Visit(zoo, context, context.new_page()).listen()

        yield come


@pytest.fixture
def visit(visitor: Callable[..., Visit]) -> Visit:
    return visitor()
