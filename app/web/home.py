"""The first page somebody sees: what runs here, and where to go."""

from flask import render_template

from app.web.door import door
from app.web.platform import platform

blueprint = door("home", authentication="public")


@blueprint.get("/")
def home() -> str:
    return render_template("home.html", settings=platform().settings)
