"""Published thresholds of patience that are rational (``cases/README.md`` has the sources)."""

from __future__ import annotations

from fractions import Fraction as F

WITHOUT_INSTRUMENTS = (
    ("timing-none", F(5, 6)),
    ("dilemma-32", F(18, 25)),
    ("dilemma-40", F(2, 5)),
    ("dilemma-48", F(2, 25)),
    ("public-good-3", F(1, 2)),
    ("public-good-5", F(3, 8)),
    ("public-good-unequal", F(2, 5)),
    ("cournot", F(5, 8)),
    ("mutual-gift", F(3, 10)),
    ("boom-pricing", F(8, 13)),
    ("urgency-independent", F(20, 29)),
    ("urgency-averaged", F(8, 17)),
)
