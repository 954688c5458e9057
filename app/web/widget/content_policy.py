"""What a page's own policy would block of the widget, and the line that lets it in.

The rules are those of Content Security Policy Level 3 (6.7.2 for matching, 6.7.1 for scripts), Trusted Types and
Integrity-Policy, without a browser: a developer sees the answer before the page is live.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from app.web.widget.policy_text import HASH, HOST, NONCE, SCHEME, Policy, is_source, pasted

Verdict = Literal["ok", "blocked", "reported"]
Sources = tuple[str, ...]
DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
# Which schemes of an address a scheme in a policy lets in: the same one, and its safe twin. By the text of the standard
# ws: and wss: let in https too; browsers do not do that (measured).
UPGRADES = {"http": {"http", "https"}, "ws": {"ws", "wss"}}
A_NONCE = "'nonce-R4nd0mPerAnswer'"


@dataclass(frozen=True, slots=True)
class Guest:
    """What the widget brings to a page. `page_origin` is that of the page, where it is known."""

    origin: str
    module: str
    stylesheet: str
    stub: tuple[str, ...]
    integrity: str = ""
    page_origin: str = ""

    @property
    def stub_hashes(self) -> tuple[str, ...]:
        digests = (hashlib.sha256(text.encode()).digest() for text in self.stub)
        return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    @property
    def modules(self) -> tuple[str, ...]:
        return (f"{self.origin}/widget/v1/awning.js", self.module)

    @property
    def requests(self) -> tuple[str, ...]:
        offers = f"{self.origin}/widget/offers"
        return (offers, f"{offers}/ID/selection", f"{offers}/ID/events")


@dataclass(frozen=True, slots=True)
class Ruling:
    """`additions` are the sources that would let it in."""

    is_allowed: bool
    why: str
    additions: Sources = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the table. `change` is the whole line as it should read."""

    what: str
    policy: str
    directive: str
    verdict: Verdict
    why: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    revised: tuple[str, ...]

    @property
    def blocked(self) -> int:
        return sum(finding.verdict == "blocked" for finding in self.findings)


def checked(text: str, guest: Guest) -> Checked:
    """Raises PolicyUnreadable where the text is no policy."""
    given = pasted(text)
    findings: list[Finding] = []
    revised = []
    is_required = _types_required(given.policies)
    for policy in given.policies:
        own, changes = _findings(policy, guest, is_required)
        findings += own
        if changes and not policy.report_only:
            revised.append(
                "; ".join(f"{name} {' '.join(v)}".strip() for name, v in (policy.directives | changes).items())
            )
    findings += [one for policy in given.integrity for one in _integrity(policy)]
    return Checked(tuple(findings), given.remarks, tuple(revised))


# Matching, CSP3 6.7.2


def matches(source: str, url: str, page_origin: str = "") -> bool:
    """Whether one source of a list matches the address of something to load."""
    target = urlsplit(url)
    if source == "*":
        return target.scheme in DEFAULT_PORTS
    if source.lower() == "'self'":
        return bool(page_origin) and _is_same_origin(page_origin, url)
    if not is_source(source):
        return False
    if scheme := SCHEME.fullmatch(source):
        return target.scheme in _let_in(scheme[1])
    host = HOST.fullmatch(source)
    if host is None:
        return False
    # Without a scheme in it, a source takes that of the page, which is a page like ours.
    scheme_part = host["scheme"] or urlsplit(page_origin or url).scheme
    return (
        target.scheme in _let_in(scheme_part)
        and _host_matches(host["host"].lower(), target.hostname or "")
        and _port_matches(host["port"], scheme_part, target.scheme, target.port)
        and _path_matches(host["path"] or "", target.path or "/")
    )


def _let_in(scheme: str) -> set[str]:
    return UPGRADES.get(scheme.lower(), {scheme.lower()})


def _is_same_origin(page_origin: str, url: str) -> bool:
    page, target = urlsplit(page_origin), urlsplit(url)
    ports = [one.port or DEFAULT_PORTS.get(one.scheme) for one in (page, target)]
    are_default = all(one.port in (None, DEFAULT_PORTS.get(one.scheme)) for one in (page, target))
    return (
        page.hostname == target.hostname
        and target.scheme in _let_in(page.scheme)
        and (ports[0] == ports[1] or are_default)
    )


