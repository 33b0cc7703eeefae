"""How time and memory grow from 10 to 1,000 actors x 12 urgency states.

    python benchmarks/actors.py [N ...]

A public office and N - 1 data holders of different sizes and patience share in 12 urgency levels; the office can pay
each of them on delivery. Each size runs in a process of its own, so the peak memory is its own. Side by side in the
same run: the cheapest arrangement by the textbook programme, with every value V_i(s) carried as a variable, solved by
the same HiGHS through scipy (sparse, without PuLP). Both must find the same cost. Ours also finds the largest margin
first, solves both vertices in rationals, and checks its answer, so the columns say how much of "design" is the cheapest
arrangement alone ("programme": building it in rationals, floats, and the proof), and how sure it is the cheapest.
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

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from games.partnership import Actor, Instrument, Partnership, Pool, Scenario, Term
from games.urgency import Level, UrgencyProcess
from solver.exact import fraction
from solver.sharing.aims import best
from solver.sharing.arrangement import Arranged, arrange
from solver.sharing.evaluate import evaluate
from solver.sharing.optimum import arrangement_program
from solver.sharing.situation import Situation, situation

LEVELS = 12


def partnership(actors: int, height: int = LEVELS) -> Partnership:
    """Return an office and ``actors - 1`` holders over a chain of ``height`` levels with drift back to calm."""
    step = Fraction(1, height)
    levels = tuple(Level(f"level {k + 1}", step * k) for k in range(height))
    rows = []
    for k in range(height):
        row = [Fraction(0)] * height
        row[max(k - 1, 0)] += Fraction(3, 10)
        row[min(k + 1, height - 1)] += Fraction(2, 10)
        row[k] += Fraction(5, 10)
        rows.append(tuple(row))
    urgency = UrgencyProcess(levels, tuple(rows), height // 2)
    holders = [f"holder {k + 1}" for k in range(actors - 1)]
    pool = Pool("coverage", {name: {"share": Fraction(1)} for name in holders})
    office = Actor("office", Fraction(95, 100), ("use", "ignore"), "ignore", terms=(
        Term("insight", Fraction(2, 5), Fraction(4, 5), when={"office": ("use",)}, pool="coverage"),
        Term("operating", Fraction(1, 10), kind="cost", when={"office": ("use",)}),
    ))  # fmt: skip
    one = (Fraction(1),) * height
    people, instruments = [office], []
    for k, name in enumerate(holders):
        cost = Fraction(20 + k % 17, 100)
        people.append(Actor(name, Fraction(80 + k % 15, 100), ("share", "withhold"), "withhold", terms=(
            Term("handling", cost, kind="cost", when={name: ("share",)}),
            Term("recognition", Fraction(0), Fraction(3, 10), when={name: ("share",), "office": ("use",)}),
        )))  # fmt: skip
        instruments.append(Instrument(f"fee {k + 1}", "office", (name,), one, one, "on delivery"))
    target = {a.name: (a.actions[0],) * height for a in people}
    return Partnership(
        f"{actors} actors", "month", "stylised", urgency, tuple(people), target, tuple(instruments), pools=(pool,)
    )


def textbook(ready: Situation) -> float:
    """Return the least cost of the same arrangement, from the programme with the values as variables."""
    table, start = ready.fast.target, ready.start
    count, states = table.payoffs.shape
    eye, follow = sparse.eye(states), sparse.csr_matrix(table.next)
    delta = ready.fast.discount
    # Variables: the fees x (holder by holder), the values V (actor by actor), and the office's spending C.
    fees = (count - 1) * states
    all_fees = sparse.hstack([eye] * (count - 1))
    blocks = []
    for i in range(count):
        given = (
            -all_fees
            if i == 0
            else sparse.hstack(
                [
                    sparse.csr_matrix((states, (i - 1) * states)),
                    eye,
                    sparse.csr_matrix((states, (count - 1 - i) * states)),
                ]
            )
        )
        blocks.append((-(1 - delta[i]) * given, eye - delta[i] * follow, (1 - delta[i]) * table.payoffs[i]))
    left = sparse.vstack([block for block, _, _ in blocks])
    values = sparse.block_diag([block for _, block, _ in blocks])
    spending = sparse.hstack(
        [-(1 - delta[0]) * all_fees, sparse.csr_matrix((states, count * states)), eye - delta[0] * follow]
    )
    equal = sparse.vstack([sparse.hstack([left, values, sparse.csr_matrix((count * states, states))]), spending])
    right = np.concatenate([*(g for _, _, g in blocks), np.zeros(states)])
    # Walking away is worth 0, so V >= 0; and the office prefers to deliver: V >= (1 - delta) g.
    low = np.zeros(fees + (count + 1) * states)
    low[fees : fees + states] = np.maximum(0, (1 - delta[0]) * table.payoffs[0])
    cost = np.zeros(len(low))
    cost[fees + count * states + start] = 1
    answer = linprog(cost, A_eq=equal, b_eq=right, bounds=np.column_stack([low, np.full(len(low), np.inf)]))
    return float(answer.fun)


def measure(actors: int) -> dict[str, object]:
    """Return the figures for one size, measured in this process."""
    game = partnership(actors)
    begin = time.perf_counter()
    ready = situation(game)
    compiled = time.perf_counter()
    answer = arrange(ready, ready.everywhere)
    arranged = time.perf_counter()
    assert isinstance(answer, Arranged)
    program = arrangement_program(ready, ready.everywhere)
    ours = best(program, "cheapest")
    solved = time.perf_counter()
    reference = textbook(ready)
    peer = time.perf_counter()
    assert ours is not None and abs(
        float(fraction(ours.value) if program.arithmetic.exact else ours.value) - reference
    ) < 1e-6 * (1 + reference)
    evaluation = evaluate(Scenario(game))
    end = time.perf_counter()
    return {
        "actors": actors,
        "compile": compiled - begin,
        "design": arranged - compiled,
        "programme": solved - arranged,
        "textbook": peer - solved,
        "evaluate": end - peer,
        "verdict": evaluation.verdict,
        "proof": evaluation.proof,
        "cheapest": answer.proof,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main(sizes: list[int]) -> None:
    """Print one line a size."""
    seconds = ("compile", "design", "programme", "textbook", "evaluate")
    print(
        f"{'actors':>7}"
        + "".join(f"{name + ' s':>13}" for name in seconds)
        + f"{'ratio':>8}{'MiB':>7}  verdict, proof; cheapest"
    )
    for size in sizes:
        command = [sys.executable, __file__, "--one", str(size)]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        ratio = found["textbook"] / found["programme"]
        print(
            f"{size:>7}"
            + "".join(f"{found[name]:>13.2f}" for name in seconds)
            + f"{ratio:>8.2f}{found['memory_mib']:>7.0f}  {found['verdict']}, {found['proof']}; {found['cheapest']}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        main([int(n) for n in sys.argv[1:]] or [10, 30, 100, 300, 1000])
