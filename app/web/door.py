"""Blueprints that state who may come in. A blueprint without a statement does not pass tests/test_house.py."""

from typing import Any, Literal

from flask import Blueprint

Authentication = Literal["public", "signed", "customer", "publishable", "staff"]

STATED: dict[str, Authentication] = {}


def door(name: str, authentication: Authentication) -> Blueprint:
    STATED[name] = authentication
    return Blueprint(name, f"app.web.{name}")


def bare(proxy: Any) -> Any:
    """The object behind Flask's proxy. Each access through the proxy costs a microsecond, and a request makes fifty."""
    return proxy._get_current_object()
