"""Pictures: every region has its words, small sets are drawn and said, the same answer gives the same bytes."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from games.errors import ScenarioError
from games.files.game_file import GameFile, read_game, repeated
from games.normal_form import NormalFormGame
from report.canvas import AXIS, BELOW, KEY, TITLE, folded
from report.plot import BOXES, figure
from solver.repeated.pictures import picture
from solver.repeated.reach import payoffs
from solver.results.repeated import ContractState, PatienceSteps, PatienceSwitches, PayoffPicture, Region, Step, Switch
from solver.results.stage import ReplicatorPath

TEXT = "{http://www.w3.org/2000/svg}text"
TRIANGLE = ((F(0), F(0)), (F(4), F(0)), (F(0), F(4)))


def regions_of(name: str, transfers: str | F, delta: F, *others: F) -> PayoffPicture:
    """The picture of a game of the library."""
    file = read_game(name)
    factors = (delta, delta)
    return picture(file, factors, payoffs(file, transfers, factors), others)


def shown(result: object, folder: Path) -> str:
    """Every word of a result's picture, in the order in which they are written."""
    file = folder / "picture.svg"
    figure(result, str(file))
    return " ".join(" ".join(node.itertext()) for node in ET.parse(file).iter(TEXT))


def drawn(vertices: tuple[tuple[F, F], ...], **changes: object) -> PayoffPicture:
    """A picture of one equilibrium set."""
    region = Region("no money", vertices, "none", "0.5")
    return replace(PayoffPicture("A game", "", ("row", "column"), "", (region,), ()), **changes)  # type: ignore[arg-type]


PATIENCE = PatienceSteps(
    "A game", ("row", "column"),
    (Step(F(0), F(2), {}, {}), Step(F(1, 4), F(5), {}, {}), Step(F(1, 2), F(6), {}, {})), (Step(F(0), F(2), {}, {}),),
    "exact",
)  # fmt: skip
NO_MONEY = replace(PATIENCE, steps=(), reversion=())


def contract_state(state: str, action: str) -> ContractState:
    return ContractState(state, F(1), {"row": F(0), "column": F(0)}, {"row": action, "column": action})


SWITCHES = PatienceSwitches(
    "A game", ("row", "column"),
    (
        Switch(F(0), F(0), "play", (contract_state("calm", "rest"), contract_state("crisis", "rest"))),
        Switch(F(1, 3), F(1, 3), "play", (contract_state("calm", "rest"), contract_state("crisis", "share"))),
    ),
    F(1, 100), "exact",
)  # fmt: skip
PATH = ReplicatorPath(
    "A game", "", ("hawk", "dove"), (0.0, 1.0, 2.0), ((0.9, 0.1), (0.7, 0.3), (0.5, 0.5)), True, "none: x"
)
ALL = {"payoffs": drawn(TRIANGLE), "patience": PATIENCE, "switches": SWITCHES, "replicator": PATH}
kinds = pytest.mark.parametrize("result", ALL.values(), ids=ALL.keys())


# -- files


@kinds
def test_a_png_is_a_whole_png(result, tmp_path):
    file = tmp_path / "picture.PNG"
    assert figure(result, str(file)) == ()
    data, at, names = file.read_bytes(), 8, []
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(data):
        (length,), name = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        assert (
            zlib.crc32(data[at + 4 : at + 8 + length])
            == struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
        )
        names.append(name)
        at += 12 + length
    assert (names[0], names[-1]) == (b"IHDR", b"IEND")


@kinds
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_answer_gives_the_same_bytes(result, kind, tmp_path):
    files = [tmp_path / f"{name}.{kind}" for name in ("one", "other")]
    for file in files:
        figure(result, str(file))
    one, other = (file.read_bytes() for file in files)
    assert one == other
    assert re.search(rb"20\d\d-\d\d-\d\d", one) is None, "no date"


@kinds
def test_a_picture_names_its_game_and_leaves_only_itself(result, tmp_path):
    assert "A game" in shown(result, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["picture.svg"]


def test_settings_of_the_user_change_nothing(tmp_path):
    import matplotlib

    figure(PATIENCE, str(tmp_path / "one.svg"))
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "svg.fonttype": "path"}):
        figure(PATIENCE, str(tmp_path / "other.svg"))
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


# -- payoffs


def test_every_region_that_is_asked_for_has_its_words(tmp_path):
    told = shown(regions_of("cournot-abreu", F(1), F(3, 10), F(1, 2)), tmp_path)
    assert "feasible in one period" in told
    assert "individually rational" in told
    for discount in ("0.3", "0.5"):
        for money in ("no money", "payments up to 1", "unlimited money"):
            assert f"{money}, discount {discount}" in told
    assert "a: all medium" in told
    assert "row: payoff per period" in told
    assert "column: payoff per period" in told


