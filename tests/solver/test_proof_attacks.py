"""Certificates made to deceive: each would have a checker say something false, or keep it busy for ever."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as F
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import main
from games.errors import ScenarioError
from games.files.documents import read_certificate
from games.files.origin import source
from games.files.scenario import read
from games.partnership import Partnership, Sanction
from solver.certify import certified
from solver.proof.checker import Verdict, check
from solver.sharing.certificate import certificate
from solver.sharing.decision import decide
from solver.sharing.evaluate import evaluate
from solver.sharing.situation import with_discounts

CASES = Path(__file__).resolve().parents[1] / "cases"


@cache
def _written(name: str) -> str:
    return json.dumps(certified(evaluate(read(name)), None, source(name, None)))


def shipped(name: str, attached: bool = True) -> Any:
    """The certificate of a scenario that ships, with its text or without."""
    out = json.loads(_written(name))
    return out if attached else out | {"source": None}


def of(partnership: Partnership) -> Any:
    return json.loads(json.dumps({"schema": 1, **certificate(decide(partnership)), "source": None}))


def cournot(delta: F, harshest: bool) -> Partnership:
    """The duopoly of Abreu: below 5/8 only the harshest punishments keep it up, from 1/3 on (``test_harshest``)."""
    found = read(str(CASES / "cournot.toml")).partnership
    found = with_discounts(found, dict.fromkeys(found.names, delta))
    return replace(found, sanction=Sanction(harshest=True)) if harshest else found


def refused(document: Any) -> Verdict:
    verdict = check(document)
    assert not verdict.valid, verdict
    return verdict


def test_that_nothing_can_be_kept_up_takes_a_proof() -> None:
    """navigation-roads holds in every state; a claim of none, with no tree, was told as 'in any state'."""
    document = shipped("navigation-roads")
    document["claim"]["awake"] = []
    refused(document)
    document["claim"]["largest"], document["proof"]["larger"] = True, {}
    refused(document)


@pytest.mark.parametrize("largest", ["yes", 1, None, 0, []])
def test_whether_no_larger_set_holds_is_true_or_false(largest: Any) -> None:
    document = shipped("navigation-roads")
    document["claim"]["largest"] = largest
    for tree in (None, {}, {"any": "thing"}):
        document["proof"]["larger"] = tree
        refused(document)


def test_states_in_which_sharing_cannot_be_asked_for_do_not_count() -> None:
    """Where the second state cannot be asked for, 'awake' there alone was told as 'in every state'."""
    document = shipped("navigation-roads", attached=False)
    first, second = document["game"]["states"]
    document["game"]["awake"] = [True, False]
    document["claim"].update(awake=[second], units=[[first]])
    refused(document)


def test_states_that_stay_together_are_named() -> None:
    """That sharing cannot take place in all three states at once does not say that it can in none of them."""
    document = shipped("mobility-pandemic", attached=False)
    names, tree = document["game"]["states"], document["proof"]["larger"]
    leaf = tree["yes"]["yes"]["yes"]
    nothing = {name: ["0"] * len(names) for name in document["claim"]["levels"]}
    document["claim"].update(awake=[], levels=nothing, units=[names], best=None)
    document["proof"].update(larger={"ask": ["awake", names[0]], "yes": leaf, "no": {}}, better=None)
    verdict = check(document)
    assert verdict.valid
    assert verdict.claim.endswith(f"if states sleep and wake together ({names[0]} with 2 more)")


def test_the_harshest_punishments_are_the_harshest() -> None:
    """At 2/5 they keep the duopoly up (Abreu 1988: from 1/3 on), the stage equilibrium for ever does not."""
    document, mild = of(cournot(F(2, 5), True)), of(cournot(F(2, 5), False))
    assert check(document).valid and check(document).claim.startswith("sharing is self-enforcing")
    assert check(mild).valid and check(mild).claim.startswith("sharing cannot be kept up")
    apart = document["game"]["apart"]
    values = [[str(v) for v in own] for own in apart["payoffs"]]
    joint = [str(sum(map(F, by_state))) for by_state in zip(*apart["payoffs"], strict=True)]
    code = {"play": apart["policy"], "punish": [apart["policy"]] * 2, "joint": joint, "values": values, "rounds": []}
    document.update(claim=mild["claim"], proof=mild["proof"] | {"penal": code})
    refused(document)
    document["proof"]["penal"] = None
    refused(document)


def test_an_invented_penal_code_proves_nothing() -> None:
    document = of(cournot(F(1, 5), True))
    assert check(document).valid
    for own in document["proof"]["penal"]["values"]:
        own[:] = ["1000"]
    assert "punishments" in refused(document).reasons[0] or "bounds" in refused(document).reasons[0]


def test_levels_are_the_ones_proposed() -> None:
    """What holds with other levels than the game proposes is no verdict on that game."""
    document = shipped("mobility-pandemic", attached=False)
    gift = document["game"]["gifts"][0]
    document["claim"].update(best=None)
    document["proof"].update(better=None)
    assert check(document).valid
    gift["level"] = [str(F(x) + 1) for x in document["claim"]["levels"][gift["name"]]]
    refused(document)


def test_what_nobody_gives_is_no_cost() -> None:
    document = shipped("mobility-pandemic")
    document["claim"]["best"] = {"aim": "cheapest", "payer": "nobody", "value": "0"}
    document["proof"]["better"] = {"rows": [], "cuts": []}
    refused(document)


HUNT = """title = "A stag hunt"
discount = 0.9
[actors.one]
actions = ["share", "withhold"]
terms = [{ name = "both", base = 2, when = { one = "share", two = "share" } },
         { name = "hare", base = 1, when = { one = "withhold" } }]
