"""Managers sign in with a password and a code; the first time they set the code up."""

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from app.domain.people import Role, Staff
from app.domain.staffing import Actor
from app.services.administer_staff import NewStaff, add_staff
from app.services.set_secrets import invite, set_password
from app.services.sign_in import let_in, new_session
from tests.associate import HOST, PIN, At, cookie_name, tablet
from tests.markup import Page
from tests.partner import Partner, running_app

DATABASES = ("sqlite",)

PASSWORD = "seven quiet umbrellas"


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def browser(at: At) -> At:
    """One that nobody has set up or signed in with."""
    return replace(at, client=at.app.test_client(), device=None)


def somebody(at: At, role: Role = "manager", is_invited: bool = False) -> Staff:
    people, now, operator = at.people, datetime.now(UTC), Actor(at.store.partner_code)
    email = f"grace-{now:%H%M%S%f}@northwind.example"
    person = add_staff(people, operator, NewStaff(role, "Grace Liu", "en", frozenset({at.store.id}), email), now)
    if not is_invited:
        set_password(people, operator, person.id, PASSWORD, now)
    return person


def typed(here: At, person: Staff, password: str = PASSWORD, next_page: str = "") -> Page:
    path = "/portal/sign-in" + (f"?next={next_page}" if next_page else "")
    return here.post(path, email=person.email, password=password)


def signed_up(here: At, person: Staff, next_page: str = "") -> tuple[str, list[str], Page]:
    """The first sign-in: the secret, the recovery codes, and the page that shows them."""
    answer = typed(here, person, next_page=next_page)
    page = here.follow(answer)
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page.html)
    assert secret is not None
    key = secret[1].replace(" ", "")
    done = here.post(answer.location, form=page.form(), code=pyotp.TOTP(key).now())
    return key, re.findall(r"<li>([A-Z0-9]{5}-[A-Z0-9]{5})</li>", done.html), done


def test_the_first_sign_in_sets_up_the_code_and_shows_ten_recovery_codes_once(at: At) -> None:
    here = browser(at)
    _, codes, page = signed_up(here, somebody(at))

    assert len(codes) == 10 and page.heading == "Your recovery codes"
    assert here.get("/portal/more").status == 200
    assert here.get("/portal/sign-in/set-up").status == 422


def test_later_the_code_of_the_moment_is_asked(at: At) -> None:
    person = somebody(at)
    key, codes, _ = signed_up(browser(at), person)
    here = browser(at)
    answer = typed(here, person, next_page="/portal/people")

    assert answer.location.startswith("/portal/sign-in/code")
    refused = here.post(answer.location, code="000000")
    assert refused.status == 422 and "wrong or was used" in refused.text
    later = pyotp.TOTP(key).at(datetime.now(UTC) + timedelta(seconds=30))
    assert here.post(answer.location, code=later).location == "/portal/people"
    assert here.get("/portal/people").status == 200


def test_a_recovery_code_lets_in_once(at: At) -> None:
    person = somebody(at)
    _, codes, _ = signed_up(browser(at), person)

    for expected in (303, 422):
        here = browser(at)
        answer = typed(here, person)
        assert here.post(answer.location, code=codes[0].lower()).status == expected


def test_a_wrong_password_and_an_unknown_address_are_told_alike(at: At) -> None:
    person = somebody(at)
    known = typed(browser(at), person, "wrong horse battery")
    unknown = typed(browser(at), replace(person, email="nobody@northwind.example"))

    assert known.status == unknown.status == 422
    assert "E-mail or password is wrong" in known.text and "E-mail or password is wrong" in unknown.text
    assert "wrong horse" not in known.html


def test_an_associate_has_no_password_to_sign_in_with(at: At) -> None:
    assert at.staff.email is None


def test_the_page_of_the_code_needs_a_password_before(at: At) -> None:
    for path in ("/portal/sign-in/code", "/portal/sign-in/set-up"):
        page = browser(at).get(path)
        assert page.status == 422 and "sign in again" in page.text


def test_an_invitation_sets_a_password_once(at: At) -> None:
    person = somebody(at, is_invited=True)
    token = invite(at.people, Actor(at.store.partner_code), person.id, datetime.now(UTC))
    here, path = browser(at), f"/portal/invitation/{token}"

    short = here.post(path, password="short")
    assert short.status == 422 and "at least 12" in short.text
    answer = here.post(path, password=PASSWORD)
    assert "Your password is set" in here.follow(answer).text
    assert here.get(path).status == 404
    assert typed(here, person).status == 303


def test_an_invitation_nobody_made_is_not_there(at: At) -> None:
    page = browser(at).get("/portal/invitation/abc.def")

    assert page.status == 404 and "invitation" in page.text


def test_password_managers_know_the_fields(at: At) -> None:
    page = browser(at).get("/portal/sign-in")

    assert 'autocomplete="username"' in page.html and 'autocomplete="current-password"' in page.html


