"""The EMA Workbench: our boxes are at least as good as the best on the trajectories of its PRIM."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from solver.study.discovery import boxes

pytestmark = pytest.mark.peer
POINTS = qmc.Sobol(5, rng=np.random.default_rng(1)).random(2048)
X = POINTS.T
PLANTED = {
    "a box": (X[0] > 0.2) & (X[0] < 0.5) & (X[3] > 0.6),
    "a corner cut off": X[0] + X[1] + X[2] < 0.8,
    "an angle": (X[0] < 0.3) | (X[1] < 0.3),
    "a noisy box": np.random.default_rng(0).random(2048) < np.where((X[0] < 0.3) & (X[1] < 0.6), 0.9, 0.05),
}


@pytest.fixture(scope="module")
def prim() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of executors that it does not find
        return pytest.importorskip("ema_workbench.analysis.prim")


def harmonic(coverage: Any, density: Any) -> Any:
    return 2 * coverage * density / (coverage + density)


@pytest.mark.parametrize("name", PLANTED)
def test_our_first_box_is_as_good_as_the_best_on_its_trajectory(prim: Any, name: str) -> None:
    import pandas

    cases = PLANTED[name]
    names = [f"x{j}" for j in range(5)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = prim.Prim(pandas.DataFrame(POINTS, columns=names), cases, threshold=0.5).find_box()
    path = theirs.peeling_trajectory
    dense = path[path.density >= cases.mean() + 0.5 * (1 - cases.mean())]
    ours = boxes(POINTS, cases, names)[0]
    # Ours opens limits that add less than a hundredth.
    assert harmonic(ours.coverage, ours.density) >= 0.99 * harmonic(dense.coverage, dense.density).max()
