"""Proposals of nashpy for games too large to be enumerated; each counts only once it is verified exactly.

nashpy's Lemke-Howson has no limit of its own and may never end, so it runs in a process of its own that is stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from games.normal_form import NormalFormGame
from solver.exact import fraction
from solver.stage.bimatrix import Mixed, matrices
from solver.stage.indifference import solved
from solver.stage.polytope import Matrix

SECONDS = 10.0
LABELS = 8
"""Labels tried: different ones often lead to different equilibria."""
_PROPOSE = """
import json, sys, warnings
import nashpy, numpy
warnings.simplefilter("ignore")
rows, columns, labels = json.load(sys.stdin)
game = nashpy.Game(numpy.array(rows, float), numpy.array(columns, float))
for label in labels:
    x, y = game.lemke_howson(label)
    print(json.dumps([[k for k, p in enumerate(side) if p > 1e-9] for side in (x, y)]), flush=True)
"""


def proposed(game: NormalFormGame, seconds: float = SECONDS) -> Iterator[tuple[Mixed, Mixed]]:
    """Yield the strategies on the supports that nashpy proposes, solved in rationals (not yet verified)."""
    rows, columns = matrices(game)
    count = len(rows) + len(columns)
    labels = list(range(0, count, max(1, count // LABELS)))[:LABELS]
    scale = max(*map(max, rows), *map(max, columns))
    question = json.dumps([_scaled(rows, scale), _scaled([list(c) for c in zip(*columns, strict=True)], scale), labels])
    for line in dict.fromkeys(_lines(question, seconds)):
        found = on_supports(rows, columns, *map(tuple, json.loads(line)))
        if found is not None:
            yield found


def on_supports(
    rows: Matrix, columns: Matrix, played: tuple[int, ...], replied: tuple[int, ...]
) -> tuple[Mixed, Mixed] | None:
    """Return the strategies on two supports of one size that make each other's actions equally good, or None."""
    if len(played) != len(replied) or not played:
        return None
    x, y = _indifferent(columns, replied, played), _indifferent(rows, played, replied)
    if x is None or y is None:
        return None
    return _spread(x, played, len(rows)), _spread(y, replied, len(columns))


def _lines(question: str, seconds: float) -> list[str]:
    """Return what the child printed until it ended or was stopped; nothing where nashpy cannot run."""
    command = [sys.executable, "-c", _PROPOSE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            out, _ = child.communicate(question, timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
    return [line for line in out.splitlines() if line.endswith("]]")]


def _scaled(matrix: Matrix, scale: int) -> list[list[float]]:
    """Return entries as floats between 0 and 1 (whole numbers may be too large for one)."""
    return [[entry / scale for entry in row] for row in matrix]


def _indifferent(payoffs: Matrix, replies: tuple[int, ...], support: tuple[int, ...]) -> Mixed | None:
    """Return the probabilities on ``support`` that make all ``replies`` equally good, solved in rationals."""
    weights = solved(payoffs, replies, support)
    if weights is None or any(p < 0 for p in weights):
        return None
    return tuple(map(fraction, weights))


def _spread(shares: Mixed, support: tuple[int, ...], size: int) -> Mixed:
    out = [shares[0] * 0] * size
    for share, k in zip(shares, support, strict=True):
        out[k] = share
    return tuple(out)
