"""Everybody reads the counter in their own language."""

from app.domain.people import Session
from app.domain.people_errors import FieldRefused
from app.services.administer_staff import LANGUAGES
from app.services.people_records import PeopleRecords


def choose_language(people: PeopleRecords, session: Session, language: str) -> None:
    """From the next page on. Not in the audit: it concerns nobody else."""
    if language not in LANGUAGES:
        raise FieldRefused("language_unknown", "language", "language: one of {known}", known=", ".join(LANGUAGES))
    with people.writing() as changes:
        changes.staff.change(session.staff.id, language=language)