def _host_matches(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    # *.example.com is every host below example.com, and not example.com itself.
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else pattern.strip("[]") == host


def _port_matches(pattern: str | None, pattern_scheme: str, scheme: str, port: int | None) -> bool:
    real = port or DEFAULT_PORTS.get(scheme)
    if pattern is None:
        return real == DEFAULT_PORTS.get(scheme)
    if pattern == "*" or int(pattern) == real:
        return True
    # A plain address that was upgraded moves from 80 to 443.
    return int(pattern) == 80 and real == 443 and pattern_scheme.lower() in ("http", "ws")


def _path_matches(pattern: str, path: str) -> bool:
    """A path that ends with a slash stands for all below it, any other for itself."""
    if not pattern or pattern == "/":
        return True
    wanted, real = pattern.split("/"), path.split("/")
    if pattern.endswith("/"):
        wanted = wanted[:-1]
        if len(real) <= len(wanted):
            return False
    elif len(wanted) != len(real):
        return False
    return all(unquote(one) == unquote(other) for one, other in zip(wanted, real, strict=False))


def _has(sources: Sources, keyword: str) -> bool:
    return f"'{keyword}'" in map(str.lower, sources)


def _has_nonce(sources: Sources) -> bool:
    return any(NONCE.fullmatch(source) for source in sources)


def _all_match(sources: Sources, urls: tuple[str, ...], guest: Guest) -> list[str]:
    """Those of the addresses that no source matches."""
    return [url for url in urls if not any(matches(source, url, guest.page_origin) for source in sources)]


# What the widget needs, each with its rule

_NEEDS_NONCE = "Beside 'strict-dynamic' hosts and 'unsafe-inline' are ignored: it needs a nonce, new in every answer."


def _inline(sources: Sources, guest: Guest) -> Ruling:
    """CSP3 6.7.3.2: 'unsafe-inline' counts only where there is no nonce, no hash and no 'strict-dynamic'."""
    if _has_nonce(sources):
        return Ruling(True, "It runs when it carries the nonce of the answer.")
    if all(_is_hashed(sources, wanted) for wanted in guest.stub_hashes):
        return Ruling(True, "Its hashes are in the list.")
    if _has(sources, "strict-dynamic"):
        return Ruling(False, _NEEDS_NONCE, (A_NONCE,))
    hashed = any(HASH.fullmatch(source) for source in sources)
    if not _has(sources, "unsafe-inline"):
        return Ruling(False, "Inline scripts need a nonce or these hashes.", guest.stub_hashes)
    if hashed:
        return Ruling(False, "'unsafe-inline' is ignored beside a hash.", guest.stub_hashes)
    return Ruling(True, "'unsafe-inline' lets every inline script run.")


def _is_hashed(sources: Sources, wanted: str) -> bool:
    """Hashes may be written in the URL-safe alphabet too; the name of the algorithm in any case."""
    found = HASH.fullmatch(wanted)
    given = [HASH.fullmatch(source) for source in sources]
    return found is not None and any(
        one is not None and one[1].lower() == found[1].lower() and one[2].translate(_PLAIN) == found[2] for one in given
    )


_PLAIN = str.maketrans("-_", "+/")


def _imported(sources: Sources, guest: Guest) -> Ruling:
    if _has_nonce(sources):
        return Ruling(True, "import() passes on the nonce of the stub.")
    if _has(sources, "strict-dynamic"):
        # A stub of the page that runs by its hash hands on no trust to what it imports (measured).
        return Ruling(False, _NEEDS_NONCE, (A_NONCE,))
    return _fetched(sources, guest.modules[:1], guest)


def _tagged(sources: Sources, guest: Guest) -> Ruling:
    if _has_nonce(sources):
        return Ruling(True, "It loads when the tag carries the nonce of the answer.")
    if _is_hashed(sources, f"'{guest.integrity}'"):
        return Ruling(True, "It loads when the tag carries the integrity hash, which is in the list.")
    if _has(sources, "strict-dynamic"):
        return Ruling(False, _NEEDS_NONCE, (A_NONCE,))
    return _fetched(sources, guest.modules[:1], guest)


def _requested(sources: Sources, guest: Guest) -> Ruling:
    return _fetched(sources, guest.requests, guest)


def _styled(sources: Sources, guest: Guest) -> Ruling:
    return _fetched(sources, (guest.stylesheet,), guest)


def _fetched(sources: Sources, urls: tuple[str, ...], guest: Guest) -> Ruling:
    missing = _all_match(sources, urls, guest)
    if not missing:
        return Ruling(True, "A source in the list matches it.")
    if _has(sources, "self") and len(sources) == 1:
        why = f"'self' is your own host; this comes from {guest.origin}."
    elif len(missing) < len(urls):
        why = f"The list matches some of its addresses, and not {missing[0]}."
    else:
        why = f"No source in the list matches {missing[0]}." if sources else "The list is empty: nothing is let in."
    return Ruling(
        False, "'none' lets nothing in." if _has(sources, "none") and len(sources) == 1 else why, (guest.origin,)
    )


@dataclass(frozen=True, slots=True)
class Need:
    """`directives`: the first that the policy has decides. An optional need is another way to the same end."""

    what: str
    directives: tuple[str, ...]
    ruling: Callable[[Sources, Guest], Ruling]
    is_optional: bool = False


_SCRIPT = ("script-src-elem", "script-src", "default-src")
_STYLE = ("style-src-elem", "style-src", "default-src")
NEEDS = (
    Need("The stub, two inline scripts", _SCRIPT, _inline),
    Need("The module, imported by the stub", _SCRIPT, _imported),
    Need("The module as a plain script tag, instead of the stub", _SCRIPT, _tagged, is_optional=True),
    Need("The request for the offer", ("connect-src", "default-src"), _requested),
    Need("The style sheet of a fragment from your server", _STYLE, _styled),
)
TYPES = "The Trusted Types policy awning, in browsers without Element.setHTML"


def _findings(policy: Policy, guest: Guest, required: Verdict) -> tuple[list[Finding], dict[str, Sources]]:
    """The rows of one policy, and its directives as they should read."""
    ruled = [(need, _deciding(need, policy)) for need in NEEDS]
    rulings = [(need, name, need.ruling(policy.directives[name], guest) if name else None) for need, name in ruled]
    changes: dict[str, Sources] = {}
    for need, name, ruling in rulings:
        if name and ruling and not ruling.is_allowed and not need.is_optional:
            target = _target(need, name)
            changes[target] = _with(changes.get(target, policy.directives[name]), ruling.additions)
    rows = []
    for need, name, ruling in rulings:
        if not name or not ruling:
            rows.append(Finding(need.what, policy.label, "", "ok", "No directive of this policy asks about it."))
            continue
        change = ""
        if not ruling.is_allowed:
            target = _target(need, name)
            sources = _with(changes.get(target, policy.directives[name]), ruling.additions)
            change = f"{target} {' '.join(sources)}"
        rows.append(Finding(need.what, policy.label, name, _verdict(ruling, policy), ruling.why, change))
    for special, line in (_trusted_types(policy, required), _sandboxed(policy)):
        rows += special
        changes |= line
    return rows, changes


def _deciding(need: Need, policy: Policy) -> str:
    return next((name for name in need.directives if name in policy.directives), "")


def _target(need: Need, name: str) -> str:
    """What was decided by default-src gets a directive of its own: the default holds for much else."""
    return need.directives[-2] if name == "default-src" else name


def _with(sources: Sources, additions: Sources) -> Sources:
    return tuple(dict.fromkeys([one for one in sources if one.lower() != "'none'"] + list(additions)))


def _verdict(ruling: Ruling, policy: Policy) -> Verdict:
    if ruling.is_allowed:
        return "ok"
    return "reported" if policy.report_only else "blocked"


def _types_required(policies: tuple[Policy, ...]) -> Verdict:
    """Whether some policy asks for trusted types, and whether it blocks or only reports: "ok" when none asks."""
    asking = [one for one in policies if _has(one.directives.get("require-trusted-types-for", ()), "script")]
    if not asking:
        return "ok"
    return "reported" if all(one.report_only for one in asking) else "blocked"


def _trusted_types(policy: Policy, required: Verdict) -> tuple[list[Finding], dict[str, Sources]]:
    """One policy may ask for trusted types and another one list their names: every list has to have ours."""
    name = "trusted-types" if "trusted-types" in policy.directives else "require-trusted-types-for"
    names = policy.directives.get(name)
    if names is None:
        return [], {}
    if required == "ok":
        return [Finding(TYPES, policy.label, name, "ok", "No policy asks for trusted types, so it is not needed.")], {}
    if name != "trusted-types" or "*" in names or "awning" in names:
        why = "The list has its name." if "awning" in names else "Every name is allowed."
        return [Finding(TYPES, policy.label, name, "ok", why)], {}
    line = {name: _with(names, ("awning",))}
    verdict: Verdict = "reported" if policy.report_only else required
    why = "The list does not have the name awning, so the panel cannot be placed."
    return [Finding(TYPES, policy.label, name, verdict, why, f"{name} {' '.join(line[name])}")], line


def _sandboxed(policy: Policy) -> tuple[list[Finding], dict[str, Sources]]:
    """A sandbox without scripts has no widget, and one without an origin is on no partner's list of origins."""
    flags = policy.directives.get("sandbox")
    missing = [one for one in ("allow-scripts", "allow-same-origin") if flags is not None and one not in flags]
    if not missing or flags is None or policy.report_only:
        return [], {}
    line = {"sandbox": _with(flags, tuple(missing))}
    why = f"A sandbox without {' and '.join(missing)} runs no script or hides the page's origin from us."
    what = "Every script of the page, and the origin it asks from"
    return [Finding(what, policy.label, "sandbox", "blocked", why, f"sandbox {' '.join(line['sandbox'])}")], line


def _integrity(policy: Policy) -> list[Finding]:
    """Integrity-Policy asks for a hash; sources=(inline) is what it means when it names no sources."""
    destinations = policy.directives.get("blocked-destinations", ())
    if "inline" not in policy.directives.get("sources", ("inline",)):
        destinations = ()
    verdict: Verdict = "reported" if policy.report_only else "blocked"
    if "script" not in destinations:
        return [Finding(_HASHED, policy.label, "", "ok", "This header asks for no hash of it.")]
    why = "Without an integrity hash it is not loaded: put the import map with the hash before the stub."
    return [Finding(_HASHED, policy.label, "blocked-destinations", verdict, why)]


_HASHED = "The module, where no integrity hash comes with it"
