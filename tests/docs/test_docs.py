"""The documentation is true: outputs are those of today, sums are right, links resolve, and nothing is missing."""

from __future__ import annotations

import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

import click
import pytest
from docs.arithmetic import Comparison, comparisons
from docs.shown import PAGES, ROOT, Block, Shown, blocks, changed, matches, play, prose, refreshed

from cli import main
from games.files.schema import json_schema

READMES = ("games/scenarios/README.md", "games/library/README.md", "tests/cases/README.md")
LINKING = (*PAGES, ROOT / "CONTRIBUTING.md", *(ROOT / page for page in READMES))
CONCEPTS = tuple(page for page in PAGES if page.parent.name == "concepts" and page.name != "README.md")
COUNTED = (ROOT / "docs/tutorial.md", ROOT / "docs/explanation.md", *CONCEPTS)
# The heading under which each table of the schema has its rows.
SECTIONS = {
    "Document": "Top level", "Markov": '`preset = "markov"`', "Constant": '`preset = "constant"`',
    "Pulse": '`preset = "pulse"`', "PulseLevels": '`preset = "pulse"`', "Waves": '`preset = "waves"`',
    "Ramp": '`preset = "ramp"`', "RampLevels": '`preset = "ramp"`', "PulseOnRamp": '`preset = "pulse on a ramp"`',
    "Empirical": '`preset = "empirical"`', "Actor": "`[actors.NAME]`", "Term": "`[[actors.NAME.terms]]`",
    "Pool": "`[pools.NAME]`", "Instrument": "`[[instruments]]`", "Funder": "`[funders.NAME]`",
    "Renewal": "`[renewal]`", "Hazard": "`[hazards.NAME]`", "Agreement": "`[agreement]`",
    "Sanction": "`sanction = { … }`", "Mechanism": "`[mechanisms.NAME]`", "Correlation": "`[[correlations]]`",
}  # fmt: skip


def _id(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[Shown]]:
    """Every page, played once in a folder of its own."""
    out = {}
    for page in PAGES:
        folder = tmp_path_factory.mktemp(page.stem)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            out[page] = list(play(page.read_text(encoding="utf-8"), folder))
    return out


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_a_page_shows_what_accord_prints(page: Path, played: dict[Path, list[Shown]]) -> None:
    for step in played[page]:
        unproven = step.status == 3 and any(line.startswith("Proof: none") for line in step.printed)
        assert step.status in (0, 2) or unproven, f"$ {step.command} stopped: {step.printed}"
        assert matches(step.shown, step.printed), (
            f"{_id(page)}, line {step.first + 1}: $ {step.command} prints something else now "
            "(python tests/docs/refresh.py rewrites it):\n" + "\n".join(step.printed)
        )


@pytest.mark.parametrize("page", COUNTED, ids=_id)
def test_every_number_in_the_prose_is_printed_or_written_on_the_page(
    page: Path, played: dict[Path, list[Shown]]
) -> None:
    text = page.read_text(encoding="utf-8")
    known = {line for step in played[page] for line in step.printed}
    known |= {line for block in blocks(text) if block.kind in ("toml", "diff") for line in block.lines}
    known |= {one.text for _, found in _by_hand(page) for one in found}
    known |= {p.read_text(encoding="utf-8") for p in (ROOT / "tests/cases").glob("*.toml") if f"{p.name}\n" in text}
    numbers = {n for line in known for n in _numbers(line)}
    words = re.sub(r"`[^`\n]*`|\]\([^)]*\)", "", prose(text))
    loose = {n for n in re.findall(r"(?<![\w.])\d*\.\d+", words) if round(float(n), 10) not in numbers}
    short = {round(n, 4) for n in numbers}
    shares = {f"{a}/{b}" for a, b in re.findall(r"\b(\d+)/(\d+)\b", words) if round(int(a) / int(b), 4) not in short}
    assert not loose | shares, "nothing on this page computes these"


