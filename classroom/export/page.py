"""A printable page: dark on white, A4, nothing from outside, and no text that is not escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from classroom.export.figures import POINT, Table

_STRESSED = re.compile(r"(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])")
_NAMED = re.compile(r"`([^`]+)`")
STYLE = """
@page { size: A4; margin: 17mm 17mm 19mm 17mm; @bottom-right { content: counter(page); font: 9pt serif; } }
* { box-sizing: border-box; }
html { font: 10.5pt/1.42 "Liberation Serif", "Times New Roman", "DejaVu Serif", serif; color: #111; background: #fff; }
body { margin: 0 auto; max-width: 176mm; padding: 0 0.4mm; }
@media screen { body { padding: 12mm 0.4mm; } }
h1 { font-size: 17pt; line-height: 1.2; margin: 0; }
h2 { font-size: 13pt; line-height: 1.25; margin: 7mm 0 1mm; }
h3 { font-size: 11pt; margin: 0; }
p { margin: 1.6mm 0; }
.sheet { break-before: page; }
.sheet:first-of-type { break-before: auto; }
.top { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1.2pt solid #111;
  padding-bottom: 2mm; }
.top .number { white-space: nowrap; padding-left: 6mm; }
table.lines { width: 100%; margin: 4mm 0 3mm; }
table.lines td { padding: 1.5mm 2mm 0.4mm 0; width: 1%; white-space: nowrap; }
table.lines td.write { border-bottom: 0.6pt solid #111; width: 46%; }
table.lines td.write.short { width: 28%; }
table.lines td.after { padding-left: 8mm; }
table.answer { margin: 2mm 0 0 auto; break-inside: avoid; }
table.answer td { padding: 0 2mm 0.4mm; height: 7mm; vertical-align: bottom; }
table.answer td.write { border-bottom: 0.6pt solid #111; width: 58mm; }
.about { color: #444; font-style: italic; margin-top: 0; }
table { border-collapse: collapse; margin: 2.5mm 0; break-inside: avoid; }
.kept { break-inside: avoid; margin: 2.5mm 0; }
.kept table { margin-top: 0; }
p.caption { font-style: italic; font-size: 9.5pt; margin: 0 0 0.8mm; }
th, td { padding: 0.9mm 2.4mm; text-align: left; vertical-align: top; }
table.ruled th, table.ruled td { border: 0.6pt solid #777; }
table.ruled th { font-weight: 600; }
table.small { font-size: 9.5pt; line-height: 1.3; }
td.figure { text-align: right; white-space: nowrap; }
table.matrix { margin: 3mm 0 3mm 4mm; }
table.matrix td { border: 0.8pt solid #111; text-align: center; min-width: 21mm; padding: 1.6mm 3mm; }
table.matrix td.corner { border: 0; }
table.matrix th { font-weight: 400; text-align: center; padding: 0.6mm 3mm; }
table.matrix th.own { text-align: right; vertical-align: middle; }
table.matrix th.player { font-weight: 700; vertical-align: middle; }
table.points { margin: 0 0.4mm 4mm auto; font-size: 9.5pt; }
table.points th, table.points td { text-align: center; min-width: 11mm; padding: 0.5mm 1.2mm; }
table.points td { height: 8.5mm; vertical-align: bottom; text-align: right; color: #444; padding: 0.4mm 1.2mm; }
.part { margin: 5mm 0 0; break-inside: avoid; }
.ask { display: flex; align-items: flex-start; gap: 2mm; break-after: avoid; }
.ask p:first-child { margin-top: 0; }
.ask .label { font-weight: 700; min-width: 6mm; }
.ask .text { flex: 1; }
.ask .worth { white-space: nowrap; color: #444; padding-left: 4mm; }
.how { color: #444; font-size: 9.5pt; margin: 0.5mm 0 1.5mm 8mm; }
.space { margin-left: 8mm; }
.work { border-bottom: 0.5pt dotted #999; height: 8mm; }
.option { margin: 1.2mm 0; padding-left: 6.5mm; text-indent: -6.5mm; break-inside: avoid; }
.box { display: inline-block; width: 3.6mm; height: 3.6mm; margin-right: 2.9mm; border: 0.9pt solid #111;
  vertical-align: -0.5mm; }
table.blank td, table.blank th { border: 0.6pt solid #555; }
table.blank td { min-width: 19mm; height: 8.5mm; }
table.blank.whole { width: 100%; }
code { font-size: 0.85em; }
.step { margin: 1mm 0 1mm 8mm; }
.formula { display: block; margin: 0.4mm 0 0 5mm; font-family: "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: 9pt; overflow-wrap: anywhere; }
.solved { margin: 1.5mm 0 1.5mm 8mm; border-left: 2pt solid #111; padding-left: 3mm; break-inside: avoid; }
.solved pre { font-size: 9pt; line-height: 1.35; margin: 1mm 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.marking { margin: 1mm 0 0 8mm; font-size: 9.5pt; }
.marking table { margin: 1mm 0; }
.glance { font-size: 9.5pt; }
"""


def document(title: str, body: str, more_style: str = "") -> str:
    """Return a whole page of HTML."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>\n<style>{STYLE}{more_style}</style>'
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'


def tag(name: str, inside: str, style: str = "") -> str:
    """Return an element; ``inside`` is HTML already."""
    return f'<{name} class="{style}">{inside}</{name}>' if style else f"<{name}>{inside}</{name}>"


def text(words: object, style: str = "", name: str = "p") -> str:
    """Return words as an element, escaped."""
    return tag(name, escape(str(words)), style)


def prose(words: str) -> str:
    """Return a paragraph or a list as an element: *stressed* words and `names` as such, all else as it stands."""
    if words.startswith(POINT):
        return tag("ul", "".join(tag("li", _stressed(line.removeprefix(POINT))) for line in words.splitlines()))
    return tag("p", _stressed(words))


def _stressed(words: str) -> str:
    return _NAMED.sub(r"<code>\1</code>", _STRESSED.sub(r"<em>\1</em>", escape(words)))


def ruled(head: Iterable[str], rows: Iterable[Iterable[str]], style: str = "ruled", caption: str = "") -> str:
    """Return a table of words; numbers stand to the right."""
    top = tag("tr", "".join(text(cell, "", "th") for cell in head))
    body = "".join(tag("tr", "".join(text(cell, _side(cell), "td") for cell in row)) for row in rows)
    return _kept(caption, tag("table", top + body, style))


def _kept(caption: str, table: str) -> str:
    """Return a table that stays with what is said of it."""
    return tag("div", text(caption, "caption") + table, "kept") if caption else table


def _side(cell: str) -> str:
    return "figure" if cell and set(cell) <= set("0123456789.,/−- %≈") else ""


def figure(table: Table) -> str:
    """Return a table of a story or a game: a payoff matrix in the textbooks' way, any other one ruled."""
    if table.players is None:
        return ruled(table.head, table.rows, "ruled small", table.caption)
    row, column = table.players
    nothing = '<td class="corner" colspan="2"></td>'
    player = f'<th class="player" colspan="{len(table.head) - 1}">{escape(column)}</th>'
    top = tag("tr", nothing + player) + tag("tr", nothing + "".join(text(one, "", "th") for one in table.head[1:]))
    side = f'<th class="player" rowspan="{len(table.rows)}">{escape(row)}</th>'
    rows = [
        tag("tr", (side if k == 0 else "") + text(own, "own", "th") + "".join(text(cell, "", "td") for cell in cells))
        for k, (own, *cells) in enumerate(table.rows)
    ]
    return _kept(table.caption, tag("table", top + "".join(rows), "matrix"))
