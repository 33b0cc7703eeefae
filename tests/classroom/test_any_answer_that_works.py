"""Open answers of weeks 2 and 3: plans and advice drawn at random are marked right exactly where they work.

Whether they work is decided here by playing plans out and by weighing advice, without the solver.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

import pytest

from classroom import template
from classroom.marking import marked_part
from classroom.variants import Variant, variant

read = lru_cache(template.read)
MONTHS = 400
Nodes = dict[str, dict[str, Any]]


def _drawn_plan(draw: Random, good: str, bad: str) -> tuple[str, Nodes]:
    names = [f"n{k}" for k in range(draw.randint(1, 3))]
    nodes = {
        name: {
            "play": {player: draw.choice((good, bad)) if name != "n0" else good for player in "AB"},
            "next": draw.choice(names) if name != "n0" else "n0",
            "breach": {player: draw.choice(names) for player in "AB"},
        }
        for name in names
    }
    return "n0", nodes


def _payoffs(one: Variant, good: str, play: dict[str, str]) -> dict[str, float]:
    """Return what A and B earn in a month: R both good, T bad alone, S good alone, P both bad."""
    t, r, p, s = (float(one.facts[name]) for name in "TRPS")
    table = {(True, True): r, (False, True): t, (True, False): s, (False, False): p}
    a, b = play["A"] == good, play["B"] == good
    return {"A": table[a, b], "B": table[b, a]}


def _worth(one: Variant, good: str, nodes: Nodes, node: str) -> dict[str, float]:
    d, total = float(one.facts["d"]), {"A": 0.0, "B": 0.0}
    for month in range(MONTHS):
        earned = _payoffs(one, good, nodes[node]["play"])
        total = {i: total[i] + (1 - d) * d**month * earned[i] for i in total}
        node = nodes[node]["next"]
    return total


def _largest_gain(one: Variant, good: str, bad: str, nodes: Nodes) -> float:
    """Return the most that anybody gains by one deviation at any node."""
    d, worth = float(one.facts["d"]), {name: _worth(one, good, nodes, name) for name in nodes}
    gains = []
    for name, node in nodes.items():
        for player in "AB":
            other = bad if node["play"][player] == good else good
            now = _payoffs(one, good, node["play"] | {player: other})[player]
            gains.append((1 - d) * now + d * worth[node["breach"][player]][player] - worth[name][player])
    return max(gains)


def _forgives(nodes: Nodes) -> bool:
    """Return whether every node leads back to the first one, which play never leaves unless somebody breaks it."""
    ends = list(nodes)
    for _ in nodes:
        ends = [nodes[node]["next"] for node in ends]
    return set(ends) == {"n0"}


@pytest.mark.parametrize(
    "name, good, bad", [("penal-code", "share", "withhold"), ("forgiving-plan", "report", "silent")]
)
def test_a_plan_drawn_at_random_is_right_exactly_where_nobody_gains_by_a_deviation(
    name: str, good: str, bad: str
) -> None:
    verdicts = set()
    for seed in range(5):
        one = variant(read(name), seed)
        draw = Random(seed)
        for _ in range(12):
            start, nodes = _drawn_plan(draw, good, bad)
            gain = _largest_gain(one, good, bad, nodes)
            if abs(gain) < 1e-9:
                gain = 0
            right = gain <= 0 and (name == "penal-code" or _forgives(nodes))
            mark = marked_part(one.parts[-1], {"start": start, "nodes": nodes})
            assert (mark.mistake == "") == right, (seed, nodes, gain, mark)
            verdicts.add(mark.mistake)
    assert "" in verdicts and len(verdicts) >= 3, verdicts


def test_advice_drawn_at_random_is_right_exactly_where_it_is_obeyed_and_worth_enough() -> None:
    verdicts = set()
    for seed in range(10):
        one = variant(read("correlated-advice"), seed)
        t, r, p, s, level = (Fraction(one.facts[name]) for name in ("T", "R", "P", "S", "level"))
        draw = Random(seed)
        for _ in range(20):
            weights = [draw.randint(0, 12), draw.randint(1, 6), draw.randint(1, 6), draw.choice((0, 0, 0, 1))]
            both, first_waits, second_waits, none = (Fraction(w, sum(weights)) for w in weights)
            slack = [
                both * (r - t) + first_waits * (s - p),
                both * (r - t) + second_waits * (s - p),
                second_waits * (t - r) + none * (p - s),
                first_waits * (t - r) + none * (p - s),
                both * 2 * r + (first_waits + second_waits) * (t + s) + none * 2 * p - level,
            ]
            if -t / 100 < min(slack) < 0:
                continue  # within what may be lost by rounding
            answer = (
                f"wait, wait: {both}; wait, enter: {first_waits}; enter, wait: {second_waits}; enter, enter: {none}"
            )
            mark = marked_part(one.parts[-1], answer)
            assert (mark.mistake == "") == (min(slack) >= 0), (seed, answer, slack, mark)
            verdicts.add(mark.mistake)
    assert len(verdicts) >= 3, verdicts
