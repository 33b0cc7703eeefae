"""Small exercises that between them ask for every kind of answer, with texts that are hard to write down."""

from __future__ import annotations

from functools import cache
from typing import Any

from classroom.template import Template, template
from classroom.variants import Variant, variant

AWKWARD = "Ist „a < b“ & 'c' > d? ]]> <script>alert(1)</script> \u0007 δ ≥ ½"

MARKED = """

| row \\ column | a    | b & c |
|--------------|------|-------|
| up           | 1, 2 | 3, {T} |

- T is *really* {T}, and 2 * T * 3 and a*b*c are products;
- `key = {T}` is code.
"""


def game(payoffs: list[list[list[str]]]) -> dict[str, Any]:
    """Return the document of a game of two players, row and column, with two actions each."""
    actions = {"row": ["share", "withhold"], "column": ["share", "withhold"]}
    states = {"always": {"actions": actions, "payoffs": payoffs}}
    return {"kind": "game", "title": "A game", "players": ["row", "column"], "discount": "9/10", "states": states}


GAMES = {
    "pennies": game([[["{T}", "-1"], ["-1", "1"]], [["-1", "1"], ["1", "-1"]]]),
    "chicken": game([[["6", "6"], ["2", "{T + 4}"]], [["{T + 4}", "2"], ["0", "0"]]]),
    "dilemma": game([[["2", "2"], ["0", "{T}"]], [["{T}", "0"], ["1", "1"]]]),
}
PLAY = {
    "start": "on",
    "nodes": {
        "on": {"play": {"row": "share", "column": "share"}, "breach": "off"},
        "off": {"play": {"row": "withhold", "column": "withhold"}},
    },
}
DEAL = {
    "title": "Pay for data",
    "period": "month",
    "discount": "4/5",
    "actors": {
        "bank": {
            "actions": ["share", "withhold"],
            "outside": "withhold",
            "terms": [{"name": "cost", "kind": "cost", "base": "2", "when": {"bank": "share"}}],
        },
        "office": {"actions": ["use"], "terms": [{"name": "value", "base": "{T + 7}", "when": {"bank": "share"}}]},
    },
    "instruments": [{"name": "payment", "from": "office", "to": "bank", "money": True, "timing": "on delivery"}],
}
MISTAKE = {"name": "took it whole", "answer": "T + 1", "says": "This is {answer}: too much.", "credit": "1/3"}


def part(kind: str, **more: Any) -> dict[str, Any]:
    """Return a part with what every part has."""
    return {"kind": kind, "ask": f"Which {kind}?", "hints": ["Think."], "steps": [{"text": "Thought."}]} | more


PARTS: dict[str, list[dict[str, Any]]] = {
    "numbers": [
        part("number", answer="1 / T", points=3, unit="probability", mistakes=[MISTAKE], hints=["One.", "Two & 3."]),
        part("number", answer="-T / 3", steps=[{"text": "A third of it.", "formula": "-T / 3"}]),
    ],
    "choices": [
        part("choice", answer="'a < b'", options=["a < b", "a > b & c", "<b>no</b>"],
             mistakes=[{"name": "turned", "answer": "'a > b & c'", "says": "The other way: <i>."}]),
        part("selection", answer="['one', 'two', 'three']", options=["one", "two", "three", "four", "five"], points=2,
             mistakes=[{"name": "the even ones", "answer": "['two', 'four']", "says": "These are the even ones."}]),
        part("selection", answer="[]", options=["one", "two"]),
    ],
    "stage games": [
        part("profiles", game="chicken"),
        part("profiles", game="pennies"),
        part("strategies", game="pennies", points=4),
        part("strategies", game="chicken"),
        part("strategies", game="chicken", only="mixed", points=3),
        part("distribution", game="chicken"),
        part("distribution", game="chicken", at_least="10", points=2),
    ],
    "open": [
        part("proposal", game="deal", aim="robust"),
        part("plan", game="dilemma", answer=PLAY),
    ],
}  # fmt: skip


@cache
def exercises() -> tuple[Template, ...]:
    """Return the exercises."""
    texts = {"topic": "topics/odd", "goal": "g", "source": "s", "story": AWKWARD + MARKED}
    rest = {"week": 1, "minutes": 5, "parameters": {"T": {"from": 3, "to": 5}}, "games": GAMES | {"deal": DEAL}}
    return tuple(
        template(texts | rest | {"title": f"A & B: {name}", "parts": parts}, name) for name, parts in PARTS.items()
    )


@cache
def variants(seeds: int = 3) -> tuple[Variant, ...]:
    """Return the variants of all of them for the first seeds."""
    return tuple(variant(one, seed) for one in exercises() for seed in range(seeds))
