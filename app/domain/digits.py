"""Figures as people and keyboards write them, and the check figure of cards and IMEIs."""


def western(text: str) -> str:
    """Every figure as 0 to 9, place by place: Arabic-Indic, Devanagari and full-width keyboards write others."""
    if text.isascii():
        return text
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)


def passes_luhn(digits: str) -> bool:
    figures = [int(digit) for digit in reversed(digits)]
    doubled = [figure * 2 - 9 * (figure > 4) for figure in figures[1::2]]
    return (sum(figures[::2]) + sum(doubled)) % 10 == 0
