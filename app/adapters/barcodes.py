"""Barcodes in a photo, read on the server: no camera permission is asked for and no script is sent."""

from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps

from app.domain.photo_errors import PhotoTooLarge, PhotoUnreadable, PhotoWithoutCode

MOST_PHOTO_BYTES = 15 * 1024 * 1024
# Known from the header, before a pixel is decoded. A JPEG shrinks while decoded; others stand in memory whole.
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
KINDS = ("JPEG", "PNG", "WEBP")

_Format = zxingcpp.BarcodeFormat
_PRODUCTS = (_Format.EAN13, _Format.EAN8, _Format.UPCA, _Format.UPCE)
_STRIPES = (*_PRODUCTS, _Format.Code128, _Format.Code39, _Format.ITF14)
_ALL = (*_STRIPES, _Format.QRCode, _Format.DataMatrix, _Format.Aztec, _Format.PDF417)
# Less is mostly a pattern on the box that happened to be read.
_FEWEST_CHARACTERS = 4
_SIDE, _LARGE_SIDE, _SMALL_SIDE = 2000, 4000, 1000


def codes_in(photo: bytes) -> tuple[str, ...]:
    """The text of every barcode found, each once, product codes first."""
    if len(photo) > MOST_PHOTO_BYTES:
        raise PhotoTooLarge
    picture = _grey(photo, _SIDE)
    codes = _read(picture, _ALL, thorough=False)
    if not codes and _is_camera_photo(photo):
        # A small code in a large photo: stripes alone, which takes a tenth of looking for everything.
        codes = _read(_grey(photo, _LARGE_SIDE), _STRIPES, thorough=False)
    if not codes:
        # Stripes are looked for along and across only, so a box that lies askew is turned.
        codes = _read(picture.rotate(45, expand=True, fillcolor=255), _STRIPES, thorough=False)
    if not codes:
        # Out of focus, light on dark: better seen from further away.
        picture.thumbnail((_SMALL_SIDE, _SMALL_SIDE))
        codes = _read(picture, _ALL, thorough=True)
    if not codes:
        raise PhotoWithoutCode
    return codes


def _read(picture: Image.Image, formats: tuple[zxingcpp.BarcodeFormat, ...], thorough: bool) -> tuple[str, ...]:
    found = zxingcpp.read_barcodes(picture, formats=list(formats), try_downscale=thorough, try_invert=thorough)
    useful = [code for code in found if len(code.text.strip()) >= _FEWEST_CHARACTERS]
    useful.sort(key=lambda code: code.format not in _PRODUCTS)
    return tuple(dict.fromkeys(code.text.strip() for code in useful))


def _is_camera_photo(photo: bytes) -> bool:
    """Large, and of the one kind that can be decoded a second time without paying for all its pixels."""
    picture = _opened(photo)
    return picture.format in ("JPEG", "MPO") and max(picture.size) > _SIDE


def _opened(photo: bytes) -> Image.Image:
    """The header alone. Every decoder has its own way to say that a file is broken."""
    try:
        picture = Image.open(BytesIO(photo), formats=KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise PhotoTooLarge from problem
    except Exception as problem:
        raise PhotoUnreadable from problem
    if picture.width * picture.height > MOST_PIXELS[picture.format or ""]:
        raise PhotoTooLarge
    return picture


def _grey(photo: bytes, side: int) -> Image.Image:
    """Grey, upright, and not larger than asked for."""
    picture = _opened(photo)
    try:
        picture.draft("L", _fitted(picture.size, side))
        if picture.has_transparency_data:
            shown = picture.convert("RGBA")
            shown.thumbnail((side, side), Image.Resampling.BILINEAR)
            picture = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
        grey = picture.convert("L")
        grey.thumbnail((side, side), Image.Resampling.BILINEAR)
        return ImageOps.exif_transpose(grey)
    except Exception as problem:
        raise PhotoUnreadable from problem


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    share = min(1.0, side / max(size))
    return int(size[0] * share), int(size[1] * share)
