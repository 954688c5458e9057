"""Somebody at work in a store, as tests see them: an enrolled tablet, a PIN that was typed, a page and its forms.

    at = tablet(app)                         # an associate of a new store in London, unlocked on a new tablet
    at = tablet(app, role="manager", country="US", region="WA", currency="USD", trained=("us-training",))
    colleague = at.beside()                  # another person on a second tablet of the same store
    leeds = at.elsewhere("manager")          # another store of the same partner
    stranger = at.abroad()                   # a store of another partner (HRTHS)
    boss = at.desk("admin")                  # signed in with a password, without a tablet, looking at the same store

    page = at.get("/portal/")                # a Page: .status .title .heading .text .links .forms .answer
    page = at.post("/portal/sales/<id>/customer", first_name="Ana")
    page = at.follow(page)                   # GETs where a 303 (or HX-Redirect) leads
    at.htmx.post(...), at.htmx.get(...)      # as htmx asks: only the block comes back

`post` GETs the page first (`on=` where the form stands on another page than it is sent to), takes every field its form
would send without anybody typing (hidden ones such as `token` and `nonce`, chosen options, values), replaces them with
the keywords (`None` leaves one out, a list sends several) and sends it. `form=` takes the form of a Page you already
have: the way to send the same one twice. Keywords that are no Python names go in `fields={...}`.
On the database only: nothing here needs the pages of PINs, tablets or signing in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from app.adapters.hashing import Hasher
from app.adapters.people import People
from app.domain.people import Device, RetailStore, Role, Session, Staff
from app.domain.staffing import SIGNS_IN, Actor
from app.services.administer_staff import NewStaff, add_staff, record_training
from app.services.administer_stores import StoreDetails, add_store
from app.services.check_pin import PinAttempt
from app.services.enrol_device import enrol_device, make_enrolment_code
from app.services.set_secrets import set_pin
from app.services.sign_in import let_in, new_session
from app.services.unlock_device import unlock_device
from app.web.platform import Platform
from tests.markup import Form, Page, page_of

HOST = "cover.example"
PIN = "480263"
_numbers = count(1)


@dataclass(frozen=True)
class At:
    """One browser: a tablet somebody has unlocked, or a manager's own computer (`device` is None)."""

    app: Flask
    client: FlaskClient
    store: RetailStore
    staff: Staff
    device: Device | None
    session: Session
    token: str
    secret: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def platform(self) -> Platform:
        found: Platform = self.app.extensions["awning"]
        return found

    @property
    def people(self) -> People:
        return self.platform.people

    @property
    def htmx(self) -> "At":
        return replace(self, headers={**self.headers, "HX-Request": "true", "HX-Request-Type": "partial"})

    def get(self, path: str, **headers: str) -> Page:
        return page_of(self.client.get(path, base_url=f"https://{HOST}", headers=self._headers(headers)))

    def post(
        self, path: str, form: Form | None = None, on: str | None = None, fields: Mapping[str, Any] | None = None,
        **typed: Any,
    ) -> Page:  # fmt: skip
        if form is None:
            # Looked up as a whole page, whoever asks: a block has the same forms.
            form = replace(self, headers={}).get(on or path).form(urlsplit(path).path)
        data = {**form.fields, **(fields or {}), **typed}
        return self.send(path, {name: value for name, value in data.items() if value is not None})

    def send(self, path: str, data: Mapping[str, Any], **headers: str) -> Page:
        """Exactly these fields, no token added."""
        headers = self._headers({"Origin": f"https://{HOST}"} | headers)
        return page_of(self.client.post(path, base_url=f"https://{HOST}", data=data, headers=headers))

    def follow(self, page: Page) -> Page:
        assert page.location, f"{page.status}: {page.text}"
        return self.get(page.location)

    def beside(self, role: Role = "associate", **wishes: Any) -> "At":
        """Somebody else on another tablet of the same store."""
        return tablet(self.app, role, store=self.store, **wishes)

    def elsewhere(self, role: Role = "associate", **wishes: Any) -> "At":
        """Another store of the same partner."""
        return tablet(self.app, role, partner_code=self.store.partner_code, **wishes)

    def abroad(self, role: Role = "associate", partner_code: str = "HRTHS", **wishes: Any) -> "At":
        """Another partner."""
        return tablet(self.app, role, partner_code=partner_code, **wishes)

    def desk(self, role: Role = "manager", **wishes: Any) -> "At":
        """Somebody of the same store who signed in without a tablet."""
        return desk(self.app, role, store=self.store, **wishes)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {**self.headers, **{name.replace("_", "-"): value for name, value in more.items()}}


