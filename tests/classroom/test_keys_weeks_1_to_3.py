"""The keys of weeks 1 to 3, each found here in another way: by trying all cells, summing streams, playing plans out.

Nothing of the solver is used. Where an exercise shows a table, the payoffs are read off the table in the story.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, permutations, product
from typing import Any

import pytest

from classroom import template
from classroom.answers.kinds import KINDS
from classroom.answers.number import key_value
from classroom.marking import marked_part
from classroom.variants import Variant, variant

Cells = dict[tuple[str, str], tuple[Fraction, Fraction]]
Keys = dict[str, Any]
read = lru_cache(template.read)


def _table(one: Variant) -> tuple[list[str], list[str], Cells]:
    """Return the rows, the columns and the payoffs of the table in the story."""
    lines = [line.strip("| ").split("|") for line in one.story.splitlines() if line.startswith("|")]
    head, body = lines[0][1:], [line for line in lines[1:] if "--" not in line[0]]
    columns = [name.strip() for name in head]
    cells = {}
    for name, *row in body:
        for column, cell in zip(columns, row, strict=True):
            first, second = (Fraction(number.strip().replace("−", "-")) for number in cell.split(","))
            cells[name.strip(), column] = first, second
    return [row[0].strip() for row in body], columns, cells


def _pure(cells: Cells) -> set[tuple[str, str]]:
    rows, columns = {r for r, _ in cells}, {c for _, c in cells}
    return {
        (r, c)
        for r, c in cells
        if cells[r, c][0] == max(cells[other, c][0] for other in rows)
        and cells[r, c][1] == max(cells[r, other][1] for other in columns)
    }


def _named(profiles: set[tuple[str, str]]) -> set[str]:
    return {", ".join(profile) for profile in profiles}


def _mixed(rows: list[str], columns: list[str], cells: Cells) -> tuple[Fraction, Fraction]:
    """Return the probabilities of the first row and of the first column in a 2 by 2 table's mixed equilibrium."""
    (t, b), (left, right) = rows, columns
    up, down = cells[t, left][1] - cells[t, right][1], cells[b, right][1] - cells[b, left][1]
    gain, loss = cells[t, left][0] - cells[b, left][0], cells[b, right][0] - cells[t, right][0]
    return down / (up + down), loss / (gain + loss)


def _stream(first: list[Fraction], onward: Fraction, d: Fraction) -> Fraction:
    """Return what a stream is worth per period: some payoffs, and then one for ever."""
    return (1 - d) * sum(d**t * x for t, x in enumerate(first)) + d ** len(first) * onward


