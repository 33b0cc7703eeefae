"""Small exercises made in place, one part each, for tests of the kinds of answers."""

from __future__ import annotations

from typing import Any

from classroom import template, variants
from classroom.part import Part

DILEMMA = {
    "kind": "game",
    "title": "Dilemma",
    "players": ["row", "column"],
    "discount": "1/2",
    "states": {
        "always": {
            "actions": {"row": ["share", "withhold"], "column": ["share", "withhold"]},
            "payoffs": [[[6, 6], [0, 9]], [[9, 0], [2, 2]]],
        }
    },
}
CHICKEN = {
    "kind": "game",
    "title": "Chicken (Aumann 1974)",
    "players": ["row", "column"],
    "states": {
        "always": {
            "actions": {"row": ["yield", "dare"], "column": ["yield", "dare"]},
            "payoffs": [[[6, 6], [2, 7]], [[7, 2], [0, 0]]],
        }
    },
}
PENNIES = {
    "kind": "game",
    "title": "Audit",
    "players": ["firm", "auditor"],
    "states": {
        "always": {
            "actions": {"firm": ["clean", "sloppy"], "auditor": ["trust", "inspect"]},
            "payoffs": [[[0, 0], [-1, -2]], [[3, -4], [-5, 1]]],
        }
    },
}
DEAL = {
    "title": "Pay for data, on delivery",
    "discount": "4/5",
    "actors": {
        "owner": {
            "actions": ["share", "withhold"],
            "outside": "withhold",
            "terms": [{"name": "cost", "kind": "cost", "base": 4, "when": {"owner": "share"}}],
        },
        "office": {"actions": ["use"], "terms": [{"name": "value", "base": 10, "when": {"owner": "share"}}]},
    },
    "instruments": [
        {"name": "payment", "from": "office", "to": "owner", "money": True, "timing": "on delivery", "cap": 9}
    ],
}
GAMES = {"dilemma": DILEMMA, "chicken": CHICKEN, "audit": PENNIES, "deal": DEAL}


def document(**part: Any) -> dict[str, Any]:
    """Return the document of an exercise with one part."""
    texts = {key: key for key in ("title", "topic", "goal", "source", "story")}
    told = {"ask": "What?", "hints": ["Think."], "steps": [{"text": "So."}], **part}
    return {**texts, "week": 1, "minutes": 1, "games": GAMES, "parts": [told]}


def part(**spec: Any) -> Part:
    """Return the only part of an exercise."""
    return variants.variant(template.template(document(**spec), "small"), 0).parts[0]
