"""A strategy file -> ``Strategy``. Nothing in it is ever run; everything that is wrong is found in one pass.

title  = "Tit for tat"
source = "Rapoport; Axelrod 1984"
start  = "friendly"
[nodes.friendly]
plays = "share"                                        or by state: { crisis = "share", other = "withhold" }
next  = [
  { partner = "withhold", to = "hostile" },            conditions: partner, me, state; the first rule that fits
  { to = "friendly" },
]
[nodes.hostile]
plays = "withhold"
next  = "friendly"                                     always; and "to" may be a lottery { a = 0.3, b = 0.7 }
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from classroom.tournament.strategy import OTHER, Lottery, Node, Rule, Strategy
from games.errors import Problem, ScenarioError, refuse
from games.files.documents import read_text
from games.files.findings import Path as Place
from games.files.findings import dotted, problems
from games.files.nested import Reading, keys, name_problem, row, text
from games.files.numbers import described, shortened
from games.files.syntax import parse

SHIPPED = Path(__file__).resolve().parent.parent / "strategies"
KEYS = ("title", "source", "start", "nodes")
NODE_KEYS = ("plays", "next")
CONDITIONS = ("partner", "me", "state")
MAX_BYTES = 64 * 1024
MAX_NODES, MAX_RULES = 64, 32
LONGEST_TITLE, LONGEST_NAME, LONGEST_SOURCE = 60, 40, 400
A_NODE = 'a node is [nodes.NAME] with plays = "share" and next = "NAME"'
A_RULE = 'a rule is { partner = "withhold", to = "NODE" }'


def shipped() -> tuple[Strategy, ...]:
    """Return the strategies that ship, by the names of their files."""
    return tuple(read_strategy(path) for path in sorted(SHIPPED.glob("*.toml")))


def read_strategy(path: Path) -> Strategy:
    """Return the strategy of a file.

    Raises
    ------
    ScenarioError : everything that is wrong with the file; one that is too large is not looked into.
    """
    if path.is_symlink() or not path.is_file():
        raise refuse(path.name, "is no file of its own", "hand in the file itself, not a link to one")
    if path.stat().st_size > MAX_BYTES:
        raise refuse(path.name, f"larger than {MAX_BYTES // 1024} kB", "a strategy is a page of text, at most")
    return strategy_of_text(read_text(path, path.name), path.name)


def strategy_of_text(words: str, name: str) -> Strategy:
    """Return the strategy that a TOML text describes.

    Raises
    ------
    ScenarioError : everything that is wrong with it.
    """
    try:
        return _parsed(words, name)
    except ScenarioError as error:
        raise ScenarioError(map(_visible, error.problems)) from None


def _visible(problem: Problem) -> Problem:
    """Return a problem without the characters that would steer a terminal: a student's file chose the words."""
    parts = (problem.where, problem.what, problem.hint)
    return Problem(*("".join(letter if letter.isprintable() else "?" for letter in part) for part in parts))


def _parsed(words: str, name: str) -> Strategy:
    document = parse(words, name, "toml")
    reading = Reading()
    found = _strategy(reading, document, Path(name).stem)
    wrong = problems(document, name, reading.found, dotted)
    if reading.more:
        wrong.append(Problem(name, f"and {reading.more} more problems", "mend the first ones, and look again"))
    if wrong:
        raise ScenarioError(wrong)
    return found


def _strategy(reading: Reading, document: Mapping[str, Any], stem: str) -> Strategy:
    keys(reading, (), document, KEYS, "key")
    title = _line(reading, ("title",), document.get("title", ""), LONGEST_TITLE)
    if not title.strip() and isinstance(document.get("title", ""), str):
        reading.wrong(("title",), "is missing", 'for example title = "Tit for tat"')
    source = _line(reading, ("source",), document.get("source", ""), LONGEST_SOURCE)
    tables = _tables(reading, document.get("nodes"))
    known = {node: k for k, node in enumerate(tables)}
    nodes = {node: _node(reading, ("nodes", node), table, known) for node, table in tables.items()}
    start: Lottery = {}
    if "start" in document:
        start = _lottery(reading, ("start",), document["start"], known)
    else:
        reading.wrong(("start",), "is missing", f'for example start = "{next(iter(known), "friendly")}"')
    return Strategy(stem, title.strip(), source.strip(), start, nodes)


