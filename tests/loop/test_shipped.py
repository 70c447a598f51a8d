"""The shipped evalsets are copied whole, and the fix of each story is one line put in or taken out."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from evaltui.loop.shipped import SHIPPED, Fix, apply_fix, copy_shipped, read_story


def test_every_shipped_evalset_can_be_copied_beside_the_others(tmp_path: Path) -> None:
    folders = [copy_shipped(tmp_path, name) for name in SHIPPED]
    assert [folder.name for folder in folders] == list(SHIPPED)
    assert all((folder / "evalset.yaml").is_file() for folder in folders)
    assert (tmp_path / "evalsets" / "schemas" / "case.json").is_file()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_fix_of_a_story_changes_one_line_of_the_candidate(tmp_path: Path, name: str) -> None:
    folder = copy_shipped(tmp_path, name)
    story = read_story(folder)
    path = folder / story.fix.file
    before = path.read_text("utf-8").splitlines()
    apply_fix(folder, story.fix)
    after = path.read_text("utf-8").splitlines()
    assert len(set(before) ^ set(after)) == 1 == abs(len(before) - len(after))
    assert story.fix.shown()[0] in (f"+ {story.fix.line}", f"- {story.fix.remove}")
    assert (folder / story.candidate).is_file()


def test_a_fix_whose_place_is_gone_is_not_applied(tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text("one\ntwo\n", "utf-8")
    for fix in (Fix(file="p.md", why="", remove="three"), Fix(file="p.md", why="", line="x", above="three")):
        with pytest.raises(ValueError, match="three"):
            apply_fix(tmp_path, fix)
    assert (tmp_path / "p.md").read_text("utf-8") == "one\ntwo\n"


@pytest.mark.parametrize("given", [{}, {"line": "x"}, {"above": "x"}, {"line": "x", "above": "y", "remove": "z"}])
def test_a_fix_says_one_thing(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="give line and above, or remove alone"):
        Fix(file="p.md", why="", **given)
