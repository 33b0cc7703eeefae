"""How sure a share of samples is: Wilson's score interval.

With k successes in n independent samples, and z the 97.5 % point of the normal distribution, the interval holds every
p with ``|k/n - p| <= z sqrt(p (1 - p) / n)``. It stays within [0, 1] and has a width even where k is 0 or n.

References
----------
Wilson 1927; Brown, Cai & DasGupta 2001, section 3.1.1.
"""

from __future__ import annotations

from games.errors import refuse
from solver.results.study import Likelihood

CONFIDENCE = 0.95


def likelihood(successes: int, samples: int) -> Likelihood:
    """Return the share of successes with its 95 % interval (Wilson's score).

    Samples that cover the space evenly (Sobol', Latin hypercube) vary less than independent ones: there the interval
    is wider than it need be.

    Raises
    ------
    ScenarioError : there are no samples.
    """
    if samples < 1:
        raise refuse("samples", "there are none, so nothing can be said of how likely it is", "ask for at least one")
    from scipy.stats import binomtest

    around = binomtest(int(successes), int(samples)).proportion_ci(CONFIDENCE, method="wilson")
    return Likelihood(successes / samples, float(around.low), float(around.high), int(samples))
