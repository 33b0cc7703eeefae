"""The operator R of Abreu & Sannikov over a handful of profiles, in plain numbers: the definition, word for word.

    C(a) = { g(a) } where g(a) >= ic(a), else the corners of Q(a) = { w in W : w >= ic(a) } at which some w_i = ic_i(a)
    R(W) = co U_a { (1-delta) g(a) + delta w : w in C(a) },      ic(a) = u + (1-delta)/delta (b(a) - g(a))

After a round or two most games have only a few profiles left, and arrays cost more than they save
(``solver.repeated.one_state`` has the operator over all profiles, the threats u, and the references).
"""

from __future__ import annotations

from dataclasses import dataclass

from solver.repeated.polygons import Polygon, Vertex, above, hull


@dataclass(frozen=True)
class Few:
    """One profile: its payoffs g, and its normalised gains (1-delta)/delta (b - g)."""

    index: int
    payoffs: Vertex
    gains: Vertex


def corners(profile: Few, vertices: Polygon, threats: Vertex, tolerance: float) -> Polygon:
    """Return C(a); empty where Q(a) is."""
    (g, h), (least, other) = profile.payoffs, (profile.gains[0] + threats[0], profile.gains[1] + threats[1])
    if g >= least - tolerance and h >= other - tolerance:
        return (profile.payoffs,)
    left = above(above(vertices, 0, least, tolerance), 1, other, tolerance)
    return tuple([(x, y) for x, y in left if x - least <= tolerance or y - other <= tolerance])


def generated(
    profiles: list[Few], vertices: Polygon, threats: Vertex, delta: float, tolerance: float
) -> tuple[Polygon, list[Few]]:
    """Return R(W, u) and the profiles whose Q is not empty."""
    points, alive, weight = [], [], 1 - delta
    for profile in profiles:
        found = corners(profile, vertices, threats, tolerance)
        if found:
            alive.append(profile)
            x, y = weight * profile.payoffs[0], weight * profile.payoffs[1]
            points += [(x + delta * v, y + delta * w) for v, w in found]
    return hull(points, tolerance / 100), alive
