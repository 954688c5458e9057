"""From a folder on disk to a release in force. A folder with a mistake never gets there."""

from datetime import datetime
from pathlib import Path

from app.adapters.database import Database
from app.adapters.shelf import Shelf
from app.catalog.check import check_folder
from app.catalog.release import Release, release_of
from app.catalog.source import Mistake
from app.domain.keys import is_partner_code


def publish_folder(
    database: Database, folder: Path, code: str | None, now: datetime, shelf: Shelf | None = None
) -> tuple[list[Mistake], Release | None, bool]:
    """The mistakes that stood in the way, or the release and whether it is new. `shelf`: the running server's own."""
    source, mistakes = check_folder(folder)
    if mistakes:
        return mistakes, None, False
    release = release_of(source, code)
    if not is_partner_code(release.code):
        return (
            [Mistake("partner.yaml", 1, f"code: {release.code!r} must be five capital letters or digits")],
            None,
            False,
        )
    return [], release, (shelf or Shelf(database, 0, 1)).publish(release, now)
