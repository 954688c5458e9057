"""What was really sold, as the partner's server says, against what the offer was made for.

An offer that a browser has asked for rests on what the browser said: a shopper could have a cheap thing quoted and buy
a dear one with it. Only the partner's server knows what was sold.
"""

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 100


def context_mistakes(sold: Any, offered: Any) -> Any:
    """Errors in the shape of `sold`, or None. A field that is not named is not compared; a list is compared whole."""
    if isinstance(sold, Mapping) and isinstance(offered, Mapping):
        found = {name: context_mistakes(value, offered.get(name)) for name, value in sold.items()}
        return {name: one for name, one in found.items() if one is not None} or None
    if _is_list(sold) and _is_list(offered) and len(sold) == len(offered):
        items = [context_mistakes(*pair) for pair in zip(sold, offered, strict=True)]
        return {str(place): one for place, one in enumerate(items) if one is not None} or None
    if sold == offered and isinstance(sold, bool) == isinstance(offered, bool):
        return None
    return [f"The offer was made for {_short(offered)}, this is {_short(sold)}."]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _short(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:LONGEST]
