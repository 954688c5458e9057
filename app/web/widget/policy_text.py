"""Reading what a developer pastes: headers, a meta element, a line of a server's configuration, or a bare policy.

Read as browsers read it (Content Security Policy Level 3, section 2.2): what they drop is dropped here too, and told.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from html import unescape
from typing import Literal

MOST_CHARACTERS = 20_000
CSP = "content-security-policy"
INTEGRITY = "integrity-policy"
_NAMES = rf"(?:{CSP}|{INTEGRITY})(?:-report-only)?"
_META = re.compile(
    rf"<meta\b[^>]*?http-equiv\s*=\s*[\"']?({_NAMES})[\"']?[^>]*?content\s*=\s*(\"[^\"]*\"|'[^']*')", re.I
)
# nginx: add_header NAME "..." always;   Apache: Header always set NAME "..."
_CONFIGURED = re.compile(
    rf"^\s*(?:add_header|Header\b.*?)\s+[\"']?({_NAMES})[\"']?\s+(\"[^\"]*\"|'[^']*')", re.I | re.M
)
_HEADER = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*:(?:\s+(.*))?$")
# "https: 'self'" on a line of its own goes on with a policy; it is no header of that name.
_SCHEMES = frozenset({"http", "https", "ws", "wss", "data", "blob", "filesystem", "mediastream", "about"})

_FETCH = """child-src connect-src default-src fenced-frame-src font-src frame-src img-src manifest-src media-src
object-src prefetch-src script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr worker-src"""
_OTHER = """base-uri block-all-mixed-content form-action frame-ancestors navigate-to plugin-types referrer report-to
report-uri require-sri-for require-trusted-types-for sandbox trusted-types upgrade-insecure-requests webrtc"""
_KEYWORDS = """'none' 'self' 'unsafe-inline' 'unsafe-eval' 'strict-dynamic' 'unsafe-hashes' 'report-sample'
'wasm-unsafe-eval' 'unsafe-allow-redirects' 'inline-speculation-rules' 'unsafe-webtransport-hashes'
'trusted-types-eval' 'report-sha256' 'report-sha384' 'report-sha512'"""
FETCH_DIRECTIVES = frozenset(_FETCH.split())
DIRECTIVES = FETCH_DIRECTIVES | frozenset(_OTHER.split())
KEYWORDS = frozenset(_KEYWORDS.split())
NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_-]+={0,2})'", re.I)
HASH = re.compile(r"'(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})'", re.I)
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
HOST = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]+|\*))?(?P<path>/[^?#;,]*)?",
    re.I,
)


class PolicyUnreadable(ValueError):
    """The message names the rule the text does not keep to."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`label` is how the page names it where there are several."""

    directives: dict[str, tuple[str, ...]]
    report_only: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pasted:
    policies: tuple[Policy, ...]
    integrity: tuple[Policy, ...]
    remarks: tuple[str, ...]


def pasted(text: str) -> Pasted:
    _check_characters(text)
    remarks: list[str] = []
    found: dict[Literal["csp", "integrity"], list[Policy]] = {"csp": [], "integrity": []}
    for name, value, is_meta in _values(text, remarks):
        report_only = name.endswith("-report-only")
        if is_meta and report_only:
            remarks.append("Browsers ignore a report-only policy in a meta element; it is left out here.")
        elif name.startswith(INTEGRITY):
            found["integrity"].append(Policy(_dictionary(value, remarks), report_only, "Integrity-Policy"))
        else:
            for part in value.split(","):
                if part.strip(" \t\r\n;"):
                    found["csp"].append(_policy(part, report_only, is_meta, remarks))
    policies = found["csp"]
    if not found["integrity"] and not any(DIRECTIVES & set(policy.directives) for policy in policies):
        raise PolicyUnreadable(
            "A policy is a list of directives with semicolons between them, such as script-src 'self'; connect-src "
            f"'self'. There is no directive that browsers know in “{text.strip()[:60]}”."
        )
    if len(policies) > 1:
        policies = [Policy(one.directives, one.report_only, f"Policy {n}") for n, one in enumerate(policies, 1)]
    return Pasted(tuple(policies), tuple(found["integrity"]), tuple(dict.fromkeys(remarks)))


