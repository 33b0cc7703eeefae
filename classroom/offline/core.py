"""The check of this notebook. It needs Python 3.11 and nothing else: no network, no package, no accord.

Closed answers (a number, one option, several options) are not written down here. What is said of an answer lies in a
box that the answer itself opens: scrypt(answer, salt) gives the name of the box and the key to what it says. So
neither the right answer, nor a usual mistake, nor what is said of one can be read; an answer must be tried. Trying is
slow (about a fortieth of a second) and that is all the protection there is: whoever writes a loop finds one of five
options at once, a share between 0 and 1 to three decimals in seconds, and a number below 1000 to three decimals within
an hour. Answers that are judged by a condition (strategies, plans, proposals) need no secret: the condition is
worked out with your own numbers, exactly as accord does. Whoever unpacks these conditions finds them set up, and has
still to solve them.

A number x is looked up by its cell floor(x / 2t), t the tolerance; its box holds every answer within t of which
something of that cell lies, and decides |x - answer| <= t exactly. That x is close is looked up by floor(x / 10t): it
is said to all within 20 t, and to none beyond 30 t.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from hashlib import scrypt, shake_256
from itertools import groupby
from math import floor
from typing import Any

from classroom.offline.mark import RIGHT, Mark, spelled, wrong

Part = Mapping[str, Any]
LONGEST = 20_000
WIDE = 10
"""The cells in which a number is close are so many tolerances wide."""
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_RATIO = re.compile(r"([+-]?\d+)\s*/\s*(\d+)")
_LOCAL_DECIMAL = re.compile(r"([+-]?\d+),(\d+)")


class Unreadable(ValueError):
    """An answer that states nothing; its text says why."""


def written(value: Any) -> bytes:
    """Return a value as compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def unpacked(text: str) -> Any:
    """Return the exercise that a notebook carries."""
    return json.loads(b64decode(text))


def check(exercise: Any, label: str, answer: Any) -> None:
    """Print what an answer is worth, and what is wrong with it."""
    part = exercise["parts"][label]
    if answer is None or not str(answer).strip():
        print(f"Part {label}: no answer yet.")
        return
    mark = marked(part, answer)
    points = f"{spelled(mark.share * part['points'], '2')} of {part['points']}"
    named = "" if mark.mistake in ("", "other") else f": {mark.mistake}"
    print(f"Part {label}: {'right' if mark == RIGHT else 'not right' + named} ({points})")
    for text in mark.says:
        print("  " + text)


def marked(part: Part, answer: Any) -> Mark:
    """Return the mark of an answer; one that cannot be read is wrong, and what would repair it is said."""
    try:
        return MARKERS[part["kind"]](part, answer)
    except (Unreadable, RecursionError) as problem:
        hint = f"Answer with {part['how']}."
        return wrong("unreadable", f"This cannot be read: {problem}.", hint)


def plain(answer: Any) -> str:
    """Return an answer as one text."""
    if isinstance(answer, bool) or not isinstance(answer, str | int | float | Fraction):
        raise Unreadable("it is neither a text nor a number")
    if isinstance(answer, int) and answer.bit_length() > 200:
        raise Unreadable("it is a number of too many digits")
    text = str(answer).replace("−", "-").strip()
    if not 0 < len(text) <= LONGEST:
        raise Unreadable("it is empty" if not text else f"it is {len(text)} characters long")
    return text


def number(value: Any) -> Fraction:
    """Return a number: 3/7, 0.4286, 0,4286 or 42.86 %."""
    text = plain(value)
    digits = text.removesuffix("%").strip()
    if local := _LOCAL_DECIMAL.fullmatch(digits):
        digits = f"{local[1]}.{local[2]}"
    ratio = _RATIO.fullmatch(digits)
    if len(digits) > 60 or not (ratio or _DECIMAL.fullmatch(digits)) or (ratio and not int(ratio[2])):
        raise Unreadable(f"'{text[:40]}' is no number such as 3/7 or 0.4286")
    found = Fraction(int(ratio[1]), int(ratio[2])) if ratio else Fraction(digits)
    return found / 100 if text.endswith("%") else found


