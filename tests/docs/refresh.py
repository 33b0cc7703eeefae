"""Rewrites the outputs shown in README.md and under docs as accord prints them now.

    python tests/docs/refresh.py            rewrite the pages, and name those that changed
    python tests/docs/refresh.py --check    change nothing; exit with 1 if a page is out of date

Every page is played in an empty folder (``tests/docs/shown.py`` says how). A shortened output stays shortened: each
run of lines begins and ends at the lines where it did, with the numbers of today. Where such a line is no longer
printed, the block is named and left as it is: paste the new output and shorten it by hand. Words around the blocks
are never touched; ``tests/docs/test_docs.py`` names the numbers in them that nothing prints any more.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from docs.shown import PAGES, play, refreshed  # noqa: E402  (the repository is not a package that is installed)


def rewritten(text: str) -> tuple[str, list[str]]:
    """Return a page with its outputs as they are now, and what could not be refreshed."""
    lines, problems = text.splitlines(), []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for step in reversed(list(play(text, Path(folder)))):
            try:
                lines[step.first : step.first + len(step.shown)] = refreshed(step.shown, step.printed)
            except ValueError as problem:
                problems.append(f"$ {step.command}: {problem}")
    return "\n".join(lines) + "\n", problems


def main(check: bool) -> int:
    """Rewrite all pages; return 1 if something is left to do."""
    left = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        now, problems = rewritten(text)
        for problem in problems:
            print(f"{page.relative_to(ROOT)}: {problem}")
        left += bool(problems) or (check and now != text)
        if now != text:
            print(f"{page.relative_to(ROOT)}: {'out of date' if check else 'rewritten'}")
            if not check:
                page.write_text(now, encoding="utf-8")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
