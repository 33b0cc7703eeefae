"""Round robins of 13 strategies in the dilemma: ours beside the Axelrod library, in one run.

    python benchmarks/tournaments.py [--turns 200] [--repetitions 20] [--rounds 3]

Both play the same strategies (``SAME``; ``tests/peers/test_axelrod.py`` shows that they make the same moves),
everyone against everyone and the own twin. Ours plays both roles, so that it has nearly twice as many matches; what
counts is matches times turns per second, the best of so many rounds, each on one processor core. Without noise a match
is played once: the library keeps the result of a deterministic match anyway. The last line is what we do by default:
the expected payoffs of all matches are computed, without playing. ``pip install axelrod`` for the peer.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classroom.tournament.arena import read_arena
from classroom.tournament.reading import shipped
from classroom.tournament.results import Length
from classroom.tournament.round_robin import round_robin

SAME = {
    "always-share": "Cooperator",
    "always-withhold": "Defector",
    "tit-for-tat": "TitForTat",
    "suspicious-tit-for-tat": "SuspiciousTitForTat",
    "bully": "Bully",
    "tit-for-two-tats": "TitFor2Tats",
    "two-tits-for-tat": "TwoTitsForTat",
    "grim-trigger": "Grudger",
    "win-stay-lose-shift": "WinStayLoseShift",
    "alternator": "Alternator",
    "prober": "Prober",
    "twice-then-withhold": "CyclerCCD",
    "once-then-withhold": "CyclerDDC",
}
"""Strategies of ours, each with its namesake in the library."""
COLUMNS = "{:28} {:>10} {:>14} {:>10}"


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest time that some work took."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def ours(noise: Fraction, turns: int, repetitions: int) -> Callable[[], object]:
    """Return our tournament, to be held."""
    arena, strategies = read_arena("prisoners-dilemma"), [s for s in shipped() if s.name in SAME]
    return lambda: round_robin(arena, strategies, Length(turns), noise, repetitions)


def theirs(noise: float, turns: int, repetitions: int) -> Callable[[], object]:
    """Return the library's tournament, to be held: its matches alone, without the summary of results."""
    import axelrod

    def play() -> None:
        players = [getattr(axelrod, name)() for name in SAME.values()]
        tournament = axelrod.Tournament(players, turns=turns, repetitions=repetitions, noise=noise, seed=0)
        tournament.play(progress_bar=False, build_results=False)

    return play


def main() -> None:
    """Print a line for each way of holding the tournament."""
    parser = argparse.ArgumentParser(description="Round robins, ours beside the Axelrod library.")
    for name, default in (("turns", 200), ("repetitions", 20), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    count, peer = len(SAME), find_spec("axelrod") is not None
    print(COLUMNS.format("", "seconds", "turns/second", "ratio"))
    for noise, repetitions in ((Fraction(0), 1), (Fraction(1, 20), asked.repetitions)):
        rates = {}
        ways = {"ours": (ours(noise, asked.turns, repetitions), count * count)}
        if peer:
            ways["Axelrod library"] = (theirs(float(noise), asked.turns, repetitions), count * (count + 1) // 2)
        for name, (work, matches) in ways.items():
            took = seconds(work, asked.rounds)
            rates[name] = matches * repetitions * asked.turns / took
            label = f"{name}, noise {float(noise):g}, x {repetitions}"
            ratio = f"{rates['ours'] / rates[name]:.0f}"
            print(COLUMNS.format(label, f"{took:.3f}", f"{rates[name]:,.0f}", ratio))
    took = seconds(ours(Fraction(1, 20), asked.turns, 0), asked.rounds)
    print(COLUMNS.format("ours, expected, noise 0.05", f"{took:.3f}", "-", "-"))
    if not peer:
        print("the Axelrod library is not installed: pip install axelrod")


if __name__ == "__main__":
    main()