[actors.two]
actions = ["share", "withhold"]
terms = [{ name = "both", base = 2, when = { one = "share", two = "share" } },
         { name = "hare", base = 1, when = { two = "withhold" } }]
"""


def test_walking_away_is_the_sanction_where_it_is_an_equilibrium(tmp_path: Path) -> None:
    """Sharing is an equilibrium too: named as what is played apart, it would leave nothing to gain by the agreement."""
    path = tmp_path / "hunt.toml"
    path.write_text(HUNT)
    document = json.loads(json.dumps(certified(evaluate(read(str(path))), None, source(str(path), None))))
    assert check(document).valid
    game = document["game"]
    game["apart"] = game["target"]
    assert check({**document, "source": None}).valid
    assert "walking away" in refused(document).reasons[0]


Change = Callable[[dict[str, Any]], Any]
NO_GAMES: dict[str, Change] = {
    "discount above 1": lambda g: g.update(discount=["2"] * 2),
    "discount of 1": lambda g: g.update(discount=["1"] * 2),
    "discount below 0": lambda g: g.update(discount=["-1"] * 2),
    "another discount for giving": lambda g: g["giving"].update({g["actors"][0]: "0"}),
    "funder's discount of 3": lambda g: g["giving"].update(bank="3"),
    "a state twice": lambda g: g.update(states=[g["states"][0]] * len(g["states"])),
    "an actor twice": lambda g: g.update(actors=[g["actors"][0]] * 2),
    "a gift twice": lambda g: g.update(gifts=g["gifts"] * 2),
    "a receiver twice": lambda g: g["gifts"][0].update(receivers=g["gifts"][0]["receivers"] * 2),
    "a gift to oneself": lambda g: g["gifts"][0].update(receivers=[g["gifts"][0]["giver"]]),
    "a capacity that is not there": lambda g: g["gifts"][0].update(uses="nothing"),
    "a gift at no stage": lambda g: g["gifts"][0].update(timing="never"),
    "a negative minimum": lambda g: g["gifts"][0].update(minimum="-1"),
    "no cap": lambda g: g["gifts"][0].update(cap=None, minimum="1"),
    "a court that is a word": lambda g: g["gifts"][0].update(enforceable="no"),
    "contingent as a number": lambda g: g["gifts"][0].update(contingent=1),
    "at least a half": lambda g: g["gifts"][0].update(at_least=0.5),
    "floors left out": lambda g: g.update(floors=[]),
    "outside values left out": lambda g: g.update(outside=[]),
    "awake as a number": lambda g: g.update(awake=[1] * len(g["awake"])),
    "awake in more states": lambda g: g.update(awake=[*g["awake"], False]),
    "ends as a word": lambda g: g.update(ends="no"),
    "start as a truth value": lambda g: g.update(start=False),
    "a budget of nobody": lambda g: g["budgets"].update(nobody=["-1"] * len(g["states"])),
    "suspended for less than nothing": lambda g: g.update(suspended=-3),
    "suspended for no period": lambda g: g.update(suspended=0),
    "suspended for a truth value": lambda g: g.update(suspended=True),
    "suspended for a very long time": lambda g: g.update(suspended=10**9),
}


@pytest.mark.parametrize("change", NO_GAMES.values(), ids=NO_GAMES)
def test_a_table_that_is_no_game_is_refused(change: Change) -> None:
    document = shipped("mobility-pandemic", attached=False)
    change(document["game"])
    refused(document)


def test_changes_of_the_text_are_those_that_were_made() -> None:
    for name, value in (("discount", {"nobody": "1/2"}), ("levels open", True), ("levels open", "no")):
        document = shipped("navigation-roads")
        document["source"]["changes"][name] = value
        refused(document)


def test_names_cannot_write_lines_of_their_own() -> None:
    document = shipped("navigation-roads")
    document["source"]["name"] = "mine.toml, attached\n - whatever else one wants to be read"
    refused(document)


def test_an_attached_text_that_names_a_file_elsewhere_is_not_the_whole_text(tmp_path: Path) -> None:
    """What such a text tells depends on the machine on which it is read."""
    series = tmp_path / "series.csv"
    series.write_text("x\n1\n2\n3\n1\n")
    document = shipped("navigation-roads")
    for file in (str(series), "../" * 30 + str(series)):
        text = f'[urgency]\npreset = "empirical"\nfile = "{file}"\ncolumn = "x"\n'
        document["source"]["text"] = text
        assert "not attached" in refused(document).reasons[0]


def test_a_raw_game_is_attached_to_no_partnership_and_the_other_way_round() -> None:
    """Both are refused in words; an assertion stopped the program."""
    document = shipped("navigation-roads")
    document["source"].update(text=source("chicken", None)["text"])  # type: ignore[index]
    refused(document)
    document = shipped("navigation-roads")
    document["game"] = {"kind": "game"}
    refused(document)


def test_profiles_are_counted_before_they_are_listed() -> None:
    """Forty players with two actions have 2^40 profiles: the file has 2 kB."""
    state = {"name": "s", "actions": [["a", "b"]] * 40, "payoffs": [], "next": []}
    game = {"kind": "game", "players": [str(i) for i in range(40)], "discount": None, "states": [state]}
    claim = {"kind": "nash", "state": "s", "every": "pure", "equilibria": []}
    begin = time.monotonic()
    refused({"schema": 1, "game": game, "claim": claim, "proof": {}, "source": None})
    assert time.monotonic() - begin < 5


def test_a_game_without_actions_is_none() -> None:
    """With nothing to play 'no other equilibrium is pure' is true, and says nothing."""
    state = {"name": "s", "actions": [[], []], "payoffs": [], "next": []}
    game = {"kind": "game", "players": ["a", "b"], "discount": ["1/2"] * 2, "states": [state]}
    claim = {"kind": "nash", "state": "s", "every": "pure", "equilibria": []}
    refused({"schema": 1, "game": game, "claim": claim, "proof": {}, "source": None})
    refused({"schema": 1, "game": game, "claim": {"kind": "no contract", "start": "s"}, "proof": {"rounds": []},
             "source": None})  # fmt: skip


@pytest.mark.parametrize("index", [0.5, "0", False])
def test_a_state_is_an_index(index: Any) -> None:
    """int(0.5) is 0."""
    state = {"name": "s", "actions": [["a"], ["b"]], "payoffs": [["0", "0"]], "next": [[[index, "1"]]]}
    game = {"kind": "game", "players": ["a", "b"], "discount": ["1/2"] * 2, "states": [state]}
    one = {"strategies": {"a": {"a": "1"}, "b": {"b": "1"}}, "payoffs": {"a": "0", "b": "0"}}
    claim = {"kind": "nash", "state": "s", "every": "pure", "equilibria": [one]}
    document = {"schema": 1, "game": game, "claim": claim, "proof": {}, "source": None}
    refused(document)
    state["next"] = [[[0, "1"]]]
    assert check(document).valid


def test_numbers_have_an_end() -> None:
    """Reading a number of a million digits takes seconds, and a file may hold sixty of them."""
    document = shipped("navigation-roads", attached=False)
    document["game"]["discount"][0] = f"1/{'9' * 1_000_000}"
    begin = time.monotonic()
    refused(document)
    assert time.monotonic() - begin < 1


def test_a_certificate_does_not_share_its_file(tmp_path: Path) -> None:
    """The answer replaced the certificate in silence; a folder that is not there is refused before anything is done."""
    path = tmp_path / "one.json"
    for options in (["-o", str(path)], ["-o", f"{tmp_path}/./one.json"]):
        result = CliRunner().invoke(main, ["evaluate", "navigation-roads", "--certificate", str(path), *options])
        assert result.exit_code == 2 and "--certificate: is the file of --output too" in result.output
    assert not path.exists()
    result = CliRunner().invoke(main, ["evaluate", "no-such-scenario", "--certificate", f"{tmp_path}/none/one.json"])
    assert result.exit_code == 2 and "there is no folder" in result.output


def test_a_field_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    """Of two claims in one file this checker would read the last, and the reader perhaps the first."""
    path = tmp_path / "twice.json"
    path.write_text('{"schema": 1, "claim": {}, "claim": {}}')
    with pytest.raises(ScenarioError, match="twice"):
        read_certificate(str(path))
