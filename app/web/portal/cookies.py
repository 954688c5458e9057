"""The two cookies of the portal: which tablet this is, and who is at work on it.

`__Host-` ties a cookie to exactly our origin and to https. A demo on plain http has no such thing: there, and only
there, the names are without it.
"""

from datetime import datetime

from flask import Request, Response

from app.config import Settings

DEVICE, SESSION = "awning-device", "awning-session"


def read(asked: Request, settings: Settings, name: str) -> str:
    return asked.cookies.get(_name(settings, name), "")


def put(answer: Response, settings: Settings, name: str, value: str, expires: datetime | None = None) -> None:
    """Without `expires` it goes with the browser."""
    answer.set_cookie(_name(settings, name), value, expires=expires, **_how(settings))


def take(answer: Response, settings: Settings, name: str) -> None:
    answer.delete_cookie(_name(settings, name), **_how(settings))


def _name(settings: Settings, name: str) -> str:
    return f"__Host-{name}" if _is_secure(settings) else name


def _how(settings: Settings) -> dict[str, object]:
    return {"path": "/", "secure": _is_secure(settings), "httponly": True, "samesite": "Strict"}


def _is_secure(settings: Settings) -> bool:
    return settings.mode == "production" or settings.url.startswith("https://")
