"""Proposals of nashpy for games too large to be enumerated; each counts only once it is verified exactly.

nashpy's Lemke-Howson has no limit of its own and may never end, so it runs in a process of its own that is stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from games.normal_form import NormalFormGame
from solver.stage.bimatrix import matrices
from solver.stage.indifference import Mixed, on_supports
from solver.stage.polytope import Matrix

SECONDS = 5.0
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
