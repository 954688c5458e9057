"""Light and discreet: few bytes for a step, nothing kept by browsers, nothing of a customer in titles and addresses."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import ROOT
from app.web.portal.answers import HEADERS
from tests.associate import At, new_store, tablet
from tests.begun_sale import CUSTOMER
from tests.browser.portal import places
from tests.browser.portal.counter import Shop

STEP, FIRST = 15 * 1024, 60 * 1024
SENT = re.compile(r"<form[^>]*>", re.S)


@pytest.fixture(scope="module")
def at(shop: Shop) -> At:
    return tablet(shop.app, "admin", store=new_store(shop.app, subsidiary="NORTHWIND-UK"))
