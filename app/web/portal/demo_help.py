"""What only the demo shows: its people, their PINs, and a code for a tablet without asking a manager.

In every other mode there are no such people, and these functions give nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.portal_errors import NotHere
from app.web.platform import platform


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    emails: tuple[tuple[str, str, str], ...]
    password: str
    code: str


def is_demo() -> bool:
    return platform().people.is_demo


def demo_pins(store_id: str) -> list[tuple[str, str, str]]:
    """Name, role and PIN of who works there; people who were added by hand have PINs of their own."""
    if not is_demo():
        return []
    from app.demo_people import CODE, demo_credentials

    store = platform().people.store(store_id)
    if store is None or store.partner_code != CODE:
        return []
    there = (one for one in demo_credentials() if one.store in (None, store.code))
    return [(one.name, one.role, one.pin) for one in there if one.pin]


def demo_sign_in() -> DemoSignIn | None:
    if not is_demo():
        return None
    from app.demo_people import PASSWORD, demo_credentials, demo_totp_code

    emails = tuple((one.name, one.role, one.email) for one in demo_credentials() if one.email)
    return DemoSignIn(emails, PASSWORD, demo_totp_code(datetime.now(UTC)))


def demo_stores() -> list[tuple[str, str]]:
    """Code and name of each."""
    if not is_demo():
        return []
    from app.demo_people import STORES

    return [(one.code, one.name) for one in STORES]


def demo_code(store_code: str) -> str:
    if not is_demo():
        raise NotHere()
    from app.demo_people import demo_tablet_code

    return demo_tablet_code(platform().people, store_code, datetime.now(UTC))
