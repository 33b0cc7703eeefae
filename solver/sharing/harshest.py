"""The harshest sanction: the penal code of the best relational contract (``model.md`` section 5).

A breach by actor i is answered by the lowest value to which the others can hold it in an equilibrium with voluntary
payments. The contract is solved for in rationals; ``solver.proof.penal`` decides about it again, by itself.
"""

from __future__ import annotations

from typing import Any

from games import translate
from games.errors import refuse
from games.partnership import Partnership, Policy
from solver.exact import EXACT, fraction, rational
from solver.proof.penal import PenalCode
from solver.repeated.elimination import solve_contract
from solver.tables import game_table

WHERE, HINT = "agreement.sanction", 'use "walk away" or { suspend = 6 }'


def penal_code(partnership: Partnership) -> PenalCode:
    """Return the harshest punishments of a partnership without its instruments, and the play that backs them.

    Raises
    ------
    ScenarioError : the actors' discount factors differ, there are too many joint actions, or nothing is an
    equilibrium in pure strategies.
    """
    discounts = {actor.discount for actor in partnership.actors}
    if len(discounts) > 1:
        what = "the harshest sanction is defined for one discount factor, and the actors' differ"
        raise refuse(WHERE, what, f"give every actor the same discount, or {HINT}")
    game = translate.stochastic_game(partnership)
    table = game_table(game, EXACT)
    solution = solve_contract(table, rational(discounts.pop()))
    if not solution.exists:
        raise refuse(WHERE, "without instruments no play is an equilibrium in pure strategies, so none punishes", HINT)

    def policy(rows: Any) -> Policy:
        return tuple(stage.named(table.profile(int(row))) for stage, row in zip(game.stages, rows, strict=True))

    return PenalCode(
        policy(solution.play),
        tuple(policy(rows) for rows in solution.punish),
        tuple(map(fraction, solution.joint)),
        tuple(tuple(map(fraction, row)) for row in solution.punishment),
    )
