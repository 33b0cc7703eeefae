"""Gambit's strategic-form files (.nfg), both kinds, read and written exactly.

    NFG 1 R "title" { "row" "column" } { 2 2 } "comment"                 strategies by number, then the payoffs
    NFG 1 R "title" { "row" "column" } { { "C" "D" } { "C" "D" } } ""    strategies by name

Payoff form: the numbers of every profile, the *first* player's strategy changing fastest. Outcome form: a list of named
outcomes { { "" 1, 2 } … } and for every profile the number of its outcome, 0 for none (all payoffs 0).

Source: the file-format reference in Gambit's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Literal

from games.errors import refuse
from games.files.numbers import Refusal, exact
from games.files.raw_game import MAX_PLAYERS, MAX_PROFILES
from games.normal_form import NormalFormGame, Profile

_TOKEN = re.compile(r'\s+|,|(?P<text>"(?:\\.|[^"\\])*")|(?P<brace>[{}])|(?P<word>[^\s,{}"]+)')
Kind = Literal["text", "brace", "word", "end"]


@dataclass(frozen=True)
class _Token:
    kind: Kind
    text: str
    line: int


class _Reader:
    """The tokens of a file, one after another."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.tokens = list(self._tokens(text))
        self.at = 0

    def _tokens(self, text: str) -> Iterator[_Token]:
        place, line = 0, 1
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise refuse(f"{self.name}: line {line}", "a text in quotes has no end", 'close it with "')
            if match.lastgroup in ("text", "brace", "word"):
                yield _Token(match.lastgroup, match[0], line)  # type: ignore[arg-type]
            line += match[0].count("\n")
            place = match.end()
        yield _Token("end", "the end of the file", line)

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def wrong(self, expected: str, token: _Token | None = None) -> Exception:
        token = token or self.next
        return refuse(f"{self.name}: line {token.line}", f"expects {expected}, found {token.text[:40]}")

    def take(self, kind: Kind, expected: str, text: str | None = None) -> str:
        token = self.next
        if token.kind != kind or (text is not None and token.text != text):
            raise self.wrong(expected)
        self.at += 1
        return token.text

    def opens(self) -> None:
        self.take("brace", "'{'", "{")

    def closes(self) -> bool:
        """Return whether the next token closes a list, and pass it if so."""
        if self.next.text == "}" and self.next.kind == "brace":
            self.at += 1
            return True
        if self.next.kind == "end":
            raise self.wrong("'}'")
        return False

    def quoted(self, expected: str) -> str:
        return re.sub(r"\\(.)", r"\1", self.take("text", expected)[1:-1])

    def number(self) -> Fraction:
        token = self.next
        try:
            return exact(self.take("word", "a number"))
        except Refusal as problem:
            raise refuse(f"{self.name}: line {token.line}", problem.what, problem.hint) from None

    def whole(self, expected: str) -> int:
        token = self.next
        value = self.number()
        if value.denominator != 1 or value < 0:
            raise self.wrong(expected, token)
        return int(value)


def read_nfg(text: str, name: str) -> tuple[str, NormalFormGame]:
    """Return the title and the game of a Gambit strategic-form file.

    Raises
    ------
    ScenarioError : with the line at which the file cannot be read.
    """
    reader = _Reader(text, name)
    reader.take("word", "'NFG' (a Gambit strategic-form file)", "NFG")
    reader.take("word", "version 1", "1")
    if reader.take("word", "'R' or 'D'") not in ("R", "D"):
        raise reader.wrong("'R' or 'D'", reader.tokens[reader.at - 1])
    title = reader.quoted("the title in quotes")
    players = _list_of_names(reader, "a player's name in quotes")
    actions = _strategies(reader, players)
    _distinct(reader, players, "players")
    for player, names in zip(players, actions, strict=True):
        _distinct(reader, names, f"strategies of '{player}'")
    if len(players) > MAX_PLAYERS or prod(map(len, actions)) > MAX_PROFILES:
        raise refuse(name, f"{len(players)} players with {prod(map(len, actions))} joint actions are too many")
    if reader.next.kind == "text":
        reader.at += 1
    order = [profile[::-1] for profile in product(*actions[::-1])]
    outcomes = _outcomes(reader, len(players)) if reader.next.text == "{" else None
    payoffs: dict[Profile, tuple[Fraction, ...]] = {}
    for profile in order:
        if outcomes is None:
            payoffs[profile] = tuple(reader.number() for _ in players)
        else:
            token, index = reader.next, reader.whole("the number of an outcome")
            if index >= len(outcomes):
                raise reader.wrong(f"an outcome from 0 to {len(outcomes) - 1}", token)
            payoffs[profile] = outcomes[index]
    reader.take("end", "nothing after the last profile")
    return title, NormalFormGame(players, actions, payoffs)


def _list_of_names(reader: _Reader, expected: str) -> tuple[str, ...]:
    reader.opens()
    out = []
    while not reader.closes():
        out.append(reader.quoted(expected))
    if not out:
        raise reader.wrong(expected, reader.tokens[reader.at - 1])
    return tuple(out)


def _strategies(reader: _Reader, players: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the strategies by player: named, or numbered from 1."""
    reader.opens()
    token, out = reader.next, []
    while not reader.closes():
        if reader.next.text == "{":
            out.append(_list_of_names(reader, "a strategy's name in quotes"))
        else:
            count = reader.whole("a number of strategies")
            if not 0 < count <= MAX_PROFILES:
                raise reader.wrong("a number of strategies", reader.tokens[reader.at - 1])
            out.append(tuple(str(k + 1) for k in range(count)))
    if len(out) != len(players):
        raise reader.wrong(f"strategies for {len(players)} players", token)
    return tuple(out)


def _distinct(reader: _Reader, names: tuple[str, ...], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise refuse(reader.name, f"two {what} are called '{name}'", "give each its own name")


def _outcomes(reader: _Reader, players: int) -> list[tuple[Fraction, ...]]:
    """Return the outcomes' payoffs; number 0 is no outcome, which pays nothing."""
    reader.opens()
    out = [(Fraction(0),) * players]
    while not reader.closes():
        reader.opens()
        reader.quoted("an outcome's name in quotes")
        out.append(tuple(reader.number() for _ in range(players)))
        reader.take("brace", "'}' after the outcome's payoffs", "}")
    return out


def write_nfg(game: NormalFormGame, title: str, form: Literal["payoffs", "outcomes"] = "payoffs") -> str:
    """Return a game as a Gambit strategic-form file, which reads back equal."""
    names = " ".join("{ " + " ".join(map(_quoted, own)) + " }" for own in game.actions)
    head = f'NFG 1 R {_quoted(title)} {{ {" ".join(map(_quoted, game.players))} }}\n\n{{ {names} }}\n""\n\n'
    order = [profile[::-1] for profile in product(*game.actions[::-1])]
    if form == "payoffs":
        return head + "\n".join(" ".join(map(str, game.payoffs[profile])) for profile in order) + "\n"
    found: Mapping[tuple[Fraction, ...], int] = {
        payoffs: k + 1 for k, payoffs in enumerate(dict.fromkeys(game.payoffs[profile] for profile in order))
    }
    listed = "\n".join('{ "" ' + ", ".join(map(str, payoffs)) + " }" for payoffs in found)
    return head + f"{{\n{listed}\n}}\n" + " ".join(str(found[game.payoffs[profile]]) for profile in order) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
