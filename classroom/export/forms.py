"""The form in which a learning platform asks and marks a part by itself.

A platform has no solver, so each kind of answer takes the form nearest to its own marking rule:

number              Numeric      the key and every usual mistake with its feedback; the first that fits decides
choice              Options      one; each wrong one says why
selection, profiles Options      several; (right − wrong) / right of the points, at least 0; "none" is an option
strategies          Blanks       one number an action but the last; all equilibria are listed, any of them counts
distribution        Distributed  one number a profile; right where every linear condition holds, so any one counts
the others          Open         a person marks, with ``accord teach check``: too many right answers to list
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from classroom.answers import choice, distribution, number, profiles, selection, strategies
from classroom.answers.kinds import KINDS
from classroom.answers.of_game import game_of, written
from classroom.offline.mark import EARLY, named, spelled
from classroom.offline.stage import ROUGH, ROUNDING, SLACK
from classroom.part import Part

NONE_OF_THEM = "none of these"
Says = tuple[str, ...]
Shares = tuple[Fraction, ...]


@dataclass(frozen=True)
class Expected:
    """A number that an answer may be: met within the tolerance, its share of the points, and what is said of it."""

    value: Fraction
    tolerance: Fraction
    share: Fraction
    says: Says


@dataclass(frozen=True)
class Numeric:
    """A number; the first expected one that an answer is close to decides."""

    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Option:
    """One option: whether it is right, and what is said of it where it is chosen wrongly."""

    text: str
    right: bool
    says: Says = ()


@dataclass(frozen=True)
class Options:
    """One option, or several; ``sets`` are selections of which something is said as a whole."""

    options: tuple[Option, ...]
    several: bool
    sets: tuple[tuple[frozenset[str], Says], ...] = ()


@dataclass(frozen=True)
class Blanks:
    """Probabilities by name; ``keys`` are all right answers, ``mistaken`` wrong ones with what is said of them.

    Within ``reach`` of a right answer they were rounded too early: half the points.
    """

    names: tuple[str, ...]
    keys: tuple[Shares, ...]
    mistaken: tuple[tuple[Shares, Says], ...]
    tolerance: Fraction = ROUNDING
    reach: Fraction = ROUGH * ROUNDING


@dataclass(frozen=True)
class Condition:
    """sum of weight × probability >= 0; what is said, and the share of the points, where only such ones are broken."""

    weights: Shares
    says: str
    share: Fraction


@dataclass(frozen=True)
class Distributed:
    """Probabilities by name that add up to 1; right where every condition holds."""

    names: tuple[str, ...]
    key: Shares
    conditions: tuple[Condition, ...]
    tolerance: Fraction = ROUNDING


@dataclass(frozen=True)
class Open:
    """A text that a person marks."""


Form = Numeric | Options | Blanks | Distributed | Open


def form(part: Part) -> Form:
    """Return the form in which a platform asks and marks a part."""
    return _FORMS[part.kind](part) if part.kind in _FORMS else Open()


def how(part: Part, asked: Form) -> str:
    """Return how to answer in a form."""
    if part.spec.get("whole"):
        return "Answer with a whole number."
    if isinstance(asked, Numeric):
        within = spelled(number.tolerance(part), "4")
        return f"Answer with a number in decimals, not as a fraction; within {within} counts."
    if isinstance(asked, Options):
        return _how_to_choose(part, asked)
    if isinstance(asked, Blanks):
        mixes = " in which somebody mixes" if part.spec.get("only") == "mixed" else ""
        within = spelled(asked.tolerance, "4")
        return f"Answer with probabilities in decimals; any equilibrium{mixes} counts, within {within}."
    if isinstance(asked, Distributed):
        enough = " that gives all together at least what is asked" if "at_least" in part.spec else ""
        return f"Answer with probabilities in decimals that add up to 1; any correlated equilibrium{enough} counts."
    return how_openly(part)


def how_openly(part: Part) -> str:
    """Return how to answer in words, for a person to mark."""
    return f"Answer with {KINDS[part.kind].how(part)}."


def _how_to_choose(part: Part, asked: Options) -> str:
    if part.kind == "profiles":
        return f"Choose all that apply. Each says what is played by {', then by '.join(game_of(part).players)}."
    return "Choose all that apply." if asked.several else "Choose one."


def _numeric(part: Part) -> Numeric:
    """Return the key, the usual mistakes in the order in which marking tries them, and the key rounded too early."""
    # Between two whole numbers nothing counts, however near.
    right, close = number.key_value(part), Fraction(0) if part.spec.get("whole") else number.tolerance(part)
    found = [Expected(right, close, Fraction(1), ())]
    for name, text in number.mistaken(part):
        mark = number.mark(part, Fraction(text))
        rough = name == EARLY
        value, reach = (right, number.ROUGH * close) if rough else (Fraction(text), close)
        found.append(Expected(value, reach, mark.share, mark.says))
    return Numeric(tuple(found))


def _choice(part: Part) -> Options:
    right = choice.key(part)
    return Options(
        tuple(
            Option(text, text == right, () if text == right else choice.mark(part, text).says)
            for text in choice.options(part)
        ),
        several=False,
    )


def _selection(part: Part) -> Options:
    """Return the options; only the usual mistakes of the template are told, as any other would name what is right."""
    right = selection.key_set(part)
    usual = {str(mistake["name"]) for mistake, _ in part.mistakes()}
    wrong = [(name, selection.read(part, text)) for name, text in selection.mistaken(part)]
    sets = tuple((chosen, selection.mark(part, chosen).says) for name, chosen in wrong if name in usual)
    return _several([Option(text, text in right) for text in choice.options(part)], sets)


def _profiles(part: Part) -> Options:
    right = profiles.key_set(part)
    return _several(
        [
            Option(written(one), one in right, () if one in right else profiles.mark(part, right | {one}).says)
            for one in game_of(part).profiles()
        ]
    )


def _several(options: list[Option], sets: tuple[tuple[frozenset[str], Says], ...] = ()) -> Options:
    """Return a selection with "none of these" at its end: that none applies must be an answer too."""
    nothing = Option(NONE_OF_THEM, not any(option.right for option in options))
    return Options((*options, nothing), several=True, sets=sets)


def _strategies(part: Part) -> Blanks:
    game = game_of(part)
    names = tuple(
        f"Probability with which {named(player)} plays '{action}'"
        for player, own in zip(game.players, game.actions, strict=True)
        for action in own[:-1]
    )
    keys = tuple(_free(one) for one in strategies.keys(part))
    wrong = [strategies.read(part, text) for _, text in strategies.mistaken(part)]
    return Blanks(names, keys, tuple((_free(one), strategies.mark(part, one).says) for one in wrong))


def _free(answer: strategies.Strategies) -> Shares:
    """Return the probabilities that the others do not follow from: of every action but a player's last."""
    return tuple(share for own in answer for share in own[:-1])


