"""Photos of barcodes: what is on them goes into the basket, and what is wrong with them is said."""

import io

import pytest
import zxingcpp
from PIL import Image

from tests.associate import At, tablet
from tests.basket import IMEI, PHONE_GTIN, barcodes, photo, product_path
from tests.markup import page_of
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


def test_a_photo_of_a_barcode_adds_the_article(at: At) -> None:
    page = photo(at, "/portal/", barcodes((PHONE_GTIN, zxingcpp.BarcodeFormat.EAN13)))

    assert at.follow(page).heading == "Phone 5"


def test_a_photo_of_a_phones_box_fills_in_its_imei(at: At) -> None:
    box = barcodes((PHONE_GTIN, zxingcpp.BarcodeFormat.EAN13), (IMEI, zxingcpp.BarcodeFormat.Code128))

    page = at.follow(photo(at, "/portal/", box))

    assert page.form(page.answer.request.path).fields["number"] == IMEI


def test_a_photo_with_several_articles_asks_which(at: At) -> None:
    two = barcodes((PHONE_GTIN, zxingcpp.BarcodeFormat.EAN13), ("2001000010707", zxingcpp.BarcodeFormat.EAN13))

    page = at.follow(photo(at, "/portal/", two))

    assert "Which one is it?" in page.text and "Tablet 11" in page.text and "Phone 5" in page.text


def test_a_photo_without_a_barcode_says_how_to_take_a_better_one(at: At) -> None:
    blank = io.BytesIO()
    Image.new("L", (600, 400), "white").save(blank, "PNG")

    for path in ("/portal/", product_path(at)):
        page = photo(at, path, blank.getvalue())
        assert page.status == 422 and "no barcode in this photo" in page.text


def test_what_is_no_photo_is_said_to_be_none(at: At) -> None:
    assert "not a photo we can read" in photo(at, "/portal/", b"GIF89a" + b"x" * 1000).text
    assert "Choose a photo first" in photo(at, "/portal/", b"").text


def test_a_photo_that_is_too_large_is_refused_in_words(at: At) -> None:
    path = product_path(at)
    body = b"".join(
        (b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n', b"x" * 16_000_000)
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Origin": "https://cover.example"}
    page = page_of(at.client.post(path, base_url="https://cover.example", data=body + b"\r\n--x--", headers=kind))

    assert page.status == 422 and "too large" in page.text
