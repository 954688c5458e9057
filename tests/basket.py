"""A basket at the counter, as tests fill it: what is scanned, added and described, and photos of barcodes."""

import io
from uuid import uuid4

import zxingcpp
from PIL import Image

from app.domain.digits import passes_luhn
from app.domain.drafts import Draft
from tests.associate import At
from tests.markup import Page

PHONE, PHONE_GTIN = "NW-PH-5", "2001000010073"
CABLE, TABLET = "NW-CB-C1", "NW-TB-11"


def new_imei() -> str:
    """The suite shares a database, and a piece that somebody else has sold cover for is warned of."""
    digits = f"35{uuid4().int % 10**12:012}"
    return next(digits + check for check in "0123456789" if passes_luhn(digits + check))


IMEI, OTHER_IMEI = new_imei(), new_imei()
WITH_VERSION = next(IMEI[:14] + end for end in ("01", "02") if not passes_luhn(IMEI[:14] + end))
WRONG_IMEI = IMEI[:-1] + str((int(IMEI[-1]) + 1) % 10)
CARD = "4111111111111111"


def begun(at: At, code: str = PHONE) -> str:
    """A sale with this article in it; where it leads."""
    return at.post("/portal/", code=code).location


def drafts_of(at: At) -> list[Draft]:
    return at.platform.drafts.open_in(at.store.id, "live", ("open",), 50)


def product_path(at: At, code: str = PHONE) -> str:
    return begun(at, code).split("/items/")[0].split("/product")[0] + "/product"


def act(at: At, path: str, do: str, **typed: str | None) -> Page:
    """One of the page's forms: they share their hidden fields."""
    return at.post(path, fields={"do": do, "code": None}, **typed)


def described(at: At, path: str, **typed: str) -> Page:
    return at.post(path, fields={"then": "cover", "number": IMEI} | typed)


def barcodes(*codes: tuple[str, zxingcpp.BarcodeFormat]) -> bytes:
    sheet = Image.new("L", (900, 420 * len(codes)), "white")
    for place, (text, kind) in enumerate(codes):
        drawn = zxingcpp.create_barcode(text, kind).to_image(scale=5)
        sheet.paste(Image.fromarray(drawn), (60, 420 * place + 60))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def photo(at: At, path: str, content: bytes, name: str = "box.png") -> Page:
    page = at.get(path)
    form = next(one for one in page.forms if "photo" in one.names or "photo" in one.fields)
    fields = {name: value for name, value in form.fields.items() if name != "photo"}
    return at.send(path, fields | {"photo": (io.BytesIO(content), name)})
