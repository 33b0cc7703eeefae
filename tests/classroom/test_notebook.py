"""A notebook marks as the classroom does, without accord, and does not tell what it knows."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from base64 import b64decode
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from classroom import expressions, template
from classroom.answers import number
from classroom.answers.kinds import KINDS
from classroom.export import notebook
from classroom.export.carried import carried
from classroom.marking import marked_part
from classroom.offline import core, mark, plan, proposal, stage, terms
from classroom.offline.mark import CLOSE, RIGHT
from classroom.part import Part
from classroom.variants import Variant, variant

NAMES = tuple(template.shipped())
EVERY_KIND = str(Path(__file__).parent / "every-kind.toml")
CHEAP = 2
"""scrypt's smallest n: what is tested is what the boxes hold; Jupyter's test pays the full price."""
CHECK = (mark, core, stage, terms, plan, proposal)
read = lru_cache(template.read)
one_of = lru_cache(lambda name, seed: variant(read(name), seed))


def _there(part: Part, seed: int = 0) -> Any:
    """Return what a notebook carries of a part, as it comes out of the notebook's file."""
    return json.loads(core.written(carried(part, seed, CHEAP)))


def _marks_alike(one: Variant) -> None:
    for part in one.parts:
        there = _there(part, one.seed)
        assert core.marked(there, KINDS[part.kind].key(part)) == RIGHT, (one.seed, part.label)
        for name, text in KINDS[part.kind].mistaken(part):
            here, found = marked_part(part, text), core.marked(there, text)
            assert (found.mistake, found.share * part.points) == (name, here.points), (one.seed, part.label, text)
            assert found.says == here.says, (one.seed, part.label, text)


def test_every_kind_of_answer_is_in_the_test_template() -> None:
    assert {part["kind"] for part in read(EVERY_KIND).parts} == set(KINDS) == set(core.MARKERS)


def test_a_notebook_reads_answers_in_all_the_forms_that_the_classroom_reads() -> None:
    one = one_of(EVERY_KIND, 0)
    for part in one.parts:
        there, key = _there(part), KINDS[part.kind].key(part)
        line = "; ".join(key.splitlines()) if part.kind == "proposal" else key.upper()
        forms = {"plan": [key]}.get(part.kind, [line, f"{line};"] if ";" in line or "=" in line else [line])
        if part.kind in ("profiles", "selection"):
            forms += ["None", key.replace("; ", ";") + " ; "]
        for text in forms:
            here, found = marked_part(part, text), core.marked(there, text)
            assert found.share * part.points == here.points, (part.label, text)
            assert "unreadable" not in (found.mistake, here.mistake), (part.label, text)


@pytest.mark.parametrize("name", [EVERY_KIND, "critical-discount", "propose-a-split"])
def test_a_notebook_marks_the_key_right_and_gives_every_mistake_its_diagnosis(name: str) -> None:
    _marks_alike(one_of(name, 0))


@pytest.mark.slow
@pytest.mark.parametrize("name", [EVERY_KIND, *NAMES])
def test_a_notebook_marks_many_variants_as_the_classroom_does(name: str) -> None:
    for seed in range(30):
        _marks_alike(variant(read(name), seed))


def test_numbers_within_the_tolerance_count_and_none_beyond_it() -> None:
    part = one_of("critical-discount", 0).parts[1]
    there, key, t = _there(part), number.key_value(part), number.tolerance(part)
    inside = [key + t * Fraction(k, 8) for k in range(-8, 9)]
    assert all(core.marked(there, str(x)) == RIGHT for x in inside)
    for off in (Fraction(9, 8), 3, 19, 31, 100):
        for x in (key + off * t, key - off * t):
            assert core.marked(there, str(x)).mistake == marked_part(part, str(x)).mistake != "", off


def test_rounded_strategies_count_where_they_are_those_of_an_equilibrium() -> None:
    part = one_of(EVERY_KIND, 0).parts[5]
    game = stage.Game(_there(part)["game"])
    exact = KINDS["strategies"].key(part)
    rounded = re.sub(r"\d+/\d+", lambda share: f"{float(Fraction(share[0])):.3f}", exact)
    assert rounded != exact and len(game.players) == 2
    assert core.marked(_there(part), rounded) == RIGHT
    assert core.marked(_there(part), rounded.replace("0.", "0.1")) != RIGHT
    rounder = re.sub(r"\d+/\d+", lambda share: f"{float(Fraction(share[0])):.2f}", exact)
    assert core.marked(_there(part), rounder) == CLOSE
    hardly = f"{game.players[0]}: {game.actions[0][0]} 0.9995, {game.actions[0][1]} 0.0005"
    pure = f"{hardly}; {game.players[1]}: {game.actions[1][0]} 1"
    assert not core.marked(_there(part), pure).share


