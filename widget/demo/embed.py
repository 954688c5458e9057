"""What a shop puts in its page: the element with what is bought, and the stub that fetches the widget."""

import json
from typing import Any

from markupsafe import Markup

from widget.demo.money import Market
from widget.demo.shop import Heights, Line, Shop

# The room kept for a panel: from this width of the window on, in pixels, so high. What comes later moves nothing.
# A shop measures its own panels; these are for one with two or three products.
HEIGHTS: dict[str, Heights] = {
    "cards": ((0, 1580), (360, 1280), (480, 1150), (700, 910)),
    "compact": ((0, 1130), (360, 960), (480, 740), (600, 670)),
    "line": ((0, 700), (360, 620), (480, 530), (600, 420)),
}

# As the snippet builder gives it out: the first asks for the offer and the module, the second keeps the room.
_ASK = (
    'let u="ORIGIN/widget/";for(let e of document.querySelectorAll("awning-offer"))e.early||=[e.outerHTML,'
    'fetch(u+"offers?"+new URLSearchParams([...e.attributes].map(a=>[a.name,a.value])),{method:"POST",'
    'body:e.textContent}).catch(_=>0)];import(u+"v1/awning.js").catch(_=>0)'
)
_KEEP = '{let s=new CSSStyleSheet;s.replaceSync("RULES");document.adoptedStyleSheets.push(s)}'


def stub(awning_origin: str, layout: str, nonce: str = "", heights: Heights = ()) -> Markup:
    """A widget host that is away holds nothing back: neither the page nor the order."""
    rules = ["awning-offer{display:block}"]
    for width, height in heights or HEIGHTS[layout]:
        rules.append(f"@media(min-width:{width}px){{awning-offer{{min-height:{height}px}}}}")
    ask, keep = _ASK.replace("ORIGIN", awning_origin), _KEEP.replace("RULES", "".join(rules))
    allowed = Markup(' nonce="{}"').format(nonce) if nonce else Markup("")
    scripts = Markup("<script type=module async{0}>{1}</script><script{0}>{2}</script>")
    return scripts.format(allowed, Markup(ask), Markup(keep))


def element(shop: Shop, market: Market, line: Line, layout: str, is_required: bool = False) -> Markup:
    attributes = {
        "key": shop.publishable_key,
        "schema": shop.schema,
        "language": market.language,
        "country": market.country,
        "currency": market.currency,
        "layout": layout,
        "theme": "auto",
    }
    written = Markup(" ").join(Markup('{}="{}"').format(name, value) for name, value in attributes.items())
    required = Markup(" required") if is_required else Markup("")
    data = Markup('<script type="application/json">{}</script>').format(json_text(offer_request(line)))
    return Markup("<awning-offer {}{}>{}</awning-offer>").format(written, required, data)


def offer_request(line: Line) -> dict[str, Any]:
    return {"customer": {}, "context": line.context, "partner": line.partner}


def json_text(value: Any) -> Markup:
    """JSON that no text in it can end early: a title with `</script>` in it stays a title."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
