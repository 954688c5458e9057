"""In front of every customer page: the language in the address, the headers of every answer, and refusals as pages."""

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from app.domain.errors import DomainError
from app.web.customer.refusals import defect, gone_wrong, refused
from app.web.door import Authentication, door

# The token is in the address: it must not travel on to another site, into a shared cache or into a search engine.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


class Language(BaseConverter):
    """en or en-us. Which words there are decides the page; an address in another language is not a mistake."""

    regex = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"


def entrance(name: str, authentication: Authentication) -> Blueprint:
    blueprint = door(name, authentication)
    blueprint.record_once(_teach_languages)
    blueprint.after_request(_private)
    blueprint.register_error_handler(DomainError, refused)
    blueprint.register_error_handler(HTTPException, gone_wrong)
    blueprint.register_error_handler(Exception, defect)
    return blueprint


def _teach_languages(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["language"] = Language


def _private(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
