"""Who did what: the newest first, by person, store and day, in sentences and as a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO

from flask import Response, request, stream_with_context

from app.adapters.audit_view import Wanted, entries_wanted
from app.domain.audit import AuditEntry
from app.domain.people import EVERYWHERE, RetailStore
from app.domain.portal_errors import NotAllowed, NotHere
from app.web.platform import platform
from app.web.portal.gate import TRAINING, counter
from app.web.portal.people_desk import moment_said, own_stores, people_door, screen, words

blueprint = people_door("portal_audit")

PAGE = 50
MOST_IN_A_FILE = 20_000
HEAD = ("at", "store", "who", "what", "action")
# A table program takes what begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    when: str
    sentence: str
    where: str


@blueprint.get("/portal/audit")
def audit() -> Response:
    stores, asked = own_stores(), request.args
    wanted = _wanted(stores)
    found = entries_wanted(platform().database, wanted, _before(), PAGE + 1)
    names = _Names(stores)
    kept = {name: asked[name] for name in ("person", "store", "day") if asked.get(name)}
    return screen(
        "audit", lines=[_line(entry, names) for entry in found[:PAGE]], stores=stores, people=names.readable,
        kept=kept, older=found[PAGE - 1].id if len(found) > PAGE else None,
        is_older=_before() is not None, may_download=counter().staff.may("read_evidence"),
    )  # fmt: skip


@blueprint.get("/portal/audit.csv")
def file() -> Response:
    if not counter().staff.may("read_evidence"):
        raise NotAllowed()
    stores = own_stores()
    rows = _rows(_wanted(stores), _Names(stores))
    answer = Response(stream_with_context(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{counter().now:%Y-%m-%d}.csv"'
    return answer


class _Names:
    """Whom and what ids stand for; what is gone keeps its name."""

    def __init__(self, stores: list[RetailStore]) -> None:
        at, people = counter(), platform().people
        everybody = people.staff_of(at.partner_code, is_ended_too=True)
        own = {store.id for store in stores}
        is_everywhere = len(own) == len(people.stores_of(at.partner_code))
        self.readable = [one for one in everybody if is_everywhere or one.store_ids & own]
        self._stores = {store.id: store.name for store in people.stores_of(at.partner_code)}
        self._names = {one.id: one.name for one in everybody} | self._stores
        self._names |= {one.id: one.name for one in people.devices_of(at.partner_code)}

    def of(self, some_id: str | None) -> str:
        if some_id is not None and len(some_id) == 36 and some_id not in self._names:
            device = platform().people.device(some_id)
            self._names[some_id] = device.name if device is not None else some_id[:8]
        return self._names.get(some_id or "", some_id or "")


def _wanted(stores: list[RetailStore]) -> Wanted:
    """Somebody who works in every store also sees what happened in none: signing in, and the like."""
    at, asked = counter(), request.args
    own = frozenset(store.id for store in stores)
    chosen = asked.get("store")
    if chosen and chosen not in own:
        raise NotHere()
    everything = None if at.staff.role in EVERYWHERE else own
    return Wanted(
        at.partner_code, frozenset({chosen}) if chosen else everything, asked.get("person") or None, _day(),
        at.store.time_zone,
    )  # fmt: skip


def _day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _line(entry: AuditEntry, names: _Names) -> Line:
    say = words()
    return Line(
        moment_said(entry.at, say, counter().store.time_zone), _sentence(entry, names), names.of(entry.store_id)
    )


def _sentence(entry: AuditEntry, names: _Names) -> str:
    """What other parts of the portal write down has its sentence too; one without is told by its name."""
    say = words()
    who = names.of(entry.staff_id) if entry.staff_id else say("audit.operator")
    key = entry.action if entry.action in say.words["did"] else "other"
    told = say(f"did.{key}", who=who, what=names.of(entry.subject), action=entry.action.replace("_", " "))
    return say("audit.practised", told=told) if (entry.facts or {}).get("mode") == TRAINING else told


def _rows(wanted: Wanted, names: _Names) -> Iterator[str]:
    """A page at a time, so that years of it need no more memory than a day."""
    yield "\ufeff" + _written(HEAD)
    before, told = None, 0
    while told < MOST_IN_A_FILE:
        found = entries_wanted(platform().database, wanted, before, 500)
        for entry in found:
            who = names.of(entry.staff_id)
            yield _written((entry.at.isoformat(), names.of(entry.store_id), who, _sentence(entry, names), entry.action))
        if len(found) < 500:
            return
        before, told = found[-1].id, told + len(found)


def _written(cells: tuple[str, ...]) -> str:
    line = StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return line.getvalue()