def _best_replies(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    best = {c: max(rows, key=lambda r: cells[r, c][0]) for c in columns}
    return {
        "a": best["bulletin"],
        "b": max(columns, key=lambda c: cells["weekly", c][1]),
        "c": set(best.values()),
        "d": cells[best["yearbook"], "yearbook"][0] - cells[best["bulletin"], "yearbook"][0],
    }


def _iterated_dominance(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    gone = []
    while True:
        worse_rows = [r for r in rows if any(all(cells[s, c][0] > cells[r, c][0] for c in columns) for s in rows)]
        worse = [c for c in columns if any(all(cells[r, e][1] > cells[r, c][1] for r in rows) for e in columns)]
        if not worse_rows + worse:
            break
        assert len(worse_rows + worse) == 1, "each round has one answer"
        gone += worse_rows + worse
        rows, columns = [r for r in rows if r not in worse_rows], [c for c in columns if c not in worse]
    return {"a": gone[0], "b": gone[1], "c": {*rows, *columns}, "d": cells[rows[0], columns[0]][0]}


def _name_the_game(one: Variant) -> Keys:
    _, _, cells = _table(one)
    found = _pure(cells)
    alike = all(r == c for r, c in found)
    sums = {cell: sum(payoffs) for cell, payoffs in cells.items()}
    return {
        "a": "dilemma" if len(found) == 1 else "stag hunt" if alike else "chicken",
        "b": _named(found),
        "c": max(sums.values()) - min(sums[cell] for cell in found),
    }


def _pure_equilibria(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    sums = {cell: sum(payoffs) for cell, payoffs in cells.items()}
    r, c = best = max(cells, key=lambda cell: sums[cell])
    assert list(sums.values()).count(sums[best]) == 1
    leaves = (
        any(cells[other, c][0] > cells[best][0] for other in rows),
        any(cells[r, other][1] > cells[best][1] for other in columns),
    )
    firm = one.facts["who"]
    told = {(True, True): "both", (True, False): f"only the {firm}", (False, True): "only the authority"}
    earned = max(sums[cell] for cell in _pure(cells))
    return {"a": _named(_pure(cells)), "b": earned, "c": sums[best] - earned, "d": told[leaves]}


def _inspection(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    careful, audit = _mixed(rows, columns, cells)
    firm, penalty = one.facts["who"], one.facts["change"] == "penalty"
    changed = dict(cells)
    if penalty:
        paid, office = cells["sloppy", "audit"]
        changed["sloppy", "audit"] = 2 * paid - cells["sloppy", "trust"][0], office
    else:
        saved = (cells["careful", "trust"][1] - cells["careful", "audit"][1]) / 2
        changed |= {(r, "audit"): (cells[r, "audit"][0], cells[r, "audit"][1] + saved) for r in rows}
    after = _mixed(rows, columns, changed)
    less = (1 - after[0] < 1 - careful, after[1] < audit)
    told = {
        (True, False): f"the {firm} is sloppy less often, the office audits as often as before",
        (False, True): f"the {firm} is sloppy as often as before, the office audits less often",
    }
    expected = sum(
        x * y * cells[r, c][1]
        for (r, x), (c, y) in product(
            ((rows[0], careful), (rows[1], 1 - careful)), ((columns[0], audit), (columns[1], 1 - audit))
        )
    )
    return {"a": 1 - careful, "b": audit, "c": (1 - careful) * (1 - audit), "d": expected, "e": told[less]}


def _mixed_formats(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    p, q = _mixed(rows, columns, cells)
    assert all(cells[r, r][i] > cells[s, c][i] for r, (s, c), i in product(rows, cells, (0, 1)) if s != c)
    x, y = cells["national", "national"]
    firm, gains = one.facts["who"], one.facts["gainer"] == one.facts["who"]
    after = _mixed(rows, columns, cells | {("national", "national"): (x + gains, y + (not gains))})
    assert (after[0] < p, after[1] < q) == (not gains, gains)
    return {
        "a": p,
        "b": f"{firm}: national {p}, European {1 - p}; office: national {q}, European {1 - q}",
        "c": q * cells["European", "national"][0] + (1 - q) * cells["European", "European"][0],
        "d": p + q - 2 * p * q,
        "e": "only the office's" if gains else f"only the {firm}'s",
    }


def _correlated_advice(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    p, q = _mixed(rows, columns, cells)
    gain = cells["enter", "wait"][0] - cells["wait", "wait"][0]
    loss = cells["wait", "enter"][0] - cells["enter", "enter"][0]
    x = loss / (2 * gain + loss)
    worth = {cell: sum(payoffs) for cell, payoffs in cells.items()}
    alone = p * q * worth["wait", "wait"] + (1 - p) * (1 - q) * worth["enter", "enter"]
    alone += (p * (1 - q) + q * (1 - p)) * worth["enter", "wait"]
    return {"a": alone, "b": x, "c": 2 * x / (1 + x)}


def _security_level(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    own = [[cells[r, c][0] for c in columns] for r in rows]
    (a, b), (c, d) = own
    shares = Fraction(0), (d - b) / (a - b - c + d), Fraction(1)
    held = {q: max(q * a + (1 - q) * b, q * c + (1 - q) * d) for q in shares}
    q = min(held, key=lambda one: held[one])
    return {"a": max(map(min, own)), "b": min(max(a, c), max(b, d)), "c": q, "d": held[q]}


def _value_of_knowing(one: Variant) -> Keys:
    f = one.facts
    chances = [Fraction(f["k1"], 10), Fraction(f["k2"], 10), 1 - Fraction(f["k1"] + f["k2"], 10)]
    pays = [f["u1"], f["u2"], f["u3"]]
    plans = {plan: sum(p * (u if s else f["w"]) for p, u, s in zip(chances, pays, plan, strict=True))
             for plan in product((True, False), repeat=3)}  # fmt: skip
    share, withhold, best = plans[True, True, True], plans[False, False, False], max(plans.values())
    return {
        "a": share,
        "b": "share" if share > withhold else "withhold",
        "c": best,
        "d": best - max(share, withhold),
    }


def _threshold(t: Fraction, r: Fraction, p: Fraction) -> Fraction:
    """Return the d at which a stream of r is worth as much as t once and p ever after."""
    at_0, at_1 = _stream([t], p, Fraction(0)) - r, _stream([t], p, Fraction(1)) - r
    return Fraction(at_0) / (at_0 - at_1)


def _critical_discount(one: Variant) -> Keys:
    t, r, p, by_t, by_r, by_p = (one.facts[name] for name in ("T", "R", "P", "by_T", "by_R", "by_P"))
    d = _threshold(t, r, p)
    changed = [_threshold(t, r + by_r, p), _threshold(t + by_t, r, p), _threshold(t, r, p + by_p), d]
    options = KINDS["selection"].how(one.parts[2]).partition(": ")[2].split("; ")
    return {"a": t - r, "b": d, "c": {name for name, new in zip(options, changed, strict=True) if new < d}}


def _least_patient(one: Variant) -> Keys:
    rows, columns, cells = _table(one)
    d = one.facts["d1"], one.facts["d2"]
    both, neither = cells[rows[0], columns[0]], cells[rows[1], columns[1]]
    alone = cells[rows[1], columns[0]][0], cells[rows[0], columns[1]][1]
    needs = [_threshold(alone[i], both[i], neither[i]) for i in (0, 1)]
    leaving = [i for i in (0, 1) if d[i] < needs[i]]
    assert len(leaving) == 1
    i = leaving[0]
    return {
        "a": needs[0],
        "b": needs[1],
        "c": max(needs),
        "d": f"only the {(one.facts['one'], one.facts['two'])[i]}",
        "e": _stream([alone[i]], neither[i], d[i]) - both[i],
    }


def _limited_punishment(one: Variant) -> Keys:
    t, r, p, d = (one.facts[name] for name in "TRPd")
    worth = {n: _stream([t, *[p] * n], r, d) for n in range(1, 30)}
    n = min(n for n in worth if worth[n] <= r)
    return {"a": (worth[1] - r) / (1 - d), "b": n, "c": worth[n]}


def _one_shot_or_repeated(one: Variant) -> Keys:
    _, _, cells = _table(one)
    k, f, c, v, d, bound, firm = (one.facts[name] for name in ("k", "f", "c", "v", "least", "bound", "who"))
    assert cells["share", "feedback"] == (f - k, v - c) and cells["share", "nothing"] == (-k, v)
    critical = max(_threshold(f, f - k, Fraction(0)), _threshold(v, v - c, Fraction(0)))
    told = {
        "nobody": "both break it, since breaking it pays each, whatever the other does",
        "first": "only the office breaks it",
        "second": f"only the {firm} breaks it",
    }
    return {
        "a": _named(_pure(cells)),
        "b": told[bound],
        "c": sum(cells["share", "feedback"]) - sum(sum(cells[cell]) for cell in _pure(cells)),
        "d": critical,
        "e": (d - critical) / d,
    }


def _penal_code(one: Variant) -> Keys:
    t, r, p, s, d = (one.facts[name] for name in "TRPSd")
    paid = _stream([s], r, d)
    serves, deterred = (1 - d) * p + d * paid <= paid, _stream([t], paid, d) <= r
    told = "yes" if serves and deterred else "no: it is too mild to deter a breach"
    return {
        "a": r - p,
        "b": t - r,
        "c": paid,
        "d": told if serves else "no: whoever has to share alone would rather withhold",
    }


def _forgiving_plan(one: Variant) -> Keys:
    t, r, p, s, d = (float(one.facts[name]) for name in "TRPSd")
    pays = {(True, True): r, (True, False): s, (False, True): t, (False, False): p}

    def worth(mine: bool, other: bool, first: bool | None = None) -> float:
        """Return what playing out tit for tat is worth after a month's actions, the first reply perhaps another one."""
        total = 0.0
        for month in range(300):
            mine, other = other if month or first is None else first, mine
            total += (1 - d) * d**month * pays[mine, other]
        return total

    gains = {past: max(worth(*past, first) - worth(*past) for first in (True, False)) for past in pays}
    assert gains[True, True] < 1e-9 < gains[True, False]
    return {
        "a": worth(True, False),
        "b": worth(True, False, True) - worth(True, False),
        "c": "no: whoever should answer a breach gains by letting it pass",
    }


def _in_a_triangle(point: tuple[Any, Any], corners: tuple[tuple[Any, Any], ...]) -> bool:
    (x, y), sides = point, zip(corners, corners[1:] + corners[:1], strict=True)
    turns = [(u[0] - v[0]) * (y - v[1]) - (u[1] - v[1]) * (x - v[0]) for v, u in sides]
    return min(turns) >= 0 or max(turns) <= 0


def _reachable_payoffs(one: Variant) -> Keys:
    """Return what lotteries over the cells reach with at least minmax for both: patient players."""
    rows, columns, cells = _table(one)
    minmax = min(max(cells[r, c][0] for r in rows) for c in columns)
    listed = one.story.rpartition("first:")[2].replace("−", "-")
    pairs = {text.strip()[0]: text.partition("(")[2].rstrip(") \n").split(",") for text in listed.split(";")}
    points = {name: (Fraction(x), Fraction(y)) for name, (x, y) in pairs.items()}
    reached = {
        name
        for name, point in points.items()
        if min(point) >= minmax and any(_in_a_triangle(point, three) for three in combinations(cells.values(), 3))
    }
    best = max(
        (q * high[0] + (1 - q) * low[0], low[0], 1 - q)
        for low, high in permutations(cells.values(), 2)
        if high[1] != low[1] and 0 <= (q := (minmax - low[1]) / (high[1] - low[1])) <= 1
    )
    return {"a": minmax, "b": reached, "c": best[0], "d": best[2]}


def _value_of_a_stream(one: Variant) -> Keys:
    t, r, p, n, d = (one.facts[name] for name in ("T", "R", "P", "n", "d"))
    once = _stream([t, *[p] * int(n)], r, d)
    return {
        "a": _stream([t], p, d),
        "b": _stream([], r, d) / (1 - d),
        "c": once,
        "d": "share every month" if r > once else "withhold once",
    }


FOUND_HERE: dict[str, Callable[[Variant], Keys]] = {
    "best-replies": _best_replies,
    "correlated-advice": _correlated_advice,
    "critical-discount": _critical_discount,
    "forgiving-plan": _forgiving_plan,
    "inspection": _inspection,
    "iterated-dominance": _iterated_dominance,
    "least-patient": _least_patient,
    "limited-punishment": _limited_punishment,
    "mixed-formats": _mixed_formats,
    "name-the-game": _name_the_game,
    "one-shot-or-repeated": _one_shot_or_repeated,
    "penal-code": _penal_code,
    "pure-equilibria": _pure_equilibria,
    "reachable-payoffs": _reachable_payoffs,
    "security-level": _security_level,
    "value-of-a-stream": _value_of_a_stream,
    "value-of-knowing": _value_of_knowing,
}
QUICK = ("critical-discount", "forgiving-plan", "inspection", "iterated-dominance", "mixed-formats", "name-the-game",
         "one-shot-or-repeated", "value-of-a-stream")  # fmt: skip


def _key_is_found_here(name: str, seed: int) -> None:
    one = variant(read(name), seed)
    found = FOUND_HERE[name](one)
    for part in one.parts:
        if part.label not in found:
            assert part.kind in ("plan", "distribution"), "open answers: test_open_answers.py"
            continue
        answer = found[part.label]
        if part.kind == "number":
            assert abs(Fraction(answer) - key_value(part)) < Fraction(1, 10**9), (seed, part.label)
        text = "; ".join(sorted(answer)) or "none" if isinstance(answer, set) else str(answer)
        mark = marked_part(part, text)
        assert (mark.mistake, mark.points) == ("", part.points), (seed, part.label, answer, KINDS[part.kind].key(part))


@pytest.mark.parametrize("name", QUICK)
def test_a_key_is_what_is_found_without_the_solver(name: str) -> None:
    for seed in range(20):
        _key_is_found_here(name, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND_HERE)
def test_every_key_is_what_is_found_without_the_solver(name: str) -> None:
    for seed in range(50):
        _key_is_found_here(name, seed)
