"""Blueprints that state who may come in. A blueprint without a statement does not pass tests/test_house.py."""

from typing import Literal

from flask import Blueprint

Authentication = Literal["public", "signed"]

STATED: dict[str, Authentication] = {}


def door(name: str, authentication: Authentication) -> Blueprint:
    STATED[name] = authentication
    return Blueprint(name, f"app.web.{name}")
