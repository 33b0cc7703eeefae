"""Whether an answer to a question of ``draft`` can be used, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from games.files.draft import Question

_YES, _NO = ("y", "yes", "true"), ("n", "no", "false")
LARGEST, SMALLEST = 10**6, Fraction(1, 10**6)


def accepted(question: Question, reply: str, before: Mapping[str, str]) -> str:
    """Return what is wrong with a reply, in one sentence, or nothing if it can be used."""
    reply = reply.strip()
    if not reply:
        return "an answer is needed"
    if question.kind == "yes" and reply.lower() not in _YES + _NO:
        return "answer yes or no"
    if question.kind in ("number", "share"):
        return _number(question, reply)
    if question.key == "user" and reply == before["holder"]:
        return "the holder and the user must have different names"
    if question.kind == "name" and ("\n" in reply or len(reply) > 40 or not reply.isprintable()):
        return "a short name, please"
    return ""


def _number(question: Question, reply: str) -> str:
    try:
        value = Fraction(reply) if len(reply) < 20 and "e" not in reply.lower() and "/" not in reply else None
    except ValueError:
        value = None
    if value is None:
        return f"'{reply}' is not a number; write it like 0.4"
    if question.kind == "share" and not 0 <= value <= Fraction(9999, 10**4):
        return "a number from 0 to below 1"
    if question.key == "every" and (value.denominator != 1 or not 1 <= value <= 60):
        return "a whole number from 1 to 60"
    if 0 < value < SMALLEST:
        return f"too small to matter: 0, or at least {float(SMALLEST)}"
    return "" if 0 <= value <= LARGEST else f"a number from 0 to {LARGEST}"


def taken(question: Question, reply: str) -> str:
    """Return an accepted reply in its plain form."""
    reply = reply.strip()
    if question.kind == "yes":
        return "yes" if reply.lower() in _YES else "no"
    if question.kind in ("number", "share"):
        value = Fraction(reply)
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.10g}"
    return reply
