"""A customer at our pages: has a booking and the links to it, and nothing else."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from app.adapters.tables import events, outbox
from tests.contract import stored_rows
from tests.partner import Partner, wish

PAGES = ("coi", "cancel", "modify", "claim", "account")
BOTH = ("device-protection-2y", "accidental-damage-2y")


@dataclass(frozen=True)
class Customer:
    partner: Partner
    booking: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.booking["id"])

    @property
    def token(self) -> str:
        return str(self.booking["security_token"])

    @property
    def account_id(self) -> str:
        return str(self.booking["account_url"]).partition("?id=")[2].partition("&")[0]

    @property
    def quote_ids(self) -> list[str]:
        return [quote["id"] for quote in self.booking["quotes"]]

    def address(self, page: str, language: str = "en", token: str | None = None) -> str:
        given = self.token if token is None else token
        if page == "claim":
            return f"/{language}/account/claims/fnol?bookingID={self.id}&security_token={given}"
        if page == "account":
            query = f"id={self.account_id}&signup_token={self.partner.platform.tokens.signup_token(self.account_id)}"
            return f"/{language}/account?{query if token is None else with_token(query, given)}"
        return f"/{language}/{page}/{self.id}?security_token={given}"

    def opens(self, page: str, language: str = "en") -> TestResponse:
        return self.partner.client.get(self.address(page, language))

    def sends(self, page: str, language: str = "en", **fields: Any) -> TestResponse:
        return self.partner.client.post(self.address(page, language), data=fields)

    def follows(self, answer: TestResponse) -> TestResponse:
        """The page that a sent form leads to."""
        assert answer.status_code == 303, answer.text
        return self.partner.client.get(answer.headers["Location"])

    def happened(self, *names: str) -> list[Any]:
        """The events of the booking's trail with these names, in their order."""
        found = stored_rows(self.partner.app, events, trail_id=self.booking["fast_quote_id"])
        return [row for row in found if row.name in names]

    def mails(self, *names: str) -> list[Any]:
        found = stored_rows(self.partner.app, outbox, booking_id=self.id, kind="mail")
        return [row for row in found if row.event in names]


def with_token(query: str, token: str) -> str:
    return re.sub(r"signup_token=[^&]*", f"signup_token={token}", query)


def customer_of(partner: Partner, example: str, *products: str, **policyholder: Any) -> Customer:
    """A new booking of these products, and its customer."""
    offer = partner.offered(example)
    body = wish(offer, *products)
    body["policyholder"] |= policyholder
    answer = partner.confirm(offer, body)
    assert answer.status_code == 200, answer.text
    return Customer(partner, partner.shown(answer.json["id"]))


def said(answer: TestResponse) -> str:
    """What a page says, without its tags and with single spaces."""
    body = answer.text.partition("<main>")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def hidden(answer: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, name
    return found[1]


def page_for_every_template(partner: Partner) -> list[str]:
    """Addresses that show each customer template; the page of refusals is shown on the way."""
    here, gone, moved = (customer_of(partner, "apartment-in-paris", email=f"{n}@example.org") for n in range(3))
    here.partner.client.get(here.address("coi", token="wrong"))
    previews = [customer.sends("cancel").headers["Location"] for customer in (here, moved)]
    form = {
        "key": "",
        "happened_on": "2020-01-01",
        "outside": "2020-01-01",
        "story": "It broke.",
        "email": "a@example.org",
    }
    claimed = here.sends("claim", **form).headers["Location"]
    partner.post(f"bookings/{gone.id}/cancel", {})
    partner.patch(f"bookings/{moved.id}", {"policyholder": {"city": "Lyon", "email": "new@example.org"}})
    wordings = f"/en/pds/{here.booking['fast_quote_id']}"
    pages = [customer.address(page) for customer in (here, gone) for page in PAGES]
    return [*pages, moved.address("account"), *previews, claimed, wordings, here.booking["quotes"][0]["pds_url"][21:]]
