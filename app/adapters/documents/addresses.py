"""Links on paper: where they lead, how they read, and as a QR code."""

from io import BytesIO
from urllib.parse import urlsplit

import segno

from app.adapters.documents.typesetting import Verbatim

SCHEMES = frozenset({"http", "https", "mailto"})
# The bytes that a QR code holds with room to spare, and the longest that somebody types from paper.
LONGEST, LONGEST_SHOWN = 2000, 60
INK = "#17211d"


def address(link: str) -> Verbatim:
    """The link if it is one that may be followed, else nothing: then its text stands alone."""
    followed = link.strip()
    # Not printable: control characters and halves of a character, which no reader of PDFs or codes can follow.
    if not followed.isprintable() or len(followed.encode()) > LONGEST:
        return Verbatim()
    try:
        scheme = urlsplit(followed).scheme
    except ValueError:
        return Verbatim()
    return Verbatim(followed) if scheme in SCHEMES else Verbatim()


def shown(link: str) -> str:
    """https://shop.example/help/ -> shop.example/help; the host alone when nobody would type the rest."""
    bare = link.strip().removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
    return bare if len(bare) <= LONGEST_SHOWN else bare.partition("/")[0]


def linked(link: str) -> dict[str, str]:
    return {"text": shown(link), "to": address(link)}


def mailed(email: str) -> dict[str, str]:
    return {"text": email, "to": address(f"mailto:{email}") if email else Verbatim()}


def qr_code(link: str) -> Verbatim:
    """An SVG; nothing for a link that no camera could read from paper."""
    if not address(link):
        return Verbatim()
    drawing = BytesIO()
    segno.make_qr(address(link), error="m").save(drawing, kind="svg", xmldecl=False, border=0, dark=INK)
    return Verbatim(drawing.getvalue().decode())
