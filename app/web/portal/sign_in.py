"""Away from a tablet: e-mail and password, then the code of the moment; the first time it is set up."""

from datetime import UTC, datetime

from flask import Response, g, request
from wtforms import HiddenField, PasswordField, StringField

from app.domain.digits import western
from app.domain.people_errors import SignInExpired
from app.services.set_secrets import accept_invitation, invited
from app.services.set_up_totp import TotpOffer, offer_totp, same_offer, set_up_totp
from app.services.sign_in import (
    PENDING_LIFE,
    Origin,
    PasswordAttempt,
    Pending,
    confirm_sign_in,
    pending_access,
    sign_in,
)
from app.services.unlock_device import Opened
from app.web.form_rules import email, filled, one_line
from app.web.platform import platform
from app.web.portal import cookies
from app.web.portal.answers import moved, moved_to
from app.web.portal.demo_help import demo_sign_in
from app.web.portal.forms import PortalForm
from app.web.portal.gate import outside_door
from app.web.portal.next_page import after_work_began, wanted
from app.web.portal.people_desk import carried_out, screen, speaks
from app.web.portal.qr import qr_svg

blueprint = outside_door("portal_sign_in")
speaks(blueprint)

# That the password was right a moment ago: for the page that asks for the code, and for nothing else.
PENDING = "awning-sign-in"


class PasswordForm(PortalForm):  # type: ignore[misc]
    email = StringField(validators=[filled, one_line, email])
    password = PasswordField(validators=[filled], may_look_like_card=True)


class CodeForm(PortalForm):  # type: ignore[misc]
    code = StringField(validators=[filled], filters=[lambda value: western(value or "")])


class SetUpForm(CodeForm):
    sealed = HiddenField()


class NewPasswordForm(PortalForm):  # type: ignore[misc]
    password = PasswordField(validators=[filled], may_look_like_card=True)


@blueprint.route("/portal/sign-in", methods=["GET", "POST"])
def start() -> Response:
    form, found = PasswordForm(), list[Pending]()
    if form.is_sent() and carried_out(form, lambda: found.append(_tried(form))):
        return _remembered(found[0])
    facts = {"onward": wanted(), "is_out": request.args.get("out"), "is_invited": request.args.get("invited")}
    # A tablet that was revoked, or not used for ninety days, still has its cookie.
    is_revoked = g.device is None and bool(cookies.read(request, platform().settings, cookies.DEVICE))
    facts |= {"device": g.device, "is_revoked": is_revoked, "demo": demo_sign_in()}
    return screen("sign_in", form.status, form=form, **facts)


@blueprint.route("/portal/sign-in/code", methods=["GET", "POST"])
def code() -> Response:
    form, token, now = CodeForm(), _pending(), datetime.now(UTC)
    person = pending_access(platform().people, token, now).staff
    done: list[Opened] = []
    if form.is_sent() and carried_out(form, lambda: done.append(_confirmed(token, form.code.data, now))):
        return _in(moved(after_work_began(done[0].session)), done[0])
    return screen(
        "sign_in_code", form.status, person.language, form=form, onward=wanted(), person=person, demo=demo_sign_in()
    )


@blueprint.route("/portal/sign-in/set-up", methods=["GET", "POST"])
def set_up() -> Response:
    form, token, now, people = SetUpForm(), _pending(), datetime.now(UTC), platform().people
    person = pending_access(people, token, now).staff
    if form.is_sent():
        offer = same_offer(people, token, form.sealed.data or "", now)
        done = []
        if carried_out(form, lambda: done.append(set_up_totp(people, token, offer.sealed, form.code.data, now))):
            [made] = done
            onward = after_work_began(made.opened.session)
            codes = screen("recovery_codes", 200, person.language, codes=made.recovery_codes, onward=onward)
            return _in(codes, made.opened)
    elif request.method == "POST" and form.sealed.data:
        offer = same_offer(people, token, form.sealed.data, now)
    else:
        offer = offer_totp(people, token, now)
    form.sealed.data = offer.sealed
    return screen("sign_in_set_up", form.status, person.language, form=form, onward=wanted(), **_drawn(offer))


@blueprint.route("/portal/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> Response:
    form, now, people = NewPasswordForm(), datetime.now(UTC), platform().people
    person = invited(people, token, now)
    if form.is_sent() and carried_out(form, lambda: accept_invitation(people, token, form.password.data, now)):
        return moved_to("portal_sign_in.start", invited="1")
    return screen("invitation", form.status, person.language, form=form, person=person, token=token)


def _tried(form: PasswordForm) -> Pending:
    attempt = PasswordAttempt(form.email.data, form.password.data, _origin())
    return sign_in(platform().people, attempt, datetime.now(UTC))


def _confirmed(token: str, typed: str, now: datetime) -> Opened:
    return confirm_sign_in(platform().people, token, typed, _origin(), now)


def _origin() -> Origin:
    return Origin(request.remote_addr or "", g.device.id if g.device is not None else "")


def _remembered(pending: Pending) -> Response:
    endpoint = "portal_sign_in.code" if pending.needs == "code" else "portal_sign_in.set_up"
    answer = moved_to(endpoint, **wanted())
    cookies.put(answer, platform().settings, PENDING, pending.token, datetime.now(UTC) + PENDING_LIFE)
    return answer


def _pending() -> str:
    token = cookies.read(request, platform().settings, PENDING)
    if not token:
        raise SignInExpired()
    return token


def _in(answer: Response, opened: Opened) -> Response:
    settings = platform().settings
    cookies.take(answer, settings, PENDING)
    cookies.put(answer, settings, cookies.SESSION, opened.token)
    return answer


def _drawn(offer: TotpOffer) -> dict[str, object]:
    """To scan; and to type, in groups that can be read out."""
    groups = " ".join(offer.secret[start : start + 4] for start in range(0, len(offer.secret), 4))
    return {"uri": offer.uri, "qr": lambda label: qr_svg(offer.uri, label), "secret": groups}
