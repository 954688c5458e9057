"""What a partner copies: the stub, the element, the fragment of the server, and the lines of a policy."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

# The space a page keeps free before the panel is there: (from this width of the window, this height), in px.
# Measured with three plans in English; /docs/widget measures each partner's own panel.
Reserve = tuple[tuple[int, int], ...]
RESERVED: dict[str, Reserve] = {
    "cards": ((0, 1210), (700, 890)),
    "compact": ((0, 1080), (700, 840)),
    "line": ((0, 770), (700, 510)),
}
LAYOUTS = tuple(RESERVED)

MOST_ON_A_LINE = 96

# Two scripts in half a kilobyte, because each has its moment. The first is a module, so it does not wait for the page's
# style sheets: the offer's request starts at once, together with the module. import() leaves the host page's load event
# alone while our host hangs, a script tag does not (measured). The second runs where it stands, before anything behind
# it is painted: it keeps the space.
_ASK = (
    'let u=«ORIGIN»;for(let e of document.querySelectorAll("awning-offer"))e.early||=[e.outerHTML,fetch(u+"offers?"+'
    'new URLSearchParams([...e.attributes].map(a=>[a.name,a.value])),{method:"POST",body:e.textContent})'
    '.catch(_=>0)];import(u+"v1/awning.js").catch(_=>0)'
)
_KEEP = '{let s=new CSSStyleSheet;s.replaceSync("«RESERVE»");document.adoptedStyleSheets.push(s)}'


def stub(origin: str, layout: str, nonce: str = "", reserve: Reserve | None = None) -> str:
    """The scripts after the element. They ask for the offer, load the module and keep the space."""
    ask, keep = stub_texts(origin, layout, reserve)
    return f"<script type=module async{nonced(nonce)}>{ask}</script><script{nonced(nonce)}>{keep}</script>"


def stub_texts(origin: str, layout: str, reserve: Reserve | None = None) -> tuple[str, str]:
    """The stub without its tags: what hashes in a Content-Security-Policy are made of."""
    rules = reserve_rules(reserve or RESERVED.get(layout, RESERVED["cards"]))
    return filled(_ASK, ORIGIN=script_json(f"{origin}/widget/")), filled(_KEEP, RESERVE=rules)


def filled(text: str, **values: str) -> str:
    """The text with its «NAMES» filled in, in one go: a value that looks like a name stays as it is."""
    return re.sub("«([A-Z]+)»", lambda found: values[found[1]], text)


def reserve_rules(reserve: Reserve) -> str:
    """CSS that keeps the space, the smallest windows first."""
    rules = []
    for number, (width, height) in enumerate(reserve):
        display = "" if number else "display:grid;"
        rule = f"awning-offer{{{display}min-height:{int(height)}px}}"
        rules.append(f"@media(width>={int(width)}px){{{rule}}}" if width else rule)
    return "".join(rules)


def script_json(value: object) -> str:
    """JSON that nothing can break out of: a </script> inside it would end the script that holds it."""
    return _harmless(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def neat_json(value: object, indent: int = 0) -> str:
    """JSON to read: what fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= MOST_ON_A_LINE or not isinstance(value, (dict, list)) or not value:
        return line
    space = " " * (indent + 2)
    if isinstance(value, list):
        items = [space + neat_json(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(items) + "\n" + " " * indent + "]"
    items = [
        f"{space}{json.dumps(name, ensure_ascii=False)}: {neat_json(item, indent + 2)}" for name, item in value.items()
    ]
    return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"


def _harmless(text: str) -> str:
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def nonced(nonce: str) -> str:
    return f' nonce="{escape(nonce)}"' if nonce else ""


@dataclass(frozen=True, slots=True)
class Widget:
    """One element with what it asks for, and where it comes from. `module` has the file's immutable address."""

    origin: str
    attributes: Mapping[str, str]
    body: Any
    module: str
    integrity: str
    reserve: Reserve | None = None

    @property
    def alias(self) -> str:
        return f"{self.origin}/widget/v1/awning.js"

    @property
    def layout(self) -> str:
        return self.attributes.get("layout", "cards")


def element(widget: Widget, key_name: str = "key") -> str:
    lines = [f"  {name}" + (f'="{escape(value)}"' if value else "") for name, value in _named(widget, key_name).items()]
    body = _harmless(neat_json(widget.body, 2))
    script = f'  <script type="application/json">\n  {body}\n  </script>'
    return "\n".join(["<awning-offer", *lines, ">", script, "</awning-offer>"]).replace("\n>", ">")


def _named(widget: Widget, key_name: str) -> dict[str, str]:
    return {key_name if name == "key" else name: value for name, value in widget.attributes.items()}


def plain_html(widget: Widget, nonce: str = "") -> str:
    return f"{element(widget)}\n{stub(widget.origin, widget.layout, nonce, widget.reserve)}"


def preload(origin: str) -> str:
    """For the head: the module is on its way before the page's style sheets are there, and holds back no load event."""
    return f'<link rel="modulepreload" href="{escape(origin)}/widget/v1/awning.js">'


def module_tag(widget: Widget) -> str:
    return f'<script type="module" async src="{escape(widget.alias)}"></script>'


def pinned_tag(widget: Widget) -> str:
    """The immutable file with its hash: for those who want to decide themselves when they get a new version."""
    source = f'src="{escape(widget.module)}" integrity="{escape(widget.integrity)}"'
    return f'<script type="module" async {source} crossorigin="anonymous"></script>'


def reserve_style(widget: Widget) -> str:
    """The space, for the page's own style sheet where there is no stub."""
    rules = reserve_rules(widget.reserve or RESERVED.get(widget.layout, RESERVED["cards"]))
    return rules.replace("}@media", "}\n@media")


def import_map(widget: Widget) -> str:
    """Sends the stub's import to the immutable file, and has the browser check it: the stub itself stays as it is."""
    content = {"imports": {widget.alias: widget.module}, "integrity": {widget.module: widget.integrity}}
    return f'<script type="importmap">\n{_harmless(json.dumps(content, indent=2))}\n</script>'


def react(widget: Widget) -> str:
    rest = {name: value for name, value in widget.attributes.items() if name != "key"}
    return filled(
        _REACT,
        URL=script_json(widget.alias),
        KEY=_jsx(widget.attributes.get("key", "")),
        ATTRIBUTES="\n".join(f"      {name}={_jsx(value)}" for name, value in rest.items()),
        REQUEST=_harmless(neat_json(widget.body)),
    )


def _jsx(value: str) -> str:
    """JSX knows no backslashes inside its quotes."""
    return f'"{value}"' if re.fullmatch(r"[\w:. -]*", value) else f"{{{script_json(value)}}}"


_REACT = """\
import { useEffect, useRef } from "react";

// Outside the component, or in useMemo: a new object is a new question.
const request = «REQUEST»;

export function Cover({ onChange }) {
  const element = useRef(null);

  useEffect(() => {
    const offer = element.current;
    const changed = (event) => onChange(event.detail);
    offer.addEventListener("awning:change", changed);
    offer.request = request;
    import(/* @vite-ignore */ /* webpackIgnore: true */ «URL»).catch(() => {});
    return () => offer.removeEventListener("awning:change", changed);
  }, [onChange]);

  // React keeps `key` for itself, so the key stands in data-key.
  return (
    <awning-offer
      ref={element}
      data-key=«KEY»
«ATTRIBUTES»
    />
  );
}
"""


def fragment_address(code: str, widget: Widget, offer_id: str) -> str:
    """The address of the panel for a page without script."""
    wanted = {name: widget.attributes[name] for name in ("layout", "theme") if widget.attributes.get(name)}
    query = urlencode(wanted | ({"required": "1"} if "required" in widget.attributes else {}))
    return f"{widget.origin}/x/partners/{code}/offers/{offer_id}/panel" + (f"?{query}" if query else "")


def fragment_request(code: str, widget: Widget) -> str:
    return filled(_REQUEST, ADDRESS=fragment_address(code, widget, "OFFER_ID"))


_REQUEST = """\
# DATE: now, such as "Sun, 01 Nov 2026 10:15:00 GMT"
# SIGNATURE: HMAC-SHA512 of "date: $DATE" with your secret, as base64, percent-encoded
curl "«ADDRESS»" \\
  -H "Date: $DATE" \\
  -H "X-Api-Key: $KEY" \\
  -H "Authorization: Signature keyId=\\"$KEY\\",algorithm=\\"hmac-sha512\\",signature=\\"$SIGNATURE\\""
"""


def fragment_python(code: str, widget: Widget) -> str:
    return filled(_PYTHON, ADDRESS=fragment_address(code, widget, "{offer_id}"))


_PYTHON = """\
import base64, hashlib, hmac, os
from email.utils import formatdate
from urllib.parse import quote
from urllib.request import Request, urlopen

KEY, SECRET = os.environ["AWNING_KEY"], os.environ["AWNING_SECRET"]


def panel(offer_id):
    \"""The panel as HTML, to be written inside the <form> of your checkout.\"""
    date = formatdate(usegmt=True)
    digest = hmac.new(SECRET.encode(), f"date: {date}".encode(), hashlib.sha512).digest()
    signature = quote(base64.b64encode(digest).decode(), safe="")
    signed = f'Signature keyId="{KEY}",algorithm="hmac-sha512",signature="{signature}"'
    headers = {"Date": date, "X-Api-Key": KEY, "Authorization": signed}
    request = Request(f"«ADDRESS»", headers=headers)
    with urlopen(request, timeout=2) as answer:
        return answer.read().decode()
"""

FRAGMENT_PLACE = """\
<form action="/checkout" method="post">
  <!-- your own fields -->
  <!-- here goes the fragment: its radios are part of this form, also without JavaScript -->
  <button>Pay now</button>
</form>"""


def nonce_policy(origin: str) -> str:
    return (
        "script-src 'nonce-RANDOM' 'strict-dynamic'; "
        f"connect-src 'self' {origin}; style-src 'self' {origin}; "
        "trusted-types awning; require-trusted-types-for 'script'"
    )


def host_policy(origin: str, stub_hashes: tuple[str, ...]) -> str:
    """For pages that are the same for everybody and so can have no nonce."""
    return f"script-src 'self' {origin} {' '.join(stub_hashes)}; connect-src 'self' {origin}; style-src 'self' {origin}"
