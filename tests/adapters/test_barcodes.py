"""Photos of barcodes, as tablets and phones send them: pictures that are really drawn, turned, blurred and cut off."""

import random
import struct
import zlib
from contextlib import ExitStack
from io import BytesIO

import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from app.adapters.barcodes import AT_ONCE, MOST_PHOTO_BYTES, codes_in, one_of_few
from app.domain.photo_errors import PhotoBusy, PhotoTooLarge, PhotoUnreadable, PhotoWithoutCode

EAN = "4006381333931"


def barcode(
    text: str = EAN, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.EAN13, scale: int = 3
) -> Image.Image:
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=scale, add_quiet_zones=True)
    height, width = drawn.shape
    return Image.frombytes("L", (width, height), bytes(memoryview(drawn)))


def qr(text: str) -> Image.Image:
    drawn = BytesIO()
    segno.make_qr(text).save(drawn, kind="png", scale=6)
    return Image.open(drawn).convert("L")


def sent(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def on_a_counter(code: Image.Image | None, size: tuple[int, int] = (4000, 3000), turned: float = 12) -> Image.Image:
    """Boxes, printed words and the grain of a sensor, with the code somewhere among them."""
    chance = random.Random(1)
    picture = Image.effect_noise((size[0] // 8, size[1] // 8), 50).resize(size)
    drawing = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        drawing.rectangle((x, y, x + 400, y + 200), fill=chance.randrange(256))
        drawing.text((y, x), "Some printed words on a box 12 V 3 A", fill=chance.randrange(256), font_size=60)
    if code:
        picture.paste(code.rotate(turned, expand=True, fillcolor=255), (size[0] // 3, size[1] // 2))
    return Image.blend(picture, Image.effect_noise(size, 18), 0.15).convert("RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_product_code_is_read_from_every_kind_of_picture(kind: str) -> None:
    assert codes_in(sent(barcode().convert("RGB"), kind)) == (EAN,)


@pytest.mark.parametrize(
    ("text", "kind", "read"),
    [
        ("96385074", zxingcpp.BarcodeFormat.EAN8, "96385074"),
        ("036000291452", zxingcpp.BarcodeFormat.UPCA, "0036000291452"),
        ("01234565", zxingcpp.BarcodeFormat.UPCE, "0012345000065"),
        ("S/N ABC-123", zxingcpp.BarcodeFormat.Code128, "S/N ABC-123"),
        ("356938035643809", zxingcpp.BarcodeFormat.Code128, "356938035643809"),
        ("SN-0042", zxingcpp.BarcodeFormat.DataMatrix, "SN-0042"),
    ],
)
def test_other_codes_on_a_box_are_read_too(text: str, kind: zxingcpp.BarcodeFormat, read: str) -> None:
    assert codes_in(sent(barcode(text, kind, 5))) == (read,)


def test_a_qr_code_is_read() -> None:
    assert codes_in(sent(qr("https://goods.example/4711"))) == ("https://goods.example/4711",)


@pytest.mark.parametrize("turned", [0, 12, 45, 90, 178, 270])
def test_a_code_is_read_whichever_way_the_box_lies(turned: float) -> None:
    assert codes_in(sent(barcode(scale=5).rotate(turned, expand=True, fillcolor=255))) == (EAN,)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_that_says_how_it_was_held_is_read(orientation: int) -> None:
    held = Image.Exif()
    held[0x0112] = orientation

    assert codes_in(sent(barcode(), exif=held)) == (EAN,)


def test_a_noisy_photo_is_read() -> None:
    code = barcode(scale=4)

    noisy = Image.blend(code, Image.effect_noise(code.size, 120), 0.35).filter(ImageFilter.GaussianBlur(1))

    assert codes_in(sent(noisy, quality=40)) == (EAN,)


def test_light_on_dark_is_read() -> None:
    assert codes_in(sent(qr("awning").point(lambda value: 255 - value))) == ("awning",)


@pytest.mark.parametrize("scale", [3, 4, 6])
def test_a_small_code_in_a_photo_of_twelve_megapixels_is_read(scale: int) -> None:
    assert codes_in(sent(on_a_counter(barcode(scale=scale)), quality=90)) == (EAN,)


def test_all_codes_come_back_once_each_and_products_first() -> None:
    sheet = Image.new("L", (900, 1100), 255)
    places = [qr("https://goods.example"), barcode(), barcode(), barcode("96385074", zxingcpp.BarcodeFormat.EAN8)]
    for place, code in enumerate(places):
        sheet.paste(code, (40, 40 + place * 260))

    codes = codes_in(sent(sheet))

    assert codes[-1] == "https://goods.example"
    assert sorted(codes[:-1]) == [EAN, "96385074"]


def test_a_photo_without_a_code_says_so() -> None:
    with pytest.raises(PhotoWithoutCode) as refused:
        codes_in(sent(on_a_counter(None, (1200, 900))))

    assert refused.value.key == "photo_none"


def odd_pictures() -> dict[str, bytes]:
    code = barcode()
    alpha = Image.new("RGBA", code.size, (0, 0, 0, 0))
    alpha.putalpha(code.point(lambda value: 255 - value))  # black stripes on nothing
    other = [Image.new("L", code.size, 255)]
    return {
        "CMYK": sent(code.convert("CMYK")),
        "palette": sent(code.convert("P"), "PNG"),
        "one bit": sent(code.convert("1"), "PNG"),
        "sixteen bits": sent(code.convert("I").point(lambda value: value * 257).convert("I;16"), "PNG"),
        "transparent": sent(alpha, "PNG"),
        "transparent palette": sent(alpha.quantize(8), "PNG"),
        "grey with alpha": sent(alpha.convert("LA"), "PNG"),
        "animated": sent(code.convert("RGB"), "WEBP", save_all=True, append_images=other, lossless=True),
        "animated PNG": sent(code, "PNG", save_all=True, append_images=other),
        "progressive": sent(code, progressive=True),
    }


@pytest.mark.parametrize("name", odd_pictures())
def test_odd_pictures_are_read_like_any_other(name: str) -> None:
    assert codes_in(odd_pictures()[name]) == (EAN,)


@pytest.mark.parametrize(
    "photo",
    [
        b"",
        b"%PDF-1.7 not a picture",
        b"\xff\xd8\xff\xe0 only begins like one",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        b"RIFF\x10\0\0\0WEBPVP8 nothing",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        sent(barcode().convert("RGB"), "GIF"),
        sent(barcode().convert("RGB"), "TIFF"),
        sent(barcode(scale=8))[:4000],
        sent(barcode(scale=8), "PNG")[:-300],
    ],
    ids=["empty", "PDF", "begin of JPEG", "begin of PNG", "begin of WebP", "SVG", "GIF", "TIFF", "cut JPEG", "cut PNG"],
)
def test_what_is_no_whole_picture_is_refused(photo: bytes) -> None:
    with pytest.raises(PhotoUnreadable) as refused:
        codes_in(photo)

    assert refused.value.key == "photo_kind"


def test_twenty_megabytes_are_refused_unread() -> None:
    with pytest.raises(PhotoTooLarge) as refused:
        codes_in(sent(barcode()) + b"\0" * (20 * 1024 * 1024))

    assert refused.value.key == "photo_large"
    assert codes_in(sent(barcode()).ljust(MOST_PHOTO_BYTES, b"\0")) == (EAN,)


def png_bomb(width: int, height: int) -> bytes:
    """Few bytes that would be gigabytes of pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compressobj(9)
    line = b"\0" * (1 + width // 8)
    data = b"".join([*(rows.compress(line) for _ in range(min(height, 2000))), rows.flush()])
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8000, 10000, 50000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    bomb = png_bomb(side, side)

    with pytest.raises(PhotoTooLarge):
        codes_in(bomb)


def with_scans(number: int) -> bytes:
    """A progressive photo whose last scan comes again and again."""
    photo = sent(barcode(), progressive=True)
    last = photo.rindex(b"\xff\xda")
    return photo[:last] + photo[last:-2] * number + b"\xff\xd9"


def test_a_photo_of_very_many_scans_is_refused_before_it_is_decoded() -> None:

    with pytest.raises(PhotoTooLarge):
        codes_in(with_scans(1000))

    assert codes_in(with_scans(20)) == (EAN,)


def test_scans_hidden_behind_what_looks_like_a_long_segment_are_counted() -> None:
    photo = with_scans(1000)
    first = photo.index(b"\xff\xda")

    for hiding in (b"\xff\x01\xff\xff", b"\xff\x02\xff\xff", b"\xff\xd0\xff\xff", b"\xff\xff"):
        with pytest.raises(PhotoTooLarge):
            codes_in(photo[:first] + hiding + photo[first:])


def test_a_photo_of_very_many_tiny_segments_is_refused() -> None:
    photo = sent(barcode())

    with pytest.raises(PhotoTooLarge):
        codes_in(photo[:2] + b"\xff\xec\x00\x02" * 1_000_000 + photo[2:])


def test_a_film_of_the_moment_behind_a_photo_does_no_harm() -> None:
    assert codes_in(sent(barcode()) + b"\xff\xda\x00\x02" * 5000) == (EAN,)


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("PNG", {"transparency": 0}), ("WEBP", {}), ("JPEG", {"progressive": True})]
)
def test_what_does_not_shrink_while_decoded_has_fewer_pixels(kind: str, options: dict[str, object]) -> None:
    with pytest.raises(PhotoTooLarge):
        codes_in(sent(Image.new("L", (5000, 4000)), kind, **options))


def test_only_a_few_photos_are_read_at_once_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.barcodes.LONGEST_WAIT", 0.01)
    with ExitStack() as busy:
        for _ in range(AT_ONCE):
            busy.enter_context(one_of_few())

        with pytest.raises(PhotoBusy) as refused:
            codes_in(sent(barcode()))

    assert refused.value.key == "photo_busy"
    assert codes_in(sent(barcode())) == (EAN,)
