"""In front of every page of the portal: who is at work, on which tablet, in which store, and whether they may.

Somebody who has been away for two minutes finds the page locked. What they had typed is kept with the sale.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.adapters.locales import Said, known_language, said
from app.catalog.model import Catalog
from app.domain.people import IDLE, IDLE_AT_DESK, Device, Permission, RetailStore, Session, Staff
from app.domain.portal_errors import NotAllowed
from app.web.door import door
from app.web.platform import platform
from app.web.portal import cookies
from app.web.portal.answers import is_partial, left_for, protect

LIVE, TRAINING = "live", "trng"
# Asked every few seconds by a page that waits: it must not keep a tablet open that nobody touches.
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class AtCounter:
    """One request of somebody at work."""

    session: Session
    store: RetailStore
    now: datetime
    # Signed in with a password, but in the browser of a tablet: it lies on a counter all the same.
    is_on_tablet: bool = False

    @property
    def idle_seconds(self) -> int:
        is_desk = self.device is None and not self.is_on_tablet
        return int((IDLE_AT_DESK if is_desk else IDLE).total_seconds())

    @property
    def staff(self) -> Staff:
        return self.session.staff

    @property
    def device(self) -> Device | None:
        return self.session.device

    @property
    def partner_code(self) -> str:
        return self.store.partner_code

    @property
    def mode(self) -> str:
        return TRAINING if self.session.is_training else LIVE

    @property
    def language(self) -> str:
        return known_language(self.staff.language)

    @property
    def actor(self) -> str:
        """As evidence names who did something."""
        return f"staff:{self.staff.id}"

    @property
    def catalog(self) -> Catalog:
        return platform().shelf.catalog(self.partner_code)

    def say(self, area: str) -> Said:
        return said(area, self.language)


def portal_door(
    name: str, permission: Permission | None = None, needs_tablet: bool = False, needs_store: bool = True
) -> Blueprint:
    """Pages for people at work. Without a permission they are for everybody who is signed in or unlocked.

    `needs_store`: false where an admin makes the first one.
    """
    blueprint = door(name, authentication="staff")
    blueprint.before_request(_entrance(permission, needs_tablet, needs_store))
    protect(blueprint)
    return blueprint


def outside_door(name: str) -> Blueprint:
    """Before anybody is at work: the PIN, setting up a tablet, signing in. Their forms are bound to the tablet."""
    blueprint = door(name, authentication="public")
    blueprint.before_request(_arrive)
    protect(blueprint)
    return blueprint


def counter() -> AtCounter:
    return cast(AtCounter, g.counter)


def _entrance(
    permission: Permission | None, needs_tablet: bool, needs_store: bool
) -> Callable[[], ResponseReturnValue | None]:
    def let_in() -> ResponseReturnValue | None:
        shared, now = platform(), datetime.now(UTC)
        token = cookies.read(request, shared.settings, cookies.SESSION)
        session = shared.people.session(token) if token else None
        if session is None:
            return locked()
        is_on_tablet = session.device is None and _tablet() is not None
        if session.is_idle_at(now, is_on_tablet):
            return _away(session)
        store = shared.people.store(session.store_id) if session.store_id else None
        if store is None:
            if needs_store or not session.staff.may("manage_partner"):
                return _without_store(session)
            store = nowhere(session.staff, now)
        g.counter = AtCounter(session, store, now, is_on_tablet)
        g.bound_to = session.id_hash
        if not (request.endpoint or "").endswith(WAITING):
            shared.people.touch(session, now)
        if permission is not None and not session.staff.may(permission):
            raise NotAllowed()
        if needs_tablet and session.device is None:
            raise NotAllowed("tablet_needed")
        return None

    return let_in


def _without_store(session: Session) -> ResponseReturnValue:
    """An admin makes the first store; everybody else is told whom to ask."""
    if session.device is not None:
        return locked()
    if not session.staff.may("manage_partner"):
        raise NotAllowed("no_store")
    return left_for(url_for("portal_stores.add"))


def nowhere(person: Staff, now: datetime) -> RetailStore:
    """Where an admin is until there is a store."""
    return RetailStore("", person.partner_code, "", "", "", None, "", person.language, "UTC", None, now)


def _tablet() -> Device | None:
    shared = platform()
    secret = cookies.read(request, shared.settings, cookies.DEVICE)
    return shared.people.device_of(secret) if secret else None


def _arrive() -> None:
    g.device = _tablet()
    g.bound_to = g.device.id if g.device is not None else ""


def _away(session: Session) -> ResponseReturnValue:
    """What was being sent when the tablet had locked is not lost: the sale keeps it for whoever unlocks."""
    from app.web.portal.typed import keep_typed

    keep_typed(session)
    return locked()


def locked() -> Response:
    """To the PIN, or where there is no tablet to the sign-in; and from there back to the page that was wanted."""
    where = url_for("portal_unlock.people", **_back())
    if is_partial():
        return Response(status=401, headers={"HX-Redirect": where})
    return cast(Response, redirect(where, 303))


def _back() -> dict[str, str]:
    path = request.path
    args: dict[str, Any] = request.args.to_dict()
    return {"next": f"{path}?{urlencode(args)}" if args else path} if path.startswith("/portal/") else {}