def tablet(
    app: Flask,
    role: Role = "associate",
    store: RetailStore | None = None,
    partner_code: str = "NWIND",
    language: str = "en",
    trained: tuple[str, ...] = (),
    is_training: bool = False,
    staff: Staff | None = None,
    **place: Any,
) -> At:
    """`place`: fields of a new store (country, region, currency, language_of_store, time_zone, name, subsidiary).

    `staff`: somebody who is there already and has PIN (tests/associate.py PIN); they then have a tablet more.
    """
    people = _people(app)
    store = store or new_store(app, partner_code, **place)
    person = staff or new_staff(app, role, store, language, trained)
    now = datetime.now(UTC)
    code = make_enrolment_code(people, Actor(store.partner_code), store.id, f"Counter {next(_numbers)}", now)
    enrolled = enrol_device(people, code, "", now)
    unlocked = unlock_device(people, PinAttempt(enrolled.device.id, person.id, PIN), now, is_training)
    client = _client(app, {"device": enrolled.secret, "session": unlocked.token})
    session = unlocked.session
    return At(app, client, store, session.staff, session.device, session, unlocked.token, enrolled.secret)


def desk(
    app: Flask,
    role: Role = "manager",
    store: RetailStore | None = None,
    partner_code: str = "NWIND",
    language: str = "en",
    **place: Any,
) -> At:
    """A manager, admin or auditor who signed in with e-mail, password and code, looking at `store`."""
    people, now = _people(app), datetime.now(UTC)
    store = store or new_store(app, partner_code, **place)
    person = new_staff(app, role, store, language)
    signed_in = new_session(people, person, now)
    session = replace(signed_in.session, store_id=store.id)
    with people.writing() as changes:
        let_in(changes, session, now)
    return At(app, _client(app, {"session": signed_in.token}), store, person, None, session, signed_in.token)


def visitor(app: Flask) -> FlaskClient:
    """A browser nobody has set up or signed in with."""
    return app.test_client()


def new_store(app: Flask, partner_code: str = "NWIND", **place: Any) -> RetailStore:
    number = next(_numbers)
    details = StoreDetails(
        code=place.pop("code", f"S{number}"),
        name=place.pop("name", f"London {number}"),
        country=place.pop("country", "GB"),
        currency=place.pop("currency", "GBP"),
        language=place.pop("language_of_store", "en"),
        time_zone=place.pop("time_zone", "Europe/London"),
        region=place.pop("region", None),
        subsidiary=place.pop("subsidiary", None),
    )
    assert not place, f"unknown: {', '.join(place)}"
    # The suite shares a database with what ran before: the number alone may be taken.
    details = replace(details, code=f"{details.code}-{datetime.now(UTC):%H%M%S%f}"[:20])
    return add_store(_people(app), Actor(partner_code), details, datetime.now(UTC))


def new_staff(
    app: Flask, role: Role, store: RetailStore, language: str = "en", trained: tuple[str, ...] = (), name: str = ""
) -> Staff:
    """A person of this store with the PIN of this module; who signs in has an e-mail address too."""
    people, operator, now, number = _people(app), Actor(store.partner_code), datetime.now(UTC), next(_numbers)
    email = f"{role}{number}-{now:%H%M%S%f}@northwind.example" if role in SIGNS_IN else None
    wanted = NewStaff(role, name or f"{role.capitalize()} {number}", language, frozenset({store.id}), email)
    person = add_staff(people, operator, wanted, now)
    set_pin(people, operator, person.id, PIN, now)
    for rule in trained:
        record_training(people, operator, person.id, rule, now)
    found = people.staff(person.id)
    assert found is not None
    return found


def _people(app: Flask) -> People:
    """With hashes that cost little: a test makes dozens, and what they cost is tested where they are made."""
    platform: Platform = app.extensions["awning"]
    quick = Hasher(platform.settings.secret_key, memory_kib=64, passes=1)
    platform.people.secrets.hashed, platform.people.secrets.fits = quick.hashed, quick.fits
    return platform.people


def _client(app: Flask, values: dict[str, str]) -> FlaskClient:
    client = app.test_client()
    for name, value in values.items():
        client.set_cookie(cookie_name(app, name), value, domain=HOST, path="/", secure=True, httponly=True)
    return client


def cookie_name(app: Flask, name: str) -> str:
    """`name`: device or session."""
    is_secure = app.extensions["awning"].settings.url.startswith("https://")
    return f"__Host-awning-{name}" if is_secure else f"awning-{name}"
