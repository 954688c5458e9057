"""What cannot be done at the counter, and why: each a sentence on the page, in the words of the person who reads it."""

from typing import Any


class PortalRefused(Exception):
    """`key` names the sentence, `values` fill it, `field` is what it stands beside (the whole form without one)."""

    key = "refused"
    status = 422

    def __init__(self, key: str | None = None, field: str | None = None, **values: Any) -> None:
        self.key = key or self.key
        self.field = field
        self.values = values
        super().__init__(self.key)


class NotHere(PortalRefused):
    """It does not exist, or it is another store's or another partner's: told alike."""

    key = "not_found"
    status = 404


class NotAllowed(PortalRefused):
    """The person's role does not have this."""

    key = "not_allowed"
    status = 403


class DraftChanged(PortalRefused):
    """Another tablet, or another tab, changed the sale since the page was made."""

    key = "draft_changed"


class DraftEnded(PortalRefused):
    """The sale is finished: it stays as it is."""

    key = "draft_ended"
