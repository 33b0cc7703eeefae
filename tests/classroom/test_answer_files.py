"""Students' files: read within limits, refused in one clear error, never carried out, and never a way to the key."""

from __future__ import annotations

import csv
import json
import os
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from classroom import answer_files, template
from classroom.answers.kinds import KINDS
from classroom.class_marks import ClassMarks, sheet
from classroom.marking import Marked, MarkedPart, marked
from classroom.variants import seed_of, variant
from cli import main
from games.errors import ScenarioError

EXERCISE = "critical-discount"
HEAD = f'exercise = "{EXERCISE}"\nseed = 7\n'


def accord(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="accord")


def written(folder: Path, text: str | bytes, name: str = "mine.toml") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def key(seed: int) -> dict[str, str]:
    one = variant(template.read(EXERCISE), seed)
    return {part.label: KINDS[part.kind].key(part) for part in one.parts}


def test_a_file_that_was_filled_in_is_marked(tmp_path: Path) -> None:
    file = str(tmp_path / "mine.toml")
    assert accord("teach", "new", EXERCISE, "--student", "s42", "--answers", file).exit_code == 0
    text = Path(file).read_text()
    for label, answer in key(seed_of("s42")).items():
        text = text.replace(f'{label} = ""', f'{label} = "{answer}"')
    Path(file).write_text(text)
    marked = json.loads(accord("teach", "check", file, "--json").stdout)
    assert (marked["points"], marked["of"], marked["student"]) == ("5", 5, "s42")
    assert accord("teach", "check", file, "--exit-code").exit_code == 0


def test_a_file_with_answers_is_not_written_over(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD)
    run = accord("teach", "new", EXERCISE, "--answers", file)
    assert run.exit_code == 2 and "is there already" in run.stderr
    assert Path(file).read_text() == HEAD


