"""A printable page: dark on white, A4, nothing from outside, and no text that is not escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from classroom.export.figures import Table

STYLE = """
@page { size: A4; margin: 17mm 17mm 19mm 17mm; @bottom-right { content: counter(page); font: 9pt serif; } }
* { box-sizing: border-box; }
html { font: 10.5pt/1.42 "Liberation Serif", "Times New Roman", "DejaVu Serif", serif; color: #111; background: #fff; }
body { margin: 0 auto; max-width: 176mm; }
@media screen { body { padding: 12mm 0; } }
h1 { font-size: 17pt; line-height: 1.2; margin: 0; }
h2 { font-size: 13pt; line-height: 1.25; margin: 7mm 0 1mm; }
h3 { font-size: 11pt; margin: 0; }
p { margin: 1.6mm 0; }
.sheet { break-before: page; }
.sheet:first-of-type { break-before: auto; }
.top { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1.2pt solid #111;
  padding-bottom: 2mm; }
.top .number { white-space: nowrap; padding-left: 6mm; }
.who { display: flex; gap: 8mm; margin: 4mm 0 3mm; }
.who span { flex: 2; display: flex; align-items: baseline; gap: 2mm; }
.who span + span { flex: 1.3; }
.line { flex: 1; border-bottom: 0.6pt solid #111; height: 6mm; }
.about { color: #444; font-style: italic; margin-top: 0; }
table { border-collapse: collapse; margin: 2.5mm 0; break-inside: avoid; }
caption { text-align: left; font-style: italic; padding-bottom: 1mm; }
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
table.points { margin: 0 0 4mm auto; font-size: 9.5pt; }
table.points th, table.points td { text-align: center; min-width: 13mm; }
table.points td { height: 7mm; vertical-align: bottom; color: #444; }
.part { margin: 4.5mm 0 0; }
.ask { display: flex; gap: 2mm; break-after: avoid; break-inside: avoid; }
.ask .label { font-weight: 700; min-width: 6mm; }
.ask .text { flex: 1; }
.ask .worth { white-space: nowrap; color: #444; padding-left: 4mm; }
.how { color: #444; font-size: 9.5pt; margin: 0.5mm 0 1.5mm 8mm; }
.space { margin-left: 8mm; }
.work { border-bottom: 0.5pt dotted #999; height: 8mm; }
.answer { display: flex; justify-content: flex-end; align-items: baseline; gap: 2mm; margin-top: 2mm;
  break-inside: avoid; }
.answer .line { flex: none; width: 58mm; }
.option { display: flex; gap: 2.5mm; align-items: baseline; margin: 1.2mm 0; break-inside: avoid; }
.box { flex: none; width: 3.6mm; height: 3.6mm; border: 0.9pt solid #111; position: relative; top: 0.5mm; }
.box.right { border-width: 1.8pt; text-align: center; line-height: 3mm; font-size: 9pt; font-weight: 700; }
table.blank td, table.blank th { border: 0.6pt solid #555; }
table.blank td { min-width: 17mm; height: 8mm; }
table.blank td.wide { min-width: 32mm; }
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


def ruled(head: Iterable[str], rows: Iterable[Iterable[str]], style: str = "ruled", caption: str = "") -> str:
    """Return a table of words; numbers stand to the right."""
    top = tag("tr", "".join(text(cell, "", "th") for cell in head))
    body = "".join(tag("tr", "".join(text(cell, _side(cell), "td") for cell in row)) for row in rows)
    return tag("table", (text(caption, "", "caption") if caption else "") + top + body, style)


def _side(cell: str) -> str:
    return "figure" if cell and set(cell) <= set("0123456789.,/−- %") else ""


def figure(table: Table) -> str:
    """Return a table of a story or a game: a payoff matrix in the textbooks' way, any other one ruled."""
    if table.players is None:
        return ruled(table.head, table.rows, "ruled small", table.caption)
    row, column = table.players
    caption = text(table.caption, "", "caption") if table.caption else ""
    nothing = '<td class="corner" colspan="2"></td>'
    player = f'<th class="player" colspan="{len(table.head) - 1}">{escape(column)}</th>'
    top = tag("tr", nothing + player) + tag("tr", nothing + "".join(text(one, "", "th") for one in table.head[1:]))
    side = f'<th class="player" rowspan="{len(table.rows)}">{escape(row)}</th>'
    rows = [
        tag("tr", (side if k == 0 else "") + text(own, "own", "th") + "".join(text(cell, "", "td") for cell in cells))
        for k, (own, *cells) in enumerate(table.rows)
    ]
    return tag("table", caption + top + "".join(rows), "matrix")
