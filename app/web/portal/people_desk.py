"""What pages around people, tablets and stores do alike: who may look, who may change, and refusals as sentences."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask import Blueprint, Response, request

from app.adapters.locales import LOCALES, Said, said
from app.domain.people import RetailStore
from app.domain.people_errors import PeopleRefused
from app.domain.portal_errors import NotAllowed, PortalRefused
from app.domain.staffing import Actor
from app.web.platform import platform
from app.web.portal.answers import KINDS, is_partial, page
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter, portal_door

AREA = "people"
# As each names itself: whoever looks for theirs must be able to read it.
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "ja": "日本語", "ar": "العربية"}


class SendForm(PortalForm):  # type: ignore[misc]
    """A button and nothing to type."""


def people_door(name: str, needs_store: bool = True) -> Blueprint:
    """To look for whoever sees the store, to change something for whoever runs it."""
    blueprint = portal_door(name, permission="see_store", needs_store=needs_store)
    blueprint.before_request(_may_change)
    speaks(blueprint)
    return blueprint


def speaks(blueprint: Blueprint) -> None:
    """What people cannot do is said in the words of this area."""
    blueprint.register_error_handler(PeopleRefused, refused)


def screen(template: str, status: int = 200, language: str | None = None, **facts: Any) -> Response:
    return page(template, status, area=AREA, language=language, **facts)


def refused(problem: PeopleRefused) -> Response:
    facts = {"kind": KINDS.get(problem.status, "refused"), "key": problem.key, "values": problem.values}
    answer = screen("notice", problem.status, **facts)
    if problem.status == 429:
        answer.headers["Retry-After"] = str(problem.values["seconds"])
    if is_partial():
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#step", "outerHTML"
        answer.status_code = 200
    return answer


def carried_out(form: PortalForm, change: Callable[[], Any]) -> bool:
    """Done, or refused beside its field. What is not theirs to change, or not now, is a page of its own."""
    try:
        change()
    except PortalRefused as problem:
        if problem.status in (403, 404, 429):
            raise
        form.refuse(problem)
        return False
    return True


def acting() -> Actor:
    return Actor.of(counter().session)


def own_stores() -> list[RetailStore]:
    return platform().people.stores_for(counter().staff)


def check_sent(form: PortalForm) -> None:
    """For a button: without its token nothing happens."""
    if not form.is_sent():
        raise PortalRefused("form_old")


def words() -> Said:
    return said(AREA, counter().language)


def moment_said(moment: datetime, say: Said, time_zone: str) -> str:
    """As the clock on the store's wall showed it."""
    there = moment.astimezone(ZoneInfo(time_zone))
    time = format_time(there, "short", locale=LOCALES.get(say.language, say.language))
    return say("moment", day=say.day(there), time=time)


def initials(name: str) -> str:
    """Two letters for a face: of the first and the last word."""
    parts = name.split()
    return "".join(part[0] for part in ([parts[0], parts[-1]] if len(parts) > 1 else parts)).upper()


def _may_change() -> None:
    rule = request.url_rule
    if rule is not None and "POST" in (rule.methods or ()) and not counter().staff.may("manage_store"):
        raise NotAllowed()
