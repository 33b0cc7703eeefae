"""The walls of the house: who may import whom, inside functions too (``architecture.md``)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("games", "solver", "report", "classroom", "commands")
STANDARD = set(sys.stdlib_module_names)
# The most specific room that a file lies in decides what it may import beside the standard library.
ALLOWED = {
    "games/files": {"games", "pydantic"},
    "games": {"games"},
    "solver/proof": {"games", "solver.proof"},
    "solver/lp.py": {"games", "solver", "numpy", "scipy", "pulp", "highspy"},
    "solver/exact.py": {"numpy", "flint"},
    "solver/stage": {"games", "solver", "numpy", "scipy", "nashpy"},
    "solver/study": {"games", "solver", "numpy", "scipy", "pyarrow", "distributed", "dask"},
    "solver": {"games", "solver", "numpy", "scipy"},
    "report": {"games", "solver.results", "report", "rich", "matplotlib", "jinja2"},
    "classroom": {"games", "solver", "report", "classroom", "numpy", "rich", "matplotlib"},
    "classroom/offline": {"classroom.offline"},
    "classroom/export": {"games", "solver", "report", "classroom", "weasyprint"},
    "commands": {"games", "solver", "report", "classroom", "commands", "click"},
    "cli.py": {"games", "commands", "click"},
}
HEAVY = ("numpy", "scipy", "pulp", "highspy", "nashpy", "matplotlib", "pydantic", "rich", "flint")
HEAVY += ("pyarrow", "distributed", "dask")


def _files() -> list[Path]:
    return [p for room in ROOMS for p in sorted(ROOT.glob(f"{room}/**/*.py"))] + [ROOT / "cli.py"]


def _imports(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
    return found


def _trespasses(path: str, source: str) -> set[str]:
    room = max((r for r in ALLOWED if path == r or path.startswith(r + "/")), key=len)
    allowed = ALLOWED[room]
    return {
        name
        for name in _imports(source)
        if name.split(".")[0] not in STANDARD and not any(name == a or name.startswith(a + ".") for a in allowed)
    }


@pytest.mark.parametrize("file", _files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_room_imports_what_its_walls_forbid(file: Path) -> None:
    assert _trespasses(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("games/urgency.py", "import numpy"),
        ("games/translate.py", "def f():\n    from solver.lp import solve"),
        ("solver/proof/checker.py", "from solver.sharing.program import program"),
        ("solver/sharing/aims.py", "import pulp"),
        ("solver/sharing/aims.py", "import pyarrow"),
        ("solver/sharing/aims.py", "from report.text import tell"),
        ("report/text.py", "from solver.sharing.decision import decide"),
        ("report/study.py", "from commands.reply import tell"),
        ("solver/stage/pure.py", "from classroom.part import Part"),
        ("classroom/marking.py", "from commands.reply import tell"),
        ("classroom/offline/core.py", "from classroom.texts import spelled"),
        ("cli.py", "def f():\n    from solver.lp import solve"),
    ],
)
def test_an_import_in_the_wrong_direction_is_seen(path: str, line: str) -> None:
    assert _trespasses(path, line)


@pytest.mark.parametrize("file", [ROOT / "cli.py", *sorted((ROOT / "commands").glob("*.py"))], ids=lambda p: p.stem)
def test_outside_its_functions_a_command_imports_click_alone(file: Path) -> None:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    names = {name for node in body for name in _imports(ast.unparse(node)) if not isinstance(node, ast.FunctionDef)}
    assert {name.split(".")[0] for name in names} - STANDARD <= {"click", "commands"}


def test_the_command_line_loads_nothing_heavy_until_a_command_runs() -> None:
    code = f"import sys, cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
