"""A number that stands for many samples passes through reading as it is, and computes what exact ones do."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction as F
from typing import Any

import pytest

from games.errors import ScenarioError
from games.files.documents import read_document, shipped
from games.files.levers import change
from games.files.numbers import Varying, central, is_range
from games.files.outline import ROOT, holds_number, step
from games.files.plug import plugged
from games.files.scenario import build
from games.partnership import Partnership
from games.translate import local_game, target_policy
from games.urgency import UrgencyProcess


def mobility() -> dict[str, Any]:
    return shipping("mobility-pandemic")


def shipping(name: str) -> dict[str, Any]:
    """Return a shipped document; its ranges may be settled one by one, so none moves with another."""
    return {key: part for key, part in read_document(name)[1].items() if key != "correlations"}


def _operation(name: str) -> Any:
    return lambda self, other: type(self)(getattr(operator, name)(self.value, float(getattr(other, "value", other))))


def _reflected(name: str) -> Any:
    return lambda self, other: type(self)(getattr(operator, name)(float(other), self.value))


def _comparison(name: str) -> Any:
    def compared(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float, F, Double)):
            return NotImplemented
        return getattr(operator, name)(self.value, float(getattr(other, "value", other)))

    return compared


class Double(Varying):
    """A number of one sample: a float inside, and nothing that a Fraction has but arithmetic and comparing."""

    def __init__(self, value: float) -> None:
        self.value = value

    __add__, __sub__, __mul__, __truediv__, __pow__ = map(_operation, ("add", "sub", "mul", "truediv", "pow"))
    __radd__, __rsub__, __rmul__, __rtruediv__, __rpow__ = map(_reflected, ("add", "sub", "mul", "truediv", "pow"))
    __lt__, __le__, __gt__, __ge__, __eq__, __ne__ = map(_comparison, ("lt", "le", "gt", "ge", "eq", "ne"))

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return str(self.value)

    def __abs__(self) -> Double:
        return Double(abs(self.value))

    def __neg__(self) -> Double:
        return Double(-self.value)


def doubled(here: Any, kinds: Any = ROOT) -> Any:
    """Return a document with every number (ranges at their central value) standing for one sample."""
    if holds_number(kinds) and (is_range(here) or not isinstance(here, (dict, list))):
        return Double(float(F(central(here, lambda number: number))))
    if isinstance(here, dict):
        return {key: below if key == "mechanisms" else doubled(below, step(kinds, key)) for key, below in here.items()}
    return [doubled(below, step(kinds, 0)) for below in here] if isinstance(here, list) else here


def numbers(thing: Any) -> Iterator[float]:
    """Yield all numbers of a noun, in order."""
    if isinstance(thing, Double | int | F):
        yield float(getattr(thing, "value", thing))
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from numbers(getattr(thing, one.name))
    elif isinstance(thing, Mapping | tuple):
        for one in thing.values() if isinstance(thing, Mapping) else thing:
            yield from numbers(one)


def sampled(thing: Any) -> bool:
    """Return whether a noun holds a number that stands for many samples."""
    if is_dataclass(thing):
        return any(sampled(getattr(thing, one.name)) for one in fields(thing))
    return any(map(sampled, thing)) if isinstance(thing, tuple) else isinstance(thing, Double)


@pytest.mark.parametrize("name", shipped())
def test_a_number_that_stands_for_samples_is_read_as_it_is(name: str) -> None:
    document = shipping(name)
    plain, made = build(document, name).partnership, build(doubled(document), name).partnership
    assert sampled(made)
    assert list(numbers(made)) == pytest.approx(list(numbers(plain)), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", shipped())
def test_its_game_has_the_payoffs_of_the_exact_one(name: str) -> None:
    document = shipping(name)
    plain, made = (payoffs(build(one, name).partnership) for one in (document, doubled(document)))
    assert made == pytest.approx(plain, rel=1e-12, abs=1e-12)


def payoffs(partnership: Partnership) -> list[float]:
    game = local_game(partnership, target_policy(partnership))
    return [*numbers(game.payoffs), *numbers(tuple(one.payoff for one in game.deviations))]


def test_a_row_of_probabilities_takes_samples_as_it_takes_fractions() -> None:
    exact, made = row({"raised": F(6, 10)}), row({"raised": Double(0.6)})
    assert list(numbers(made)) == pytest.approx(list(numbers(exact)), rel=1e-12)
    whole = row({"calm": Double(1.0), "raised": Double(2.0), "crisis": 5})
    assert list(numbers(whole)) == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-12)


def row(values: Mapping[str, Any]) -> Mapping[str, Any]:
    changed = plugged(mobility(), {f"urgency.transitions.raised.{name}": value for name, value in values.items()})
    return changed["urgency"]["transitions"]["raised"]


def test_its_bounds_are_checked_in_words() -> None:
    with pytest.raises(ScenarioError, match=r"discount: 1.5 is not in \[0, 1\)"):
        build(change(mobility(), "actors.operator.discount", Double(1.5)), "m")


def test_a_row_of_samples_may_miss_one_by_rounding_and_an_exact_one_may_not() -> None:
    levels = build(mobility(), "m").partnership.urgency.levels[:2]
    stays = (F(0), F(1))
    UrgencyProcess(levels, ((Double(0.1), Double(0.9 + 1e-12)), stays))
    for wrong in ((Double(0.1), Double(0.9 + 1e-6)), (F(1, 10), F(9, 10) + F(1, 10**12))):
        with pytest.raises(ScenarioError, match="probabilities sum to"):
            UrgencyProcess(levels, (wrong, stays))
