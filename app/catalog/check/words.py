"""Words: complete in every language, the same placeholders everywhere, and no pushing of the customer."""

import re
from collections.abc import Iterator
from typing import Any

from app.catalog.check.expressions import RESERVED
from app.catalog.check.shapes import is_regional
from app.catalog.source import Mistake, Source, SourceFile, Where
from app.catalog.words import PLACEHOLDER, merged

OFFER_PLACEHOLDERS = frozenset({"partner"})
PRODUCT_PLACEHOLDERS = RESERVED - {"quote_id", "product_config_id"}

PUSHES = "pushes the customer"
# What may not be said to somebody who declines, or as if the choice were made already. One row, one pattern.
PUSHING = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"\b(take|accept|run|risk) (the|a|my) (risk|chance)", "shames the customer who declines"),
        (r"\bno[,.]? (i|i'd|i'll|i don't|thanks, i)\b", "shames the customer who declines"),
        (r"\bi (don't|do not) (care|need|want|value)", "shames the customer who declines"),
        (r"\bunprotected\b", "shames the customer who declines"),
        (r"\bare you sure\b", "shames the customer who declines"),
        (r"\b(pre-?selected|already (added|selected|included in your (cart|basket)))\b", "preselects"),
        (r"\bunless you (opt out|untick|uncheck|remove)", "preselects"),
        (r"\b(hurry|last chance|only today|act now)\b", "hurries the customer"),
        (r"\b(auf eigenes risiko verzichten|ich riskiere|ungeschützt)\b", "shames the customer who declines"),
        (r"\b(bereits ausgewählt|vorausgewählt|schon hinzugefügt)\b", "preselects"),
        (r"\b(je prends le risque|non,? je (ne|n')|sans protection\b)", "shames the customer who declines"),
        (r"\b(présélectionné|déjà (ajouté|sélectionné))", "preselects"),
        (r"\b(asumo el riesgo|me arriesgo|no,? no (me|quiero))", "shames the customer who declines"),
        (r"\b(preseleccionad|ya (añadid|seleccionad))", "preselects"),
        (r"(リスクを(負|承知)|後悔)", "shames the customer who declines"),
        (r"(選択済み|すでに追加)", "preselects"),
        (r"(أتحمل المخاطرة|أخاطر)", "shames the customer who declines"),
        (r"(محدد مسبقا|تمت إضافته مسبقا)", "preselects"),
        (r"\b(recommended|peace of mind|yes,? i)\b", PUSHES),
        (r"\bempfohlen", PUSHES),
        (r"\brecommandé", PUSHES),
        (r"\brecomendad", PUSHES),
        (r"おすすめ", PUSHES),
        (r"موصى", PUSHES),
    )
)
# "Not serviced as the maker recommended" limits the cover and pushes nobody.
LIMITING = frozenset({"disclaimer", "disclaimer_html", "exclusions"})


def word_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    for _, file in source.under("words", ".yaml"):
        yield from pushing_mistakes(file)
    partner = source.files.get("partner.yaml")
    if partner is None:
        return
    yield from _languages(source, partner.data["languages"], names)
    default = _default(source, partner.data["languages"][0])
    if default is None:
        return
    yield from _subjects(source, default, names)
    for _, file in source.under("words", ".yaml"):
        if file.path != default.path:
            yield from _like(file, default, (), is_regional(file.path, names))


def _languages(source: Source, languages: list[str], names: frozenset[str]) -> Iterator[Mistake]:
    for language in languages:
        if f"words/{language}.yaml" not in names:
            yield Mistake("partner.yaml", 1, f"languages: there is no file words/{language}.yaml")
    for language, file in source.under("words", ".yaml"):
        if language not in languages:
            yield Mistake(file.path, 1, f"partner.yaml does not name the language {language}")