HOSTILE = (
    '__import__("os").system("touch /tmp/accord-was-here")',
    "9" * 100_000,
    "1e99999999",
    "[" * 5000,
    "1/0",
    "nodes = 3",
    "\x00",
    ";;;;",
    [["x"]],
    {"nodes": {"a": {"play": 3}}},
    object(),
    True,
    float("nan"),
)


@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_no_answer_breaks_the_check_or_is_run(answer: Any) -> None:
    for part in one_of(EVERY_KIND, 0).parts:
        assert core.marked(_there(part), answer) != RIGHT, part.label


def test_the_check_never_runs_a_text_and_imports_nothing_but_python() -> None:
    for file in CHECK:
        tree = ast.parse(notebook.source(file.__name__.rpartition(".")[2]))
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"eval", "exec", "compile", "__import__", "getattr", "open"}
        modules = {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert modules <= set(sys.stdlib_module_names)


def test_the_files_of_the_check_can_stand_in_one_function() -> None:
    names: list[str] = []
    for file in CHECK:
        for node in ast.parse(notebook.source(file.__name__.rpartition(".")[2])).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names += [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
            names += [t.id for t in targets if isinstance(t, ast.Name) and not isinstance(node, ast.AugAssign)]
    assert sorted(names) == sorted(set(names))


def test_the_check_has_the_functions_that_conditions_use() -> None:
    assert {"min", "max", "sum", "abs", "round", "len"} <= set(expressions.FUNCTIONS) & set(terms.OPERATIONS)


def test_closed_answers_and_what_is_said_of_them_are_not_readable() -> None:
    one = one_of("critical-discount", 0)
    document = json.loads(notebook.written(one, CHEAP))
    text = "".join("".join(cell["source"]) for cell in document["cells"])
    inside = b64decode(notebook.packed(one, CHEAP)).decode()
    for part in one.parts:
        for mistake in part.spec["mistakes"]:
            assert mistake["name"] not in text + inside
    assert KINDS["number"].key(one.parts[1]) not in inside
    there = _there(one.parts[1])
    assert len({len(box) for box in there["boxes"].values()}) == 1
    assert list(there["boxes"]) == sorted(there["boxes"])


def test_a_notebook_is_the_same_every_time_and_needs_nothing_but_python(tmp_path: Path) -> None:
    """Its code runs in a bare Python, with the right answers filled in."""
    one = one_of("penal-code", 0)
    document = json.loads(notebook.written(one, CHEAP))
    assert notebook.written(one, CHEAP) == notebook.written(one, CHEAP)
    code = [_filled("".join(cell["source"]), one) for cell in document["cells"] if cell["cell_type"] == "code"]
    mess = "number = cell = table = wrong = RIGHT = Fraction = 3"  # names that a student may well choose
    (tmp_path / "run.py").write_text(f"for cell in {[*code[:2], mess, *code[2:]]!r}: exec(cell)", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "run.py")], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert [line for line in done.stdout.splitlines() if ": right (" in line] == [
        f"Part {part.label}: right ({part.points} of {part.points})" for part in one.parts
    ], done.stdout


def _filled(code: str, one: Variant) -> str:
    """Return a cell with a right answer in it, where it is one for an answer."""
    for part in one.parts:
        if code.startswith(f"answer_{part.label} = "):
            return f"answer_{part.label} = {KINDS[part.kind].key(part)!r}"
    return code


@pytest.mark.peer
@pytest.mark.parametrize("name", [EVERY_KIND, *NAMES])
def test_jupyter_runs_every_notebook_from_end_to_end(name: str) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    one = variant(read(name), 3)
    blank = nbformat.reads(notebook.written(one), as_version=4)
    nbformat.validate(blank)
    assert _printed(nbclient, blank) == [f"Part {part.label}: no answer yet." for part in one.parts]
    solved = nbformat.reads(notebook.written(one), as_version=4)
    for cell in solved.cells:
        if cell.cell_type == "code":
            cell.source = _filled(cell.source, one)
    assert all(": right (" in line for line in _printed(nbclient, solved))


def _printed(nbclient: Any, document: Any) -> list[str]:
    nbclient.NotebookClient(document, timeout=60, kernel_name="python3").execute()
    outputs = [out.text for cell in document.cells if cell.cell_type == "code" for out in cell.outputs]
    return [line for text in outputs for line in text.splitlines() if line.startswith("Part ")]