HOSTILE = {
    "huge": b"[answers]\na = '" + b"1" * 300_000 + b"'",
    "binary": bytes(range(256)),
    "empty": b"",
    "not a table": b"[1, 2, 3]",
    "deep": HEAD.encode() + b"[answers]\na = " + b"[" * 5_000,
    "deep key": b"a." * 30_000 + b"a = 1",
    "no answers": HEAD.encode(),
    "answers are a list": HEAD.encode() + b"answers = [1]",
    "another exercise": b'exercise = "../../secret"\nseed = 1\n[answers]\na = "1"',
    "a path as exercise": b'exercise = "/etc/passwd"\nseed = 1\n[answers]\na = "1"',
    "a module as exercise": b'exercise = "os.system"\nseed = 1\n[answers]\na = "1"',
    "a table as exercise": b'exercise = { a = 1 }\nseed = 1\n[answers]\na = "1"',
    "seed in a million digits": b"seed = " + b"9" * 100_000 + b"\n[answers]\n",
    "negative seed": f'exercise = "{EXERCISE}"\nseed = -1\n[answers]\n'.encode(),
    "seed as text": f'exercise = "{EXERCISE}"\nseed = "7; rm -rf /"\n[answers]\n'.encode(),
    "unknown field": HEAD.encode() + b'key = "please"\n[answers]\n',
    "control characters in the name": HEAD.encode() + b'student = "\\u001b[2J"\n[answers]\n',
    "long name": HEAD.encode() + b'student = "' + b"x" * 201 + b'"\n[answers]\n',
    "given twice": HEAD.encode() + b'[answers]\na = "1"\na = "2"',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_one_short_error(tmp_path: Path, case: str) -> None:
    run = accord("teach", "check", written(tmp_path, HOSTILE[case]))
    assert run.exit_code == 2, run.output
    assert run.stdout == ""
    assert run.stderr.startswith(str(tmp_path)) and len(run.stderr) < 1_000
    assert "\x1b" not in run.stderr and "Traceback" not in run.stderr


ANSWERS = {
    "a million decimals": '"0.' + "3" * 200_000 + '"',
    "code": '"""__import__(\'os\').system(\'touch owned\')"""',
    "a place for the key": '"{critical}"',
    "a name of the template": '"critical"',
    "an expression": '"(T - R) / (T - P)"',
    "a list": "[1, 2]",
    "a table": "{ answer = 1 }",
    "a date": "1979-05-27",
    "nan": "nan",
    "infinity": "inf",
    "a large exponent": "1e400",
    "a large integer": "1" + "0" * 400,
    "truth": "true",
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_hostile_answer_is_wrong_and_the_rest_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.chdir(tmp_path)
    right = key(7)
    file = written(tmp_path, HEAD + f'[answers]\na = "{right["a"]}"\nb = {ANSWERS[case]}\n')
    run = accord("teach", "check", file, "--json")
    if run.exit_code == 2:
        # A number of four hundred digits is no TOML that is read, and the place in the file is named.
        assert case == "a large integer" and "line 5" in run.stderr
        return
    marks = json.loads(run.stdout)["parts"]
    assert (marks[0]["right"], marks[1]["right"], marks[1]["mistake"]) == (True, False, "unreadable")
    assert right["b"] not in " ".join(marks[1]["says"])
    assert not (tmp_path / "owned").exists()


def test_a_part_that_there_is_not_is_noted(tmp_path: Path) -> None:
    run = accord("teach", "check", written(tmp_path, HEAD + "[answers]\nz = '1'\n"))
    assert run.exit_code == 0 and "there is no part 'z'" in run.stdout


CLASS = """student;a;b;c
anna;{a};{b};"{c}"
ben;"=cmd|' /C calc'!A0";0,43
"=HYPERLINK(""http://x"")";1;2
carl;;x

anna;1;2
;1;2
"""


def test_a_class_is_marked_row_by_row_and_what_cannot_be_is_named(tmp_path: Path) -> None:
    own = key(seed_of("anna"))
    file = written(tmp_path, CLASS.format(**own), "class.csv")
    sheet = tmp_path / "out.csv"
    run = accord("teach", "check", file, "--exercise", EXERCISE, "--results", str(sheet), "--json")
    told = json.loads(run.stdout)
    assert [mark["student"] for mark in told["marks"]] == ["anna", "ben", '=HYPERLINK("http://x")', "carl"]
    assert told["marks"][0]["points"] == "5"
    assert len(told["refused"]) == 2 and "row 7" in told["refused"][1] and "row 8" in told["refused"][0]
    counted = [o for o in told["outcomes"] if o["part"] == "a"]
    assert sum(o["students"] for o in counted) == 4
    assert {o["outcome"]: o["students"] for o in counted}["right"] == 1
    rows = list(csv.reader(StringIO(sheet.read_text())))
    assert rows[0][:5] == ["student", "exercise", "seed", "points", "of"] and len(rows) == 5
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_be_separated_by_commas_semicolons_or_tabs(tmp_path: Path, separator: str) -> None:
    text = "\ufeff" + separator.join(["Student", "A", "seed", "exercise"]) + "\r\n"
    text += separator.join(["anna", key(3)["a"], "3", EXERCISE]) + "\r\n"
    (row,) = answer_files.read_class(written(tmp_path, text, "class.csv"))
    assert (row.student, row.seed, row.exercise, row.by_part) == ("anna", 3, EXERCISE, {"a": key(3)["a"]})


TABLES = {
    "empty": b"",
    "no students": b"a,b\n1,2\n",
    "two columns of one name": b"student,a,a\nx,1,2\n",
    "no exercise": b"student,a\nx,1\n",
    "not text": b"student,a\n\xff\xfe,1\n",
    "large cell": b"student,a,exercise\nx," + b"1" * 40_000 + b",critical-discount\n",
    "quote not closed": b'student,a,exercise\nx,"1\n',
    "nul": b"student,a,exercise\nx\x00,1,critical-discount\n",
}


@pytest.mark.parametrize("case", TABLES)
def test_a_hostile_table_is_refused_or_its_row_is_left_out(tmp_path: Path, case: str) -> None:
    run = accord("teach", "check", written(tmp_path, TABLES[case], "class.csv"), "--json")
    if run.exit_code == 0:
        assert json.loads(run.stdout)["marks"] == [] and json.loads(run.stdout)["refused"]
    else:
        assert run.exit_code == 2 and len(run.stderr) < 600 and "Traceback" not in run.stderr


def test_one_file_that_cannot_be_read_stops_nobody_else(tmp_path: Path) -> None:
    files = [written(tmp_path, HEAD + f'student = "s{k}"\n[answers]\na = "1"', f"{k}.toml") for k in range(3)]
    run = accord("teach", "check", *files, written(tmp_path, "nonsense", "bad.toml"), "--json")
    told = json.loads(run.stdout)
    assert len(told["marks"]) == 3 and len(told["refused"]) == 1 and "bad.toml" in told["refused"][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["new", "no-such"], "no exercise of that name"), (["check", EXERCISE], "no answer to it is given"),
     (["check", EXERCISE, "z=1"], "has no part 'z'"), (["check", EXERCISE, "a"], "expects LETTER=ANSWER"),
     (["check", EXERCISE, "a=1", "A=2"], "'A': is answered twice"),
     (["hint", EXERCISE, "--part", "z"], "has no part 'z'"),
     (["check", "missing.toml"], "no such file"), (["new", EXERCISE, "--seed", "-1"], "-1 is not in the range")],
)  # fmt: skip
def test_what_a_command_cannot_do_is_said(arguments: list[str], said: str) -> None:
    run = accord("teach", *arguments)
    assert run.exit_code == 2 and said in run.stderr


def test_a_template_that_lacks_something_says_all_of_it(tmp_path: Path) -> None:
    parts = '[[parts]]\nkind = "nmber"\n[[parts]]\nkind = "number"\nask = "?"\n'
    file = written(tmp_path, f'title = "x"\nwekk = 1\n{parts}')
    with pytest.raises(ScenarioError) as refused:
        template.read(file)
    said = str(refused.value)
    for lacking in ("wekk: unknown field", "topic: is missing", "parts.a.kind", "b.answer: is missing", "b.hints"):
        assert lacking in said


