"""The few places one goes from everywhere: a table, so that the bar holds no decisions."""

from dataclasses import dataclass

from flask import request, url_for

from app.domain.people import Permission
from app.web.portal.gate import AtCounter

MORE = ("/portal/more", "/portal/people", "/portal/tablets", "/portal/stores", "/portal/audit")
# Endpoint, words, what one has to be allowed (one of them; nothing: everybody), and under which addresses one is there.
PLACES: tuple[tuple[str, str, tuple[Permission, ...], tuple[str, ...]], ...] = (
    ("portal_home.start", "nav.sell", ("sell",), ("/portal/sales/", "/portal/quotes")),
    ("portal_find.find", "nav.find", ("serve", "read_evidence"), ("/portal/bookings",)),
    ("portal_mend.queue", "nav.mend", ("serve",), ("/portal/to-do",)),
    ("portal_numbers.own", "nav.numbers", ("sell",), ("/portal/numbers",)),
    ("portal_more.more", "nav.more", (), MORE),
)


@dataclass(frozen=True, slots=True)
class Place:
    url: str
    key: str
    is_here: bool


def navigation(at: AtCounter) -> list[Place]:
    found = [
        (url_for(endpoint), key, under)
        for endpoint, key, permissions, under in PLACES
        if not permissions or any(at.staff.may(permission) for permission in permissions)
    ]
    return [Place(url, key, request.path == url or request.path.startswith(under)) for url, key, under in found]
