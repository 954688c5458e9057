"""Every page of the portal in the states it can be in, for tests that look at all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from playwright.sync_api import Page

from app.adapters.locales import said
from app.domain.staffing import Actor
from app.services.set_secrets import invite, set_password
from tests.associate import At, new_staff
from tests.begun_sale import Sale, sale_at
from tests.browser.portal.counter import imei
from tests.counter_sales import asked, returned, sold
from tests.offering import book, camera, sale, washing_machine

PASSWORD = "seven quiet umbrellas"
FOUND = "main section[aria-live] h2"
TOLD = "main :is([role=alert], .error)"
Act = Callable[[Page], object]


@dataclass(frozen=True)
class Place:
    """`act`: what is done on the page until it is in this state."""

    name: str
    path: str
    act: Act | None = None
    is_missing: bool = False


def send(page: Page, field: str, text: str = "", until: str = TOLD) -> None:
    """The form that has this field, with this in it, as Enter sends it."""
    found = page.locator(f"main [name={field}]").first
    if text:
        found.evaluate("(field, text) => { field.value = text; }", text)
    found.evaluate("field => field.form.requestSubmit()")
    page.locator(until).first.wait_for()


def refused(field: str, text: str = "") -> Act:
    return partial(send, field=field, text=text)


def opened(page: Page) -> None:
    """Everything that is folded away."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")


def selling(at: At) -> Iterator[Place]:
    """From the start to the last word. The sales are in this person's store, in the customer's language."""
    language = at.store.language
    here = partial(sale_at, at, language=language)
    basket, quote, bought = sale(at, language=language), sale(at, language=language), sold(at)
    item = f"{basket}/items/{at.platform.drafts.by_id(basket.split('/')[3]).lines[0].id}"  # type: ignore[union-attr]
    yield Place("start", "/portal/", opened)
    yield Place("start, a photo is missing", "/portal/", refused("photo"))
    yield Place("product", f"{basket}/product", opened)
    yield Place("product, results", f"{basket}/product", partial(send, field="code", text="phone", until=FOUND))
    yield Place("product, nothing found", f"{basket}/product", partial(send, field="code", text="zzzzzz", until=FOUND))
    yield Place("item", item)
    yield Place("item, refused", item, refused("price", "much"))
    yield Place("offer", f"{basket}/offer", opened)
    yield Place(
        "offer, is it covered", f"{basket}/offer", partial(send, field="ask", text="dropped", until="main .found")
    )
    yield Place("offer of nothing", f"{sale(at, book(), language=language)}/offer")
    yield Place("offer of several", f"{sale(at, camera(), washing_machine(), language=language)}/offer?view=customer")
    yield from agreeing(here)
    yield Place("declined", f"{quote}/offer", lambda page: send_no(page))
    yield Place("code of a quote", "/portal/quotes", refused("code", "ABCD-EFGH"))
    yield Place("done", f"/portal/sales/{bought.draft.id}/done")
    yield Place("the receipt", f"/portal/sales/{bought.draft.id}/done/sheet/receipt")
    yield Place("a page to print", f"/portal/sales/{bought.draft.id}/done/sheet/page")


def agreeing(here: Callable[..., Sale]) -> Iterator[Place]:
    reads, pays, checks = here("consent"), here("payment"), here("check")
    yield Place("customer", reads.url("customer"))
    yield Place("customer, refused", reads.url("customer"), refused("last_name", " "))
    yield Place("customer, another address meant", reads.url("customer"), refused("email", "ana@gmial.com"))
    yield Place("consent", reads.url("consent"))
    yield Place("customer view", reads.url("consent/customer"))
    yield Place("customer view, refused", reads.url("consent/customer"), refused("agreed"))
    yield Place("paper", reads.url("consent/paper"))
    yield Place("paper, refused", reads.url("consent/paper"), refused("signed"))
    yield Place("agreed", pays.url("consent"))
    yield Place("payment", pays.url("payment"))
    yield Place("payment, refused", pays.url("payment"), refused("reference"))
    yield Place("check", checks.url("check"))


def send_no(page: Page) -> None:
    """Not today, to whatever is asked."""
    page.locator("main button[name=answer][value=no]").first.click()
    page.wait_for_url("**/declined")


def serving(at: At) -> Iterator[Place]:
    bought, broken = sold(at), returned(at)
    asked(at, "no")
    yield Place("find", "/portal/bookings")
    yield Place("find, refused", "/portal/bookings", refused("text"))
    found = f"main h2:text-is('{said('serving', at.staff.language)('find.found')}')"
    yield Place("find, found", "/portal/bookings", partial(send, field="text", text=bought.booking_id, until=found))
    yield Place(
        "find, nothing", "/portal/bookings", partial(send, field="text", text=imei(), until="main [role=status]")
    )
    yield Place("booking", bought.url)
    yield Place("contact, refused", f"{bought.url}/contact", refused("email", "nobody"))
    yield Place("serial, refused", f"{bought.url}/serial", refused("serial", "123"))
    yield Place("certificate", f"{bought.url}/certificate")
    yield Place("evidence", f"{bought.url}/evidence")
    yield Place("cancel, refused", f"{bought.url}/cancel", refused("reason"))
    yield Place("cancel, preview", f"{bought.url}/cancel", previewed)
    yield Place("cancelled", f"{bought.url}/cancel", cancelled)
    yield Place("to do", "/portal/to-do")
    yield Place("to do, an address", f"/portal/to-do/mail/{broken.booking_id}", refused("email", "nobody"))
    yield Place("numbers", "/portal/numbers")
    yield Place("numbers of the store", "/portal/numbers/store")
    yield Place("not found", "/portal/bookings/AAAAA-AAAAA-INS", is_missing=True)


