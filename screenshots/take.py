"""Takes the pictures of the README and of the tests: `python screenshots/take.py [SCENE…]`.

Seeds a project through the loop, drives each view by keys, and writes `screenshots/*.svg` (with a PNG beside each where
a Chromium is installed) and `tests/tui/snapshots/*.txt`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.tui.scenes import SCENES, Scene, shots
from tests.tui.still import copied, stilled
from tests.tui.story import write_story

SNAPSHOTS = ROOT / "tests" / "tui" / "snapshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")


def main(names: list[str]) -> None:
    """All scenes, or those named."""
    with tempfile.TemporaryDirectory(prefix="evaltui-pictures-") as name:
        folder = Path(name)
        story = stilled(copied(write_story(folder / "draft"), folder / "story"))
        for scene in SCENES:
            if not names or scene.name in names:
                take(scene, story)


def take(scene: Scene, story: Path) -> None:
    """The scene at every size; a picture of it at the first."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for shot in shots(scene, story):
        (SNAPSHOTS / f"{shot.name}.txt").write_text(shot.text, "utf-8")
        if shot.svg:
            picture = ROOT / "screenshots" / f"{scene.name}.svg"
            picture.write_text(shot.svg, "utf-8")
            draw(picture)
        print(shot.name)


def draw(picture: Path) -> None:
    """The PNG beside an SVG; nothing where there is no browser to draw it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return
    text = picture.read_text("utf-8")
    width, height = (round(float(size)) + 1 for size in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)[0])
    local = re.sub(r'(src: local\("FiraCode-(\w+)"\)),[^;]*;', r'\1, local("Fira Code \2");', text)
    with tempfile.TemporaryDirectory(prefix="evaltui-browser-") as name:
        page = Path(name, "page.html")
        style = f"html,body{{margin:0;background:transparent}}svg{{width:{width}px;height:{height}px}}"
        page.write_text(f'<!doctype html><meta charset="utf-8"><style>{style}</style>{local}', "utf-8")
        command = [browser, *QUIET, f"--user-data-dir={name}/profile", "--default-background-color=00000000"]
        out = f"--screenshot={picture.with_suffix('.png')}"
        subprocess.run(
            [*command, f"--window-size={width},{height}", out, page.as_uri()], capture_output=True, check=True
        )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
