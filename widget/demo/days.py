"""Days as a person reads them, and whether a day that somebody typed is one the shop can work with."""

from datetime import UTC, date, datetime, timedelta


def today() -> date:
    return datetime.now(UTC).date()


def day(text: str | None) -> str:
    """2027-03-12T07:40:00Z -> 12 March 2027"""
    if not text:
        return "open end"
    found = date.fromisoformat(text[:10])
    return f"{found.day} {found:%B %Y}"


def weekday(when: date) -> str:
    """Friday, 12 March 2027; with the time where there is one."""
    words = f"{when:%A}, {when.day} {when:%B %Y}"
    return f"{words}, {when:%H:%M}" if isinstance(when, datetime) else words


def typed_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_within(text: str, days: int) -> bool:
    """From today on, for so many days."""
    found = typed_day(text)
    return found is not None and today() <= found <= today() + timedelta(days=days)