def _numbers(line: str) -> Iterator[float]:
    yield from (round(float(n), 10) for n in re.findall(r"(?<![\w.])\d*\.?\d+(?![\w])", line))
    yield from (round(int(a) / int(b), 10) for a, b in re.findall(r"\b(\d+)/(\d*[1-9]\d*)\b", line))


def _by_hand(page: Path) -> Iterator[tuple[Block, list[Comparison]]]:
    """Yield the blocks of a page in which something is worked out by hand, with all that is compared there."""
    for block in blocks(page.read_text(encoding="utf-8")):
        found = list(comparisons(block.lines)) if block.kind == "text" else []
        if found:
            yield block, found


@pytest.mark.parametrize("page", CONCEPTS, ids=_id)
def test_every_page_about_a_concept_works_its_example_out_by_hand_and_is_right(page: Path) -> None:
    worked = list(_by_hand(page))
    assert worked
    for _, found in worked:
        assert not [one.text for one in found if not one.holds]


@pytest.mark.parametrize("page", CONCEPTS, ids=_id)
def test_accord_prints_what_was_worked_out_by_hand(page: Path, played: dict[Path, list[Shown]]) -> None:
    printed = {n for step in played[page] for line in step.printed for n in _numbers(line)}
    for block, found in _by_hand(page):
        assert any(isclose(one.value, n, rel_tol=1e-5) for one in found for n in printed), (
            f"line {block.first + 1}: nothing of this is printed on the page"
        )


def _answered(played: dict[Path, list[Shown]], command: str) -> Iterator[dict[str, Any]]:
    """Yield the options of every command of this name that the pages about concepts show, defaults included."""
    for page in CONCEPTS:
        for step in played[page]:
            words = shlex.split(step.command)
            if words[1:2] == [command] and step.status != 2:
                yield main.commands[command].make_context(command, words[2:]).params


def _option(command: str, name: str) -> click.Option:
    (option,) = (p for p in main.commands[command].params if p.name == name)
    assert isinstance(option, click.Option)
    return option


def test_every_concept_has_a_page_that_shows_it(played: dict[Path, list[Shown]]) -> None:
    kind = _option("equilibria", "concept").type
    assert isinstance(kind, click.Choice)
    assert {options["concept"] for options in _answered(played, "equilibria")} == set(kind.choices)


def test_every_kind_of_money_has_a_page_that_shows_it(played: dict[Path, list[Shown]]) -> None:
    kinds = set((_option("payoffs", "transfers").metavar or "").split("|"))
    asked = {options["transfers"] for options in _answered(played, "payoffs")}
    assert {money if money in kinds else "AMOUNT" for money in asked} == kinds


@pytest.mark.parametrize("command", ["equilibria", "payoffs", "patience", "convert"])
def test_every_command_about_games_is_shown(command: str, played: dict[Path, list[Shown]]) -> None:
    assert list(_answered(played, command))


def test_every_page_about_a_concept_is_in_the_index() -> None:
    index = (ROOT / "docs/concepts/README.md").read_text(encoding="utf-8")
    assert [page.name for page in CONCEPTS if f"]({page.name})" not in index] == []