def test_the_session_cookie_is_nobody_elses_to_read(at: At) -> None:
    _, _, page = signed_up(browser(at), somebody(at))
    lines = page.answer.headers.getlist("Set-Cookie")
    line = next(line for line in lines if line.startswith(f"{cookie_name(at.app, 'session')}="))

    assert line.startswith("__Host-")
    assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))


def test_after_signing_in_nobody_is_sent_anywhere_else(at: At) -> None:
    _, _, page = signed_up(browser(at), somebody(at), next_page="//evil.example/")

    assert "evil" not in page.html


def test_a_form_from_another_origin_or_without_its_token_is_refused(at: At) -> None:
    here, person = browser(at), somebody(at)
    fields = here.get("/portal/sign-in").form().fields | {"email": person.email, "password": PASSWORD}

    assert here.send("/portal/sign-in", fields, Origin="https://evil.example").status == 422
    assert here.send("/portal/sign-in", fields | {"token": ""}).status == 422


def test_a_signed_in_manager_sees_one_store_and_switches_to_another_of_theirs(at: At) -> None:
    admin, other = at.desk("admin"), at.elsewhere().store
    admin.post("/portal/more/store", on="/portal/more", store=other.id)

    assert other.name in admin.get("/portal/people").text
    foreign = admin.abroad().store
    assert admin.post("/portal/more/store", on="/portal/more", store=foreign.id).status == 404


def test_a_manager_cannot_switch_to_a_store_that_is_not_theirs(at: At) -> None:
    manager, other = at.desk("manager"), at.elsewhere().store
    token = manager.get("/portal/more").form("/portal/more/language").fields["token"]

    assert manager.send("/portal/more/store", {"token": token, "store": other.id}).status == 404


def test_everybody_chooses_their_own_language(at: At) -> None:
    at.post("/portal/more/language", on="/portal/more", language="de")

    assert at.get("/portal/more").heading == "Mehr"


def test_the_password_is_not_asked_of_nobody(at: At) -> None:
    page = browser(at).post("/portal/sign-in", email="", password="")

    assert page.status == 422 and page.text.count("Please fill this in") == 4
    assert HOST not in page.location


def test_on_a_tablet_a_password_keeps_nothing_open_longer_than_a_pin(at: At) -> None:
    manager = at.desk("manager")
    on_tablet = replace(at, client=at.app.test_client(), device=None)
    for name, value in (("device", at.secret), ("session", manager.token)):
        on_tablet.client.set_cookie(cookie_name(at.app, name), value, domain=HOST, path="/", secure=True, httponly=True)
    assert 'data-idle="120"' in on_tablet.get("/portal/more").html
    assert 'data-idle="900"' in manager.get("/portal/more").html
    with at.people.writing() as changes:
        seen = datetime.now(UTC) - timedelta(minutes=3)
        changes.sessions.change(manager.session.id_hash, seen_at=seen)

    assert on_tablet.get("/portal/people").status == 303
    assert manager.get("/portal/people").status == 200


def test_an_admin_of_a_partner_without_a_store_adds_the_first_one(northwind: Partner) -> None:
    here = lonely(northwind, "admin")
    for path in ("/portal/more", "/portal/", "/portal/people"):
        assert here.get(path).location == "/portal/stores/new"
    page = here.get("/portal/stores/new")
    assert page.status == 200 and "Add the first one" in page.text

    details = {"name": "First", "code": "F1", "country": "GB", "currency": "GBP", "language": "en"}
    answer = here.post("/portal/stores/new", fields=details | {"time_zone": "Europe/London"})

    assert answer.location == "/portal/stores" and "First" in here.follow(answer).text
    assert here.get("/portal/more").status == 200


def test_who_works_in_no_store_is_told_whom_to_ask(northwind: Partner) -> None:
    page = lonely(northwind, "auditor").get("/portal/more")

    assert page.status == 403 and "Ask an admin" in page.text


def lonely(northwind: Partner, role: Role) -> At:
    """Signed in, of a partner who has no store."""
    code = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(5))
    at, now = tablet(northwind.app), datetime.now(UTC)
    email = f"{code}-{role}@northwind.example".lower()
    person = add_staff(at.people, Actor(code), NewStaff(role, "Ada Roth", "en", email=email), now)
    opened = new_session(at.people, person, now)
    with at.people.writing() as changes:
        let_in(changes, opened.session, now)
    here = browser(at)
    here.client.set_cookie(
        cookie_name(at.app, "session"), opened.token, domain=HOST, path="/", secure=True, httponly=True
    )
    return here


def test_too_many_tries_are_told_with_the_time_to_wait(sqlite_environment: dict[str, str]) -> None:
    app = running_app(sqlite_environment | {"AWNING_RATE_LIMITS": "on", "AWNING_RATE_SIGN_IN": "2"})
    at = tablet(app)
    here = browser(at)
    pages = [here.post("/portal/sign-in", email="a@b.example", password="x" * 12) for _ in range(3)]

    assert [page.status for page in pages] == [422, 422, 429]
    assert "Too many tries" in pages[2].text and int(pages[2].answer.headers["Retry-After"]) > 0
    assert at.post(f"/portal/unlock/{at.staff.id}", pin=PIN).status == 303
