"""Half a link: what begins like an address of ours and leads nowhere is answered by a page, not by JSON."""

from typing import NoReturn

from flask import abort

from app.web.customer.entrance import entrance

blueprint = entrance("lost", authentication="public")
AREAS = "any(coi, pds, cancel, modify, account)"


@blueprint.route(f"/<language:language>/<{AREAS}:area>", methods=["GET", "POST"])
@blueprint.route(f"/<language:language>/<{AREAS}:area>/<path:rest>", methods=["GET", "POST"])
def nowhere(language: str, area: str, rest: str = "") -> NoReturn:
    abort(404)
