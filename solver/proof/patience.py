"""Which discount factor, common to all, sustains what: steps in a repeated game, intervals in a stochastic one.

One state. Let c_i(a) be i's payoff from its best deviation and L(a) = sum_i c_i(a) - G(a). With unlimited voluntary
payments a is kept up by U and v iff L(a) (1-delta) <= delta (U - sum_i v_i), which is easier the larger delta is. So
what reaches U and v at one delta reaches them at every larger one; and what goes at delta because of
L(a) (1-delta) >= delta (U - sum_i v_i) and L(a) > 0, U and v bounding what is left, goes at every smaller delta.
Without payments, reversion to the stage equilibrium worst for the deviator, worth e_i, keeps up a iff for every i
c_i(a) - g_i(a) <= delta (c_i(a) - e_i), and g_i(a) >= e_i where a is one itself: from some delta on, or never.
References: Goldluecke & Kranz, Journal of Economic Theory 147 (2012); Friedman 1971.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from games.normal_form import NormalFormGame, Profile
from games.stochastic import StochasticGame
from solver.proof.contract import Bounds, eliminated, over_own_actions
from solver.proof.reading import Refuted, Told, exact, fields, game_of

Best = dict[Profile, tuple[Fraction, ...]]


def steps(table: Any, claim: Any, proof: Any) -> Told:
    """Verify all that each discount factor in [0, 1) sustains in a repeated game, with payments and without."""
    game = _undiscounted(table)
    _, with_money, threats, reversion = fields(claim, "kind", "steps", "threats", "reversion")
    fields(proof)
    (stage,) = game.stages
    best = over_own_actions(stage.payoffs)
    reasons = [*_with_money(stage, best, with_money), *_reversion(stage, best, tuple(map(exact, threats)), reversion)]
    return "what each discount factor sustains, all of [0, 1)", reasons


def _undiscounted(table: Any) -> StochasticGame:
    game = game_of(table)
    if game.discount is not None:
        raise Refuted("a claim about all discount factors needs none in its game")
    return game


def _steps(listed: Sequence[Any], *names: str) -> Iterator[tuple[Fraction, Fraction, list[Any]]]:
    """Yield steps with where each starts and ends, the last one first."""
    end = Fraction(1)
    for step in reversed(listed):
        start, *rest = fields(step, "start", *names)
        if not 0 <= exact(start) < end:
            raise Refuted("steps must rise, from 0 or more and below 1")
        yield exact(start), end, rest
        end = exact(start)


def _with_money(stage: NormalFormGame, best: Best, listed: Sequence[Any]) -> Iterator[str]:
    """Verify the steps with unlimited payments: profiles go as the discount factor falls, the most tempting first."""
    gains = {a: sum(best[a]) - sum(payoffs) for a, payoffs in stage.payoffs.items()}
    order = sorted(gains, key=gains.__getitem__)
    # Over each profile and all that are less tempting.
    joint = list(accumulate((sum(stage.payoffs[a], Fraction(0)) for a in order), max))
    low = list(accumulate((best[a] for a in order), lambda one, two: tuple(map(min, one, two))))
    surplus = [u - sum(v) for u, v in zip(joint, low, strict=True)]

    def left(k: int, below: Fraction) -> int:
        """Return how many profiles are left at every discount factor below some."""
        while k and gains[order[k - 1]] > 0 and gains[order[k - 1]] * (1 - below) >= below * surplus[k - 1]:
            k -= 1
        return k

    k, first = len(order), Fraction(1)
    for first, end, (most, least, play) in _steps(listed, "joint", "punishment", "play"):
        k = left(k, end)
        claimed = exact(most), tuple(map(exact, least))
        if not k or (joint[k - 1], low[k - 1]) != claimed:
            raise Refuted(f"below {end} the joint value or a punishment is not as claimed")
        enough = order[next(m for m in range(k) if (joint[m], low[m]) == claimed)]
        if any(gains[a] * (1 - first) > first * surplus[k - 1] for a in (enough, tuple(play))):
            raise Refuted(f"what is claimed from {first} on cannot be kept up there")
        if sum(stage.payoffs[tuple(play)]) != claimed[0]:
            raise Refuted(f"{' / '.join(play)} does not reach {most}")
        yield f"with payments {most} together by {' / '.join(play)}, at least {', '.join(least)}: {_span(first, end)}"
    if first > 0:
        if left(k, first):
            raise Refuted(f"something may be kept up below {first}")
        yield f"no equilibrium in pure strategies: {_span(Fraction(0), first)}"


def _reversion(
    stage: NormalFormGame, best: Best, threats: tuple[Fraction, ...], listed: Sequence[Any]
) -> Iterator[str]:
    """Verify the steps without payments: the largest sum, and of plays that reach it the largest smallest payoff."""
    stable = [payoffs for a, payoffs in stage.payoffs.items() if best[a] == tuple(payoffs)]
    if threats != tuple(map(min, zip(*stable, strict=True))) or (stable and not listed) or (listed and not stable):
        raise Refuted("the threats are not the stage equilibria that are worst for each player")
    needs = {a: _needs(payoffs, best[a], threats) for a, payoffs in stage.payoffs.items()} if stable else {}
    rank = {a: (sum(payoffs), min(payoffs)) for a, payoffs in stage.payoffs.items()}
    first = Fraction(0)
    for first, end, (joint, play) in _steps(listed, "joint", "play"):
        if needs[tuple(play)] > first or rank[tuple(play)][0] != exact(joint):
            raise Refuted(f"reversion does not keep up {' / '.join(play)} at {first}, or it is not worth {joint}")
        if any(need < end and rank[a] > rank[tuple(play)] for a, need in needs.items()):
            raise Refuted(f"below {end} reversion keeps up more than {joint}, or shared more equally")
        yield f"without payments, by reversion, {joint} together by {' / '.join(play)}: {_span(first, end)}"
    if first > 0:
        raise Refuted("a stage equilibrium needs no patience")


def _needs(payoffs: Sequence[Fraction], best: Sequence[Fraction], threats: Sequence[Fraction]) -> Fraction:
    """Return the discount factor from which on reversion keeps up a profile; 1: it never does."""
    needs = [Fraction(0)]
    for g, c, e in zip(payoffs, best, threats, strict=True):
        needs.append((c - g) / (c - e) if g > e else Fraction(int(g < e or c > g)))
    return max(needs)


def _span(start: Fraction, end: Fraction) -> str:
    return f"from {start} on" if end == 1 else f"from {start} to below {end}"


def switches(table: Any, claim: Any, proof: Any) -> Told:
    """Verify what is played and what punishes at certain discount factors, and that it changes between them."""
    game = _undiscounted(table)
    (_, regimes), (points,) = fields(claim, "kind", "regimes"), fields(proof, "points")
    before: Any = None
    end, reasons = Fraction(-1), []
    for regime, (first, last) in zip(regimes, points, strict=True):
        start, to, play, punish = fields(regime, "from", "to", "play", "punish")
        if not end < exact(start) <= exact(to) < 1 or exact(start) < 0:
            raise Refuted("discount factors must rise, from 0 or more and below 1")
        found = [eliminated(game, exact(at), range(len(game.states)), own) for at, own in ((start, first), (to, last))]
        if not all(_stands(game, bounds, play, punish) for bounds in found):
            raise Refuted(f"what is claimed from {start} to {to} is not the contract at both")
        if before is not None:
            if _stands(game, found[0], *before):
                raise Refuted(f"nothing changes between {end} and {start}")
            reasons.append(f"between {end} and {start} what is played or what punishes changes")
        told = ", ".join(" / ".join(a) for a in play) or "no equilibrium in pure strategies in some state"
        reasons.append(f"at {start} and at {to}: {told}")
        before, end = (play, punish), exact(to)
    return "what is played, state by state, at these discount factors with unlimited voluntary payments", reasons


def _stands(game: StochasticGame, found: Bounds, play: Sequence[Any], punish: Sequence[Any]) -> bool:
    """Return whether a regime is a contract whose play is worth most to whom it is worth least; none: nothing is."""
    if not play or not all(found.left.values()):
        return not play and not punish and not all(found.left.values())
    if not found.attained(map(tuple, play), (map(tuple, policy) for policy in punish)):
        return False
    smallest = [{a: min(stage.payoffs[a]) for a in stage.payoffs} for stage in game.stages]
    return all(
        smallest[s][tuple(play[s])] == max(smallest[s][a] for a in own if own[a][0] == found.joint[s])
        for s, own in found.left.items()
    )