def _line(reading: Reading, place: Place, value: object, longest: int) -> str:
    """Return a text of one line that a screen can show."""
    words = text(reading, place, value)
    if len(words) > longest:
        reading.wrong(place, f"is {len(words)} letters long, more than {longest}", "shorten it")
    if not words.isprintable():
        reading.wrong(place, "holds characters that cannot be seen", "write one line of plain text")
    return words


def _tables(reading: Reading, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not value:
        what = "is missing" if value is None or value == {} else f"expects a table of nodes, found {described(value)}"
        reading.wrong(("nodes",), what, A_NODE)
        return {}
    if len(value) > MAX_NODES:
        reading.wrong(("nodes",), f"{len(value)} nodes are more than {MAX_NODES}", "a strategy is a small automaton")
        return {}
    for node in value:
        problem = name_problem(node)
        if problem:
            reading.wrong(("nodes", node), *problem)
        elif len(node) > LONGEST_NAME:
            reading.wrong(("nodes", node), f"a name of {len(node)} letters, more than {LONGEST_NAME}", "shorten it")
    return value


def _node(reading: Reading, place: Place, table: object, known: Mapping[str, int]) -> Node:
    if not isinstance(table, Mapping):
        reading.wrong(place, f"expects a table, found {described(table)}", A_NODE)
        return Node({}, ())
    keys(reading, place, table, NODE_KEYS, "key")
    for key in NODE_KEYS:
        if key not in table:
            reading.wrong((*place, key), "is missing", A_NODE)
    plays = _plays(reading, (*place, "plays"), table["plays"]) if "plays" in table else {}
    rules = _rules(reading, (*place, "next"), table["next"], known) if "next" in table else ()
    return Node(plays, rules)


def _plays(reading: Reading, place: Place, value: object) -> Mapping[str, str]:
    if isinstance(value, Mapping) and value:
        for state in value:
            _word(reading, (*place, state), state)
        return {state: _word(reading, (*place, state), action) for state, action in value.items()}
    return {OTHER: _word(reading, place, value)}


def _rules(reading: Reading, place: Place, value: object, known: Mapping[str, int]) -> tuple[Rule, ...]:
    if isinstance(value, str) or (isinstance(value, Mapping) and value and all(node in known for node in value)):
        return (Rule(_lottery(reading, place, value, known)),)
    if not isinstance(value, list) or not value:
        found = "an empty list" if value == [] else described(value)
        reading.wrong(place, f"expects a node, or a list of rules, found {found}", A_RULE)
        return ()
    if len(value) > MAX_RULES:
        reading.wrong(place, f"{len(value)} rules are more than {MAX_RULES}", "join some of them")
        return ()
    rules = tuple(_rule(reading, (*place, k), one, known) for k, one in enumerate(value))
    for k, rule in enumerate(rules[:-1]):
        if rule.to and not (rule.partner or rule.me or rule.state):
            reading.wrong((*place, k), "fits always, so that no rule after it is read", "put it last")
    return rules


def _rule(reading: Reading, place: Place, value: object, known: Mapping[str, int]) -> Rule:
    if not isinstance(value, Mapping):
        reading.wrong(place, f"expects a rule, found {described(value)}", A_RULE)
        return Rule({})
    keys(reading, place, value, (*CONDITIONS, "to"), "key")
    if "to" not in value:
        reading.wrong((*place, "to"), "is missing", A_RULE)
    to = _lottery(reading, (*place, "to"), value["to"], known) if "to" in value else {}
    seen = {key: _word(reading, (*place, key), value[key]) for key in CONDITIONS if key in value}
    return Rule(to, **seen)


def _word(reading: Reading, place: Place, value: object) -> str:
    """Return the name of an action or a state; whether there is one of that name, the game will tell."""
    problem = name_problem(value)
    if problem or not isinstance(value, str):
        reading.wrong(place, *(problem or ("expects a name", "")))
        return ""
    return value


def _lottery(reading: Reading, place: Place, value: object, known: Mapping[str, int]) -> Lottery:
    """Return the probability of each node, from a node or a table of them."""
    if isinstance(value, str):
        if known and value not in known:
            hint = "one of " + ", ".join(shortened(node) for node in list(known)[:12])
            reading.wrong(place, f"there is no node '{shortened(value)}'", hint)
        return {value: Fraction(1)}
    if not known:
        return {}
    chances, names = row(reading, place, value, known), tuple(known)
    return {names[k]: chance for k, chance in chances.items()}
