"""Everything that can be wrong with a partner folder, found in one go, each with file and line."""

from pathlib import Path

from app.catalog.check.counter import counter_mistakes
from app.catalog.check.expressions import expression_mistakes
from app.catalog.check.html import html_mistakes
from app.catalog.check.prices import price_mistakes
from app.catalog.check.references import reference_mistakes
from app.catalog.check.rules import rule_mistakes
from app.catalog.check.sales import sale_mistakes
from app.catalog.check.schemas import is_draft7, schema_mistakes
from app.catalog.check.shapes import shape_mistakes
from app.catalog.check.tables import table_mistakes
from app.catalog.check.words import word_mistakes
from app.catalog.source import Mistake, Source, read_folder

# Each looks at one kind of mistake and needs nothing but the files. Without a partner.yaml that can be relied on,
# each leaves out what is compared with it.
CHECKS = (
    reference_mistakes,
    rule_mistakes,
    table_mistakes,
    expression_mistakes,
    word_mistakes,
    html_mistakes,
    counter_mistakes,
)


def mistakes_in(source: Source) -> list[Mistake]:
    """Prices are computed only when all else is right: a broken table would only repeat itself in every price."""
    if not source.files:
        return sorted(source.mistakes)
    # A file that cannot be read is there all the same: nobody else is told that it is missing.
    names = frozenset(source.files) | {mistake.file for mistake in source.mistakes}
    found = list(source.mistakes) + shape_mistakes(source, names)
    sound = _without(source, {mistake.file for mistake in found})
    found.extend(schema_mistakes(sound, names))
    sound = _without(sound, {file.path for _, file in sound.under("schemas", ".json") if not is_draft7(file.data)})
    for check in CHECKS:
        found.extend(check(sound, names))
    if not found:
        found.extend(price_mistakes(sound))
        found.extend(sale_mistakes(sound))
    return sorted(set(found))


def _without(source: Source, broken: set[str]) -> Source:
    """The files that the next checks can rely on."""
    return Source(source.folder, {path: file for path, file in source.files.items() if path not in broken}, [])


def check_folder(folder: Path) -> tuple[Source, list[Mistake]]:
    source = read_folder(folder)
    return source, mistakes_in(source)
