"""What a proof costs: solving, writing the certificate, and checking it; and how many verdicts have an exact one.

    python benchmarks/certificates.py [N ...]         shipped scenarios, library games, and N actors x 12 urgency states
    python benchmarks/certificates.py --drawn COUNT   how many of so many verdicts on partnerships drawn are exact

The checker is timed on the certificate as it was read back from JSON, with everything that it does but the link to the
scenario's text. "ratio" is checking over solving (the decision, or the answer about the game).
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.actors import partnership
from games.errors import ScenarioError
from games.files.documents import library, shipped
from games.files.game_file import read_game
from games.files.scenario import read
from games.partnership import Partnership
from solver.proof.checker import SCHEMA, check
from solver.repeated.certificate_contract import certificate as of_contract
from solver.repeated.certificate_sets import certificate as of_sets
from solver.repeated.patience import patience
from solver.repeated.reach import discounts, payoffs
from solver.sharing.certificate import certificate
from solver.sharing.decision import decide
from solver.stage.certificate import certificate as of_stage
from solver.stage.concepts import answer

DELTA = Fraction(7, 10)
HEADINGS = f"{'':34}{'solve s':>10}{'write s':>10}{'check s':>10}{'ratio':>8}{'kB':>9}  claim"


def timed(name: str, solve: Callable[[], Any], write: Callable[[Any], dict[str, Any]]) -> None:
    """Print one line: the seconds that each part takes, and what was proven."""
    start = time.perf_counter()
    result = solve()
    solved = time.perf_counter()
    try:
        body = write(result)
    except ScenarioError as none:
        print(f"{name:34}{solved - start:10.4f}{'-':>10}{'-':>10}{'-':>8}{'-':>9}  {none.problems[0].what}")
        return
    written = time.perf_counter()
    text = json.dumps({"schema": SCHEMA, "source": None, **body})
    document = json.loads(text)
    began = time.perf_counter()
    verdict = check(document)
    took = time.perf_counter() - began
    assert verdict.valid, verdict.reasons
    ratio = took / (solved - start)
    print(
        f"{name:34}{solved - start:10.4f}{written - solved:10.4f}{took:10.4f}{ratio:8.2f}{len(text) / 1e3:9.1f}"
        f"  {verdict.claim[:60]}"
    )


def partnerships(sizes: list[int]) -> None:
    """Print a line for every scenario that ships, and one for every number of actors."""
    for name in shipped():
        timed(name, lambda name=name: decide(read(name).partnership), certificate)
    for size in sizes:
        timed(f"{size} actors x 12 states", lambda size=size: decide(partnership(size)), certificate)


def games() -> None:
    """Print the sums over the games of the library for every command."""
    kinds: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], dict[str, Any]]]] = {
        "equilibria": (lambda asked: answer(asked, "nash", None, "welfare", False), of_stage),
        "correlated": (lambda asked: answer(asked, "correlated", None, "welfare", False), of_stage),
        "payoffs, money free": (lambda asked: payoffs(asked, "free", discounts(asked.game, DELTA), None), of_contract),
        "payoffs, no money": (lambda asked: payoffs(asked, "none", discounts(asked.game, DELTA), None), of_sets),
        "patience": (lambda asked: patience(asked.game, asked.title, asked.start), of_contract),
    }
    for kind, (solve, write) in kinds.items():
        spent, none = [0.0, 0.0, 0.0], 0
        for name in library():
            asked = read_game(name)
            start = time.perf_counter()
            result = solve(asked)
            solved = time.perf_counter()
            try:
                body = write(asked.game, result)
            except ScenarioError:
                none += 1
                continue
            written = time.perf_counter()
            document = json.loads(json.dumps({"schema": SCHEMA, "source": None, **body}))
            began = time.perf_counter()
            assert check(document).valid, name
            for k, seconds in enumerate((solved - start, written - solved, time.perf_counter() - began)):
                spent[k] += seconds
        line = "".join(f"{seconds:10.3f}" for seconds in spent)
        print(f"{kind + ', library':34}{line}{spent[2] / spent[0]:8.2f}{'':9}  {none} of {len(library())} without")


def drawn(count: int) -> None:
    """Print how sure the verdicts on partnerships drawn at random are, and that every certificate passes."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    from tests.strategies import partnerships as strategy

    found: Counter[str] = Counter()

    @seed(0)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy())
    def one(drawn: Partnership) -> None:
        try:
            decision = decide(drawn)
        except ScenarioError:
            found["refused (its sanction is no equilibrium)"] += 1
            return
        found[f"{decision.verdict}: {decision.proof}"] += 1
        if decision.arranged is not None:
            found[f"cheapest: {decision.arranged.proof}"] += 1
        try:
            document = json.loads(json.dumps({"schema": SCHEMA, "source": None, **certificate(decision)}))
        except ScenarioError as none:
            found[f"no certificate: {none.problems[0].what}"] += 1
            return
        verdict = check(document)
        found["certificate passes" if verdict.valid else f"CERTIFICATE FAILS: {verdict.reasons}"] += 1

    one()
    for what, times in sorted(found.items()):
        print(f"{times:6}  {what}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--drawn"]:
        drawn(int(sys.argv[2]))
    else:
        print(HEADINGS)
        partnerships([int(size) for size in sys.argv[1:]] or [100, 1000])
        games()
