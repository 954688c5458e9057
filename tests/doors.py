"""Every page around people, tablets and signing in, asked for once: for the guard that no template goes unseen."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pyotp
from flask import Flask

from app.domain.staffing import Actor
from app.services.administer_staff import NewStaff, add_staff
from app.services.set_secrets import invite, set_password
from app.services.unlock_device import lock_session
from tests.associate import PIN, At, tablet

PASSWORD = "seven quiet umbrellas"


def visit_every_door(app: Flask) -> None:
    """Needs NWIND's catalog in force."""
    at = tablet(app)
    _visit_signing_in(at)
    admin = at.desk("admin")
    assert at.device is not None
    paths = ("more", "people", "people/new", f"people/{at.staff.id}", f"people/{at.staff.id}/end", "tablets")
    for path in (*paths, f"tablets/{at.device.id}", "tablets/code", "stores", "stores/new", "audit"):
        assert admin.get(f"/portal/{path}").status == 200, path
    assert admin.get(f"/portal/stores/{at.store.id}").status == 200
    assert at.get("/portal/more/pin").status == 200
    assert at.send("/portal/lock", {}).status == 422
    lock_session(at.people, at.session, datetime.now(UTC))
    assert at.post(f"/portal/unlock/{at.staff.id}", pin=PIN).status == 303
    assert at.get("/portal/unlock").status == at.get("/portal/enrol").status == 200


def _visit_signing_in(at: At) -> None:
    people, operator, now = at.people, Actor(at.store.partner_code), datetime.now(UTC)
    email = f"doors-{at.staff.id}@northwind.example"
    person = add_staff(people, operator, NewStaff("manager", "Ida Berg", "en", frozenset({at.store.id}), email), now)
    here = replace(at, client=at.app.test_client(), device=None)
    assert here.get(f"/portal/invitation/{invite(people, operator, person.id, now)}").status == 200
    set_password(people, operator, person.id, PASSWORD, now)
    page = here.follow(here.post("/portal/sign-in", email=email, password=PASSWORD))
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page.html)
    assert secret is not None
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    assert here.post("/portal/sign-in/set-up", form=page.form(), code=code).heading == "Your recovery codes"
    answer = here.post("/portal/sign-in", email=email, password=PASSWORD)
    assert here.follow(answer).heading == "The code from your phone"
