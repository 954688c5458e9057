"""The page where a partner gets the snippet, tries it, and asks what the policy of a page would block."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.config import ROOT
from app.web.docs import Guide
from app.web.documents import POLICY as GUIDE_POLICY
from app.web.door import door
from app.web.platform import platform
from app.web.prose import prose_of
from app.web.widget import files, snippets
from app.web.widget.builder_form import Form, form_of
from app.web.widget.content_policy import Checked, Guest, checked
from app.web.widget.policy_text import MOST_CHARACTERS, PolicyUnreadable

blueprint = door("builder", authentication="public")

# The page keeps to what it tells others: no inline script, trusted types, one policy by name.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; trusted-types awning; require-trusted-types-for 'script'"
)
GUIDE = Guide("widget-guide", "The offer widget, for integrators", "Platforms, attributes, events, policies, failures.")
_FOLDER = ROOT / "widget"
SANDBOX_OF_TEXT = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy. `name` is the id of its element in the page."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    name: str
    title: str
    line: str
    codes: tuple[Code, ...]


@blueprint.get("/docs/widget")
def page() -> Response:
    return _page(form_of(request.args))


@blueprint.get("/docs/widget/policy")
def policy() -> AnyResponse:
    """Where somebody arrives who reloads the answer to a check."""
    return redirect(f"{url_for('builder.page')}?{urlencode(list(request.args.items(multi=True)))}#policy")


@blueprint.post("/docs/widget/policy")
def check_policy() -> Response:
    form, text = form_of(request.args), request.form.get("policy", "")
    try:
        return _page(form, text[: MOST_CHARACTERS + 1], checked(text, _guest(_widget(form))))
    except PolicyUnreadable as problem:
        return _page(form, text[: MOST_CHARACTERS + 1], error=str(problem))


@blueprint.get("/docs/widget/guide")
def guide() -> Response:
    prose = prose_of((_FOLDER / "README.md").read_text(encoding="utf-8"))
    return _answer(render_template("guides/guide.html", guide=GUIDE, prose=prose), GUIDE_POLICY)


@blueprint.get("/docs/widget/awning.d.ts")
def declarations() -> Response:
    text = (_FOLDER / "awning.d.ts").read_text(encoding="utf-8")
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Security-Policy"] = SANDBOX_OF_TEXT
    return response


def _page(form: Form, text: str = "", result: Checked | None = None, error: str = "") -> Response:
    widget = _widget(form)
    html = render_template(
        "widget/builder.html",
        form=form,
        reserve_text=_reserve_text(form),
        ways=_ways(form, widget),
        safety=_safety(widget),
        live=Markup(snippets.element(widget)) if form.is_live else None,
        is_demo=platform().settings.is_demo,
        origin=widget.origin,
        policy_text=text,
        policy_error=error,
        result=result,
        most_characters=MOST_CHARACTERS,
    )
    response = _answer(html, POLICY)
    response.status_code = 422 if error else 200
    return response


def _reserve_text(form: Form) -> str:
    return ":".join([form.chosen["layout"], *(str(height) for _, height in form.reserve)]) if form.reserve else ""


def _answer(html: str, policy: str) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    return response


def _widget(form: Form) -> snippets.Widget:
    origin, module = platform().settings.url, files.latest().file("awning.js")
    return snippets.Widget(origin, form.attributes, form.body, _absolute(module.url), module.integrity, form.reserve)


def _absolute(url: str) -> str:
    return f"{platform().settings.url}{url}" if url.startswith("/") else url


def _guest(widget: snippets.Widget) -> Guest:
    stub = snippets.stub_texts(widget.origin, widget.layout, widget.reserve)
    stylesheet = _absolute(files.latest().file("panel.css").url)
    return Guest(widget.origin, widget.module, stylesheet, stub, widget.integrity)


def _ways(form: Form, widget: snippets.Widget) -> tuple[Way, ...]:
    return (_plain(widget), *_with_modules(widget), _from_the_server(form, widget))


def _plain(widget: snippets.Widget) -> Way:
    return Way(
        "html",
        "Plain HTML",
        "Put it inside the form of your checkout, above the payment. The script comes right after the element.",
        (
            Code("plain", "Element and stub", snippets.plain_html(widget)),
            Code("head", "Quicker: in your page's head, before the style sheets", snippets.preload(widget.origin)),
        ),
    )


def _with_modules(widget: snippets.Widget) -> tuple[Way, Way]:
    style = Code("tag-style", "In your own style sheet: the space that is kept free", snippets.reserve_style(widget))
    return (
        Way(
            "tag",
            "Tag manager",
            "The element stands in your page; a tag manager adds the module. Keep the space free in your own styles.",
            (
                Code("tag-element", "In your page", snippets.element(widget)),
                Code("tag-module", "In the tag manager", snippets.module_tag(widget)),
                style,
            ),
        ),
        Way(
            "react",
            "React",
            "A component that gives your page the choice. Types are in awning.d.ts.",
            (
                Code("react-component", "Component", snippets.react(widget)),
                Code("react-style", style.label, style.text),
            ),
        ),
    )


def _from_the_server(form: Form, widget: snippets.Widget) -> Way:
    return Way(
        "server",
        "Without script, from your server",
        "Your server creates the offer with its secret key, fetches the panel and writes it into the page. "
        "The choice is sent with your form, also where JavaScript is off.",
        (
            Code("server-request", "The request", snippets.fragment_request(form.code, widget)),
            Code("server-python", "The same in Python", snippets.fragment_python(form.code, widget)),
            Code("server-place", "Where it goes", snippets.FRAGMENT_PLACE),
        ),
    )


def _safety(widget: snippets.Widget) -> tuple[Code, ...]:
    stub_hashes = _guest(widget).stub_hashes
    return (
        Code("map", "Import map: one version with its hash, before the stub", snippets.import_map(widget)),
        Code("pinned", "The same as a plain tag", snippets.pinned_tag(widget)),
        Code("policy-nonce", "Policy with a nonce, new in every answer", snippets.nonce_policy(widget.origin)),
        Code(
            "policy-host",
            "Policy with hosts, for pages that are the same for everybody",
            snippets.host_policy(widget.origin, stub_hashes),
        ),
    )
