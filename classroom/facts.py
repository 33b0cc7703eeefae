"""Everything that is known of one variant of an exercise, by name: what was drawn, what follows, what accord answers.

``tables.talks`` is the table of the game "talks" as a text: the story and the solver read the same numbers.

Nothing is computed before it is asked for, and everything once: a draw that fails its first condition costs no solving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from classroom import asking, expressions
from classroom.tables import Tables
from classroom.texts import plugged
from games.errors import refuse
from games.files.documents import SHIPPED, read_document
from games.files.game_file import GameFile, from_document
from games.files.levers import put
from games.files.scenario import build
from games.partnership import Scenario

Made = TypeVar("Made")


class Facts(Mapping[str, Any]):
    """The names of a variant; looking one up computes it.

    Parameters
    ----------
    name : of the exercise, for messages.
    drawn : the parameters.
    values : expressions by name. solved : questions to accord by name. games : documents by name, with places.
    """

    def __init__(
        self,
        name: str,
        drawn: Mapping[str, Any],
        values: Mapping[str, str],
        solved: Mapping[str, Mapping[str, Any]],
        games: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.name = name
        self._known: dict[str, Any] = dict(drawn)
        self._known["tables"] = Tables(lambda game: self.game(game).game)
        self._values, self._solved, self._games = values, solved, games
        self._asked: set[str] = set()
        self._read: dict[tuple[str, str], Any] = {}

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._values, **self._solved})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            if name not in self._values and name not in self._solved:
                raise KeyError(name)
            if name in self._asked:
                raise refuse(f"{self.name}: values.{name}", "is defined by itself", "write one of the two out")
            self._asked.add(name)
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Any:
        if name in self._values:
            return expressions.value(self._values[name], self, f"{self.name}: values.{name}")
        question = plugged(self._solved[name], self, f"{self.name}: solved.{name}")
        about = str(question.get("game", ""))
        where = f"{self.name}: solved.{name}"
        return asking.answered(question, self.game(about), self.scenario(about, optional=True), where)

    def document(self, game: str) -> dict[str, Any]:
        """Return the document of a game with its numbers put in.

        Raises
        ------
        ScenarioError : the template has no such game.
        """
        if game not in self._games:
            raise refuse(
                f"{self.name}: games", f"there is no game '{game}'", f"it has {', '.join(self._games) or 'none'}"
            )
        where = f"{self.name}: games.{game}"
        return self.once("document", game, lambda: _whole(plugged(self._games[game], self, where)))

    def game(self, game: str) -> GameFile:
        """Return a game of the template, as any command reads it."""
        return self.once("game", game, lambda: from_document(self.document(game), f"{self.name}: games.{game}"))

    def is_partnership(self, game: str) -> bool:
        """Return whether a game of the template is a partnership."""
        return "actors" in self.document(game)

    def scenario(self, game: str, optional: bool = False) -> Scenario | None:
        """Return a game of the template as a partnership; None where it is none and that is no fault."""
        if optional and not self.is_partnership(game):
            return None
        return self.once(
            "scenario", game, lambda: build(self.document(game), f"{self.name}: games.{game}", None, SHIPPED)
        )

    def once(self, what: str, name: str, make: Callable[[], Made]) -> Made:
        """Return what was made of a game before, or make it."""
        if (what, name) not in self._read:
            self._read[what, name] = make()
        made: Made = self._read[what, name]
        return made


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document that may start from one that ships: ``base`` names it, ``changes`` are made by path."""
    if "base" not in document:
        return document
    _, base = read_document(str(document["base"]))
    for path, value in document.get("changes", {}).items():
        base = put(base, path, value)
    return base | ({"with": document["with"]} if "with" in document else {})
