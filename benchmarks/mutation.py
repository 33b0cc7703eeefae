"""Mutation testing: is every line of the checker and of the exact solvers pinned down by a test?

    python benchmarks/mutation.py solver/proof/stage.py [more modules] [--list] [--again FILE]

One small fault at a time is put into a module (a mutant): a comparison turned or made strict, + for -, * for /, 0 for
1, ``and`` for ``or``, a negation dropped, ``min`` for ``max``, ``any`` for ``all``, a statement deleted, another value
returned. A test must then fail: the mutant is *killed*. The fault is put in memory, never into a file. One process at
a time: all libraries are loaded once, and the focused tests of a module (``TESTS``; those marked slow are left out) run
in a forked child until one fails; a child that takes ``LIMIT`` seconds counts as killed. Prints what survives, and per
module how many were killed. Half an hour for all modules; do not edit tests while it runs.

Not mutated: annotations, docstrings, text in messages (f-strings, arguments of exceptions), and functions that compose
words only (``WORDS``). Results and an explanation of every survivor: ``benchmarks/mutation.md``.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib.abc
import importlib.util
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

CONTRACTS = ("tests/solver/repeated/test_checker_contract.py",)
SETS = ("tests/solver/repeated/test_checker_sets.py",)
PARTNERSHIP = ("tests/solver/test_checker_partnership.py",)
STAGE = ("tests/solver/stage/test_checker.py",)
EXACT = ("tests/solver/test_exact.py", "tests/solver/test_lp.py")
TESTS = {
    "solver/proof/agreement.py": PARTNERSHIP,
    "solver/proof/forms.py": PARTNERSHIP,
    "solver/proof/partnership.py": PARTNERSHIP,
    "solver/proof/penal.py": PARTNERSHIP,
    "solver/proof/trees.py": PARTNERSHIP,
    "solver/proof/automaton.py": CONTRACTS,
    "solver/proof/contract.py": CONTRACTS,
    "solver/proof/patience.py": CONTRACTS,
    "solver/proof/payoff_sets.py": SETS,
    "solver/proof/boxes.py": STAGE,
    "solver/proof/stage.py": STAGE,
    "solver/proof/reading.py": STAGE,
    "solver/proof/checker.py": STAGE,
    "solver/exact.py": EXACT,
    "solver/lp.py": EXACT,
    "solver/refined.py": EXACT,
    "solver/sparse.py": EXACT,
}
"""The focused tests of a module: seconds for all of them together."""
PREPARED = {PARTNERSHIP: ("partnerships",), STAGE: ("stages",), CONTRACTS: ("contracts",), SETS: ("sets",)}
"""What is prepared once for all mutants."""
WORDS = {"_words", "missing", "short", "_span", "_asked", "_hull", "_both"}
"""Functions that compose text for people, and decide nothing."""
LIMIT, MEMORY = 20, 4 << 30
"""Seconds and bytes that a child may take."""
OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,), ast.Mod: (ast.Mult,), ast.BitOr: (ast.BitAnd,), ast.BitAnd: (ast.BitOr,),
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
SILENT = {"Refuted", "refuse", "ValueError", "TypeError", "KeyError"}
LOOKED_UP = {"fields", "get", "index", "count", "startswith"}
"""Calls whose text arguments are keys."""
Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    """One fault: the position of a node among all nodes, what is done to it, and where it stands in words."""

    node: int
    change: Change
    line: int
    what: str


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    skipped = set(_silent(tree))
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in skipped:
            for what, change in _changes(node):
                at = node.target if isinstance(node, ast.comprehension) else node
                yield Mutant(number, change, getattr(at, "lineno", 0), what)


def _silent(tree: ast.Module) -> Iterator[int]:
    """Yield the nodes that are not mutated: annotations, docstrings, text for people."""
    for node in ast.walk(tree):
        for part in _mute_parts(node):
            if part is not None:
                yield from (id(inner) for inner in ast.walk(part))


def _mute_parts(node: ast.AST) -> list[Any]:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        whole = [node] if node.name in WORDS else []
        return [*node.decorator_list, getattr(node, "returns", None), *whole]
    if isinstance(node, (ast.AnnAssign, ast.arg)):
        return [node.annotation]
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Name) and node.func.id in SILENT
        return list(node.args) if named else [node.func] if isinstance(node.func, ast.Subscript) else []
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    a_type = (
        isinstance(node, ast.Assign) and node.col_offset == 0 and isinstance(node.value, (ast.Subscript, ast.BinOp))
    )
    return [node] if text or a_type or isinstance(node, ast.JoinedStr) else []


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield the faults that can be put into one node."""
    yield from _operators(node)
    yield from _values(node)
    yield from _texts(node)
    yield from _statements(node)
    if isinstance(node, (ast.If, ast.IfExp, ast.While)) and not isinstance(node.test, (ast.Compare, ast.UnaryOp)):
        yield "condition turned", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.comprehension):
        for k in range(len(node.ifs)):
            yield "filter dropped", lambda n, k=k: n.ifs.pop(k)


