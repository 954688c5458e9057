"""Everything that can be wrong with a partner folder, found in one go, each with file and line."""

from pathlib import Path

from app.catalog.check.expressions import expression_mistakes
from app.catalog.check.html import html_mistakes
from app.catalog.check.prices import price_mistakes
from app.catalog.check.references import reference_mistakes
from app.catalog.check.rules import rule_mistakes
from app.catalog.check.schemas import schema_mistakes
from app.catalog.check.shapes import shape_mistakes
from app.catalog.check.tables import table_mistakes
from app.catalog.check.words import word_mistakes
from app.catalog.source import Mistake, Source, read_folder

# Each looks at one kind of mistake and needs nothing but the files.
CHECKS = (
    schema_mistakes,
    reference_mistakes,
    rule_mistakes,
    table_mistakes,
    expression_mistakes,
    word_mistakes,
    html_mistakes,
)


def mistakes_in(source: Source) -> list[Mistake]:
    """Prices are computed only when all else is right: a broken table would only repeat itself in every price."""
    found = list(source.mistakes) + shape_mistakes(source)
    broken = {mistake.file for mistake in found}
    sound = Source(source.folder, {path: file for path, file in source.files.items() if path not in broken}, [])
    if "partner.yaml" not in sound.files:
        return sorted(found)
    names = frozenset(source.files)
    for check in CHECKS:
        found.extend(check(sound, names))
    if not found:
        found.extend(price_mistakes(sound))
    return sorted(set(found))


def check_folder(folder: Path) -> tuple[Source, list[Mistake]]:
    source = read_folder(folder)
    return source, mistakes_in(source)
