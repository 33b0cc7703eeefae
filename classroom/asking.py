"""What accord answers to a question about a game of an exercise: the JSON document of the command, in exact numbers.

A template asks as a user does, ``{ command = "patience", game = "talks" }``, and takes a number from where the command
prints it with ``--json`` (``interfaces.md``): what the sheet says and what the tool says cannot differ. ``plan`` is no
command: it judges a plan of play that the template states, and answers as ``payoffs`` tells its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from games.errors import refuse
from games.files.findings import suggestion
from games.files.game_file import GameFile
from games.files.numbers import Refusal, exact
from games.partnership import Scenario

_NUMBER = re.compile(r"-?\d+(/\d+)?")
Question = Mapping[str, Any]


def answered(question: Question, game: GameFile | None, scenario: Scenario | None, where: str) -> dict[str, Any]:
    """Return the JSON document that answers a question, its numbers as Fractions.

    Parameters
    ----------
    question : ``command`` and its options: concept, objective, state, delta, transfers, plan, aim, payer, fixes;
        ``thresholds = false`` leaves out the common discount factor with sharing, which takes most of the time.
    game, scenario : what the question is about, as a game and (None: it is none) as a partnership.

    Raises
    ------
    ScenarioError : no such command, a partnership where there is none, or what the command itself refuses.
    """
    command = str(question.get("command", ""))
    if command in _ABOUT_PARTNERSHIPS:
        if scenario is None:
            raise refuse(where, f"'{command}' is about a partnership, and this game is none", "ask it of a scenario")
        result = _ABOUT_PARTNERSHIPS[command](question, scenario)
    elif command in _ABOUT_GAMES and game is not None:
        try:
            result = _ABOUT_GAMES[command](question, game)
        except Refusal as problem:
            raise refuse(where, problem.what, problem.hint) from None
    else:
        raise refuse(
            where, f"there is no command '{command}' here", suggestion(command, [*_ABOUT_GAMES, *_ABOUT_PARTNERSHIPS])
        )
    from report.data import document

    parsed = json.loads(document(result, command), parse_float=Fraction, parse_int=Fraction)
    found: dict[str, Any] = _exact(parsed)
    return found


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _exact(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_exact(below) for below in value]
    return Fraction(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _equilibria(question: Question, game: GameFile) -> object:
    from solver.stage.concepts import answer

    return answer(game, question.get("concept", "nash"), question.get("state"), question.get("objective", "welfare"))


def _payoffs(question: Question, game: GameFile) -> object:
    from solver.repeated.reach import discounts, payoffs

    delta, money = question.get("delta"), question.get("transfers", "free")
    discount = discounts(game.game, None if delta is None else exact(delta))
    return payoffs(game, money if money in ("none", "free", "smallest") else exact(money), discount)


def _plan(question: Question, game: GameFile) -> object:
    from classroom.answers.plan import stated, valued

    return valued(game, stated(game.game, question["plan"]))


def _patience(_question: Question, game: GameFile) -> object:
    from solver.repeated.patience import patience

    return patience(game.game, game.title, game.start)


def _evaluate(question: Question, scenario: Scenario) -> object:
    from solver.sharing.evaluate import evaluate

    return evaluate(scenario, bool(question.get("fixes", False)), bool(question.get("thresholds", True)))


def _design(question: Question, scenario: Scenario) -> object:
    from solver.sharing.evaluate import design

    thresholds = bool(question.get("thresholds", True))
    return design(scenario, question.get("aim", "cheapest"), question.get("payer"), thresholds)


_ABOUT_GAMES: dict[str, Callable[[Question, GameFile], object]] = {
    "equilibria": _equilibria,
    "payoffs": _payoffs,
    "patience": _patience,
    "plan": _plan,
}
_ABOUT_PARTNERSHIPS: dict[str, Callable[[Question, Scenario], object]] = {"evaluate": _evaluate, "design": _design}
