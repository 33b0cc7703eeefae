"""What is to be marked, as the command line names it: files, a class's table, or answers given in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from classroom import answer_files, template
from classroom.answer_files import Answers, is_class
from classroom.class_marks import ClassMarks, class_marks, outcomes
from classroom.marking import Marked, marked
from classroom.variants import seed_of, variant
from games.errors import ScenarioError, refuse


def checked(
    answered: Sequence[str], seed: int | None, student: str, exercise: str | None, as_class: bool = False
) -> Marked | ClassMarks:
    """Return the marks of one student's answers, or of a class's.

    Parameters
    ----------
    answered : files, or folders of them; or an exercise and then LETTER=ANSWER for its parts.
    seed, student, exercise : what the command line says of all of them.
    as_class : mark one file as a class, too.

    Raises
    ------
    ScenarioError : what is named is no file of answers, and no exercise with answers.
    """
    if answered[0] in template.shipped() or (len(answered) > 1 and all("=" in part for part in answered[1:])):
        one = _in_place(answered[0], answered[1:], seed, student)
        return ClassMarks((one,), (), tuple(outcomes([one]))) if as_class else one
    if len(answered) == 1 and not (as_class or is_class(answered[0]) or Path(answered[0]).is_dir()):
        given = answer_files.read(answered[0], exercise, seed)
        return marked(variant(template.read(given.exercise), given.seed), given.by_part, student or given.student)
    refused: list[str] = []
    result = class_marks(_rows(answered, exercise, seed, refused))
    return replace(result, refused=(*refused, *result.refused))


def _in_place(exercise: str, answers: Sequence[str], seed: int | None, student: str) -> Marked:
    known = template.read(exercise)
    if not answers:
        hint = f"for example accord teach check {exercise} --seed 7 a=3/7"
        raise refuse(exercise, "is an exercise, and no answer to it is given", hint)
    given: dict[str, str] = {}
    for part in answers:
        letter, sign, answer = part.partition("=")
        label = letter.strip().lower()
        if not sign or label in given:
            what = "is answered twice" if sign else "expects LETTER=ANSWER"
            raise refuse(f"{exercise}: '{letter[:40]}'", what, f"for example {known.labels[0]}=3/7")
        known.place(label)
        given[label] = answer
    number = seed if seed is not None else seed_of(student) if student else 0
    return marked(variant(known, number), given, student)


def _inside(file: str) -> Sequence[str]:
    """Return a file, or those of a folder that may hold answers, by name: no links, and nothing that is no file."""
    if not Path(file).is_dir():
        return (file,)
    found = sorted(one for one in Path(file).iterdir() if one.suffix.lower() in (".toml", ".json", ".csv", ".tsv"))
    return [str(one) for one in found if one.is_file() and not one.is_symlink()]


def _rows(files: Sequence[str], exercise: str | None, seed: int | None, refused: list[str]) -> Iterator[Answers]:
    """Yield the answers of tables and of students' files; a student's file that cannot be read stops nobody else's."""
    for file in chain.from_iterable(map(_inside, files)):
        if is_class(file):
            yield from answer_files.read_class(file, exercise, seed, refused)
            continue
        try:
            yield answer_files.read(file, exercise, seed)
        except ScenarioError as problem:
            refused.append(str(problem))
