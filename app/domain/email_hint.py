"""A mistyped mail address, guessed: a question to ask ("did you mean ...?"), never a correction."""

from functools import lru_cache
from itertools import product

# Who runs mail for everybody, and under which endings. A right address must never be doubted, so this has to be
# complete rather than short; most companies' own domains are in no table and are compared by their ending alone.
_HOSTS = {
    "gmail": "com",
    "googlemail": "com",
    "icloud": "com",
    "me": "com",
    "mac": "com",
    "aol": "com co.uk de fr it es",
    "msn": "com",
    "hotmail": "com co.uk fr de it es be nl at ch se no dk fi gr co.jp co.th com.ar com.br com.au com.tr cl ca",
    "outlook": "com co.uk fr de it es be nl at ie pt cz dk sa ae jp kr cl in my "
    "com.ar com.br com.au com.gr com.tr co.id",
    "live": "com co.uk fr de it be nl at ch se no dk ie ca cn jp com.au com.ar com.mx com.pt",
    "yahoo": "com co.uk fr de it es ca ie in gr pl ro se no dk at co.jp co.in co.id co.nz co.za co.th co.kr "
    "com.au com.br com.ar com.mx com.tr com.sg com.hk com.tw com.vn com.ph com.my",
    "ymail": "com",
    "rocketmail": "com",
    "mail": "com ru de ee bg",
    "email": "com cz it de",
    "proton": "me",
    "protonmail": "com ch",
    "fastmail": "com fm",
    "tutanota": "com de",
    "zoho": "com eu",
    "gmx": "de net at ch com fr co.uk es",
    "web": "de",
    "freenet": "de",
    "arcor": "de",
    "posteo": "de net",
    "mailbox": "org",
    "t-online": "de",
    "bluewin": "ch",
    "orange": "fr",
    "wanadoo": "fr es",
    "laposte": "net",
    "free": "fr",
    "sfr": "fr",
    "libero": "it",
    "virgilio": "it",
    "telefonica": "net",
    "terra": "es com.br",
    "btinternet": "com",
    "blueyonder": "co.uk",
    "ntlworld": "com",
    "virginmedia": "com",
    "talktalk": "net",
    "tiscali": "co.uk it",
    "eircom": "net",
    "bigpond": "com net.au",
    "optusnet": "com.au",
    "xtra": "co.nz",
    "comcast": "net",
    "verizon": "net",
    "att": "net",
    "sbcglobal": "net",
    "bellsouth": "net",
    "rogers": "com",
    "shaw": "ca",
    "sympatico": "ca",
    "docomo": "ne.jp",
    "ezweb": "ne.jp",
    "softbank": "ne.jp",
    "i.softbank": "jp",
    "nifty": "com",
    "naver": "com",
    "hanmail": "net",
    "qq": "com",
    "163": "com",
    "126": "com",
    "sina": "com cn",
    "yandex": "com ru",
    "rambler": "ru",
}
KNOWN = frozenset(f"{name}.{ending}" for name, endings in _HOSTS.items() for ending in endings.split())
_ENDINGS = frozenset(ending for endings in _HOSTS.values() for ending in endings.split()) | {"org", "info", "biz", "io"}
# No such endings exist, so nobody has one of these in a right address.
_NO_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "vom": "com", "xom": "com", "comm": "com", "coom": "com"}
_NO_ENDINGS |= {"cim": "com", "c0m": "com", "con.au": "com.au", "co.ku": "co.uk", "co.uj": "co.uk", "couk": "co.uk"}
_NO_ENDINGS |= {"nte": "net", "ner": "net", "ney": "net", "ogr": "org", "orh": "org"}

# Shorter names are each other's neighbours: aol and aon, live and love are all somebody's.
_SHORTEST_NAME, _LONG_DOMAIN = 5, 11
_LONGEST = 254


def email_hint(address: str) -> str | None:
    typed = address.strip()
    local, at, domain = typed.rpartition("@")
    plain = domain.lower().replace(",", ".").replace(" ", "").strip(".")
    if not at or not local or "@" in local or not plain or len(typed) > _LONGEST:
        return None
    meant = plain if plain in KNOWN else _mended(plain)
    return None if meant == domain.lower() else f"{local}@{meant}"


@lru_cache(maxsize=2_000)
def _mended(domain: str) -> str:
    """Compared with every domain we know, which takes milliseconds; most customers share a few domains."""
    name, _, ending = domain.partition(".")
    known = _nearest(f"{name}.{_NO_ENDINGS.get(ending, ending)}" if ending else domain)
    if known is not None:
        return known
    for wrong, right in _NO_ENDINGS.items():
        if domain.endswith(f".{wrong}"):
            return f"{domain.removesuffix(wrong)}{right}"
    return domain


def _nearest(domain: str) -> str | None:
    """The well-known domain this one is mistyped from, if there is one."""
    if domain in KNOWN:
        return domain
    name, _, ending = domain.partition(".")
    best: tuple[int, str] | None = None
    for known in sorted(KNOWN):
        known_name, _, known_ending = known.partition(".")
        other_country = name == known_name and len(_HOSTS[known_name].split()) > 1 and ending.split(".")[-1].isalpha()
        if len(known_name) < _SHORTEST_NAME or (other_country and _is_ending(ending)):
            continue
        most = 2 if len(known) >= _LONG_DOMAIN and ending == known_ending else 1
        steps = _steps(domain, known, most)
        if steps <= most and (best is None or steps < best[0]):
            best = (steps, known)
    return best[1] if best else None


def _is_ending(ending: str) -> bool:
    return ending in _ENDINGS or (len(ending) == 2 and ending not in ("cm", "om", "co"))


def _steps(one: str, other: str, most: int) -> int:
    """Damerau-Levenshtein: letters left out, added, exchanged, or two of them swapped."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for place in range(len(one) + 1):
        rows[place][0] = place
    rows[0] = list(range(len(other) + 1))
    for at, to in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        same = one[at - 1] == other[to - 1]
        rows[at][to] = min(rows[at - 1][to] + 1, rows[at][to - 1] + 1, rows[at - 1][to - 1] + (not same))
        if at > 1 and to > 1 and one[at - 1] == other[to - 2] and one[at - 2] == other[to - 1]:
            rows[at][to] = min(rows[at][to], rows[at - 2][to - 2] + 1)
    return rows[-1][-1]
