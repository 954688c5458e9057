"""Partner folders of tests: a copy of a demo folder, with one thing in it changed, and what the check says."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from app.catalog import compiling
from app.catalog.check import check_folder
from app.catalog.model import Catalog
from app.catalog.source import Mistake, read_folder

CATALOG = Path(__file__).resolve().parent.parent.parent / "catalog"
DEMO_FOLDERS = sorted(path.parent.name for path in CATALOG.glob("*/partner.yaml"))


@dataclass(frozen=True)
class Folder:
    """A partner folder that a test may change."""

    path: Path

    def change(self, file: str, old: str, new: str) -> int:
        """Puts `new` in the one place where `old` stands; the line it stands on."""
        place = self.path / file
        text = place.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{file} does not hold {old!r}"
        place.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text.count("\n", 0, text.index(old)) + 1

    def write(self, file: str, text: str) -> None:
        place = self.path / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def append(self, file: str, text: str) -> int:
        """Puts lines at the end; the line of the first of them."""
        place = self.path / file
        before = place.read_text(encoding="utf-8")
        place.write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1

    def remove(self, file: str) -> None:
        (self.path / file).unlink()

    def line_of(self, file: str, text: str) -> int:
        lines = (self.path / file).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)

    def mistakes(self) -> list[Mistake]:
        return check_folder(self.path)[1]


def copied(folder: str, to: Path) -> Folder:
    """A demo folder of one's own."""
    target = to / folder
    shutil.copytree(CATALOG / folder, target)
    return Folder(target)


def compiled_folder(path: Path) -> Catalog:
    return compiling.compiled_folder(read_folder(path))
