"""Makes the fonts of our documents from the full Noto fonts: `python .ci/fonts.py [FOLDER WITH NOTO]`.

Run by hand when a script is added, on a machine with Debian's fonts-noto-core and fonts-noto-cjk; the result is
committed, so that no server needs a font. Equal inputs give equal files: the subsetter keeps the fonts' own dates.
"""

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

NOTO = Path("/usr/share/fonts")
FONTS = Path(__file__).resolve().parent.parent / "app" / "adapters" / "documents" / "fonts"

# Latin with everything Vietnamese, Greek, Cyrillic, punctuation, currency signs, arrows, letter-like signs.
EUROPEAN = (
    *(range(0x20, 0x250), range(0x2B0, 0x530), range(0x1E00, 0x2070), range(0x2070, 0x2300)),
    *(range(0x25A0, 0x2600), range(0xFB00, 0xFB07), range(0xFFFC, 0xFFFE)),
)
ARABIC = (
    *(range(0x20, 0x7F), range(0xA0, 0x100), range(0x600, 0x780), range(0x8A0, 0x900), range(0x2000, 0x2070)),
    *(range(0xFB50, 0xFE00), range(0xFE70, 0xFF00), range(0x25CC, 0x25CD)),
)
# JIS X 0208 and 0213, and what Windows adds: a policyholder's name may need 髙, 﨑 or 𠮷.
JAPANESE = ("cp932", "shift_jis_2004")

# Without locl in Japanese: it keeps the shapes of other countries and doubles the size.
LAYOUT = {
    "european": ["ccmp", "locl", "kern", "liga", "mark", "mkmk", "tnum", "lnum", "pnum", "case"],
    "arabic": ["*"],
    "japanese": ["ccmp", "kern", "halt", "palt", "mark", "mkmk"],
}


def encodable(character: str) -> bool:
    for codec in JAPANESE:
        try:
            character.encode(codec)
        except UnicodeEncodeError:
            continue
        return True
    return False


def japanese() -> set[int]:
    return {point for point in range(0x20, 0x30000) if not 0xD800 <= point < 0xE000 and encodable(chr(point))}


def points(ranges: tuple[range, ...]) -> set[int]:
    return {point for run in ranges for point in run}


def made(font: TTFont, wanted: set[int], layout: str) -> TTFont:
    options = subset.Options()
    options.layout_features = LAYOUT[layout]
    # Print has no pixels to hint for, and the names in other languages weigh more than they help.
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17]
    options.glyph_names = False
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "meta", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    return font


def named(collection: Path, name: str) -> TTFont:
    fonts = TTCollection(collection, lazy=True, recalcTimestamp=False).fonts
    return next(font for font in fonts if font["name"].getDebugName(1) == name)


def all_fonts(noto: Path) -> Iterator[tuple[str, TTFont]]:
    truetype, opentype = noto / "truetype" / "noto", noto / "opentype" / "noto"
    for style in ("Regular", "Bold", "Italic"):
        name = f"NotoSans-{style}.ttf"
        yield name, made(TTFont(truetype / name, recalcTimestamp=False), points(EUROPEAN), "european")
    for style in ("Regular", "Bold"):
        name = f"NotoSansArabic-{style}.ttf"
        yield name, made(TTFont(truetype / name, recalcTimestamp=False), points(ARABIC), "arabic")
    for style in ("Regular", "Bold"):
        full = named(opentype / f"NotoSansCJK-{style}.ttc", "Noto Sans CJK JP")
        yield f"NotoSansCJKjp-{style}.otf", made(full, japanese(), "japanese")


def runs(covered: set[int]) -> Iterator[tuple[int, int]]:
    """1, 2, 3, 7 -> (1, 3), (7, 7)."""
    ordered = sorted(covered)
    starts = [ordered[0], *(after for before, after in pairwise(ordered) if after != before + 1)]
    ends = [*(before for before, after in pairwise(ordered) if after != before + 1), ordered[-1]]
    yield from zip(starts, ends, strict=True)


def main(noto: Path) -> None:
    covered: set[int] = set()
    for name, font in all_fonts(noto):
        covered |= set(font.getBestCmap())
        font.save(FONTS / name)
        print(f"{(FONTS / name).stat().st_size:>9,}  {len(font.getBestCmap()):>6,}  {name}")
    (FONTS / "coverage.json").write_text(json.dumps([*runs(covered)], separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else NOTO)
