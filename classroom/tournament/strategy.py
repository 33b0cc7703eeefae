"""A strategy as a small automaton: what it plays in each of its nodes, and where it goes after what it saw.

    q_0 ~ start,    q_{t+1} ~ f(q_t, own action, partner's action, state)

Actions are those carried out: a trembling hand shows to both. Words for actions and states get their meaning where the
strategy meets a game (``classroom.tournament.machine``), so that one file plays every game and both roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

SHARE, WITHHOLD = "share", "withhold"
CALM, CRISIS, OTHER = "calm", "crisis", "other"
Lottery = Mapping[str, Fraction]


@dataclass(frozen=True)
class Rule:
    """Where to go when what was seen fits: ``partner`` and ``me`` are actions; None fits everything."""

    to: Lottery
    partner: str | None = None
    me: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class Node:
    """What is played by state (``OTHER``: in all that are not named), and rules: the first that fits counts."""

    plays: Mapping[str, str]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Strategy:
    """An automaton; ``name`` is that of its file, ``start`` and every ``Rule.to`` are lotteries over nodes."""

    name: str
    title: str
    source: str
    start: Lottery
    nodes: Mapping[str, Node]
