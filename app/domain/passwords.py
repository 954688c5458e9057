"""Which words are a password: long, and not what somebody tries first. No rule about kinds of characters (NIST)."""

import re

SHORTEST = 12
LONGEST = 200
# Parts of a name or an address shorter than this stand in too many good passwords.
SHORTEST_PART = 4

# Of the most used passwords those that are long enough to pass, without spaces, capitals and digits at the end.
_COMMON = frozenset(
    {"password", "passwordpassword", "passwort", "motdepasse", "contrasena", "qwerty", "qwertyuiop", "qwertzuiop"}
    | {"qwertyuiopasdf", "qwertyuiopasdfghjkl", "asdfghjkl", "azertyuiop", "zaqwsxcde", "qazwsxedc", "qazwsxedcrfv"}
    | {"letmein", "letmeinplease", "welcome", "welcomewelcome", "iloveyou", "iloveyousomuch", "administrator", "admin"}
    | {"changeme", "changemeplease", "adminadmin", "adminadminadmin", "trustno", "football", "baseball", "sunshine"}
    | {
        "superman",
        "princess",
        "startrek",
        "starwars",
        "whatever",
        "correcthorsebatterystaple",
        "abcdefghijkl",
        "secret",
    }
    | {"abcdefghijklmnop", "thisisapassword", "mypassword", "mypasswordis", "newpassword", "onceuponatime", "awning"}
)
_DIGIT_RUN = "0123456789" * 3


def password_problem(password: str, name: str = "", email: str | None = None) -> str | None:
    """The key of the sentence that says why not; None for a password that may be used."""
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    if _is_common(password):
        return "password_common"
    return "password_personal" if _is_personal(password, name, email) else None


def _is_common(password: str) -> bool:
    """As typed, and without what is put around a word so that it passes: Password1234!"""
    plain = re.sub(r"[\W_]+", "", password.casefold())
    bare = re.sub(r"^[0-9]+|[0-9]+$", "", plain)
    return len(set(plain)) < 5 or plain in _DIGIT_RUN or bare in _COMMON or bare == ""


def _is_personal(password: str, name: str, email: str | None) -> bool:
    typed = password.casefold()
    parts = re.split(r"[\W_]+", f"{name} {(email or '').partition('@')[0]}".casefold())
    return any(part in typed for part in parts if len(part) >= SHORTEST_PART)
