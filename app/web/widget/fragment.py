"""The panel for a partner's own server: it has made the offer with its secret key, and puts this into its page."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, render_template, request

from app.web.api.gate import caller, guard, moment
from app.web.door import bare, door
from app.web.platform import platform
from app.web.widget.files import latest
from app.web.widget.kept_offers import kept_offer
from app.web.widget.panel import THEMES, Look, panel_facts
from app.web.widget.sessions import Page, session_text

blueprint = door("panels", authentication="signed")
guard(blueprint)


@blueprint.get("/partners/<code>/offers/<offer_id>/panel/")
def panel(code: str, offer_id: str) -> Response:
    key, asked, shared = caller(), bare(request), platform()
    shown = kept_offer(shared.store(key), offer_id, moment())
    theme = asked.args.get("theme", THEMES[0])
    look = Look.of(asked.args)
    html = render_template(
        "widget/fragment.html",
        **panel_facts(shown, look),
        layout=look.layout,
        theme=theme if theme in THEMES else THEMES[0],
        url=shared.settings.url,
        stylesheet=latest().file("panel.css"),
        session=session_text(Page(key.partner_code, key.mode), shown),
        offer_json=_inline(shown.answer),
    )
    return Response(html, mimetype="text/html")


def _inline(answer: Mapping[str, Any]) -> str:
    """JSON inside a script element: nothing in it can end the element."""
    return orjson.dumps(answer).decode().replace("<", "\\u003c")
