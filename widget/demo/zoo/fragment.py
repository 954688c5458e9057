"""What a shop's server does for a page without script: it makes the offer itself and puts the panel into its page."""

import base64
import hmac
import urllib.request
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from widget.demo.partner_client import PartnerClient
from widget.demo.zoo.offers import PARTNER, SECRET, SECRET_KEY

SECONDS = 5.0


def fragment(awning: str, request: dict[str, Any], look: dict[str, str]) -> Markup:
    """The panel of a new offer; it comes from Awning as HTML that is safe to put into a page."""
    client = PartnerClient(awning, PARTNER, SECRET_KEY, SECRET)
    offer = client.call("POST", "offers/", request)
    return Markup(_signed_get(f"{awning}/x/partners/{PARTNER}/offers/{offer['id']}/panel/?{urlencode(look)}"))


def _signed_get(url: str) -> str:
    date = formatdate(usegmt=True)
    digest = hmac.digest(SECRET.encode(), f"date: {date}".encode(), "sha512")
    signature = quote(base64.b64encode(digest), safe="")
    signed = f'Signature keyId="{SECRET_KEY}",algorithm="hmac-sha512",signature="{signature}"'
    headers = {"Date": date, "X-Api-Key": SECRET_KEY, "Authorization": signed}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=SECONDS) as answer:
        return str(answer.read().decode())
