"""Sheets and keys on paper: whole pages that need nothing from outside, and questions that hold no answer."""

from __future__ import annotations

import builtins
from functools import lru_cache
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from classroom import telling, template
from classroom.answers import choice
from classroom.answers.kinds import KINDS
from classroom.export import sheet
from classroom.export.figures import Table, blocks, drawn, markdown
from classroom.export.page import figure, prose
from classroom.solution import steps
from classroom.variants import Variant, variant
from games.errors import ScenarioError

NAMES = tuple(template.shipped())
EVERY_KIND = str(Path(__file__).parent / "every-kind.toml")
one_of = lru_cache(lambda name, seed: variant(template.read(name), seed))
VOID = {"meta", "br"}


class Page(HTMLParser):
    """A page as a browser reads it: its words, how often each element comes, and whether all are closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.open, self.count = "", list[str](), dict[str, int]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert name not in ("src", "href") and "url(" not in (value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("make", [sheet.questions, sheet.key])
def test_a_page_is_well_formed_and_needs_nothing_from_outside(make: Any) -> None:
    variants = [one_of(EVERY_KIND, 0), one_of("critical-discount", 0)]
    html = make(variants)
    page = Page(html)
    assert page.open == []
    assert "script" not in page.count and "link" not in page.count and "@import" not in html and "http" not in html
    assert html == make(variants)
    assert "none of <these>" in page.words and "<these>" not in html


def _secrets(one: Variant) -> list[str]:
    """Return what a sheet must not tell: answers that are more than an option, steps, and what mistakes say."""
    found = []
    for part in one.parts:
        found += [step.text for step in steps(part)] + [step.formula for step in steps(part) if "=" in step.formula]
        found += [part.text(m["says"], answer=0) for m in part.spec.get("mistakes", ()) if "{" not in m["says"]]
        found += [m["name"] for m in part.spec.get("mistakes", ())]
        if part.kind not in ("number", "choice", "selection", "profiles"):
            found.append(KINDS[part.kind].key(part))
    return [text for text in found if len(text) > 12]  # a step may be no more than an "and"


@pytest.mark.parametrize("name", [EVERY_KIND, "critical-discount", "propose-a-split"])
def test_the_questions_hold_no_answer_and_the_key_holds_every_one(name: str) -> None:
    one = one_of(name, 0)
    asked, told = Page(sheet.questions([one])).words, Page(sheet.key([one])).words
    for secret in _secrets(one):
        assert secret not in asked, secret
    for part in one.parts:
        if part.kind != "proposal":  # shown as a table
            assert KINDS[part.kind].key(part) in told, part.label
        assert part.told("ask") in asked and part.told("ask") in told


def test_every_student_has_a_sheet_and_every_page_its_number() -> None:
    variants = [one_of("critical-discount", seed) for seed in (0, 1)] + [one_of("penal-code", seed) for seed in (0, 1)]
    html = sheet.questions(variants, "Midterm", {1: "Ada & <Bob>"})
    page = Page(html)
    assert page.count["section"] == 2 and html.count("<h1>Midterm</h1>") == 2
    assert "Ada & <Bob>" in page.words and 'content: "variant 1"' in html
    assert "1b)" in page.words and "2c)" in page.words
    key = Page(sheet.key(variants, "Midterm"))
    assert key.count["section"] == 3  # all at a glance, then one a variant
    named = sheet.key(variants, "Midterm", {0: "Bo", 1: "Ada & <Bob>"})
    assert "key, variant 1, Ada &amp; &lt;Bob&gt;" in named and named.count("<td>Bo</td>") == 2


def test_options_are_ticked_and_games_are_drawn_as_matrices() -> None:
    one = one_of(EVERY_KIND, 0)
    html = sheet.questions([one])
    ticked = sum(len(choice.options(part)) + (part.kind == "selection") for part in one.parts[:3])
    assert html.count('class="box"') == ticked + 5  # and four profiles or none
    # Two games, and one of two states.
    assert html.count('class="matrix"') == 4
    assert 'class="matrix"' not in sheet.questions([one_of("critical-discount", 0)])  # told in words alone


def test_a_table_in_a_story_is_drawn_and_not_drawn_twice() -> None:
    one = one_of("penal-code", 0)
    (pool,) = drawn(one)
    assert pool.players == ("A", "B")
    story = f"Two banks pool data.\n\n{markdown(pool)}\n\nWhat *now*?"
    first, table, last = blocks(story)
    assert (first, last) == ("Two banks pool data.", "What *now*?") and isinstance(table, Table)
    assert table.rows == pool.rows and '<th class="player" rowspan="2">A</th>' in figure(table)
    shown = Variant(one.template, one.seed, one.facts, story, one.parts)
    assert drawn(shown) == ()


def test_stressed_words_are_stressed_and_nothing_else_is_read_as_markup() -> None:
    assert prose("to *each* of 2*3*4 `a<b`") == "<p>to <em>each</em> of 2*3*4 <code>a&lt;b</code></p>"


def test_the_points_of_a_list_stand_one_below_the_other() -> None:
    html = sheet.questions([one_of("cheapest-package", 1)])
    assert html.count("<li>") == 3 and "<li>money costs what it is worth.</li>" in html


def test_a_whole_number_is_asked_for_as_one() -> None:
    assert sheet.questions([one_of("a-known-end", 0)]).count("A whole number.") == 1


def test_without_weasyprint_the_repair_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **named: Any) -> Any:
        if name.startswith("weasyprint"):
            raise ImportError("No module named 'weasyprint'")
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ScenarioError, match=r"accord-solver\[pdf\]"):
        sheet.pdf("<p>hello</p>")


@pytest.mark.peer
@pytest.mark.parametrize("name", [EVERY_KIND, *NAMES])
def test_weasyprint_makes_the_same_pdf_every_time(name: str) -> None:
    pytest.importorskip("weasyprint")
    html = sheet.questions([variant(template.read(name), 3)])
    first = sheet.pdf(html)
    assert first.startswith(b"%PDF-") and first == sheet.pdf(html)


@pytest.mark.peer
def test_a_pdf_fetches_nothing_from_outside(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    (tmp_path / "secret.css").write_text("p { color: red }", encoding="utf-8")
    outside = f'<link rel="stylesheet" href="{(tmp_path / "secret.css").as_uri()}"><p>words</p>'
    assert sheet.pdf(outside) == sheet.pdf("<p>words</p>")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_a_sheet_without_its_answers_and_a_key(name: str) -> None:
    for seed in range(5):
        one = variant(template.read(name), seed)
        asked = Page(sheet.questions([one])).words
        assert not [secret for secret in _secrets(one) if secret in asked]
        assert Page(sheet.key([one])).open == []


def test_a_list_of_a_story_is_a_list_on_paper_and_on_the_screen() -> None:
    told = "There are:\n\n- one\n- two <b>\n\nNo more."
    assert sheet._told(told) == "<p>There are:</p><ul><li>one</li><li>two &lt;b&gt;</li></ul><p>No more.</p>"
    console = Console(width=11, file=StringIO(), record=True)
    console.print(*telling._story(told.replace("one", "one and on")), sep="\n")
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert lines == ["There are:", "", "- one and", "  on", "- two <b>", "", "No more."]
