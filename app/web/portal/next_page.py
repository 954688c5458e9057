"""Back to the page that was wanted before the PIN: one of ours, and one that can be opened."""

import re

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.domain.people import Session

# Letters that browsers read as something else, such as a backslash, are not in any address of ours.
OURS = re.compile(r"/portal/[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*")
# Where one is before being at work, and the page of addresses nobody knows.
NOT_WANTED = ("portal_unlock.", "portal_sign_in.", "portal_enrol.", "portal_home.lost")


def wanted() -> dict[str, str]:
    """To carry along, for `url_for`; empty where nothing fitting was wanted."""
    path = request.args.get("next", "")
    return {"next": path} if _is_ours(path) else {}


def after_work_began(session: Session) -> str:
    return wanted().get("next") or start_for(session)


def start_for(session: Session) -> str:
    """Selling on a tablet; away from one there is only looking after things."""
    return url_for("portal_more.more" if session.device is None else "portal_home.start")


def _is_ours(path: str) -> bool:
    if len(path) > 500 or not OURS.fullmatch(path) or "//" in path or ".." in path:
        return False
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return not str(endpoint).startswith(NOT_WANTED)
