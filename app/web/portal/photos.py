"""A photo of a barcode, from the camera that every tablet has: no permission is asked for, the server reads it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.adapters.barcodes import MOST_PHOTO_BYTES, codes_in
from app.domain.card_numbers import holds_card_number
from app.domain.drafts import Draft
from app.domain.goods import is_imei
from app.domain.portal_errors import PortalRefused
from app.services.add_item import exact_item
from app.web.portal.answers import moved_to
from app.web.portal.basket import scanned_item
from app.web.portal.gate import counter
from app.web.portal.product_forms import PhotoForm

Form = TypeVar("Form", bound=PhotoForm)
# Beside the photo: its name, the tokens, the borders between them.
MORE_BYTES = 64 * 1024
MULTIPART = "multipart/form-data"
MOST_CODES = 6


def room_for_photos(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The limit of a body is for everything else; said before anything reads the form."""
    if request.method == "POST" and request.mimetype == MULTIPART:
        request.max_content_length = MOST_PHOTO_BYTES + MORE_BYTES


def photographed(kind: type[Form], draft_of: Callable[[Form], Draft]) -> Response | Form | None:
    """None where no photo was sent; else where to go on, or the form with the reason why not."""
    if request.mimetype != MULTIPART:
        return None
    try:
        form = kind()
    except RequestEntityTooLarge:
        form = kind(formdata=None)
        form.refuse(PortalRefused("photo_large", field="photo"))
        return form
    if not form.is_sent():
        return form
    try:
        return _found(form, draft_of(form))
    except PortalRefused as problem:
        form.refuse(PortalRefused(problem.key, field="photo", **problem.values))
        return form


def _found(form: Form, draft: Draft) -> Response | Form:
    photo = _content(form.photo.data)
    if not photo:
        raise PortalRefused("photo_missing")
    codes = codes_in(photo)
    items = counter().catalog.items
    known = [code for code in codes if exact_item(items, code) is not None]
    if len({item.sku for code in known if (item := exact_item(items, code))}) == 1:
        return scanned_item(form, draft, known[0], _imei_among(codes)) or form
    return moved_to("portal_product.product", draft_id=draft.id, code=(known or _telling(codes))[:MOST_CODES])


def _content(upload: Any) -> bytes:
    """A large one lies in a file of its own, which nobody else would close."""
    if not upload:
        return b""
    with closing(upload):
        content: bytes = upload.read()
    return content


def _imei_among(codes: tuple[str, ...]) -> str:
    """A phone's box has its IMEI beside the product code. Where it has two, the associate chooses."""
    found = [code for code in codes if is_imei(code)]
    return found[0] if len(found) == 1 else ""


def _telling(codes: tuple[str, ...]) -> list[str]:
    """Numbers of no article here. What could be a card's is not carried in an address."""
    telling = [code[:60] for code in codes if not holds_card_number(code)]
    if not telling:
        raise PortalRefused("photo_none")
    return telling
