"""Moodle XML: a question bank with a category an exercise, and in it one for each of its parts.

One question a part, not one Cloze a variant: a part keeps its own hints, tries, worked solution and feedback, and open
parts can be marked by hand. A teacher who draws one question at random from each part's category gives every student
other numbers; each question tells the whole story, so it stands alone. To keep the parts of one variant together, draw
by the tag "variant SEED".

Moodle takes the first expected number that fits, as marking here does, and adds up the fractions of chosen options,
at least 0: the stated rule exactly (right ones 100/n each, wrong ones −100/n). Its marks are limited to a list, so
more than ten right options are marked by hand; so are strategies where the game has several equilibria, and
correlated equilibria, of which there are infinitely many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from xml.etree.ElementTree import Element, indent, tostring

from classroom.export.forms import Blanks, Numeric, Options
from classroom.export.markup import allowed, asked, below, decimal, element, marking, paragraphs, told, worked
from classroom.export.question import Question, questions
from classroom.offline.mark import CLOSE
from classroom.variants import Variant

MOST_RIGHT = 10
_HUNDREDTHS = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100)
_PARTS = (*(Fraction(1, n) for n in (3, 6, 7, 8, 9)), Fraction(2, 3), Fraction(5, 6))
SHARES = (Fraction(0), *_PARTS, *(Fraction(n, 100) for n in _HUNDREDTHS))
"""The shares of the points that Moodle knows; an import with any other is refused."""
NAME_LENGTH = 255


def written(variants: Sequence[Variant]) -> str:
    """Return the Moodle XML of a question bank of variants, the same for the same variants.

    Raises
    ------
    ScenarioError : a variant is there twice.
    """
    quiz = element("quiz")
    by_part = sorted(questions(variants), key=lambda q: (q.exercise, q.label))
    for exercise, of_exercise in groupby(by_part, key=lambda q: q.exercise):
        for label, of_part in groupby(of_exercise, key=lambda q: q.label):
            asked_here = list(of_part)
            quiz.append(_category(exercise, asked_here[0], label))
            quiz.extend(map(_question, asked_here))
    indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(quiz, encoding="unicode") + "\n"


def _category(exercise: str, first: Question, label: str) -> Element:
    """Return the switch to a part's category; a slash in a name is doubled, as a single one leads into a category."""
    made = element("question", type="category")
    path = f"$course$/top/{exercise.replace('/', '//')}: {first.title.replace('/', '//')}/part {label}"
    below(below(made, "category"), "text", path)
    about = f"{first.topic}. Draw one question of each part for every student."
    _html(made, "info", paragraphs(about))
    return made


def _question(question: Question) -> Element:
    asks = question.form
    if isinstance(asks, Numeric):
        return _numerical(question, asks)
    if isinstance(asks, Options) and sum(option.right for option in asks.options) <= MOST_RIGHT:
        return _multichoice(question, asks)
    if isinstance(asks, Blanks) and len(asks.keys) == 1:
        return _cloze(question, asks)
    return _essay(question)


def _begun(question: Question, kind: str, text: str) -> Element:
    """Return what all questions have in common."""
    made = element("question", type=kind)
    below(below(made, "name"), "text", question.heading[:NAME_LENGTH])
    below(below(made, "questiontext", format="html"), "text", text)
    _html(made, "generalfeedback", worked(question))
    below(made, "defaultgrade", str(question.points))
    below(made, "penalty", "0")
    below(made, "hidden", "0")
    below(made, "idnumber", question.identifier)
    return made


def _ended(made: Element, question: Question) -> Element:
    """Return a question with its hints and its tags, which come last."""
    for hint in question.hints:
        _html(made, "hint", paragraphs(hint))
    tags = below(made, "tags")
    for tag in ("accord", question.exercise, question.topic, f"variant {question.seed}"):
        below(below(tags, "tag"), "text", tag)
    return made


def _numerical(question: Question, asks: Numeric) -> Element:
    made = _begun(question, "numerical", _markup(asked(question, question.how)))
    for one in asks.expected:
        answer = _answer(made, one.share, decimal(one.value), one.says, "plain_text")
        below(answer, "tolerance", decimal(one.tolerance))
    return _ended(made, question)


def _multichoice(question: Question, asks: Options) -> Element:
    made = _begun(question, "multichoice", _markup(asked(question, question.how)))
    below(made, "single", "false" if asks.several else "true")
    # "None of these" stays at the end of a list of several.
    below(made, "shuffleanswers", "false" if asks.several else "true")
    below(made, "answernumbering", "abc")
    for field in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _html(made, field, ())
    if asks.several:
        below(made, "shownumcorrect")
    each = Fraction(1, sum(option.right for option in asks.options))
    for option in asks.options:
        share = each if option.right else -each if asks.several else Fraction(0)
        _answer(made, share, _markup(paragraphs(option.text)), option.says, "html")
    return _ended(made, question)


def _cloze(question: Question, asks: Blanks) -> Element:
    """Return a text with a field a probability: each field is worth the same, where marking here asks for all."""
    text = _braceless(asked(question, question.how))
    each = question.points // len(asks.names) or 1
    for name, value in zip(asks.names, asks.keys[0], strict=True):
        right, rough = (f"{decimal(value)}:{decimal(reach)}" for reach in (asks.tolerance, asks.reach))
        field = f"{{{each}:NUMERICAL:={right}~%{100 * CLOSE.share}%{rough}#{CLOSE.says[0]}}}"
        text += _braceless(paragraphs(f"{name}:")).removesuffix("</p>") + f" {field}</p>"
    return _ended(_begun(question, "cloze", text), question)


def _braceless(content: Iterable[Element]) -> str:
    """Return a text in which nothing but the fields is in braces."""
    return _markup(content).replace("{", "&#123;").replace("}", "&#125;")


def _essay(question: Question) -> Element:
    """Return a question that a teacher marks; Moodle gives no hints with these, so the teacher has them."""
    made = _begun(question, "essay", _markup(asked(question, question.how_openly)))
    below(made, "responseformat", "monospaced")
    below(made, "responserequired", "1")
    below(made, "responsefieldlines", "15")
    below(made, "attachments", "0")
    below(made, "attachmentsrequired", "0")
    _html(made, "graderinfo", marking(question, by_hand=True))
    _html(made, "responsetemplate", ())
    return _ended(made, question)


def _answer(made: Element, share: Fraction, text: str, says: Iterable[str], form: str) -> Element:
    answer = below(made, "answer", fraction=fraction(share), format=form)
    below(answer, "text", text)
    _html(answer, "feedback", told(says))
    return answer


def fraction(share: Fraction) -> str:
    """Return a share of the points in percent, as Moodle writes it: the nearest that it knows, to five decimals."""
    nearest = min(SHARES, key=lambda known: (abs(known - abs(share)), known))
    text = f"{float(100 * nearest):.5f}".rstrip("0").rstrip(".")
    return f"-{text}" if share < 0 and nearest else text


def _html(parent: Element, tag: str, content: Iterable[Element]) -> Element:
    made = below(parent, tag, format="html")
    below(made, "text", _markup(content))
    return made


def _markup(content: Iterable[Element]) -> str:
    return allowed("".join(tostring(one, encoding="unicode", method="html") for one in content))