def test_feasible_and_individually_rational_do_not_look_alike(tmp_path):
    result = drawn(
        TRIANGLE, regions=(Region("feasible", TRIANGLE, "feasible"), Region("rational", TRIANGLE, "rational"))
    )
    assert "rational, the same as all that is feasible" in shown(result, tmp_path)
    assert "fill: url(#" in (tmp_path / "picture.svg").read_text(encoding="utf-8"), "one of them is hatched"


def test_sets_that_do_not_change_with_patience_are_drawn_once_and_said_so(tmp_path):
    """Prisoner's dilemma (0, 1, 3, 5): from discount 1/2 on without money all that is individually rational."""
    told = shown(regions_of("prisoners-dilemma", "none", F(1, 2), F(9, 10)), tmp_path)
    assert "no money, discount 0.5, 0.9, the same as all that is individually rational" in told
    assert "unlimited money, discount 0.5, 0.9" in told


def test_one_point_is_a_ring_and_is_said(tmp_path):
    told = shown(regions_of("prisoners-dilemma", "none", F(1, 5)), tmp_path)
    assert "no money, discount 0.2: one point" in told
    assert "unlimited money, discount 0.2: one point, the same as without money" in told


def test_no_equilibrium_is_said_in_the_picture_and_in_its_key(tmp_path):
    told = shown(regions_of("matching-pennies", "none", F(1, 2)), tmp_path)
    assert "No equilibrium in pure strategies." in told
    assert "no money, discount 0.5: no equilibrium in pure strategies" in told
    assert re.search(r"individually rational.*: nothing", told)


@pytest.mark.parametrize("vertices", [(), TRIANGLE[:1], TRIANGLE[:2], TRIANGLE, ((F(7), F(7)),)])
def test_points_segments_and_nothing_at_all_can_be_drawn(vertices, tmp_path):
    assert "no money, discount 0.5" in shown(drawn(vertices), tmp_path)
    assert shown(drawn(vertices, regions=()), tmp_path)


def test_the_state_in_which_play_starts_is_named(tmp_path):
    told = shown(regions_of("two-state-dilemma", "free", F(7, 10)), tmp_path)
    assert "when play starts in “one”" in told
    assert "feasible in one period" not in told


def test_a_cap_that_was_searched_for_is_drawn(tmp_path):
    result = regions_of("winkels", "smallest", F(2, 5))
    assert any(region.kind == "capped" for region in result.regions)


def test_two_discount_factors_are_told_by_name(tmp_path):
    file = read_game("prisoners-dilemma")
    factors = (F(1, 2), F(2, 5))
    told = shown(picture(file, factors, payoffs(file, "none", factors)), tmp_path)
    assert "discount 0.5 (row) and 0.4 (column)" in told
    assert "unlimited" not in told


@pytest.mark.parametrize(("height", "own"), [(F(4), False), (F(1000), True)])
def test_axes_have_one_scale_unless_that_would_hide_one_of_them(height, own, tmp_path):
    told = shown(drawn(((F(0), F(0)), (F(4), F(0)), (F(0), height))), tmp_path)
    assert ("scales of their own" in told) == own


# -- patience and paths


def test_thresholds_are_in_the_key(tmp_path):
    told = shown(PATIENCE, tmp_path)
    assert "unlimited payments: 6 from 1/2 on" in told
    assert "no money, reversion to the worst equilibrium: 2 from 0 on" in told


def test_nothing_to_be_patient_for_is_said(tmp_path):
    assert shown(NO_MONEY, tmp_path).count("no equilibrium in pure strategies") == 3


def test_no_equilibrium_below_a_discount_factor_is_said(tmp_path):
    told = shown(replace(PATIENCE, steps=PATIENCE.steps[1:]), tmp_path)
    assert "below 1/4 no equilibrium in pure strategies" in told


def test_what_is_played_in_every_state_is_a_band(tmp_path):
    told = shown(SWITCHES, tmp_path)
    for word in ("calm", "crisis", "all rest", "all share", "what is played changes at 1/3"):
        assert word in told
    nothing = replace(SWITCHES, switches=(Switch(F(0), F(0), "play", ()),))
    assert "no equilibrium in pure strategies" in shown(nothing, tmp_path)


def test_a_path_that_goes_round_is_cut_and_says_so(tmp_path):
    times = tuple(float(k) for k in range(100))
    round_and_round = tuple((0.5 + 0.4 * (k % 2), 0.5 - 0.4 * (k % 2)) for k in range(100))
    told = shown(replace(PATH, times=times, shares=round_and_round, at_rest=False), tmp_path)
    assert "time (the path goes on to 99)" in told
    assert "share at time 99 (still moving)" in told
    assert "0.900 hawk" in told
    assert "goes on" not in shown(PATH, tmp_path)


# -- names of all kinds


