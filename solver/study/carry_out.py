"""A plan carried out: its missing blocks computed, near or far, kept as they come, and handed on in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from solver.study import plan as plans
from solver.study.executors import run
from solver.study.manifest import Form, Manifest
from solver.study.memory import MemoryStudy, Study
from solver.study.parts import Columns
from solver.study.plan import Plan
from solver.study.store import open_study


@dataclass(frozen=True)
class Means:
    """Where samples are computed and kept: see ``executors.run`` and ``store``; ``folder`` None keeps nothing."""

    folder: str | None = None
    form: Form = "parquet"
    workers: int = 1
    scheduler: str | None = None


def opened(plan: Plan, means: Means, command: str, version: str, text: str) -> Study:
    """Return the study of a plan: in a folder (begun, or gone on with), or in memory; ``text`` is its scenario's."""
    if means.folder is None:
        return MemoryStudy(plan.blocks)
    seed = plan.design.seed if plan.design else 0
    name = "scenario.json" if text.lstrip().startswith("{") else "scenario.toml"
    written = plans.written(plan)
    about = Manifest(command, version, written, seed, plan.blocks, plan.columns, name, text, means.form)
    return open_study(means.folder, about)


def carried_out(
    plan: Plan, study: Study, means: Means, advance: Callable[[int], None] = lambda samples: None
) -> Iterator[Columns]:
    """Yield every block in order: those that the study has, and those it lacks once they are computed and kept.

    ``advance`` hears how many samples each block that was computed holds.
    """
    missing = study.missing()
    found, ahead = study.blocks(), dict[int, Columns]()
    kept = next(found, None)
    computed = run(plans.block, plans.written(plan), missing, means.workers, means.scheduler)
    lacks = set(missing)
    for number in range(plan.blocks):
        while number in lacks and number not in ahead:
            done, columns = next(computed)
            if means.folder is not None:
                # In memory nobody reads a block again: it is handed on and let go, however many there are.
                study.write(done, columns)
            ahead[done] = columns
            advance(len(columns["sample"]))
        if number in lacks:
            yield ahead.pop(number)
        elif kept is not None:
            yield kept[1]
            kept = next(found, None)
