"""The payments and the fines of a relational contract, as an automaton.

Let a^0(s) be what is played and a^k(s) what punishes player k, U and v_j the values of the contract. After a^k(s) was
played, player j is owed in the next state s', payments included,

    w_j(s') = v_j(s') + share_j [ U(s') - sum_i v_i(s') ],       share >= 0, summing to 1.

Playing a^k(s) takes  need_j = c_j(s,a^k) - (1-delta) g_j(s,a^k) - delta E v_j >= 0  of the surplus
R = delta E[U - sum v | s,a^k], and the elimination left only what satisfies sum_j need_j <= R. So

    share_j = (need_j + rest_j) / R,   the rest split equally among all, or, while k is punished, among the others,

makes every act incentive hold, and holds k to exactly v_k. What is owed is settled by payments at the start of the next
period, before play: payment_j = [ W_j(s') - w_j(s') ] / (1-delta) with W the value of going on; they sum to 0, and
whoever refuses to pay is punished in the same period, which is worth v_j(s') <= w_j(s').

Source: after the simple equilibria of Goldluecke & Kranz (2012, 2018), with public histories one period long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.exact import Array, fraction, rational
from solver.repeated.automata import MAX_NODES, checked
from solver.repeated.elimination import ContractSolution
from solver.results import Number
from solver.results.repeated import Automaton, Node
from solver.tables import GameTable

Shares = tuple[Fraction, ...]
PLAY = 0


@dataclass(frozen=True, eq=False)
class _Terms:
    """A contract in Fractions: values by player and state, and for every regime and state the row that is played.

    ``need[j]`` is, by row, what player j's best deviation is worth beyond the row, its punishment value following.
    """

    game: StochasticGame
    table: GameTable
    delta: Fraction
    joint: tuple[Fraction, ...]
    low: tuple[tuple[Fraction, ...], ...]
    rows: tuple[tuple[int, ...], ...]
    need: tuple[Array, ...]

    def payoff(self, j: int, row: int) -> Fraction:
        return fraction(self.table.payoffs[j, row])

    def after(self, row: int) -> dict[int, Fraction]:
        return {s: fraction(p) for s, p in enumerate(self.table.next[row]) if p != 0}

    def surplus(self, s: int) -> Fraction:
        return self.joint[s] - sum((v[s] for v in self.low), Fraction(0))

    def owed(self, shares: Shares, s: int) -> list[Fraction]:
        """Return w_j(s)."""
        return [v[s] + share * self.surplus(s) for v, share in zip(self.low, shares, strict=True)]


def schedule(
    game: StochasticGame, table: GameTable, delta: Fraction, solution: ContractSolution, start: int,
    at: Sequence[Number] | None = None,
) -> Automaton | None:  # fmt: skip
    """Return the automaton of a contract that was solved in rationals, every incentive checked.

    Parameters
    ----------
    at : how the joint value of the start state is split (None: nothing is paid in the first period).

    Returns None where the automaton is too large.

    Raises
    ------
    ScenarioError : a split that equilibrium cannot reach.
    """
    rows = (solution.play, *solution.punish)
    pairs = zip(table.payoffs, solution.punishment, strict=True)
    worth = [table.worth(payoffs, rational(delta), low) for payoffs, low in pairs]
    terms = _Terms(
        game, table, delta, tuple(map(fraction, solution.joint)),
        tuple(tuple(map(fraction, v)) for v in solution.punishment), tuple(tuple(map(int, r)) for r in rows),
        tuple(table.best(j, own) - own for j, own in enumerate(worth)),
    )  # fmt: skip
    shares = {(k, s): _shares(terms, k, s) for k in range(len(rows)) for s in range(len(game.states))}
    first = None if at is None else _split(terms, start, at)
    nodes = _reachable(terms, shares, start, first)
    if nodes is None:
        return None
    return checked(game, (delta,) * len(game.players), {nodes[0].name: Fraction(1)}, nodes)


def _shares(terms: _Terms, regime: int, s: int) -> Shares:
    """Return each player's share of the next period's surplus after the play of a regime."""
    row, players = terms.rows[regime][s], range(len(terms.low))
    after, delta = terms.after(row), terms.delta
    total = delta * sum((p * terms.surplus(t) for t, p in after.items()), Fraction(0))
    if total == 0:
        return (Fraction(1, len(terms.low)),) * len(terms.low)
    need = [fraction(own[row]) for own in terms.need]
    takers = [j for j in players if regime == PLAY or j != regime - 1]
    rest = (total - sum(need)) / len(takers)
    return tuple((need[j] + (rest if j in takers else 0)) / total for j in players)


def _split(terms: _Terms, start: int, at: Sequence[Number]) -> list[Fraction]:
    wanted = [Fraction(v) for v in at]
    if len(wanted) != len(terms.low):
        raise refuse("--at", f"{len(wanted)} payoffs for {len(terms.low)} players", "give one number for each player")
    low = [v[start] for v in terms.low]
    if sum(wanted) != terms.joint[start] or any(v < least for v, least in zip(wanted, low, strict=True)):
        least = ", ".join(f"{name} {v}" for name, v in zip(terms.game.players, low, strict=True))
        what = f"{', '.join(map(str, wanted))} is not an equilibrium payoff in {terms.game.states[start]}"
        raise refuse("--at", what, f"the payoffs sum to {terms.joint[start]}, with at least {least}")
    return wanted


def _reachable(
    terms: _Terms, shares: Mapping[tuple[int, int], Shares], start: int, first: list[Fraction] | None
) -> list[Node] | None:
    """Return the nodes that play can reach, the first one first; None if they are too many."""
    names = _Names(terms.game)
    begin = (names.begin(start), start, PLAY, first)
    waiting, done, out = [begin], {begin[0]}, []
    while waiting:
        name, s, regime, owed = waiting.pop(0)
        row = terms.rows[regime][s]
        follow: dict[str, dict[str, Fraction]] = {}
        new: list[tuple[str, int, int, list[Fraction] | None]] = []
        for t in terms.after(row):
            node = names.after(shares[regime, s], regime, s, t)
            follow[terms.game.states[t]] = {node: Fraction(1)}
            new.append((node, t, PLAY, terms.owed(shares[regime, s], t)))
        everywhere = {
            t for r in range(int(terms.table.first[s]), int(terms.table.first[s + 1])) for t in terms.after(r)
        }
        breach = {}
        for k, player in enumerate(terms.game.players):
            breach[player] = {terms.game.states[t]: {names.punish(k, t): Fraction(1)} for t in sorted(everywhere)}
            new += [(names.punish(k, t), t, k + 1, None) for t in sorted(everywhere)]
            new.append((names.punish(k, s), s, k + 1, None))
        payments = {} if owed is None else _payments(terms, shares[PLAY, s], s, owed)
        profile = dict(zip(terms.game.players, terms.game.stages[s].named(terms.table.profile(row)), strict=True))
        default = {player: names.punish(k, s) for k, player in enumerate(terms.game.players)} if payments else {}
        out.append(Node(name, terms.game.states[s], payments, profile, {}, follow, breach, default))
        for item in new:
            if item[0] not in done:
                done.add(item[0])
                waiting.append(item)
        if len(done) > MAX_NODES:
            return None
    return out


def _payments(terms: _Terms, going_on: Shares, s: int, owed: Sequence[Fraction]) -> dict[str, Number]:
    """Return what each player pays in a state so that going on is worth what it is owed; empty if nothing is due."""
    row, delta = terms.rows[PLAY][s], terms.delta
    ahead = {t: terms.owed(going_on, t) for t in terms.after(row)}
    out: dict[str, Number] = {}
    for j, player in enumerate(terms.game.players):
        later = sum((p * ahead[t][j] for t, p in terms.after(row).items()), Fraction(0))
        out[player] = ((1 - delta) * terms.payoff(j, row) + delta * later - owed[j]) / (1 - delta)
    return out if any(out.values()) else {}


class _Names:
    """Names for nodes: where play stands, and what went before if that matters; equal nodes share one."""

    def __init__(self, game: StochasticGame) -> None:
        self.game, self.single = game, len(game.states) == 1
        self.known: dict[tuple[Shares, int], str] = {}

    def begin(self, s: int) -> str:
        return "begin" if self.single else f"begin in {self.game.states[s]}"

    def punish(self, k: int, s: int) -> str:
        return f"punish {self.game.players[k]}" + ("" if self.single else f" in {self.game.states[s]}")

    def after(self, shares: Shares, regime: int, before: int, s: int) -> str:
        """Return the name of a node in which players are owed these shares."""
        what = "" if regime == PLAY else f" after punishing {self.game.players[regime - 1]}"
        where = "" if self.single else f" in {self.game.states[s]}"
        came = "" if self.single or s == before else f", from {self.game.states[before]}"
        return self.known.setdefault((shares, s), f"go on{what}{where}{came}")