def _operators(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        for k, operator in enumerate(node.ops):
            for other in OPERATORS[type(operator)]:
                yield _named(operator, other), lambda n, k=k, other=other: n.ops.__setitem__(k, other())
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)):
        for other in OPERATORS.get(type(node.op), ()):
            yield _named(node.op, other), lambda n, other=other: setattr(n, "op", other())
    if isinstance(node, ast.UnaryOp):
        yield f"{type(node.op).__name__} dropped", lambda n: _become(n, n.operand)


def _values(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in NAMES:
        yield f"{node.id} -> {NAMES[node.id]}", lambda n: setattr(n, "id", NAMES[n.id])
    if isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            if getattr(node, end) is not None:
                yield f"slice without {end}", lambda n, end=end: setattr(n, end, None)


def _named(operator: ast.AST, other: type[ast.AST]) -> str:
    return f"{type(operator).__name__} -> {other.__name__}"


def _constants(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} -> {not value}", lambda n: setattr(n, "value", not n.value)
    elif isinstance(value, (int, float)):
        others = {0: (1,), 1: (0, 2)}.get(value, (value + 1,) if isinstance(value, int) else (value * 10,))
        for other in others:
            yield f"{value} -> {other}", lambda n, other=other: setattr(n, "value", other)


def _texts(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield other texts where they are keys: compared, looked up, or a field's name."""
    keys: list[ast.expr | None] = []
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        keys = [part for side in sides for part in (side.elts if isinstance(side, (ast.Tuple, ast.List)) else [side])]
    elif isinstance(node, ast.Subscript):
        keys = [node.slice]
    elif isinstance(node, ast.Dict):
        keys = list(node.keys)
    elif isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        keys = list(node.args) if called in LOOKED_UP else []
    for part in keys:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            place = list(ast.walk(node)).index(part)
            yield (
                f"{part.value!r} -> another text",
                lambda n, place=place: setattr(list(ast.walk(n))[place], "value", "XX"),
            )


def _statements(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, (ast.Expr, ast.Raise, ast.Continue, ast.Break, ast.AugAssign)):
        yield f"{type(node).__name__} deleted", lambda n: _become(n, ast.Pass())
    if isinstance(node, ast.Assign) and not any(isinstance(t, (ast.Name, ast.Tuple)) for t in node.targets):
        yield "Assign deleted", lambda n: _become(n, ast.Pass())
    if isinstance(node, ast.Return) and node.value is not None:
        nothing = isinstance(node.value, ast.Constant) and node.value.value is None
        for other in (True, False) if _is_truth(node.value) else () if nothing else (None,):
            yield f"return {other}", lambda n, other=other: setattr(n, "value", ast.Constant(other))


def _is_truth(value: ast.expr) -> bool:
    """Return whether an expression is a comparison, or made of such."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in ("any", "all", "bool")
    negated = isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)
    return negated or isinstance(value, (ast.Compare, ast.BoolOp))


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another one, in place."""
    place = {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    node.__class__ = other.__class__  # type: ignore[assignment]
    node.__dict__.clear()
    node.__dict__.update({**vars(other), **place})


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a changed tree."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Return where the changed module comes from; nothing for all others."""
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def exec_module(self, module: Any) -> None:
        """Run the changed module."""
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def changed(tree: ast.Module, mutant: Mutant) -> ast.Module:
    """Return a copy of a tree with the fault."""
    out = pickle.loads(pickle.dumps(tree))
    mutant.change(list(ast.walk(out))[mutant.node])
    return ast.fix_missing_locations(out)


def killed(module: str, tree: ast.Module) -> bool:
    """Return whether a test fails when a module is this tree; runs in a forked child."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    try:
        code = _child(module, tree)
    except BaseException:
        code = 1
    os._exit(code)


def _child(module: str, tree: ast.Module) -> int:
    signal.alarm(LIMIT)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with open(os.devnull, "w") as null:
        os.dup2(null.fileno(), 1)
        os.dup2(null.fileno(), 2)
        sys.meta_path.insert(0, Mutated(_dotted(module), ROOT / module, tree))
        for path in TESTS[module]:
            for test in _tests(ROOT / path):
                test()
    return 0


def _tests(path: Path) -> Iterator[Callable[[], None]]:
    """Yield the tests of a file that are not slow, with their parameters: what pytest does, without its start-up."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for test in [found for name, found in vars(module).items() if name.startswith("test_")]:
        marks = getattr(test, "pytestmark", [])
        if not any(mark.name in ("slow", "peer") for mark in marks):
            rows = [list(_named_values(*mark.args[:2])) for mark in marks if mark.name == "parametrize"]
            for chosen in product(*rows):
                yield partial(test, **{name: value for part in chosen for name, value in part.items()})


def _named_values(names: Any, rows: Any) -> Iterator[dict[str, Any]]:
    """Yield the arguments of a parametrised test."""
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    for row in rows:
        yield dict(zip(listed, [row] if len(listed) == 1 else row, strict=True))


def warm(module: str) -> None:
    """Load all that does not depend on a module, and what its tests prepare."""
    import flint  # noqa: F401
    import highspy  # noqa: F401
    import hypothesis.extra  # noqa: F401
    import nashpy  # noqa: F401
    import pulp  # noqa: F401
    import pydantic  # noqa: F401
    import scipy.optimize
    import scipy.sparse.csgraph  # noqa: F401

    if module.startswith("solver/proof"):
        import corpus

        for kind in PREPARED[TESTS[module]]:
            corpus.prepare(kind)
    gone = {_dotted(module)}
    while more := {name for name in _ours() if name not in gone and gone & _imported(name)}:
        gone |= more
    for name in gone & set(sys.modules):
        package, _, last = name.rpartition(".")
        if package in sys.modules:
            vars(sys.modules[package]).pop(last, None)
        del sys.modules[name]


def _dotted(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".")


def _ours() -> list[str]:
    return [name for name in sys.modules if name.split(".")[0] in ("solver", "report", "cli")]


@cache
def _imported(name: str) -> set[str]:
    """Return the modules that one of ours names in its imports."""
    path = ROOT / (name.replace(".", "/") + ".py")
    out: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())) if path.exists() else ():
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            out |= {node.module, *(f"{node.module}.{part.name}" for part in node.names)}
    return out


def run(module: str, listed: bool, again: str | None) -> tuple[int, int, list[str]]:
    """Return how many mutants a module has, how many were killed, and the others in words.

    ``again``: what an earlier run printed; only what survived then is tried.
    """
    source = (ROOT / module).read_text()
    tree, lines = ast.parse(source), source.splitlines()
    found = [m for m in mutants(tree) if again is None or f"{module}:{m.line}: {m.what}:" in again]
    if listed:
        for mutant in found:
            print(f"{module}:{mutant.line}: {mutant.what}")
        return len(found), 0, []
    gc.freeze()
    if killed(module, tree):
        raise SystemExit(f"the tests of {module} fail as it is")
    left, begun = [], time.perf_counter()
    for count, mutant in enumerate(found, 1):
        if not killed(module, changed(tree, mutant)):
            left.append(f"{module}:{mutant.line}: {mutant.what}: {lines[mutant.line - 1].strip()}")
            print(left[-1], flush=True)
        if count % 50 == 0:
            print(f"  {count} of {len(found)}, {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return len(found), len(found) - len(left), left


def main() -> None:
    """Mutate the modules named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", choices=sorted(TESTS))
    parser.add_argument("--list", action="store_true", help="say which mutants there are, and run nothing")
    parser.add_argument("--again", type=Path, help="try only what survived in a run that printed this file")
    told = parser.parse_args()
    for module in told.modules:
        if not told.list:
            warm(module)
        count, dead, _ = run(module, told.list, told.again.read_text() if told.again else None)
        print(f"{module}: {count} mutants, {dead} killed, {count - dead} survived", flush=True)


if __name__ == "__main__":
    main()
