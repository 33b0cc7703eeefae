"""What is to be marked, as the command line names it: files, a class's table, or answers given in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    answered : files; or an exercise and then LETTER=ANSWER for its parts.
    seed, student, exercise : what the command line says of all of them.
    as_class : mark one file as a class, too.

    Raises
    ------
    ScenarioError : what is named is no file of answers, and no exercise with answers.
    """
    if all("=" in part for part in answered[1:]) and (len(answered) > 1 or answered[0] in template.shipped()):
        one = _in_place(answered[0], answered[1:], seed, student)
        return ClassMarks((one,), (), tuple(outcomes([one]))) if as_class else one
    if len(answered) == 1 and not is_class(answered[0]) and not as_class:
        given = answer_files.read(answered[0], exercise, seed)
        return marked(variant(template.read(given.exercise), given.seed), given.by_part, student or given.student)
    refused: list[str] = []
    result = class_marks(_rows(answered, exercise, seed, refused))
    return ClassMarks(result.marks, (*refused, *result.refused), result.outcomes)


def _in_place(exercise: str, answers: Sequence[str], seed: int | None, student: str) -> Marked:
    known = template.read(exercise)
    if not answers:
        hint = f"for example accord teach check {exercise} --seed 7 a=3/7"
        raise refuse(exercise, "is an exercise, and no answer to it is given", hint)
    given = dict(part.split("=", 1) for part in answers)
    for label in given:
        known.place(label)
    number = seed if seed is not None else seed_of(student) if student else 0
    return marked(variant(known, number), given, student)


def _rows(files: Sequence[str], exercise: str | None, seed: int | None, refused: list[str]) -> Iterator[Answers]:
    """Yield the answers of tables and of students' files; a student's file that cannot be read stops nobody else's."""
    for file in files:
        if is_class(file):
            yield from answer_files.read_class(file, exercise, seed, refused)
            continue
        try:
            yield answer_files.read(file, exercise, seed)
        except ScenarioError as problem:
            refused.append(str(problem))
