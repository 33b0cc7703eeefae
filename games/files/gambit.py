"""Gambit's strategic-form files (.nfg), both kinds, read and written exactly.

    NFG 1 R "title" { "row" "column" } { 2 2 } "comment"                 strategies by number
    NFG 1 R "title" { "row" "column" } { { "C" "D" } { "C" "D" } } ""    strategies by name; the comment may be left out

Payoff form: the payoffs of every profile, the *first* player's strategy changing fastest. Outcome form: a list of named
outcomes { { "" 1, 2 } … } and for every profile the number of its outcome, 0 for none (all payoffs 0).
A player or strategy without a name is called by its number, as Gambit shows it.

Source: the file-format reference in Gambit's documentation.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Literal

from games.errors import refuse
from games.files.gambit_tokens import Reader, Token, quoted
from games.files.nested import name_problem
from games.files.numbers import Refusal, shortened, written
from games.files.raw_game import MAX_PLAYERS, MAX_PROFILES
from games.normal_form import NormalFormGame, Profile

Actions = tuple[tuple[str, ...], ...]
Payoffs = tuple[Fraction, ...]


def read_nfg(text: str, name: str) -> tuple[str, NormalFormGame]:
    """Return the title and the game of a Gambit strategic-form file.

    Raises
    ------
    ScenarioError : with the line at which the file cannot be read.
    """
    reader = Reader(text, name)
    title = _prologue(reader)
    players = _names(reader, "player", MAX_PLAYERS)
    actions = _strategies(reader, players)
    if reader.next.kind == "text":
        reader.quoted("a comment")
    outcomes = _outcomes(reader, len(players)) if reader.at("{") else None
    payoffs: dict[Profile, Payoffs] = {}
    for profile in _order(actions):
        if reader.next.kind == "end":
            raise reader.wrong(f"payoffs for {prod(map(len, actions))} profiles", hint=f"it has {len(payoffs)} of them")
        payoffs[profile] = _payoffs(reader, len(players)) if outcomes is None else _outcome(reader, outcomes)
    reader.take("end", "nothing after the last profile")
    return title, NormalFormGame(players, actions, payoffs)


def _prologue(reader: Reader) -> str:
    """Return the title, which follows on the kind of file, its version and the kind of its numbers."""
    for expected, words in (("NFG (a game in strategic form)", ("NFG",)), ("version 1", ("1",)), ("R", ("R", "D"))):
        token = reader.take("word", expected)
        if token.text not in words:
            hint = "save it in strategic form: .nfg" if token.text == "EFG" else ""
            raise reader.wrong(expected, token, hint)
    return reader.quoted("the title in quotes")


def _names(reader: Reader, noun: str, most: int) -> tuple[str, ...]:
    """Return a list of distinct names, numbers in the place of empty ones."""
    reader.brace("{", f"'{{' and the names of the {noun}s")
    first, names = reader.next, dict[str, None]()
    while not reader.closes():
        token = reader.next
        name = reader.quoted(f"the name of a {noun} in quotes").strip() or str(len(names) + 1)
        _check(reader, token, name, noun, names)
        names[name] = None
        if len(names) > most:
            raise reader.wrong(f"at most {most} {noun}s", token)
    if not names:
        raise reader.wrong(f"the name of a {noun} in quotes", first)
    return tuple(names)


def _check(reader: Reader, token: Token, name: str, noun: str, before: dict[str, None]) -> None:
    problem = name_problem(name)
    if problem:
        raise refuse(f"{reader.name}: line {token.line}", *problem)
    if name in before:
        what = f"the {noun} '{shortened(name)}' is there twice"
        raise refuse(f"{reader.name}: line {token.line}", what, "give each its own name")


def _strategies(reader: Reader, players: tuple[str, ...]) -> Actions:
    """Return the strategies of every player: named, or numbered from 1."""
    reader.brace("{", "'{' and the strategies of each player")
    actions: Actions = ()
    for player in players:
        room = MAX_PROFILES // prod(map(len, actions))
        if reader.at("{"):
            own = _names(reader, "strategy", room)
        else:
            count = reader.whole(1, room, f"the number of strategies of '{player}'")
            own = tuple(str(k + 1) for k in range(count))
        actions = (*actions, own)
    reader.brace("}", f"'}}' after the strategies of {len(players)} players")
    return actions


def _outcomes(reader: Reader, players: int) -> list[Payoffs]:
    """Return the payoffs of every outcome; number 0 is no outcome, which pays nothing."""
    reader.brace("{", "'{' and the outcomes")
    outcomes = [(Fraction(0),) * players]
    while not reader.closes():
        reader.brace("{", "'{' and an outcome")
        reader.quoted("the name of an outcome in quotes")
        outcomes.append(_payoffs(reader, players))
        reader.brace("}", f"'}}' after the {players} payoffs of an outcome")
    return outcomes


def _payoffs(reader: Reader, players: int) -> Payoffs:
    return tuple(reader.number(f"a payoff ({players} for each profile)") for _ in range(players))


def _outcome(reader: Reader, outcomes: list[Payoffs]) -> Payoffs:
    return outcomes[reader.whole(0, len(outcomes) - 1, "the number of an outcome")]


def _order(actions: Actions) -> list[Profile]:
    """Return the profiles in Gambit's order, the first player's action changing fastest."""
    return [profile[::-1] for profile in product(*actions[::-1])]


def write_nfg(game: NormalFormGame, title: str, form: Literal["payoffs", "outcomes"] = "payoffs") -> str:
    """Return a game as a Gambit strategic-form file, which reads back equal.

    Raises
    ------
    ScenarioError : a payoff that could not be read back.
    """
    names = " ".join("{ " + " ".join(map(quoted, own)) + " }" for own in game.actions)
    head = f'NFG 1 R {quoted(title)} {{ {" ".join(map(quoted, game.players))} }}\n\n{{ {names} }}\n""\n\n'
    told = [[_number(x, profile) for x in game.payoffs[profile]] for profile in _order(game.actions)]
    if form == "payoffs":
        return head + "\n".join(map(" ".join, told)) + "\n"
    outcomes = {payoffs: k + 1 for k, payoffs in enumerate(dict.fromkeys(", ".join(one) for one in told))}
    listed = "\n".join(f'{{ "" {payoffs} }}' for payoffs in outcomes)
    return head + f"{{\n{listed}\n}}\n" + " ".join(str(outcomes[", ".join(one)]) for one in told) + "\n"


def _number(payoff: Fraction, profile: Profile) -> str:
    try:
        return written(payoff)
    except Refusal as problem:
        raise refuse(f"payoffs after {', '.join(profile)}", problem.what, problem.hint) from None
