"""How each form is answered and marked in QTI 2.1: its declarations, its interaction, its rules, its remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import singledispatch
from xml.etree.ElementTree import Element

from classroom.export.forms import Blanks, Distributed, Form, Numeric, Open, Options
from classroom.export.markup import below, decimal, element, line
from classroom.export.processing import at_least, cases, close, constant, of, say, score, variable, weighted
from classroom.offline.mark import CLOSE

RIGHT = "RIGHT"
RESPONSE = "RESPONSE"


@singledispatch
def declared(form: Form, points: int) -> Iterator[Element]:
    """Yield the declarations of the responses."""
    raise NotImplementedError


@singledispatch
def interaction(form: Form) -> Iterator[Element]:
    """Yield what the candidate answers with."""
    raise NotImplementedError


@singledispatch
def rules(form: Form, points: int) -> Iterator[Element]:
    """Yield the rules that set SCORE and FEEDBACK."""
    raise NotImplementedError


@singledispatch
def remarks(form: Form) -> dict[str, tuple[str, ...]]:
    """Return what may be said of an answer, by the identifier of the feedback."""
    raise NotImplementedError


def _number(name: str, right: Fraction, default: str = "") -> Element:
    made = element("responseDeclaration", identifier=name, cardinality="single", baseType="float")
    if default:
        below(below(made, "defaultValue"), "value", default)
    below(below(made, "correctResponse"), "value", decimal(right))
    return made


def _field(label: str, name: str) -> Element:
    line = element("p", f"{label}: ")
    below(line, "textEntryInteraction", responseIdentifier=name, expectedLength="12")
    return line


def _names(form: Blanks | Distributed) -> tuple[str, ...]:
    return tuple(f"{RESPONSE}_{k}" for k in range(len(form.names)))


@declared.register
def _(form: Numeric, points: int) -> Iterator[Element]:
    yield _number(RESPONSE, form.expected[0].value)


@interaction.register
def _(form: Numeric) -> Iterator[Element]:
    yield _field("Your answer", RESPONSE)


@rules.register
def _(form: Numeric, points: int) -> Iterator[Element]:
    several = []
    for k, one in enumerate(form.expected):
        remark = [say(f"MISTAKE_{k}")] if one.says else []
        done = [score(one.share * points), *(remark if k else [say(RIGHT)])]
        several.append((close(variable(RESPONSE), one.value, one.tolerance), done))
    yield cases(several)


@remarks.register
def _(form: Numeric) -> dict[str, tuple[str, ...]]:
    return {f"MISTAKE_{k}": one.says for k, one in enumerate(form.expected) if k and one.says}


@declared.register
def _(form: Options, points: int) -> Iterator[Element]:
    """Yield one declaration: each right option is worth its share of the points; of several, a wrong one costs it."""
    cardinality = "multiple" if form.several else "single"
    made = element("responseDeclaration", identifier=RESPONSE, cardinality=cardinality, baseType="identifier")
    correct = below(made, "correctResponse")
    worth = below(made, "mapping", lowerBound="0", upperBound=str(points), defaultValue="0")
    each = Fraction(points, sum(option.right for option in form.options))
    for k, option in enumerate(form.options):
        if option.right:
            below(correct, "value", f"OPTION_{k}")
        value = each if option.right else -each if form.several else Fraction(0)
        below(worth, "mapEntry", mapKey=f"OPTION_{k}", mappedValue=decimal(value))
    yield made


@interaction.register
def _(form: Options) -> Iterator[Element]:
    most = "0" if form.several else "1"
    made = element("choiceInteraction", responseIdentifier=RESPONSE, shuffle="true", maxChoices=most)
    for k, option in enumerate(form.options):
        # "None of these" stays at the end.
        stays = "true" if form.several and k == len(form.options) - 1 else "false"
        option_shown = line("simpleChoice", option.text)
        option_shown.attrib.update(identifier=f"OPTION_{k}", fixed=stays)
        made.append(option_shown)
    yield made


@rules.register
def _(form: Options, points: int) -> Iterator[Element]:
    right = of("match", variable(RESPONSE), element("correct", identifier=RESPONSE))
    mapped = element("setOutcomeValue", identifier="SCORE")
    below(mapped, "mapResponse", identifier=RESPONSE)
    yield cases([(right, [score(Fraction(points)), say(RIGHT)])], [mapped])
    for k, option in enumerate(form.options):
        if option.says:
            chosen = constant("identifier", f"OPTION_{k}")
            yield cases([(of("member" if form.several else "match", chosen, variable(RESPONSE)), [say(f"CHOSE_{k}")])])
    for k, (chosen_together, _says) in enumerate(form.sets):
        yield cases([(_exactly(form, chosen_together), [say(f"TOGETHER_{k}")])])


def _exactly(form: Options, chosen: frozenset[str]) -> Element:
    """Return whether these options are chosen and no other, in words that every player knows: one at a time."""
    members = [
        (of("member", constant("identifier", f"OPTION_{k}"), variable(RESPONSE)), option.text in chosen)
        for k, option in enumerate(form.options)
    ]
    return of("and", *(member if inside else of("not", member) for member, inside in members))


@remarks.register
def _(form: Options) -> dict[str, tuple[str, ...]]:
    said = {f"CHOSE_{k}": option.says for k, option in enumerate(form.options) if option.says}
    return said | {f"TOGETHER_{k}": says for k, (_, says) in enumerate(form.sets)}


@declared.register
def _(form: Blanks, points: int) -> Iterator[Element]:
    yield from map(_number, _names(form), form.keys[0])


@interaction.register
def _(form: Blanks) -> Iterator[Element]:
    yield from map(_field, form.names, _names(form))


@rules.register
def _(form: Blanks, points: int) -> Iterator[Element]:
    """Yield one rule: any of the right answers counts."""
    right = [(_all_close(form, key, form.tolerance), [score(Fraction(points)), say(RIGHT)]) for key in form.keys]
    half = [score(CLOSE.share * points), say("EARLY")]
    rough = [(_all_close(form, key, form.reach), half) for key in form.keys]
    wrong = [
        (_all_close(form, values, form.tolerance), [say(f"MISTAKE_{k}")])
        for k, (values, says) in enumerate(form.mistaken)
        if says
    ]
    yield cases(right + rough + wrong)


def _all_close(form: Blanks, values: Sequence[Fraction], reach: Fraction) -> Element:
    pairs = zip(_names(form), values, strict=True)
    return of("and", *(close(variable(name), value, reach) for name, value in pairs))


@remarks.register
def _(form: Blanks) -> dict[str, tuple[str, ...]]:
    return {"EARLY": CLOSE.says} | {f"MISTAKE_{k}": says for k, (_, says) in enumerate(form.mistaken) if says}


@declared.register
def _(form: Distributed, points: int) -> Iterator[Element]:
    """Yield a declaration for each probability, 0 where none is given, as in marking here."""
    yield from (_number(name, value, default="0") for name, value in zip(_names(form), form.key, strict=True))


@interaction.register
def _(form: Distributed) -> Iterator[Element]:
    yield from map(_field, form.names, _names(form))


@rules.register
def _(form: Distributed, points: int) -> Iterator[Element]:
    """Yield the rules: all conditions or, for part of the points, those that are broken for none of them."""
    shares = sorted({Fraction(1), *(one.share for one in form.conditions if one.share)}, reverse=True)
    several = []
    for share in shares:
        needed = [k for k, one in enumerate(form.conditions) if one.share < share]
        met = of("and", *_probabilities(form), *(_holds(form, k) for k in needed))
        several.append((met, [score(share * points), *([say(RIGHT)] if share == 1 else [])]))
    yield cases(several)
    for k in range(len(form.conditions)):
        broken = of("and", *_probabilities(form), of("not", _holds(form, k)))
        yield cases([(broken, [say(f"BROKEN_{k}")])])


def _probabilities(form: Distributed) -> Iterator[Element]:
    """Yield the conditions that the responses are probabilities and add up to 1."""
    yield from (at_least(variable(name), Fraction(0)) for name in _names(form))
    yield close(of("sum", *map(variable, _names(form))), Fraction(1), form.tolerance)


def _holds(form: Distributed, k: int) -> Element:
    return at_least(weighted(_names(form), form.conditions[k].weights), Fraction(0))


@remarks.register
def _(form: Distributed) -> dict[str, tuple[str, ...]]:
    return {f"BROKEN_{k}": (one.says,) for k, one in enumerate(form.conditions)}


@declared.register
def _(form: Open, points: int) -> Iterator[Element]:
    yield element("responseDeclaration", identifier=RESPONSE, cardinality="single", baseType="string")


@interaction.register
def _(form: Open) -> Iterator[Element]:
    yield element("extendedTextInteraction", responseIdentifier=RESPONSE, expectedLines="15", format="preformatted")


@rules.register
def _(form: Open, points: int) -> Iterator[Element]:
    return iter(())


@remarks.register
def _(form: Open) -> dict[str, tuple[str, ...]]:
    return {}