def _default(source: Source, language: str) -> SourceFile | None:
    """The words all others are compared with. A region's are its language's, and what it says differently."""
    own = source.files.get(f"words/{language}.yaml")
    base = source.files.get(f"words/{language.partition('-')[0]}.yaml")
    if own is None or base is None or own is base:
        return own
    return SourceFile(own.path, own.text, merged(base.data, own.data), own.lines)


def _subjects(source: Source, words: SourceFile, names: frozenset[str]) -> Iterator[Mistake]:
    """Each offer and product has words, and the words have nobody else."""
    for kind, reserved in (("offers", OFFER_PLACEHOLDERS), ("products", PRODUCT_PLACEHOLDERS)):
        files = dict(source.under(kind, ".yaml"))
        for name, file in files.items():
            if name not in words.data[kind]:
                yield words.mistake((kind,), f"has no words for {name}")
                continue
            allowed = reserved | set(file.data.get("placeholders", {}))
            for where, text in texts(words.data[kind][name], (kind, name)):
                for unknown in sorted(set(PLACEHOLDER.findall(text)) - allowed):
                    yield words.mistake(where, f"nothing fills the placeholder {{{unknown}}}")
            if kind == "products":
                yield from _labels(words, (kind, name), file.data)
        for name in words.data[kind]:
            if f"{kind}/{name}.yaml" not in names:
                yield words.mistake((kind, name), "there is no such file under " + kind)


def _labels(words: SourceFile, where: Where, product: dict[str, Any]) -> Iterator[Mistake]:
    """What a product lists by key has a name in words."""
    said = words.data[where[0]][where[1]]
    wanted = {
        "benefit_labels": [entry["key"] for entry in product.get("benefits", [])],
        "files": [entry["key"] for entry in product.get("files", [])],
        "instalments": [entry["name"] for entry in product.get("instalments", [])],
    }
    for part, keys in wanted.items():
        for key in keys:
            if key not in said.get(part, {}):
                yield words.mistake((*where, part), f"has no words for {key}")


def texts(node: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(node, str):
        yield where, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from texts(value, (*where, name))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from texts(value, (*where, place))


def pushing_mistakes(file: SourceFile) -> Iterator[Mistake]:
    for where, text in texts(file.data, ()):
        for pattern, reason in PUSHING:
            found = pattern.search(text)
            if found and not (reason == PUSHES and LIMITING.intersection(where)):
                yield file.mistake(where, f"{reason}: {found.group()!r}")


def _like(file: SourceFile, default: SourceFile, where: Where, is_regional: bool) -> Iterator[Mistake]:
    """The same keys and placeholders as the default language; a regional file may leave keys out."""
    own, model = _at(file.data, where), _at(default.data, where)
    if isinstance(model, dict) and isinstance(own, dict):
        for name in own.keys() - model.keys():
            yield file.mistake((*where, name), f"is not in {default.path}")
        for name in model:
            if name in own:
                yield from _like(file, default, (*where, name), is_regional)
            elif not is_regional:
                yield file.mistake(where, f"missing translation: {name}")
    elif isinstance(model, list) and isinstance(own, list):
        for place in range(min(len(own), len(model))):
            yield from _like(file, default, (*where, place), is_regional)
    elif isinstance(model, str) and isinstance(own, str):
        yield from _same_text(file, where, own, model)
    else:
        yield file.mistake(where, f"has another form than in {default.path}")


def _same_text(file: SourceFile, where: Where, own: str, model: str) -> Iterator[Mistake]:
    wanted, given = set(PLACEHOLDER.findall(model)), set(PLACEHOLDER.findall(own))
    for name in sorted(wanted - given):
        yield file.mistake(where, f"missing placeholder: {{{name}}}")
    for name in sorted(given - wanted):
        yield file.mistake(where, f"has a placeholder the default language does not have: {{{name}}}")
    if model and not own:
        yield file.mistake(where, "missing translation: the text is empty")


def _at(data: Any, where: Where) -> Any:
    for part in where:
        data = data[part]
    return data
