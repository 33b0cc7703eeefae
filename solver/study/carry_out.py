"""A plan carried out: its missing blocks computed, near or far, and kept as they come."""

from __future__ import annotations

from collections.abc import Callable

from solver.study import plan as plans
from solver.study.executors import run
from solver.study.manifest import Form, Manifest
from solver.study.memory import MemoryStudy, Study
from solver.study.plan import Plan
from solver.study.store import open_study


def opened(plan: Plan, folder: str | None, form: Form, command: str, version: str, scenario: tuple[str, str]) -> Study:
    """Return the study of a plan: in a folder (begun, or gone on with), or in memory.

    Parameters
    ----------
    scenario : the name to keep the scenario's text under, and the text.
    """
    if folder is None:
        return MemoryStudy(plan.blocks)
    seed = plan.design.seed if plan.design else 0
    about = Manifest(command, version, plans.written(plan), seed, plan.blocks, plan.columns, *scenario, form)
    return open_study(folder, about)


def carry_out(
    plan: Plan, study: Study, workers: int = 1, scheduler: str | None = None,
    advance: Callable[[int], None] = lambda samples: None,
) -> None:  # fmt: skip
    """Compute the blocks of a plan that a study lacks; ``advance`` hears of the samples of each one kept."""
    for number, columns in run(plans.block, plans.written(plan), study.missing(), workers, scheduler):
        study.write(number, columns)
        advance(len(columns["sample"]))