def opened(part: Part, answer: str) -> list[dict[str, Any]]:
    """Return what lies in the box that an answer opens: nothing where there is no such box."""
    name, key = keys(answer, part["salt"], part["cost"])
    sealed = part["boxes"].get(name)
    found: list[dict[str, Any]] = json.loads(masked(bytes.fromhex(sealed), key)) if sealed else []
    return found


def keys(answer: str, salt: str, cost: int) -> tuple[str, bytes]:
    """Return the name of the box that an answer opens, and the key to what it says."""
    digest = scrypt(answer.encode(), salt=salt.encode(), n=cost, r=8, p=1, dklen=48)
    return digest[:16].hex(), digest[16:]


def masked(text: bytes, key: bytes) -> bytes:
    """Return a text under the mask of a key, or a masked text in clear."""
    stream = shake_256(key).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, stream, strict=True))


def as_mark(entry: Part) -> Mark:
    """Return the mark that a box holds."""
    return Mark(Fraction(entry["share"]), entry["mistake"], tuple(entry["says"]))


def cell(value: Fraction, tolerance: Fraction, width: int) -> str:
    """Return the name of a number's cell, ``width`` tolerances wide."""
    return f"{width}: {floor(value / (width * tolerance))}"


def mark_number(part: Part, answer: Any) -> Mark:
    """Return the mark of a number."""
    found, tolerance = number(answer), Fraction(part["tolerance"])
    for entry in opened(part, cell(found, tolerance, 2)):
        if abs(found - Fraction(entry["at"])) <= tolerance:
            return as_mark(entry)
    for entry in opened(part, cell(found, tolerance, WIDE)):
        return as_mark(entry)
    outside = bool(part["unit"]) and not 0 <= found <= 1
    return wrong("other", f"A {part['unit']} lies between 0 and 1." if outside else "")


def option(part: Part, text: str) -> int:
    """Return which option a text names, by its words or its number in the list."""
    for k, known in enumerate(part["options"], 1):
        if text.casefold() == known.casefold():
            return k
    if text.isdecimal() and 1 <= int(text[:4]) <= len(part["options"]):
        return int(text[:4])
    raise Unreadable(f"'{text[:40]}' is none of the options")


def mark_choice(part: Part, answer: Any) -> Mark:
    """Return the mark of one option."""
    return as_mark(opened(part, chosen([option(part, plain(answer))]))[0])


def mark_selection(part: Part, answer: Any) -> Mark:
    """Return the mark of several options; for what no box is there for, only that it is not right is known."""
    given = [one for one in _listed(part, answer) if str(one).strip()]
    none = [str(one).strip().casefold() for one in given] == ["none"]
    found = [] if none else [option(part, plain(one)) for one in given]
    return next(map(as_mark, opened(part, chosen(found))), wrong("other", "More than one option is wrong or missing."))


def _listed(part: Part, answer: Any) -> list[Any]:
    """Return what an answer lists, parted by semicolons, or by commas where no option has one."""
    if isinstance(answer, list | tuple | set):
        return list(answer)
    text = plain(answer)
    return text.split("," if ";" not in text and not any("," in one for one in part["options"]) else ";")


def chosen(options: list[int]) -> str:
    """Return the name of a set of options."""
    return ", ".join(str(k) for k, _ in groupby(sorted(options)))


def entries(answer: Any, what: str) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a table, or of a text of "name: value; …"; no name twice."""
    if isinstance(answer, Mapping):
        yield from answer.items()
        return
    seen: set[str] = set()
    for entry in filter(str.strip, plain(answer).split(";")):
        name, sign, below = (text.strip() for text in entry.rpartition(":"))
        if not sign or name in seen:
            raise Unreadable(f"'{entry.strip()[:40]}' is no {what}, or is named twice")
        seen.add(name)
        yield name, below


MARKERS: dict[str, Callable[[Part, Any], Mark]] = {
    "number": mark_number,
    "choice": mark_choice,
    "selection": mark_selection,
}
