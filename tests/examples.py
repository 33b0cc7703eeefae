"""How many examples a property is tried on: a few by default, and many in the slow suite."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

Claim = Callable[..., None]
USUAL = settings(deadline=None)


def examples(*drawn: SearchStrategy[Any], few: int, many: int, how: settings = USUAL) -> Callable[[Claim], Claim]:
    """Return a decorator like ``given``: a claim is tried on ``few`` examples, and in the slow suite on ``many``.

    ``how`` has all other settings. Where they leave nothing to chance, the few are the first of the many.
    """
    numbers = [pytest.param(few, id="few"), pytest.param(many, id="many", marks=pytest.mark.slow)]

    def decorated(claim: Claim) -> Claim:
        @wraps(claim, updated=())  # what hypothesis has noted on the claim stays there
        def tried(number: int, **others: Any) -> None:
            settings(how, max_examples=number)(given(*drawn)(claim))(**others)

        # As with ``given``, the last arguments of the claim are drawn; pytest fills in those before them.
        own = inspect.Parameter("number", inspect.Parameter.KEYWORD_ONLY)
        left = list(inspect.signature(claim).parameters.values())[: -len(drawn)]
        tried.__signature__ = inspect.Signature([*left, own])  # type: ignore[attr-defined]
        return pytest.mark.parametrize("number", numbers)(tried)

    return decorated
