"""What is shown once: a new PIN, a code for a tablet, a link. Sealed in a cookie between a form and the page after it.

Not in the address, which stays in histories and logs, and not in the database, where it would lie about.
"""

from datetime import datetime, timedelta

from flask import Response, after_this_request, g, request

from app.web.platform import platform
from app.web.portal import cookies

NAME = "awning-once"
LIFE = timedelta(minutes=10)


def keep_once(answer: Response, about: str, text: str, now: datetime) -> Response:
    """For whoever is at work now, and the page `about` something; nobody else can read it."""
    shared = platform()
    sealed = shared.people.secrets.sealed(text, f"{g.bound_to}:{about}")
    cookies.put(answer, shared.settings, NAME, sealed, now + LIFE)
    return answer


def shown_once(about: str) -> str | None:
    shared = platform()
    sealed = cookies.read(request, shared.settings, NAME)
    text = shared.people.secrets.unsealed(sealed, f"{g.bound_to}:{about}") if sealed else None
    if text is not None:
        after_this_request(_taken)
    return text


def _taken(answer: Response) -> Response:
    cookies.take(answer, platform().settings, NAME)
    return answer