def _distribution(part: Part) -> Distributed:
    names = tuple(f"Probability of ({written(profile)})" for profile in game_of(part).profiles())
    key = distribution.read(part, distribution.key(part))
    return Distributed(names, key, (*_obedience(part), *_enough(part)))


def _obedience(part: Part) -> Iterator[Condition]:
    """Yield sum over profiles with a_i of p(a) [g_i(a) − g_i(d, a_-i)] >= −tolerance, all on one side.

    The tolerance multiplies the sum of all probabilities, which is what the marking divides them by.
    """
    game = game_of(part)
    for i, player in enumerate(game.players):
        for told, action in permutations(game.actions[i], 2):
            instead = {p: (*p[:i], action, *p[i + 1 :]) for p in game.profiles() if p[i] == told}
            here = {p: game.payoffs[p][i] - game.payoffs[other][i] for p, other in instead.items()}
            says = f"Told to play '{told}', {named(player)} gains by playing '{action}'."
            yield Condition(tuple(here.get(p, 0) + _slack(part) for p in game.profiles()), says, Fraction(0))


def _enough(part: Part) -> Iterator[Condition]:
    if "at_least" in part.spec:
        game, least = game_of(part), Fraction(part.value(part.spec["at_least"]))
        over = tuple(sum(game.payoffs[p], Fraction(0)) - least + _slack(part) for p in game.profiles())
        yield Condition(over, f"Together they expect less than {spelled(least)}.", Fraction(1, 2))


def _slack(part: Part) -> Fraction:
    return SLACK * max(abs(g) for payoffs in game_of(part).payoffs.values() for g in payoffs)


_FORMS: dict[str, Callable[[Part], Form]] = {
    "number": _numeric,
    "choice": _choice,
    "selection": _selection,
    "profiles": _profiles,
    "strategies": _strategies,
    "distribution": _distribution,
}
