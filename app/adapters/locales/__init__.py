"""The words of our own screens, mails and documents: one YAML file a language in a folder an area.

`said("mail", "de")` reads `locales/mail/de.yaml`. Every language has the same keys and placeholders; one we do not
have falls back to English.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

LANGUAGES = ("en", "de", "fr", "es", "ja", "ar")
RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur"})
LOCALES = {"en": "en_GB"}
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Said:
    """One area's words in one language. Keys are dotted paths; lists stay lists."""

    language: str
    words: dict[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        found: Any = self.words
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    def day(self, moment: date | datetime) -> str:
        """A day written out in the language's own way; in English the day comes first, as most who read it write it."""
        return format_date(moment, "long", locale=LOCALES.get(self.language, self.language))


def said(area: str, language: str) -> Said:
    return _said(area, known_language(language))


def known_language(language: str) -> str:
    """en-us -> en; a language we have no words in -> en."""
    base = language.lower().partition("-")[0]
    return base if base in LANGUAGES else LANGUAGES[0]


def direction_of(language: str) -> str:
    return "rtl" if language.lower().partition("-")[0] in RTL_LANGUAGES else "ltr"


@lru_cache(maxsize=64)
def _said(area: str, language: str) -> Said:
    return Said(language, yaml.safe_load((FOLDER / area / f"{language}.yaml").read_text(encoding="utf-8")))
