"""The tokens of Gambit's files: texts in quotes, braces, and words; white space and commas only separate them.

A file is read token by token, never all at once: what it announces is checked before memory is spent on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from games.errors import ScenarioError, refuse
from games.files.numbers import Refusal, exact, shortened

Kind = Literal["text", "brace", "word", "end"]
_TOKEN = re.compile(r'(?P<text>"(?:\\.|[^"\\])*")|(?P<brace>[{}])|(?P<word>[^\s,{}"]+)', re.DOTALL)
_BETWEEN = re.compile(r"[\s,]*")
_KINDS: dict[str | None, Kind] = {"text": "text", "brace": "brace", "word": "word"}


@dataclass(frozen=True)
class Token:
    """A piece of a file and the line that it begins on."""

    kind: Kind
    text: str
    line: int

    def __str__(self) -> str:
        return "the end of the file" if self.kind == "end" else shortened(self.text)


def tokens(text: str, name: str) -> Iterator[Token]:
    """Yield the tokens of a text, the last of them its end.

    Raises
    ------
    ScenarioError : a text in quotes is not closed.
    """
    place, line = 0, 1
    while True:
        between = _BETWEEN.match(text, place)
        start = between.end() if between else place
        line += text.count("\n", place, start)
        match = _TOKEN.match(text, start)
        if match is None:
            break
        yield Token(_KINDS[match.lastgroup], match[0], line)
        line += match[0].count("\n")
        place = match.end()
    if start < len(text):
        raise refuse(f"{name}: line {line}", "this text is not closed", 'texts end with the quote they begin with: "')
    yield Token("end", "", line)


class Reader:
    """A file with the place that was reached; ``next`` is the token to be read."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._waiting = tokens(text, name)
        self.next = next(self._waiting)

    def wrong(self, expected: str, token: Token | None = None, hint: str = "") -> ScenarioError:
        """Return the error that something else was expected here; the caller raises it."""
        token = token or self.next
        return refuse(f"{self.name}: line {token.line}", f"expects {expected}, found {token}", hint)

    def take(self, kind: Kind, expected: str) -> Token:
        """Return the next token, which must be of a kind, and go on."""
        token = self.next
        if token.kind != kind:
            raise self.wrong(expected)
        if kind != "end":
            self.next = next(self._waiting)
        return token

    def at(self, brace: str) -> bool:
        """Return whether a brace comes next."""
        return self.next.kind == "brace" and self.next.text == brace

    def brace(self, brace: str, expected: str) -> None:
        """Pass a brace."""
        if not self.at(brace):
            raise self.wrong(expected)
        self.take("brace", expected)

    def closes(self) -> bool:
        """Return whether a list ends here, and pass its brace if so."""
        if self.next.kind == "end":
            raise self.wrong("'}'", hint="a list is not closed")
        if self.at("}"):
            self.take("brace", "'}'")
            return True
        return False

    def quoted(self, expected: str) -> str:
        """Return a text without its quotes; a backslash before anything but a quote or a backslash is itself."""
        return re.sub(r"\\([\"\\])", r"\1", self.take("text", expected).text[1:-1])

    def number(self, expected: str = "a number") -> Fraction:
        """Return an exact number."""
        token = self.take("word", expected)
        try:
            return exact(token.text)
        except Refusal as problem:
            raise refuse(f"{self.name}: line {token.line}", problem.what, problem.hint) from None

    def whole(self, least: int, most: int, expected: str) -> int:
        """Return a whole number from ``least`` to ``most``."""
        token = self.next
        value = self.number(expected)
        if value.denominator != 1 or not least <= value <= most:
            raise self.wrong(f"{expected} from {least} to {most}", token)
        return int(value)


def quoted(text: str) -> str:
    """Return a text in quotes, as ``Reader.quoted`` reads it back.

    Gambit 16 reads \\\\ as three backslashes, so that a backslash stands alone wherever it can.
    """
    return '"' + re.sub(r'\\(?=[\\"]|\Z)|"', r"\\\g<0>", text) + '"'
