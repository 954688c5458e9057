"""The first page somebody sees: what runs here, and where to go."""

from flask import render_template

from app.web.door import door
from app.web.platform import platform

blueprint = door("home", authentication="public")


@blueprint.get("/")
def home() -> str:
    settings = platform().settings
    lines: list[str] = []
    if settings.is_demo:
        from app.demo import first_offer, request_file  # the demo brings the catalog check with it

        lines = first_offer(settings.url, request_file(settings))
    return render_template("home.html", settings=settings, lines=lines)
