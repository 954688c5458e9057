"""The basket: articles are scanned, looked for, photographed or typed in, and each is described."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request, url_for

from app.domain.card_numbers import holds_card_number
from app.domain.drafts import DECLINED, OPEN, QUOTED, SOLD, Draft, Line
from app.domain.money import currency
from app.domain.portal_errors import NotHere
from app.domain.purchase import price_of, purchase_day
from app.services.add_item import (
    UNLISTED,
    Unlisted,
    add_earlier,
    add_item,
    add_unlisted,
    categories_of,
    exact_item,
    remove_item,
)
from app.services.describe_item import Description, describe_item, number_of
from app.services.find_items import found_items, recent_items
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.portal import basket
from app.web.portal.answers import page
from app.web.portal.forms import StepForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.photos import photographed, room_for_photos
from app.web.portal.product_forms import (
    AddForm,
    CoverForm,
    ItemForm,
    LineForm,
    PhotoForm,
    ScanForm,
    UnlistedForm,
    today,
)
from app.web.portal.sale import desk, opened, refilled, saved, the_draft
from app.web.portal.shop import the_counter
from app.web.portal.typed import place

blueprint = portal_door("portal_product", permission="sell", needs_tablet=True)
blueprint.url_value_preprocessor(room_for_photos)
AREA = "selling"
RECENT, RECENT_SALES, MOST_EARLIER = 5, 20, 8
ANY = (OPEN, QUOTED, DECLINED, SOLD)


@blueprint.route("/portal/sales/<draft_id>/product", methods=["GET", "POST"])
def product(draft_id: str) -> Response:
    draft = opened(draft_id, "product")
    forms = _fresh_forms()
    if request.method == "POST":
        photo = photographed(PhotoForm, lambda form: draft)
        if isinstance(photo, Response):
            return photo
        name, form, answer = ("photo", photo, None) if photo is not None else _acted(draft)
        if answer is not None:
            return answer
        forms[name] = form
        draft = the_draft(draft_id)
    return _product_page(draft, forms)


def found_for(draft: Draft, text: str) -> Response:
    """What the page of the basket shows for words typed before there was one."""
    forms = _fresh_forms()
    forms["scan"].code.data = text
    return _product_page(draft, forms)


@blueprint.route("/portal/sales/<draft_id>/items/<line_id>", methods=["GET", "POST"])
def item(draft_id: str, line_id: str) -> Response:
    draft = opened(draft_id, "product")
    line = draft.line(line_id)
    form = ItemForm(data={} if line is None else _typed_before(draft, line))
    form.identifier = "none" if line is None else line.identifier
    if form.is_sent():
        is_more = request.form.get("then") == "more" or basket.untrained() is not None
        answer = saved(form, draft, lambda now: _described(now, line_id, form, is_more), _after(is_more), basket.asks)
        if answer is not None:
            return answer
        draft = the_draft(draft_id)
        line = draft.line(line_id)
    if line is None:
        raise NotHere()
    refilled(form, draft, place("item", line_id))
    return page("item", form.status, area=AREA, form=form, line=line, draft=draft, **_item_facts(draft, line))


def _acted(draft: Draft) -> tuple[str, StepForm, Response | None]:
    name = request.form.get("do", "scan")
    kind, act = ACTIONS.get(name, ACTIONS["scan"])
    form = kind()
    return name if name in ACTIONS else "scan", form, act(form, draft) if form.is_sent() else None


def _fresh_forms() -> dict[str, StepForm]:
    return {**{name: kind(formdata=None) for name, (kind, _) in ACTIONS.items()}, "photo": PhotoForm(formdata=None)}


def _scan(form: Any, draft: Draft) -> Response | None:
    return basket.scanned_item(form, draft, form.code.data)


def _add(form: Any, draft: Draft) -> Response | None:
    found = exact_item(counter().catalog.items, form.sku.data)
    if found is None:
        raise NotHere()
    return saved(form, draft, lambda now: add_item(basket.basket(now), found), basket.to_newest)


def _again(form: Any, draft: Draft) -> Response | None:
    earlier = basket.earlier_sales().line(form.sale.data, form.line.data) if is_uuid(form.sale.data or "") else None
    if earlier is None:
        raise NotHere()
    sale, line = earlier
    return saved(form, draft, lambda now: add_earlier(basket.basket(now), line, sale.receipt), basket.to_newest)


def _remove(form: Any, draft: Draft) -> Response | None:
    return saved(form, draft, lambda now: remove_item(desk().store, now, form.line.data), basket.to_product)


def _write(form: Any, draft: Draft) -> Response | None:
    price = price_of(form.price.data, currency(counter().store.currency))
    typed = Unlisted(form.title.data, form.category.data, price)
    items = counter().catalog.items
    return saved(form, draft, lambda now: add_unlisted(basket.basket(now), items, typed), basket.to_newest)


def _cover(form: Any, draft: Draft) -> Response | None:
    return saved(form, draft, basket.covered, basket.to_cover, basket.asks)


# What can be done on the page of the basket: the form it takes, and what carries it out.
ACTIONS: dict[str, tuple[type[StepForm], Callable[[Any, Draft], Response | None]]] = {
    "scan": (ScanForm, _scan),
    "add": (AddForm, _add),
    "again": (LineForm, _again),
    "remove": (LineForm, _remove),
    "write": (UnlistedForm, _write),
    "cover": (CoverForm, _cover),
}


def _product_page(draft: Draft, forms: dict[str, StepForm]) -> Response:
    for form in forms.values():
        form.shows(draft)
    asked, codes = _asked(forms["scan"]), _photographed()
    forms["write"].category.choices = [("", ""), *((name, _kind_name(name)) for name in _kinds())]
    wrong = next((form for form in forms.values() if form.errors), None)
    facts = {"forms": forms, "wrong": wrong, "asked": asked, "codes": codes, **_to_choose_from(draft, asked, codes)}
    if wrong is None and not facts["is_nothing"]:
        forms["scan"].code.data = ""
    return page("product", 200 if wrong is None else 422, area=AREA, draft=draft, **facts, **_basket_facts(draft))


def _asked(form: Any) -> str:
    """What was typed is sent in a form and stands in no address: addresses are kept by browsers and in logs."""
    return "" if form.errors else (form.code.data or "")[:200]


def _photographed() -> list[str]:
    """The codes of a photo that were several articles', or nobody's. No card number in an address is shown."""
    codes = [code[:60] for code in request.args.getlist("code") if not holds_card_number(code)][:6]
    known = [code for code in request.args.getlist("code")[:6] if exact_item(counter().catalog.items, code)]
    return known or codes


def _to_choose_from(draft: Draft, asked: str, codes: list[str]) -> dict[str, Any]:
    at = counter()
    found = (exact_item(at.catalog.items, code) for code in codes)
    by_code = {item.sku: item for item in found if item is not None}
    if asked:
        rows = [basket.shown_row(row) for row in found_items(at.catalog, the_counter(), asked, basket.place())]
    else:
        rows = basket.shown(by_code.values())
    earlier = _earlier(draft, asked) if asked else []
    is_search = bool(asked or codes)
    recent = [] if is_search else _recent(draft)
    return {"rows": rows, "earlier": earlier, "recent": recent, "is_nothing": is_search and not rows and not earlier}


def _earlier(draft: Draft, number: str) -> list[dict[str, Any]]:
    at = counter()
    found = [(sale, line) for sale, line in basket.earlier_sales().on_receipt(number) if sale.id != draft.id]
    return [
        {
            "sale": sale.id,
            "line": line.id,
            "title": line.title,
            "price": basket.price_of_line(line),
            "day": at.say(AREA).day(date.fromisoformat(line.purchased_on)),
        }
        for sale, line in found[:MOST_EARLIER]
    ]


def _recent(draft: Draft) -> list[basket.Shown]:
    at = counter()
    before = [one for one in platform().drafts.open_in(at.store.id, at.mode, ANY, RECENT_SALES) if one.id != draft.id]
    here = {line.sku for line in draft.lines}
    items = recent_items(at.catalog, before, RECENT + len(here))
    return basket.shown([one for one in items if one.sku not in here][:RECENT])


def _kinds() -> tuple[str, ...]:
    return categories_of(counter().catalog.items)


def _kind_name(category: str) -> str:
    """Of electronics/washing-machines the part that people say: Washing machines."""
    name = category.rpartition("/")[2].replace("-", " ")
    return name[:1].upper() + name[1:]


def _basket_facts(draft: Draft) -> dict[str, Any]:
    lines = [
        {
            "id": line.id,
            "url": url_for("portal_product.item", draft_id=draft.id, line_id=line.id),
            "title": line.title,
            "detail": line.variant or _kind_name(line.category),
            "price": basket.price_of_line(line),
            "is_described": line.is_described,
        }
        for line in draft.lines
    ]
    rule = basket.untrained()
    training = None if rule is None else the_counter().said(rule.text, counter().language)
    is_whole = bool(draft.lines) and all(line.is_described for line in draft.lines)
    return {"lines": lines, "training": training, "is_whole": is_whole}


def _item_facts(draft: Draft, line: Line) -> dict[str, Any]:
    at, selling = counter(), the_counter()
    others = [one for one in draft.lines if one.id != line.id]
    standing = basket.stands(draft, line)
    basket_form = LineForm(formdata=None)
    basket_form.shows(draft)
    return {
        "conditions": [(one.key, selling.said(one.label, at.language), "") for one in selling.conditions],
        "detail": ", ".join(part for part in (line.variant, "" if line.sku == UNLISTED else line.sku) if part),
        "standing": standing.mark if line.price else "",
        "reason": basket.reason_of(standing) if line.price else "",
        "today": today().isoformat(),
        "is_last": all(one.is_described for one in others),
        "basket_form": basket_form,
        "here_id": line.id,
        **_basket_facts(draft),
    }


def _typed_before(draft: Draft, line: Line) -> dict[str, str]:
    return {
        "number": line.serial,
        "price": line.price,
        "purchased_on": line.purchased_on,
        "condition": line.condition,
        "receipt": draft.receipt,
    }


def _described(draft: Draft, line_id: str, form: Any, is_more: bool) -> Draft:
    said = Description(
        number=number_of(form.identifier, form.number.data or ""),
        price=price_of(form.price.data, currency(counter().store.currency)),
        purchased_on=purchase_day(form.purchased_on.data, today()),
        condition=form.condition.data,
        receipt=form.receipt.data or "",
        sells_again=form.anyway.data or "",
        goes_without=bool(form.without.data),
        keeps_price=form.keeps.data or "",
    )
    described = describe_item(basket.checks(draft), draft, line_id, said)
    is_whole = all(line.is_described for line in described.lines)
    return described if is_more or not is_whole else basket.covered(described)


def _after(is_more: bool) -> Callable[[Draft], str]:
    """To the next article that wants describing; else on with the sale."""

    def go_on(draft: Draft) -> str:
        missing = next((line for line in draft.lines if not line.is_described), None)
        if is_more:
            return basket.to_product(draft)
        if missing is not None:
            return url_for("portal_product.item", draft_id=draft.id, line_id=missing.id)
        return basket.to_cover(draft)

    return go_on