@pytest.mark.parametrize("page", LINKING, ids=_id)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = prose(page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{target} leads nowhere"
        assert file.is_relative_to(ROOT)
        assert not anchor or anchor in _anchors(file), f"{target}: no such heading"


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", prose(file.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def _sections() -> dict[str, dict[str, list[str]]]:
    """Return the rows of the reference by heading and field: their cells after the name."""
    out: dict[str, dict[str, list[str]]] = {}
    here = ""
    for line in prose((ROOT / "docs/scenario-file.md").read_text(encoding="utf-8")).splitlines():
        if line.startswith("#"):
            here = line.lstrip("# ")
        row = re.match(r"\| `([^`]+)` \| (.*) \|$", line)
        if row:
            out.setdefault(here, {})[row[1]] = row[2].split(" | ")
    return out


def _tables() -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    schema = json_schema()
    yield "Document", schema["properties"], schema["required"]
    for name, table in schema["$defs"].items():
        if name not in ("exact", "number"):
            yield name, table["properties"], table.get("required", [])


def test_every_field_of_the_schema_has_its_row_and_every_row_its_field() -> None:
    rows, asked = _sections(), {}
    for name, fields, _ in _tables():
        asked.setdefault(SECTIONS[name], set()).update(fields)
    assert {heading: set(fields) for heading, fields in rows.items()} == asked
    assert all(len(cells) == 5 and all(cells) for fields in rows.values() for cells in fields.values())


def test_every_default_in_the_reference_is_the_schema_s() -> None:
    rows = _sections()
    for name, fields, required in _tables():
        for field, shape in fields.items():
            default = rows[SECTIONS[name]][field][1].strip("`")
            if field in required:
                assert default == "required", (name, field)
            elif "default" not in shape:
                assert default in ("not set", "all defaults"), (name, field)
            else:
                assert tomllib.loads(f"x = {default}")["x"] == shape["default"], (name, field)


def test_every_example_in_the_reference_is_toml() -> None:
    for fields in _sections().values():
        for field, cells in fields.items():
            if cells[4] != "see below":
                tomllib.loads(f'"{field}" = {cells[4].strip("`")}')


def test_every_module_named_in_the_explanation_exists() -> None:
    text = (ROOT / "docs/explanation.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`((?:games|solver|report)(?:\.\w+)+)`", text))
    assert len(names) > 10
    for name in names:
        module, _, last = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), last), name


def test_the_scenario_in_the_readme_can_be_judged(tmp_path: Path) -> None:
    from games.files.scenario import read

    (example,) = (b for b in blocks((ROOT / "README.md").read_text(encoding="utf-8")) if b.kind == "toml")
    file = tmp_path / "example.toml"
    file.write_text("\n".join(example.lines), encoding="utf-8")
    assert read(str(file)).partnership.names == ("operator", "office")


PRINTED = ("title", "", " a   1", " b   22", " c   3", "end 4")


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        (PRINTED, True),
        (PRINTED[:-1], False),
        (("…", " b   22", "…"), True),
        (("title", "…", "end 4"), True),
        (("…", " b   23", "…"), False),
        (("…", " b   22"), False),
        ((" b   22", "…"), False),
        (("…", " c   3", "…", " b   22", "…"), False),
    ],
)
def test_lines_are_left_out_at_an_ellipsis_and_nowhere_else(shown: tuple[str, ...], answer: bool) -> None:
    assert matches(shown, PRINTED) is answer


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("stay 2/3 * 6 + 1/3 * 2 = 14/3", [True]),
        ("row 1/2 * -1 + 0.5 = 0   column (2 + 1) / 2 = 3/2  >  1 at least", [True, True, True]),
        ("both: 0.1 + 0.2 = 0.3, 1 < 2", [True, True]),
        ("stay 1/3 = 0.3333", [False]),
        ("u = 7 - 2 = 4", [False]),
        ("v_i >= (1-d) 2 + d 1, d = 1/2, 2 d = 1, p 6 + q 2 >= p 7", []),
    ],
)
def test_arithmetic_is_told_from_formulas_and_worked_out_again(line: str, found: list[bool]) -> None:
    assert [one.holds for one in comparisons([line])] == found


def test_a_shortened_output_is_refreshed_between_the_lines_where_it_was_cut() -> None:
    assert refreshed(("title", "…", " a   9", " b   8", "…"), PRINTED) == ["title", "…", " a   1", " b   22", "…"]
    assert refreshed(("old",), PRINTED) == list(PRINTED)
    with pytest.raises(ValueError, match="gone"):
        refreshed(("…", "gone", "…"), PRINTED)


def test_a_change_that_does_not_fit_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("a = 1\nb = 2\n", encoding="utf-8")
    changed(file, [" a = 1", "-b = 2", "+b = 3"])
    assert file.read_text(encoding="utf-8") == "a = 1\nb = 3\n"
    with pytest.raises(ValueError, match="0 times"):
        changed(file, [" c = 1", "+d = 1"])
