"""One part of a variant as a question that a learning platform can ask and mark by itself.

A platform has no solver, so each kind of answer becomes the form nearest to its own marking rule:

number              Numeric   the key and every usual mistake with its feedback; the first that fits decides
choice              Options   one; each wrong one says why
selection, profiles Options   several; (right − wrong) / right of the points, at least 0; "none" is an option
strategies          Blanks    one number an action but the last; all equilibria are listed, any of them counts
the others          Open      a person marks, with ``accord teach check``: too many right answers to list
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from classroom.answers import choice, number, profiles, selection, strategies
from classroom.answers.kinds import KINDS
from classroom.answers.of_game import ROUNDING, game_of, written
from classroom.marking import hints
from classroom.part import Part
from classroom.solution import Step, steps
from classroom.texts import spelled
from classroom.variants import Variant
from games.errors import refuse

NONE_OF_THEM = "none of these"
MARKING = (
    "Mark with 'accord teach check' (exercise {name}, seed {seed}, part {label}): any answer that works counts, "
    "so another one than the one below may be right."
)
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class Expected:
    """A number that an answer may be: right within the tolerance, its share of the points, and what is said of it."""

    value: Fraction
    tolerance: Fraction
    share: Fraction
    says: tuple[str, ...]


@dataclass(frozen=True)
class Numeric:
    """A number; the first expected one that an answer is close to decides."""

    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Option:
    """One option: whether it is right, and what is said of it where it is chosen wrongly."""

    text: str
    right: bool
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """One option, or several; ``sets`` are selections of which something is said as a whole."""

    options: tuple[Option, ...]
    several: bool
    sets: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Blanks:
    """Probabilities by name; ``keys`` are all right answers, ``mistaken`` wrong ones with what is said of them."""

    names: tuple[tuple[str, str], ...]
    keys: tuple[tuple[Fraction, ...], ...]
    mistaken: tuple[tuple[tuple[Fraction, ...], tuple[str, ...]], ...]
    tolerance: Fraction = ROUNDING


@dataclass(frozen=True)
class Open:
    """A text that a person marks."""


Form = Numeric | Options | Blanks | Open


@dataclass(frozen=True)
class Question:
    """One part of a variant. ``story``, ``before`` and ``ask`` are all that a student sees before answering.

    ``how_openly`` says how to answer where a platform cannot mark the form. ``key`` and ``marking`` are the teacher's.
    """

    identifier: str
    exercise: str
    title: str
    topic: str
    seed: int
    label: str
    points: int
    story: str
    before: tuple[str, ...]
    ask: str
    how: str
    how_openly: str
    hints: tuple[str, ...]
    steps: tuple[Step, ...]
    key: str
    marking: str
    form: Form

    @property
    def heading(self) -> str:
        """Return the name under which a teacher finds it."""
        return f"{self.title} ({self.seed}{self.label})"


def questions(variants: Sequence[Variant]) -> tuple[Question, ...]:
    """Return the questions of variants, in their order.

    Raises
    ------
    ScenarioError : a variant is there twice: a platform would take one for the other.
    """
    seen: set[str] = set()
    for one in variants:
        name = identifier(one)
        if name in seen:
            raise refuse(f"{one.name}: seed {one.seed}", "is there twice", "name each exercise and each seed once")
        seen.add(name)
    return tuple(_question(one, k) for one in variants for k in range(len(one.parts)))


def identifier(variant: Variant) -> str:
    """Return the name of a variant on every platform: letters, digits, "-" and "_", the same for ever."""
    return f"{exercise_identifier(variant.name)}-{variant.seed}"


def exercise_identifier(name: str) -> str:
    """Return the name of an exercise on every platform; what had to be replaced is told apart by a hash."""
    plain = _NO_NAME.sub("_", name)
    if plain != name or not plain[:1].isalpha():
        plain = f"x{plain}-{sha256(name.encode()).hexdigest()[:8]}"
    return plain


def _question(variant: Variant, k: int) -> Question:
    part, template = variant.parts[k], variant.template
    asked = form(part)
    return Question(
        identifier=f"{identifier(variant)}-{part.label}",
        exercise=variant.name,
        title=template.title,
        topic=template.topic,
        seed=variant.seed,
        label=part.label,
        points=part.points,
        story=variant.story,
        before=tuple(f"{other.label}) {other.told('ask')}" for other in variant.parts[:k]),
        ask=part.told("ask"),
        how=_how(part, asked),
        how_openly=open_how(part),
        hints=hints(part),
        steps=tuple(steps(part)),
        key=KINDS[part.kind].key(part),
        marking=MARKING.format(name=variant.name, seed=variant.seed, label=part.label),
        form=asked,
    )


def form(part: Part) -> Form:
    """Return the form in which a platform asks and marks a part."""
    return _FORMS[part.kind](part) if part.kind in _FORMS else Open()


def open_how(part: Part) -> str:
    """Return how to answer in words, for a person to mark."""
    return f"Answer with {KINDS[part.kind].how(part)}."


def _how(part: Part, asked: Form) -> str:
    if isinstance(asked, Numeric):
        within = spelled(number.tolerance(part), "4")
        return f"Answer with a number in decimals, not as a fraction; within {within} counts."
    if isinstance(asked, Options):
        return "Choose all that apply." if asked.several else "Choose one."
    if isinstance(asked, Blanks):
        mixes = " in which somebody mixes" if part.spec.get("only") == "mixed" else ""
        within = spelled(asked.tolerance, "4")
        return f"Answer with probabilities in decimals; any equilibrium{mixes} counts, within {within}."
    return open_how(part)


def _numeric(part: Part) -> Numeric:
    """Return the key, the usual mistakes in the order in which marking tries them, and the key rounded too early."""
    right, close = number.key_value(part), number.tolerance(part)
    found = [Expected(right, close, Fraction(1), ())]
    for name, text in number.mistaken(part):
        mark = number.mark(part, Fraction(text))
        rough = name == "rounded too early"
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
    right = selection.key_set(part)
    named = [selection.read(part, text) for _, text in selection.mistaken(part)]
    told = [(chosen, selection.mark(part, chosen)) for chosen in named if selection.mark(part, chosen).mistake]
    usual = {str(mistake["name"]) for mistake, _ in part.mistakes()}
    sets = tuple((chosen, mark.says) for chosen, mark in told if mark.mistake in usual)
    return _several([Option(text, text in right) for text in choice.options(part)], sets)


def _profiles(part: Part) -> Options:
    right = profiles.key_set(part)
    return _several(
        [
            Option(written(one), one in right, () if one in right else profiles.mark(part, right | {one}).says)
            for one in game_of(part).profiles()
        ]
    )


def _several(options: list[Option], sets: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = ()) -> Options:
    """Return a selection with "none of these" at its end: that none applies must be an answer too."""
    nothing = Option(NONE_OF_THEM, not any(option.right for option in options))
    return Options((*options, nothing), several=True, sets=sets)


def _strategies(part: Part) -> Blanks:
    game = game_of(part)
    names = tuple(
        (player, action)
        for player, own in zip(game.players, game.actions, strict=True)
        for action in own[:-1]
    )  # fmt: skip
    keys = tuple(_free(one) for one in strategies.keys(part))
    wrong = [strategies.read(part, text) for _, text in strategies.mistaken(part)]
    return Blanks(names, keys, tuple((_free(one), strategies.mark(part, one).says) for one in wrong))


def _free(answer: strategies.Strategies) -> tuple[Fraction, ...]:
    """Return the probabilities that the others do not follow from: of every action but a player's last."""
    return tuple(share for own in answer for share in own[:-1])


_FORMS: dict[str, Callable[[Part], Form]] = {
    "number": _numeric,
    "choice": _choice,
    "selection": _selection,
    "profiles": _profiles,
    "strategies": _strategies,
}
