"""Who a customer bought from, as the shop is called there: the partner, or one of its subsidiaries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Seller:
    """`logo` is the name of a document of the release."""

    title: str
    logo: str
    help_url: str
    contact_url: str
    claims_email: str


def seller_of(partner: Mapping[str, Any], subsidiary: str | None) -> Seller:
    """What a subsidiary does not say for itself, the partner says."""
    own: Mapping[str, Any] = next((one for one in partner.get("subsidiaries", ()) if one["slug"] == subsidiary), {})
    said = {**partner, **own}
    return Seller(
        title=said["title"],
        logo=said["logo"].removeprefix("files/"),
        help_url=said["help_center_url"],
        contact_url=said["contact_url"],
        claims_email=partner["claims_email"],
    )
