"""Where the numbers of a certificate come from: the text of a scenario or game, and what was changed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from games import translate
from games.agreement import Agreement, agreement, agreement_table
from games.errors import ScenarioError, refuse
from games.files.documents import STDIN, read_source
from games.files.game_file import game_of_text
from games.files.scenario import build
from games.files.syntax import parse
from games.partnership import Partnership, Policy
from games.stochastic import StochasticGame
from games.tables import game_table, number, read_number

NOWHERE = Path("no such folder")


def source(file: str, active: Sequence[str] | None) -> dict[str, Any] | None:
    """Return the text that a file holds as a part of a certificate.

    None for standard input, which can be read only once, and for a scenario that names further files.
    """
    name, text, suffix = read_source(file) if file != "-" else (STDIN, "", "")
    out = {"name": name, "format": suffix, "text": text, "with": None if active is None else list(active)}
    try:
        return None if name == STDIN or not _read(out) else out
    except ScenarioError:
        return None


def _read(part: Mapping[str, Any]) -> Partnership | StochasticGame:
    """Return what the text says: a partnership, or a game."""
    name, text, suffix = part["name"], part["text"], part["format"]
    if suffix != "nfg":
        document = parse(text, name, suffix)
        _alone(document)
        if document.get("kind") is None:
            return build(document, name, part["with"], NOWHERE).partnership
    return game_of_text(text, name, suffix, part["with"]).game


def _alone(document: Mapping[str, Any]) -> None:
    """Refuse a text that names a file of somewhere: what it tells depends on where it is read."""
    urgency = document.get("urgency")
    file = urgency.get("file") if isinstance(urgency, Mapping) else None
    if isinstance(file, str) and Path(file).name != file:
        raise refuse("urgency.file", f"'{file}' is not attached")


def changes(part: Mapping[str, Any], asked: Partnership | StochasticGame) -> dict[str, Any]:
    """Return in what the partnership or game of a question differs from the text: open levels, discount factors."""
    return _differences(_read(part), asked)


def _differences(read: Partnership | StochasticGame, asked: Partnership | StochasticGame) -> dict[str, Any]:
    if isinstance(asked, Partnership):
        assert isinstance(read, Partnership)
        moved = {a.name: a.discount for a, b in zip(asked.actors, read.actors, strict=True) if a.discount != b.discount}
        return {
            "levels open": asked.instruments != read.instruments,
            "discount": {name: number(delta) for name, delta in moved.items()},
        }
    game = translate.stochastic_game(read) if isinstance(read, Partnership) else read
    same = asked.discount is None or asked.discount == game.discount
    named = {} if same else dict(zip(asked.players, map(number, asked.discount or ()), strict=True))
    return {"levels open": False, "discount": named}


def rebuilt(part: Mapping[str, Any], table: Mapping[str, Any], walk_away: bool = False) -> dict[str, Any]:
    """Return the table of the game that the text tells, with its changes made.

    For an agreement, with the play apart that ``table`` names (``walk_away``: everybody's outside actions), unless the
    text names one; for a claim about all discount factors (``table`` names none), without the text's.

    Raises
    ------
    ScenarioError : the text is no scenario or game.
    """
    read, changed = _read(part), part["changes"]
    discount = {name: read_number(delta) for name, delta in changed["discount"].items()}
    if table["kind"] == "agreement":
        if not isinstance(read, Partnership):
            raise refuse(part["name"], "is no scenario")
        asked = _changed(read, changed["levels open"], discount)
        policy = translate.outside_policy(read) if walk_away else tuple(map(tuple, table["apart"]["policy"]))
        _changed_so(read, asked, changed)
        return agreement_table(_agreement(asked, policy))
    game = translate.stochastic_game(read) if isinstance(read, Partnership) else read
    if table["discount"] is None:
        game = replace(game, discount=None)
    elif discount:
        game = replace(game, discount=tuple(discount[name] for name in game.players))
    _changed_so(read, game, changed)
    return game_table(game)


def _changed_so(read: Partnership | StochasticGame, asked: Partnership | StochasticGame, changed: Any) -> None:
    """Refuse changes other than those that make of what was read what is asked."""
    if _differences(read, asked) != changed:
        raise refuse("changes", "are not those that make the game of the text the one asked about")


def _changed(partnership: Partnership, levels_open: bool, discount: Mapping[str, Fraction]) -> Partnership:
    actors = tuple(replace(a, discount=discount.get(a.name, a.discount)) for a in partnership.actors)
    instruments = partnership.instruments
    if levels_open and all(b.level is None for b in instruments):
        raise refuse("changes", "no instrument has a proposed level that could be left open")
    if levels_open:
        instruments = tuple(replace(b, level=None) for b in instruments)
    return replace(partnership, actors=actors, instruments=instruments)


def _agreement(partnership: Partnership, apart: Policy) -> Agreement:
    given = partnership.sanction.play
    if given is not None:
        apart = tuple(
            tuple(a.outside if s.ended or a.name not in given else given[a.name][s.level] for a in partnership.actors)
            for s in translate.states(partnership)
        )
    target = translate.local_game(partnership, translate.target_policy(partnership))
    return agreement(partnership, target, translate.local_game(partnership, apart))