def _check_characters(text: str) -> None:
    if not text.strip():
        raise PolicyUnreadable("Paste a policy first: the value of your page's Content-Security-Policy header.")
    if len(text) > MOST_CHARACTERS:
        raise PolicyUnreadable(f"A policy has at most {MOST_CHARACTERS} characters here; this text has {len(text)}.")
    strange = next((sign for sign in text if (sign < " " and sign not in "\t\r\n") or sign == "\x7f"), None)
    if strange:
        raise PolicyUnreadable(f"A header holds no control characters; this text has U+{ord(strange):04X} in it.")


def _values(text: str, remarks: list[str]) -> list[tuple[str, str, bool]]:
    """Header name, value, and whether it stands in a meta element."""
    if metas := _META.findall(text):
        return [(name.lower(), unescape(quoted[1:-1]), True) for name, quoted in metas]
    if lines := _CONFIGURED.findall(text):
        return [(name.lower(), quoted[1:-1], False) for name, quoted in lines]
    return _headers(text, remarks)


def _headers(text: str, remarks: list[str]) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    is_ours = False
    for line in text.splitlines():
        header = _HEADER.match(line)
        name = header[1].lower() if header else ""
        if header and name not in _SCHEMES and name.removesuffix("-report-only") in (CSP, INTEGRITY):
            found.append((name, header[2] or "", False))
            is_ours = True
        elif header and header[2] and name not in _SCHEMES or line.startswith("HTTP/"):
            remarks.append(f"“{line.strip()[:40]}” is no policy and was left out.")
            is_ours = False
        elif is_ours or not found:
            # A policy over several lines, or one without its header's name.
            name, value, _ = found.pop() if found else (CSP, "", False)
            found.append((name, f"{value} {line}", False))
            is_ours = True
    return found


def _policy(text: str, report_only: bool, is_meta: bool, remarks: list[str]) -> Policy:
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        name, *values = part.split() or [""]
        lower = name.lower()
        if not name:
            continue
        if not part.isascii():
            remarks.append(f"“{part.strip()[:60]}” has a character outside ASCII: browsers leave the directive out.")
        elif lower in directives:
            remarks.append(f"{lower} stands there twice: browsers take the first and ignore the second.")
        elif is_meta and lower in ("sandbox", "frame-ancestors", "report-uri"):
            remarks.append(f"Browsers ignore {lower} in a meta element.")
        else:
            directives[lower] = tuple(values)
            remarks += _strange(lower, tuple(values))
    return Policy(directives, report_only)


def _strange(name: str, values: tuple[str, ...]) -> list[str]:
    if name not in DIRECTIVES:
        near = get_close_matches(name, DIRECTIVES, 1, 0.75)
        hint = f" Did you mean {near[0]}?" if near else ""
        return [f"{name} is no directive that browsers know; they ignore it.{hint}"]
    if name not in FETCH_DIRECTIVES:
        return []
    remarks = [f"{name}: {_hint(value)}" for value in values if not is_source(value)]
    if len(values) > 1 and "'none'" in map(str.lower, values):
        remarks.append(f"{name}: 'none' counts only when it stands alone; here browsers ignore it.")
    return remarks


def is_source(value: str) -> bool:
    is_quoted = value.lower() in KEYWORDS or NONCE.fullmatch(value) or HASH.fullmatch(value)
    is_bare_word = f"'{value.lower()}'" in KEYWORDS or value.lower().startswith(
        ("nonce-", "sha256-", "sha384-", "sha512-")
    )
    return bool(is_quoted or (not is_bare_word and (SCHEME.fullmatch(value) or HOST.fullmatch(value))))


def _hint(value: str) -> str:
    bare = value.strip("'\"`")
    if is_source(f"'{bare}'"):
        return f"{value} needs single quotes: '{bare}'. As it stands browsers take it for something else."
    if bare != value and is_source(bare):
        return f"{value} has quotes it must not have: {bare}. As it stands browsers ignore it."
    return f"{value} is no source that browsers know; they ignore it."


def _dictionary(value: str, remarks: list[str]) -> dict[str, tuple[str, ...]]:
    """A structured field (RFC 9651) of lists of words: blocked-destinations=(script), sources=(inline)."""
    members: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (part.strip() for part in value.split(","))):
        member = re.fullmatch(r"([a-z*][a-z0-9_.*-]*)\s*=\s*\(([^()]*)\)", part)
        if member is None:
            remarks.append(f"Integrity-Policy: “{part[:60]}” is not name=(words), so browsers ignore the whole header.")
            return {}
        members[member[1]] = tuple(member[2].split())
    return members
