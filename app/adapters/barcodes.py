"""Barcodes in a photo, read on the server: no camera permission is asked for and no script is sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import BoundedSemaphore

import zxingcpp
from PIL import Image, ImageOps

from app.domain.photo_errors import PhotoBusy, PhotoTooLarge, PhotoUnreadable, PhotoWithoutCode

MOST_PHOTO_BYTES = 15 * 1024 * 1024
# Known from the header, before a pixel is decoded. A JPEG shrinks while decoded; what does not stands in memory whole.
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000}
MOST_PIXELS_WHOLE = 16_000_000
# A photo has some tens of either; each scan of a progressive JPEG is a walk over the whole picture.
MOST_SCANS, MOST_SEGMENTS = 100, 1000
# A photo takes a processor and tens of megabytes: of more at once each would only be slower, and so would all sales.
AT_ONCE, LONGEST_WAIT = 2, 3.0
KINDS = ("JPEG", "PNG", "WEBP")

_Format = zxingcpp.BarcodeFormat
_PRODUCTS = (_Format.EAN13, _Format.EAN8, _Format.UPCA, _Format.UPCE)
_STRIPES = (*_PRODUCTS, _Format.Code128, _Format.Code39, _Format.ITF14)
_ALL = (*_STRIPES, _Format.QRCode, _Format.DataMatrix, _Format.Aztec, _Format.PDF417)
# Less is mostly a pattern on the box that happened to be read.
_FEWEST_CHARACTERS = 4
_SIDE, _LARGE_SIDE, _SMALL_SIDE = 2000, 4000, 1000
_STRIP = 256
_JPEG, _SCAN, _END = b"\xff\xd8", 0xDA, 0xD9
# What has a length behind it. All else between two of these is picture, or makes the decoder give up.
_SEGMENT = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
_room = BoundedSemaphore(AT_ONCE)


def codes_in(photo: bytes) -> tuple[str, ...]:
    """The text of every barcode found, each once, product codes first."""
    if len(photo) > MOST_PHOTO_BYTES:
        raise PhotoTooLarge
    if photo.startswith(_JPEG):
        _count_scans(photo)
    with one_of_few():
        return _codes_in(photo)


@contextmanager
def one_of_few() -> Iterator[None]:
    if not _room.acquire(timeout=LONGEST_WAIT):
        raise PhotoBusy
    try:
        yield
    finally:
        _room.release()


def _codes_in(photo: bytes) -> tuple[str, ...]:
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


def _count_scans(photo: bytes) -> None:
    """Up to the end of the first picture: a film of the moment may be behind it, in which any bytes may stand."""
    place, scans = len(_JPEG), 0
    for _ in range(MOST_SEGMENTS):
        found = _SEGMENT.search(photo, place)
        if found is None or found[0][1] == _END:
            return
        scans += found[0][1] == _SCAN
        if scans > MOST_SCANS:
            break
        place = found.end() + int.from_bytes(photo[found.end() : found.end() + 2])
    raise PhotoTooLarge


def _opened(photo: bytes) -> Image.Image:
    """The header alone. Every decoder has its own way to say that a file is broken."""
    try:
        picture = Image.open(BytesIO(photo), formats=KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise PhotoTooLarge from problem
    except Exception as problem:
        raise PhotoUnreadable from problem
    is_whole = picture.format not in MOST_PIXELS or "progressive" in picture.info
    most = MOST_PIXELS_WHOLE if is_whole else MOST_PIXELS[picture.format or ""]
    if picture.width * picture.height > most:
        raise PhotoTooLarge
    return picture


def _grey(photo: bytes, side: int) -> Image.Image:
    """Grey, upright, and not larger than asked for."""
    picture = _opened(photo)
    try:
        picture.draft("L", _fitted(picture.size, side))
        if picture.has_transparency_data:
            picture = _on_white(picture)
        grey = picture.convert("L")
        grey.thumbnail((side, side), Image.Resampling.BILINEAR)
        return ImageOps.exif_transpose(grey)
    except Exception as problem:
        raise PhotoUnreadable from problem


def _on_white(picture: Image.Image) -> Image.Image:
    """What shows through, strip by strip: the whole picture in colours would take four times the memory."""
    grey = Image.new("L", picture.size, "white")
    for top in range(0, picture.height, _STRIP):
        strip = picture.crop((0, top, picture.width, min(top + _STRIP, picture.height))).convert("RGBA")
        grey.paste(strip.convert("L"), (0, top), strip.getchannel("A"))
    return grey


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    share = min(1.0, side / max(size))
    return int(size[0] * share), int(size[1] * share)