def previewed(page: Page) -> None:
    page.locator("[name=reason]").first.check()
    page.locator("[name=reason]").first.evaluate("field => field.form.requestSubmit()")
    page.wait_for_url("**/cancel/*")


def cancelled(page: Page) -> None:
    previewed(page)
    page.get_by_role("button").last.click()
    page.locator("main form").wait_for(state="detached")


def looking_after(at: At) -> Iterator[Place]:
    assert at.device is not None
    other = new_staff(at.app, "manager", at.store)
    yield Place("more", "/portal/more")
    yield Place("own PIN", "/portal/more/pin", refused("pin", "918274"))
    yield Place("people", "/portal/people")
    yield Place("a person", f"/portal/people/{other.id}")
    yield Place("a person, new", "/portal/people/new", refused("name"))
    for change in ("stores", "pin", "end"):
        yield Place(f"a person, {change}", f"/portal/people/{other.id}/{change}")
    yield Place("tablets", "/portal/tablets")
    yield Place("a tablet", f"/portal/tablets/{at.device.id}")
    yield Place("a tablet, new", "/portal/tablets/new", refused("name"))
    yield Place(
        "code of a tablet",
        "/portal/tablets/new",
        partial(send, field="name", text="Till 9", until="main .code, main [dir=ltr], main bdi"),
    )
    yield Place("stores", "/portal/stores")
    yield Place("a store", f"/portal/stores/{at.store.id}")
    yield Place("a store, new", "/portal/stores/new", refused("name"))
    yield Place("a store, details", f"/portal/stores/{at.store.id}/details")
    yield Place("audit", "/portal/audit")


def outside(at: At) -> Iterator[Place]:
    """Before anybody is at work. Pages that follow each other stand in their order."""
    people, operator, now = at.people, Actor(at.store.partner_code), datetime.now(UTC)
    person = new_staff(at.app, "manager", at.store, at.staff.language)
    pin = f"/portal/unlock/{person.id}"
    yield Place(
        "invitation", f"/portal/invitation/{invite(people, operator, person.id, now)}", refused("password", "short")
    )
    set_password(people, operator, person.id, PASSWORD, now)
    yield Place("who is it", "/portal/unlock")
    yield Place("PIN", pin)
    yield Place("PIN, wrong", pin, refused("pin", "918274"))
    yield Place("PIN, locked", pin, partial(locked, path=pin))
    yield Place("set up a tablet", "/portal/enrol", refused("code", "ABCD-2345"))
    yield Place("sign in", "/portal/sign-in")
    yield Place("sign in, refused", "/portal/sign-in", refused("password", "wrong"))
    yield Place("sign in, set up", "/portal/sign-in", partial(signed, email=str(person.email)))


def locked(page: Page, path: str) -> None:
    for _ in range(4):
        page.goto(path)
        send(page, "pin", "918274")


def signed(page: Page, email: str) -> None:
    page.locator("[name=email]").fill(email)
    send(page, "password", PASSWORD, until="[name=code]")
    page.wait_for_url("**/set-up*")


def of_customers(at: At) -> Iterator[Place]:
    """On a phone of their own, without a cookie of ours."""
    reads, over = sale_at(at, "consent", language=at.store.language), sale_at(at, "consent", language=at.store.language)
    answering = partial(refused, "agreed")
    yield Place("hand-over", link(at, reads), opened)
    yield Place("hand-over, refused", link(at, reads), answering())
    yield Place("hand-over, address refused", link(at, reads), refused("email", "nobody"))
    yield Place("hand-over, declined", link(at, over), lambda page: page.locator("button[value=no]").click())
    yield Place("hand-over, unknown", "/portal/hand-over/nothing-of-ours", is_missing=True)
    quote = sale(at, language=at.store.language)
    at.get(f"{quote}/offer")
    at.post(f"{quote}/quote", on=f"{quote}/offer")
    yield Place("quote", quoted(at, quote))


def link(at: At, sale: Sale) -> str:
    """What the code on the tablet says."""
    found = at.get(sale.url("consent")).text.split("/portal/hand-over/")[1].split()[0]
    return f"/portal/hand-over/{found}"


def quoted(at: At, path: str) -> str:
    from urllib.parse import urlsplit

    from app.web.portal.quote_page import quote_link

    draft = at.platform.drafts.by_id(path.split("/")[3])
    assert draft is not None and draft.code
    with at.app.test_request_context():
        return urlsplit(quote_link(draft)).path
