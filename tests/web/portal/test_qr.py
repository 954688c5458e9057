"""QR codes on a page: a camera reads them in light and in dark, and a screen reader says what they are for."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from app.adapters.barcodes import codes_in
from app.web.portal.qr import qr_svg

LINK = "https://cover.example/portal/hand-over/4MXKQ-7RTYB"
PAGE = """<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<body bgcolor="{ground}" text="#e9efeb"><table width="300"><tr><td>{code}</td></tr></table>"""


def test_it_has_a_role_and_a_label_and_nothing_the_content_policy_forbids() -> None:
    drawn = qr_svg(LINK, 'Read <this> on "your" phone')

    element = ElementTree.fromstring(drawn)
    assert element.attrib["role"] == "img"
    assert element.attrib["aria-label"] == 'Read <this> on "your" phone'
    assert "style" not in drawn and "<script" not in drawn and LINK not in drawn
    assert "width" not in element.attrib and element.attrib["viewBox"].startswith("0 0 ")


@pytest.mark.parametrize("ground", ["#ffffff", "#101513"])
def test_a_camera_reads_it_on_a_light_and_on_a_dark_page(tmp_path: Path, ground: str) -> None:
    page_file = tmp_path / "page.html"
    page_file.write_text(PAGE.format(ground=ground, code=qr_svg(LINK, "Read on")), encoding="utf-8")
    said: list[str] = []

    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or None, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 375, "height": 400})
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        photo = page.screenshot()
        browser.close()

    assert codes_in(photo) == (LINK,)
    assert said == []


def test_a_longer_link_makes_a_larger_code_and_is_read_too() -> None:
    assert len(qr_svg(LINK + "x" * 300, "Read on")) > len(qr_svg(LINK, "Read on"))
