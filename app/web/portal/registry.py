"""Every part of the portal, in the order of a sale. A new page is a line here."""

from flask import Flask

MODULES: tuple[str, ...] = (
    "home",
    "product",
    "offer",
    "quote",
    "quote_page",
    "customer",
    "consent",
    "hand_over",
    "payment",
    "check",
    "done",
    "find",
    "booking",
    "certificate",
    "evidence",
    "change",
    "cancel",
    "mend",
    "numbers",
    "unlock",
    "enrol",
    "sign_in",
    "more",
    "own_pin",
    "people_pages",
    "people_changes",
    "tablets",
    "stores",
    "audit",
)


def register(app: Flask) -> None:
    from importlib import import_module

    for name in MODULES:
        app.register_blueprint(import_module(f"app.web.portal.{name}").blueprint)
