"""Partner keys: who may ask, how, and until when."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

KeyKind = Literal["live", "test", "publishable"]
TEST_PAGES = "pk_test_"
KINDS: tuple[KeyKind, ...] = ("live", "test", "publishable")

_PARTNER_CODE = re.compile(r"[A-Z0-9]{5}")

# Existing clients sign once and reuse the date for hours, some with a time-zone bug of half a day.
DEFAULT_SKEW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PartnerKey:
    id: str
    partner_code: str
    kind: KeyKind
    secret: str = field(repr=False)
    origins: tuple[str, ...]
    date_skew: timedelta
    is_demo: bool
    created_at: datetime
    replaces: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid_at(self, now: datetime) -> bool:
        if self.revoked_at is not None and self.revoked_at <= now:
            return False
        return self.expires_at is None or now < self.expires_at

    @property
    def mode(self) -> str:
        """Test keys work on offers of their own: nothing tried out ever stands among what was sold.

        What a publishable key is for stands in its id, where whoever reads a page's source can see it.
        """
        return "test" if self.kind == "test" or self.id.startswith(TEST_PAGES) else "live"


def is_partner_code(text: str) -> bool:
    return _PARTNER_CODE.fullmatch(text) is not None