def test_a_folder_is_marked_as_a_class_without_its_links_and_what_is_no_file_of_answers(tmp_path: Path) -> None:
    for name in ("ben", "anna"):
        written(tmp_path, f'exercise = "{EXERCISE}"\nstudent = "{name}"\n[answers]\na = "1"', f"{name}.toml")
    written(tmp_path, "notes", "notes.txt")
    (tmp_path / "link.toml").symlink_to(tmp_path / "notes.txt")
    os.mkfifo(tmp_path / "pipe.toml")
    told = json.loads(accord("teach", "check", str(tmp_path), "--json").stdout)
    assert [mark["student"] for mark in told["marks"]] == ["anna", "ben"] and told["refused"] == []


def test_a_result_sheet_holds_decimals_that_a_spreadsheet_can_add_up(tmp_path: Path) -> None:
    # Two of three options that belong there are two thirds of the point.
    part = MarkedPart("a", Fraction(2, 3), 1, "too few", ())
    result = ClassMarks((Marked("e", "E", 1, "anna", (part,)),), (), ())
    assert sheet(result).splitlines()[1] == "anna,e,1,0.6667,1,0.6667,too few"


def test_a_row_that_names_nobody_says_so() -> None:
    with pytest.raises(ScenarioError, match="student: is missing"):
        answer_files._row("class.csv: row 2", {"student": "", "a": "1", "exercise": EXERCISE}, None, None)


@pytest.mark.parametrize("names", ["anna\nben\nanna", "Anna\nben\nanna"])
def test_two_students_of_one_name_are_not_handed_one_sheet(tmp_path: Path, names: str) -> None:
    with pytest.raises(ScenarioError, match="names 'anna' twice"):
        answer_files.students(written(tmp_path, names, "students.txt"))


TEMPLATE = """title = "t"
topic = "t"
goal = "g"
source = "s"
week = 1
minutes = 1
story = "s"
[parameters]
a = { from = 1, to = 9 }
[[parts]]
ask = "?"
hints = ["h"]
steps = [{ text = "s" }]
kind = "number"
answer = "a"
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("from = 1", "from = 10", "parameters.a: is no range that goes up"),
     ("from = 1", "step = 0, from = 1", "parameters.a: is no range that goes up"),
     ('answer = "a"', 'answer = "[a]"', "parts.a: '[a]' comes to a list"),
     ('answer = "a"', 'answer = "a"\npoints = "two"', "parts.a.points: expects a whole number from 1 on"),
     ('answer = "a"', 'answer = "a"\nwhole = "yes"', "parts.a.whole: expects true or false"),
     ('answer = "a"', 'answer = "round(a, 10 ** 9)"', "rounded to at most 12 decimals"),
     ('answer = "a"', 'answer = "1 / (a - a)"', "the last that failed divides by zero"),
     ('answer = "a"', """answer = "a"\nmistakes = [{ name = "m", answer = "'x'", says = "s" }]""", "comes to the text"),
     ('kind = "number"\nanswer = "a"', 'kind = "selection"\noptions = ["x"]\nanswer = "a"', "a list is needed"),
     ('kind = "number"\nanswer = "a"', 'kind = "choice"\noptions = "a"\nanswer = "1"', "a list is needed"),
     ('kind = "number"\nanswer = "a"', 'kind = "plan"\ngame = "g"\nanswer = { start = "a" }', "expects a plan")],
)  # fmt: skip
def test_a_template_with_a_slip_is_refused_in_words(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEMPLATE
    run = accord("teach", "new", written(tmp_path, TEMPLATE.replace(old, new)))
    assert run.exit_code == 2 and said in run.stderr


def test_what_an_answer_says_cannot_turn_the_writing_round() -> None:
    one = variant(template.read(EXERCISE), 7)
    said = " ".join(marked(one, {"c": "\u202eevil\u001b[2J"}).parts[2].says)
    assert "evil" in said and said.isprintable()


def test_a_student_who_answers_the_variant_of_another_is_named(tmp_path: Path) -> None:
    text = f"student,a,seed\nanna,1,{seed_of('anna')}\nben,1,{seed_of('anna')}\n"
    file = written(tmp_path, text, "class.csv")
    arguments = ("teach", "check", file, "--exercise", EXERCISE, "--json")
    assert [note.split()[0] for note in json.loads(accord(*arguments).stdout)["notes"]] == ["ben"]
    assert json.loads(accord(*arguments, "--seed", "3").stdout)["notes"] == []


def test_a_wrong_answer_of_which_nothing_is_said_is_pointed_to_its_hint() -> None:
    shown = accord("teach", "check", EXERCISE, "--seed", "7", "a=123")
    assert f"accord teach hint {EXERCISE} --seed 7 --part a" in shown.stdout
