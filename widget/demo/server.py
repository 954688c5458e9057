"""The shops' web server: five partners under one roof, at an origin that is not the platform's."""

import os
import secrets
from pathlib import Path

from flask import Flask, Response, current_app, g, render_template, request, send_from_directory
from flask_wtf.csrf import CSRFError, CSRFProtect

from widget.demo import embed
from widget.demo.days import day
from widget.demo.mailing import Mailer
from widget.demo.money import COUNTRIES, CURRENCIES, LANGUAGES, formatted, market
from widget.demo.orders import OrderBook
from widget.demo.shop import Heights
from widget.demo.shops import encore, hearthside, meridian, northwind, parcelway
from widget.demo.zoo.pages import blueprint as zoo

SHOPS = (northwind, meridian, encore, parcelway, hearthside)


def create_shops(awning: str, own_origin: str, outbox: Path, smtp_url: str) -> Flask:
    """`awning` and `own_origin`: both as the browser knows them. `outbox`: where mail is kept without a server."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        AWNING=awning.rstrip("/"),
        OWN_ORIGIN=own_origin.rstrip("/"),
        ORDERS=OrderBook(),
        MAILER=Mailer(outbox, smtp_url),
        # Of this process: a restart forgets orders and baskets together.
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="shops",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=own_origin.startswith("https:"),
        MAX_CONTENT_LENGTH=256 * 1024,
        # Checked as `Referer` only over TLS anyway; the token decides.
        WTF_CSRF_TIME_LIMIT=None,
    )
    # Before the check of forms, whose refusal is a page with a policy too.
    app.before_request(_new_nonce)
    csrf = CSRFProtect(app)
    for shop in SHOPS:
        app.register_blueprint(shop.blueprint)
    # Each page of the zoo is another host: no token in its form, and a policy of its own or none.
    app.register_blueprint(zoo)
    csrf.exempt(zoo)
    _add_pages(app)
    _add_words(app)
    app.after_request(_guarded)
    return app


def _add_pages(app: Flask) -> None:
    app.add_url_rule("/", "index", lambda: render_template("index.html", shops=[shop.SHOP for shop in SHOPS]))
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok", mimetype="text/plain"))
    folder = Path(__file__).parent / "static"
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: send_from_directory(folder, filename))
    app.register_error_handler(404, lambda _: (render_template("problem.html", what="missing"), 404))
    app.register_error_handler(CSRFError, lambda _: (render_template("problem.html", what="stale"), 400))


def _add_words(app: Flask) -> None:
    def stub(layout: str, heights: Heights = ()) -> str:
        return embed.stub(app.config["AWNING"], layout, g.nonce, heights)

    app.jinja_env.globals.update(
        offer_element=embed.element,
        offer_stub=stub,
        languages=LANGUAGES,
        currencies=CURRENCIES,
        countries_named=[(code, country[0]) for code, country in COUNTRIES.items()],
        awning=app.config["AWNING"],
        own_origin=app.config["OWN_ORIGIN"],
    )
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["money"] = formatted
    app.context_processor(lambda: {"market": market(), "nonce": g.get("nonce", "")})


def _new_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)


def _guarded(response: Response) -> Response:
    """As strict as careful shops are: only scripts with this answer's nonce, and what they fetch, may run."""
    if request.blueprint == zoo.name:
        return response  # each of those pages brings the policy it is there to show
    awning = current_app.config["AWNING"]
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{g.nonce}' 'strict-dynamic'; style-src 'self' {awning}; "
        f"img-src 'self'; connect-src {awning}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response


def from_environment() -> Flask:
    """How a server process makes its application; see widget/demo/__main__.py."""
    return create_shops(
        os.environ["SHOPS_AWNING"],
        os.environ["SHOPS_ORIGIN"],
        Path(os.environ["SHOPS_OUTBOX"]),
        os.environ.get("SMTP_URL", ""),
    )
