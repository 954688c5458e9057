"""QR codes on a page: inline, so that no other request carries the link."""

import segno
from markupsafe import Markup

# A camera needs dark on light and the empty edge around it, so neither follows the page's colours.
_DARK, _LIGHT, _QUIET_ZONE = "#000", "#fff", 4


def qr_svg(text: str, label: str) -> Markup:
    """As large as its place. `label` is what a screen reader says instead."""
    drawn = segno.make_qr(text, error="m").svg_inline(
        dark=_DARK, light=_LIGHT, border=_QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None
    )
    opening = Markup('<svg role="img" aria-label="{}" ').format(label)
    return opening + Markup(drawn.removeprefix("<svg "))  # segno writes figures only, nothing of the text