NAMES = (
    "_hidden",
    "$x^2$ & <b>",
    "Ωμέγα Łódź",
    "統計局",
    "two\nlines\x01",
    "the office of a country with a very long name " * 4,
)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_shown_as_it_is(name, tmp_path):
    stage = NormalFormGame((name, "b"), (("c", name), ("c", name)), {
        ("c", "c"): (F(3), F(3)), ("c", name): (F(0), F(5)), (name, "c"): (F(5), F(0)), (name, name): (F(1), F(1)),
    })  # fmt: skip
    file = GameFile("x", name, "", repeated(stage))
    told = shown(picture(file, (F(2, 5),) * 2, payoffs(file, "free", (F(2, 5),) * 2)), tmp_path)
    squeezed = "".join(told.split())
    said = "".join(name.replace("\x01", "").split())
    assert squeezed.count(said) >= 3, "the title, an axis and a point"


def test_letters_without_a_font_are_not_boxes_in_silence(tmp_path):
    odd = drawn(TRIANGLE, title="\U0001fae8")
    assert figure(odd, str(tmp_path / "x.png")) == (BOXES,)
    assert figure(odd, str(tmp_path / "x.svg")) == ()


def test_nothing_is_outside_the_sheet(tmp_path):
    result = drawn(TRIANGLE, title="W" * 200, players=("M" * 90, "wide " * 30))
    shown(result, tmp_path)
    root = ET.parse(tmp_path / "picture.svg").getroot()
    width = float(root.attrib["width"].rstrip("pt"))
    assert width < 1100
    for node in root.iter(TEXT):
        place = node.attrib.get("x") or re.search(r"translate\((\S+)", node.attrib["transform"])[1]
        assert 0 <= float(place) <= width


@pytest.mark.parametrize("width", [TITLE, BELOW, KEY, AXIS])
def test_words_are_folded_to_a_width(width):
    lines = folded("統計" * 60 + " of " + "x" * 100, width).split("\n")
    assert all(len(line) + sum(ord(letter) > 0x2E80 for letter in line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "統計" * 60 + "of" + "x" * 100


# -- the command


def run(*words: str):
    return CliRunner().invoke(main, list(words), prog_name="accord")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("payoffs", "chicken", "--delta", "0.5", "--plot", "x.jpg"), "name a .png or .svg file"),
        (("payoffs", "chicken", "--delta", "0.5", "--plot", ""), "name a .png or .svg file"),
        (("patience", "chicken", "--plot", "nowhere/x.png"), "there is no folder"),
        (("payoffs", "chicken", "--delta", "0.5", "--plot", "x.png", "-o", "nowhere/x"), "there is no folder"),
        (("payoffs", "chicken", "--delta", "0.5", "--plot", "x.png", "-o", "x.png"), "a file each"),
        (("payoffs", "chicken", "--delta", "0.5", "--plot", "x.png", "--deltas", "2"), "not in [0, 1)"),
        (("payoffs", "chicken", "--delta", "0.5", "--plot", "x.png", "--deltas", "row=0.1"), "--deltas"),
        (("payoffs", "chicken", "--delta", "0.5", "--deltas", "0.1"), "add --plot FILE"),
        (("payoffs", "minority-3", "--delta", "0.5", "--plot", "x.png"), "two players, not 3"),
        (("equilibria", "chicken", "--plot", "x.svg"), "no picture"),
    ],
)
def test_what_cannot_be_drawn_is_one_error_and_nothing_is_written_or_said(words, problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert problem in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_answer_is_the_same_with_a_picture(tmp_path):
    plain = run("payoffs", "prisoners-dilemma", "--delta", "0.4")
    with_picture = run("payoffs", "prisoners-dilemma", "--delta", "0.4", "--plot", str(tmp_path / "x.svg"))
    assert with_picture.stdout == plain.stdout
    assert with_picture.stderr == ""
    assert (tmp_path / "x.svg").exists()


def test_a_folder_that_may_not_be_written_to_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ScenarioError, match="may not be written to"):
        figure(PATIENCE, str(tmp_path / "x.png"))


def test_a_state_without_equilibrium_that_the_start_cannot_reach_is_no_matter(tmp_path: Path) -> None:
    """Matching pennies stands first and has no pure equilibrium; play starts in the dilemma and stays there."""
    pennies, file = read_game("matching-pennies").game.stages[0], read_game("two-state-dilemma")
    stages = (replace(pennies, players=file.game.players), file.game.stages[0])
    stay = tuple({p: {s: F(1)} for p in stage.profiles()} for s, stage in enumerate(stages))
    apart = replace(file, game=replace(file.game, states=("pennies", "dilemma"), stages=stages, next=stay), start=1)
    found = picture(apart, (F(1, 2),) * 2, payoffs(apart, F(0), (F(1, 2),) * 2))
    unlimited = next(region for region in found.regions if region.kind == "unlimited")
    assert sorted(unlimited.vertices) == [(0, 4), (4, 0)]
