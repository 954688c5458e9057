"""Awning: protection offered where people buy things. This file only wires the parts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Settings come from the environment unless a test brings its own."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app.config import ROOT, settings_from
    from app.web import docs, documents, failures, health, home, observed, request_log
    from app.web.api import bookings, offers, openapi, sales
    from app.web.customer import account, cancelling, certificate, claiming, contact, lost, wording
    from app.web.platform import Platform
    from app.web.portal import registry
    from app.web.widget import builder, choices, files, fragment
    from app.web.widget import offers as widget_offers

    settings = settings or settings_from()
    app = Flask("awning", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.extensions["awning"] = Platform.of(settings)
    request_log.configure(settings.log)
    failures.install(app)
    for prefix in ("/x", "/xcover"):
        for signed in (offers, sales, bookings, openapi, fragment):
            blueprint = signed.blueprint
            app.register_blueprint(blueprint, url_prefix=prefix, name=f"{blueprint.name}_{prefix[1:]}")
        app.register_blueprint(openapi.own_blueprint, url_prefix=prefix, name=f"own_openapi_{prefix[1:]}")
    for module in (health, home, documents, docs, account, cancelling, certificate, claiming, contact, lost, wording):
        app.register_blueprint(module.blueprint)
    for module in (builder, widget_offers, choices, files):
        app.register_blueprint(module.blueprint)
    registry.register(app)
    if settings.is_demo:
        from app.web import demo_outbox

        app.register_blueprint(demo_outbox.blueprint)
    observed.install(app)
    if settings.proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    return app
