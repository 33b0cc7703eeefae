"""How much money must be on the table: the smallest cap on payments that reaches a joint value.

Let V_c be the equilibrium payoffs with payments of at most c a period (``solver.repeated.payoff_sets``) and

    joint(c) = max { v_1 + v_2 : v in V_c(start) },     smallest cap = min { c : joint(c) >= target }

joint is monotone, so bisection is right: a larger c only adds points to T, hence to B(W) for every W (a larger act(s)
also lowers the value to which a refusal leads), and the largest fixed point of a larger monotone map is larger. From
c = (max G - min g_1 - min g_2) / (1-delta) on, one payment spans all that equilibrium could divide and the cap no
longer matters: money is free. A limit of equilibria is one, so the minimum is attained.

The simplest rational in the last interval is decided in rationals: at it the target is reached, just below it not.

References: Goldluecke & Kranz, Journal of Economic Theory 147 (2012), for unlimited payments. The cap is this project's
own question.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.exact import FAST
from solver.repeated.answers import ROUNDS, Answer, answer, approached, check, enough_money, within
from solver.repeated.outside import beginning, spread
from solver.repeated.recursion import recursion
from solver.results import Number, spelled
from solver.results.repeated import SmallestCap

WIDTH = 1e-10
"""The last interval's width, in units of the payoffs' spread."""
CLOSE = 1e-12
"""How near the target a joint value in floats must come, in the same units."""


@dataclass(frozen=True)
class _Question:
    """A game, its common discount factor and start state, and the payoffs' spread."""

    game: StochasticGame
    discount: tuple[Fraction, ...]
    start: int
    unit: float

    def exactly(self, cap: Fraction) -> Answer:
        return answer(self.game, self.discount, cap, ROUNDS)

    def reaches(self, cap: Fraction, target: Number) -> bool:
        """Return whether the joint value, in floats from outside, reaches the target."""
        fast = recursion(self.game, self.discount, cap, FAST)
        outer = approached(fast, beginning(fast), 1e-12, ROUNDS)
        joint = max((x + y for x, y in outer.sets[self.start]), default=float("-inf"))
        return bool(joint >= float(target) - CLOSE * self.unit)


def smallest_cap(
    game: StochasticGame, discount: tuple[Fraction, ...], title: str = "", start: int = 0, joint: Number | None = None
) -> SmallestCap:
    """Return the smallest cap whose best joint value in the start state reaches that of unlimited money, or ``joint``.

    Raises
    ------
    ScenarioError : not two players, or discount factors that differ (then unlimited money has no best joint value).
    """
    check(game, discount, start)
    if discount[0] != discount[1]:
        raise refuse("discount", "the two discount factors differ", "give one discount factor for both players")
    question = _Question(game, discount, start, spread(recursion(game, discount, Fraction(0), FAST)))
    plenty = enough_money(game, discount[0])
    free, none = question.exactly(plenty), question.exactly(Fraction(0))
    best = free.joint(start)
    if best is None:
        return _told(question, title, joint, None, None, free.proof,
                     ("no equilibrium in pure strategies, whatever may be paid",))  # fmt: skip
    target = best if joint is None else joint
    without = none.joint(start)
    if target > best:
        return _told(question, title, best, without, None, free.proof, (f"no cap reaches {target}",))
    if without is not None and without >= target:
        return _told(question, title, without, without, Fraction(0), none.proof)
    return _searched(question, title, target, without, plenty)


def _searched(question: _Question, title: str, target: Number, without: Number | None, plenty: Fraction) -> SmallestCap:
    low, high = Fraction(0), plenty
    while float(high - low) > WIDTH * question.unit:
        middle = (low + high) / 2
        middle = middle.limit_denominator(10**15)
        low, high = (low, middle) if question.reaches(middle, target) else (middle, high)
    room = Fraction(3 * WIDTH * question.unit)
    candidate = simplest(max(low - room, Fraction(0)), high + room)
    found = question.exactly(candidate)
    reached = found.joint(question.start)
    gap = Fraction(max(1e-9, 20 * CLOSE * question.unit))
    below = max(candidate - gap, Fraction(0))
    decided = not found.proof.startswith("none") and isinstance(reached, Fraction) and reached >= target
    if decided and reached is not None and not question.reaches(below, target):
        note = f"reached exactly with this cap; one that is smaller by {spelled(gap)} is not enough"
        return _told(question, title, reached, without, candidate, within(float(gap)), (note,))
    found = question.exactly(high)
    return _told(question, title, found.joint(question.start) or target, without, float(high), found.proof)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the rational with the smallest denominator in [low, high], 0 <= low <= high.

    References
    ----------
    Graham, Knuth & Patashnik, Concrete Mathematics (2nd ed.), section 4.5 (the Stern-Brocot tree).
    """
    whole = floor(low)
    if whole == low or whole + 1 <= high:
        return Fraction(whole if whole == low else whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


def _told(
    question: _Question, title: str, joint: Number | None, without: Number | None, cap: Number | None, proof: str,
    notes: tuple[str, ...] = (),
) -> SmallestCap:  # fmt: skip
    players, game = question.game.players, question.game
    discount = dict(zip(players, question.discount, strict=True))
    return SmallestCap(title, players, discount, game.states[question.start], joint, without, cap, proof, notes)
