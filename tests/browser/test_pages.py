"""Our pages in a real browser: readable at every width, quiet in the console, in either direction."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.catalog.release import release_of
from app.catalog.source import read_folder
from tests.partner import CATALOG
from tests.process import Server, awning, serving

WIDTHS = (320, 375, 820, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        one = browsers.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield one
        one.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("pages")
    environment = {"AWNING_MODE": "demo", "AWNING_VAR": str(folder), "AWNING_LOG": "off"}
    awning(environment, "catalog", "publish", str(CATALOG / "northwind"))
    with serving(environment, folder) as running:
        yield running


def _pages() -> list[tuple[str, str]]:
    release = release_of(read_folder(CATALOG / "northwind"))
    languages = ("en", "de", "ar", "ja")
    return [("/", "ltr"), ("/docs/", "ltr"), ("/docs/refunds", "ltr")] + [
        (f"/documents/{release.id}/summary.{language}.html", "rtl" if language == "ar" else "ltr")
        for language in languages
    ]


@pytest.mark.parametrize(("path", "direction"), _pages(), ids=lambda value: value.rpartition("/")[2] or "home")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_every_width_and_says_nothing_to_the_console(
    browser: Browser, server: Server, path: str, direction: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))

    answer = page.goto(server.url + path)

    assert answer is not None and answer.status == 200
    assert page.evaluate("document.documentElement.dir") == direction
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    assert said == []
    context.close()
