"""How time and memory grow from 10 to 1,000 actors x 12 urgency states.

    python benchmarks/actors.py [N ...]

A public office and N - 1 data holders of different sizes and patience share in 12 urgency levels; the office can pay
each of them on delivery. Each size runs in a process of its own, so the peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from games.partnership import Actor, Instrument, Partnership, Pool, Scenario, Term
from games.urgency import Level, UrgencyProcess

LEVELS = 12


def partnership(actors: int) -> Partnership:
    """Return an office and ``actors - 1`` holders over a chain of 12 levels with drift back to calm."""
    step = Fraction(1, LEVELS)
    levels = tuple(Level(f"level {k + 1}", step * k) for k in range(LEVELS))
    rows = []
    for k in range(LEVELS):
        row = [Fraction(0)] * LEVELS
        row[max(k - 1, 0)] += Fraction(3, 10)
        row[min(k + 1, LEVELS - 1)] += Fraction(2, 10)
        row[k] += Fraction(5, 10)
        rows.append(tuple(row))
    urgency = UrgencyProcess(levels, tuple(rows), LEVELS // 2)
    holders = [f"holder {k + 1}" for k in range(actors - 1)]
    pool = Pool("coverage", {name: {"share": Fraction(1)} for name in holders})
    office = Actor("office", Fraction(95, 100), ("use", "ignore"), "ignore", terms=(
        Term("insight", Fraction(2, 5), Fraction(4, 5), when={"office": ("use",)}, pool="coverage"),
        Term("operating", Fraction(1, 10), kind="cost", when={"office": ("use",)}),
    ))  # fmt: skip
    one = (Fraction(1),) * LEVELS
    people, instruments = [office], []
    for k, name in enumerate(holders):
        cost = Fraction(20 + k % 17, 100)
        people.append(Actor(name, Fraction(80 + k % 15, 100), ("share", "withhold"), "withhold", terms=(
            Term("handling", cost, kind="cost", when={name: ("share",)}),
            Term("recognition", Fraction(0), Fraction(3, 10), when={name: ("share",), "office": ("use",)}),
        )))  # fmt: skip
        instruments.append(Instrument(f"fee {k + 1}", "office", (name,), one, one, "on delivery"))
    target = {a.name: (a.actions[0],) * LEVELS for a in people}
    return Partnership(
        f"{actors} actors", "month", "stylised", urgency, tuple(people), target, tuple(instruments), pools=(pool,)
    )


def measure(actors: int) -> dict[str, object]:
    """Return the figures for one size, measured in this process."""
    from solver.sharing.arrangement import Arranged, arrange
    from solver.sharing.evaluate import evaluate
    from solver.sharing.situation import situation

    game = partnership(actors)
    begin = time.perf_counter()
    ready = situation(game)
    compiled = time.perf_counter()
    answer = arrange(ready, ready.everywhere)
    arranged = time.perf_counter()
    assert isinstance(answer, Arranged)
    evaluation = evaluate(Scenario(game))
    end = time.perf_counter()
    return {
        "actors": actors, "compile": compiled - begin, "design": arranged - compiled, "evaluate": end - arranged,
        "verdict": evaluation.verdict, "proof": evaluation.proof,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def main(sizes: list[int]) -> None:
    """Print one line a size."""
    print(f"{'actors':>7} {'compile s':>10} {'design s':>10} {'evaluate s':>11} {'memory MiB':>11}  verdict, proof")
    for size in sizes:
        command = [sys.executable, __file__, "--one", str(size)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{size:>7} {found['compile']:>10.2f} {found['design']:>10.2f} {found['evaluate']:>11.2f} "
            f"{found['memory_mib']:>11.0f}  {found['verdict']}, {found['proof']}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        main([int(n) for n in sys.argv[1:]] or [10, 30, 100, 300, 1000])
