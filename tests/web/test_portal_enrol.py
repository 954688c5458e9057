"""A tablet is set up with a code: once, within ten minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.staffing import Actor
from app.services.enrol_device import make_enrolment_code
from tests.associate import HOST, At, cookie_name, new_staff, tablet
from tests.markup import Page, page_of
from tests.partner import Partner, running_app

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def new_code(at: At, age: timedelta = timedelta()) -> str:
    actor = Actor(at.store.partner_code)
    return make_enrolment_code(at.people, actor, at.store.id, "New one", datetime.now(UTC) - age)


def enrolled(at: At, code: str) -> Page:
    """In a browser that was never here."""
    client, base = at.app.test_client(), f"https://{HOST}"
    form = page_of(client.get("/portal/enrol", base_url=base)).form()
    return page_of(client.post("/portal/enrol", base_url=base, data={**form.fields, "code": code}))


def test_a_code_sets_up_a_tablet_with_a_cookie_nobody_can_read(at: At) -> None:
    page = enrolled(at, new_code(at))

    assert (page.status, page.location) == (303, "/portal/unlock")
    line = page.answer.headers.getlist("Set-Cookie")[0]
    assert line.startswith(f"{cookie_name(at.app, 'device')}=") and line.startswith("__Host-")
    assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Expires"))


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_may_be_typed_in_any_way(at: At, change) -> None:
    assert enrolled(at, change(new_code(at))).status == 303


def test_a_code_sets_up_one_tablet(at: At) -> None:
    code = new_code(at)
    enrolled(at, code)

    page = enrolled(at, code)
    assert page.status == 422 and "used already" in page.text


def test_a_code_ends_after_ten_minutes(at: At) -> None:
    page = enrolled(at, new_code(at, timedelta(minutes=10, seconds=1)))

    assert page.status == 422 and "ended after ten minutes" in page.text


@pytest.mark.parametrize(("code", "said"), [("", "Please fill this in"), ("AAAA-AAAA", "not one of ours")])
def test_what_is_no_code_is_said(at: At, code: str, said: str) -> None:
    page = enrolled(at, code)

    assert page.status == 422 and said in page.text


def test_a_code_without_the_pages_token_sets_nothing_up(at: At) -> None:
    code, client = new_code(at), at.app.test_client()
    answer = client.post("/portal/enrol", base_url=f"https://{HOST}", data={"code": code})

    assert answer.status_code == 422 and "Set-Cookie" not in answer.headers
    assert enrolled(at, code).status == 303


def test_whoever_was_signed_in_is_not_at_work_on_the_new_tablet(at: At) -> None:
    manager = at.desk("manager")

    manager.post("/portal/enrol", code=new_code(at))

    assert manager.client.get_cookie(cookie_name(at.app, "session"), HOST) is None


def test_only_the_demo_makes_codes_for_everybody(at: At) -> None:
    page = page_of(at.app.test_client().get("/portal/enrol", base_url=f"https://{HOST}"))

    assert "Only in the demo" not in page.text
    answer = at.app.test_client().post(
        "/portal/enrol/demo", base_url=f"https://{HOST}", data={**page.form("/portal/enrol").fields, "store": "NW-LDS"}
    )
    assert answer.status_code == 404


def test_the_demo_makes_a_code_and_shows_its_people(sqlite_environment: dict[str, str]) -> None:
    from app.demo_people import PASSWORD, prepare_people

    app = running_app(sqlite_environment | {"AWNING_MODE": "demo"})
    prepare_people(app.extensions["awning"].people, datetime.now(UTC))
    client, base = app.test_client(), f"https://{HOST}"

    fields = page_of(client.get("/portal/enrol", base_url=base)).form("/portal/enrol/demo").fields
    made = page_of(client.post("/portal/enrol/demo", base_url=base, data=fields))
    answer = client.post("/portal/enrol", base_url=base, data=made.form("/portal/enrol").fields)

    assert answer.location == "/portal/unlock"
    page = page_of(client.get("/portal/unlock", base_url=base))
    assert "Amara Osei" in page.text and "274093" in page.text
    assert PASSWORD in page_of(client.get("/portal/sign-in", base_url=base)).text


def test_everybody_can_be_added_to_a_new_tablet(at: At) -> None:
    person = new_staff(at.app, "associate", at.store, name="Ida Berg")

    assert person.name in at.get("/portal/unlock").text
