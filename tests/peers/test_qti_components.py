"""A player in a browser (npm: @citolab/qti-components, its items read by @citolab/qti-convert) gives accord's points.

Both are separate programs: one converts the package to QTI 3, the other plays its items in headless Chromium. They are
looked for in the folder that ACCORD_NODE_MODULES names.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from classroom.export.qti import package
from peers.exported import asked, exported, tried

MODULES = Path(os.environ.get("ACCORD_NODE_MODULES", "node_modules")).resolve()
CONVERTER = MODULES / "@citolab/qti-convert/dist/qti-convert-pkg.mjs"
PLAYER = MODULES / "@citolab/qti-components/cdn/index.global.js"
CHROMIUM, NODE = shutil.which("chromium"), shutil.which("node")
SEEDS = 1
ROUNDS = 0.0005
"""The player rounds a sum of mapped values to three decimals."""
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(not CONVERTER.exists() or not PLAYER.exists(), reason="@citolab's packages are not installed"),
    pytest.mark.skipif(CHROMIUM is None or NODE is None, reason="chromium or node is not installed"),
]
PAGE = """<!doctype html><meta charset="utf-8"><qti-item><item-container></item-container></qti-item><pre></pre>
<script src="{player}"></script>
<script>
const items = {items}, tries = {tries};
const wait = (time) => new Promise((done) => setTimeout(done, time));
const shown = document.querySelector("item-container");
async function item(name) {{
  shown.itemXML = items[name];
  for (let k = 0; k < 100; k++) {{
    await wait(20);
    const found = (shown.shadowRoot || shown).querySelector("qti-assessment-item");
    if (found && found.identifier === name) {{ await wait(60); return found; }}
  }}
  throw new Error("not shown: " + name);
}}
// An item declares its variables some time after it is shown: longer on a machine that is busy.
async function respond(one, name, responses) {{
  let fault = null;
  for (let k = 0; k < 200; k++) {{
    try {{
      for (const [variable, value] of Object.entries(responses)) one.updateResponseVariable(variable, value);
      return;
    }} catch (problem) {{ fault = problem; await wait(50); }}
  }}
  throw new Error(name + ": " + fault);
}}
async function scores() {{
  const found = [];
  for (const [name, several] of Object.entries(tries)) {{
    const one = await item(name);
    for (const responses of several) {{
      await respond(one, name, responses);
      try {{ one.processResponse(); }} catch (problem) {{ throw new Error(name + ": " + problem); }}
      found.push([name, Number(one.getOutcome("SCORE").value)]);
    }}
  }}
  return found;
}}
scores().catch(String).then((found) => {{ document.querySelector("pre").textContent = JSON.stringify(found); }});
</script>"""


def script(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


def converted(folder: Path) -> dict[str, str]:
    """The items of the package as the converter reads and writes them, by name."""
    (folder / "package.zip").write_bytes(package([one for one in exported() if one.seed < SEEDS]))
    subprocess.run([str(NODE), CONVERTER, "package.zip"], cwd=folder, check=True, capture_output=True, timeout=200)
    archive = zipfile.ZipFile(folder / "package-qti3.zip")
    return {Path(n).stem: archive.read(n).decode() for n in archive.namelist() if n.startswith("items/")}


def test_a_player_in_a_browser_gives_the_points_that_accord_gives(tmp_path: Path) -> None:
    ours = {q.identifier: list(tried(q, part)) for q, part in asked() if q.seed < SEEDS}
    items = converted(tmp_path)
    assert items.keys() == ours.keys()
    tries = {name: [responses for responses, _ in several] for name, several in ours.items() if several}
    page = PAGE.format(player=PLAYER.as_uri(), items=script(items), tries=script(tries))
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    command = [str(CHROMIUM), *flags, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=600000"]
    address = (tmp_path / "page.html").as_uri()
    ran = subprocess.run([*command, "--dump-dom", address], capture_output=True, text=True, timeout=300, check=True)
    told = re.search(r"<pre>(.*?)</pre>", ran.stdout, re.DOTALL)
    assert told is not None
    played = json.loads(html.unescape(told[1]))
    expected = [(name, float(points)) for name, several in ours.items() for _, points in several]
    assert isinstance(played, list) and len(played) == len(expected) > 300, played
    for (name, found), (ours_name, points) in zip(played, expected, strict=True):
        assert (name, found) == (ours_name, pytest.approx(points, abs=ROUNDS))
