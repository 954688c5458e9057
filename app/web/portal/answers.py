"""How the portal answers: whole pages, or for htmx the one block that changes, and refusals as sentences."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, cast

import structlog
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.adapters.locales import Said, known_language, said
from app.domain.errors import DomainError, StoreUnavailable
from app.domain.portal_errors import PortalRefused
from app.web.observed import KEY
from app.web.platform import platform

log = structlog.get_logger("awning")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # Not no-referrer: with it a browser sends the origin of a form as null, and we look at the origin.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "HX-Request-Type",
}
BLOCK, AREA = "step", "portal"
# What a status is called in a title.
KINDS = {403: "not_allowed", 404: "not_found", 500: "defect", 503: "busy"}


class Elsewhere(Exception):
    """Not this page, but that one: the step is not open yet, or the sale is over."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def protect(blueprint: Blueprint) -> None:
    blueprint.before_request(_same_origin)
    blueprint.after_request(_headers)
    blueprint.register_error_handler(Elsewhere, lambda problem: moved(problem.location))
    blueprint.register_error_handler(PortalRefused, _refused)
    blueprint.register_error_handler(DomainError, _trouble)
    blueprint.register_error_handler(HTTPException, _gone_wrong)
    blueprint.register_error_handler(Exception, _defect)


def is_partial() -> bool:
    """Whether htmx asks for a block. Going back through history asks for the whole page."""
    return request.headers.get("HX-Request-Type") == "partial" and "HX-History-Restore-Request" not in request.headers


def page(template: str, status: int = 200, area: str = AREA, language: str | None = None, **facts: Any) -> Response:
    """`area`: the folder of the page's own words. `language`: whose; the associate's when nothing is said."""
    shell = {**_shell(area, language or _own_language()), **facts}
    name = f"portal/{template}.html"
    if not is_partial():
        return Response(render_template(name, **shell), status, mimetype="text/html")
    html = f"<title>{render_block(name, 'title', **shell)}</title>{render_block(name, BLOCK, **shell)}"
    answer = Response(html, status, mimetype="text/html")
    # A refused form stays where it is: its address must not stand in the history twice.
    stays = status >= 400 or request.method == "POST"
    answer.headers["HX-Push-Url"] = "false" if stays else request.full_path.rstrip("?")
    return answer


def moved_to(endpoint: str, **values: Any) -> Response:
    return moved(url_for(endpoint, **values))


def moved(location: str) -> Response:
    return cast(Response, redirect(location, 303))


def left_for(location: str) -> Response:
    """To a page of another kind, such as the lock: as a whole, also for htmx."""
    if is_partial():
        return Response(status=200, headers={"HX-Redirect": location})
    return moved(location)


def _shell(area: str, language: str) -> Mapping[str, Any]:
    from app.web.portal.navigation import navigation

    say, words = said(AREA, language), said(area, language)
    return {
        "at": getattr(g, "counter", None),
        "say": say,
        "words": words,
        "tell": partial(_told, (words, say, said("people", language))),
        "language": say.language,
        "direction": say.direction,
        "navigation": navigation,
        "lock_token": lock_token,
    }


def _told(areas: tuple[Said, ...], problem: str | tuple[str, dict[str, Any]]) -> str:
    """A refusal as a sentence: in the page's own words, or in those every page has, or in those about people."""
    key, values = (problem, {}) if isinstance(problem, str) else problem
    said_by = next((area for area in areas if key in area.words.get("error", {})), areas[0])
    values = {name: said_by.day(value) if isinstance(value, date) else value for name, value in values.items()}
    return said_by(f"error.{key}", **values)


def lock_token() -> Any:
    from app.web.portal.forms import PortalForm

    return PortalForm(formdata=None).token(id=False)


def _own_language() -> str:
    at = getattr(g, "counter", None)
    return at.language if at is not None else known_language(request.accept_languages.best or "en")


def is_same_origin() -> bool:
    """Cookies are SameSite=Strict; this is the second lock, for browsers that do not know the first."""
    return request.headers.get("Origin") in (None, request.host_url.rstrip("/"), platform().settings.url)


def _same_origin() -> None:
    if request.method == "POST" and not is_same_origin():
        raise PortalRefused("other_origin")


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _refused(problem: PortalRefused) -> Response:
    return notice(problem.status, problem.key, **problem.values)


def _trouble(problem: DomainError) -> Response:
    busy = isinstance(problem, StoreUnavailable)
    if not busy:
        log.warning("portal_refused", request_id=request.environ[KEY].request_id, cause=type(problem).__name__)
    return notice(503, "busy") if busy else notice(422, "refused")


def _gone_wrong(problem: HTTPException) -> Response:
    if isinstance(problem, RequestEntityTooLarge):
        return notice(413, "too_large")
    if problem.response is not None or (problem.code or 500) < 400:
        return cast(Response, problem.get_response(request.environ))
    return notice(problem.code or 500, "not_found" if problem.code in (404, 405) else "defect")


def _defect(problem: Exception) -> Response:
    log.error("defect", request_id=request.environ[KEY].request_id, exc_info=problem)
    return notice(500, "defect", request_id=request.environ[KEY].request_id)


def notice(status: int, key: str, **values: Any) -> Response:
    """A page that says one thing. For htmx it goes as a whole page: it must be seen whatever was to be swapped."""
    answer = page("notice", status, kind=KINDS.get(status, "refused"), key=key, values=values)
    if is_partial():
        # 4xx and 5xx are not swapped (see page.html); this one is the answer.
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#step", "outerHTML"
        answer.status_code = 200
    return answer
