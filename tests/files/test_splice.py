"""Bytes of a file give way to others: whole, in one step, and only in the file that was seen."""

import os
import stat

import pytest

from evaltui.domain.errors import Refused
from evaltui.files.splice import apply_edit, digest_of, splice_file


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cases.yaml"
    path.write_bytes(b"a: \xc3\xa9\r\nb: 1\n")
    return path


def names(file):
    return sorted(path.name for path in file.parent.iterdir())


def planned(file):
    return splice_file(file, 10, b"1", b"22", lambda _: None)


def test_nothing_changes_before_the_change_is_made(file):
    edit = planned(file)
    assert file.read_bytes() == b"a: \xc3\xa9\r\nb: 1\n" and names(file) == ["cases.yaml"]
    assert edit.digest_before == digest_of(file)


def test_a_change_and_its_reverse_keep_every_other_byte_and_the_mode(file):
    file.chmod(0o640)
    edit = planned(file)
    assert apply_edit(edit)
    assert file.read_bytes() == b"a: \xc3\xa9\r\nb: 22\n" and stat.S_IMODE(file.stat().st_mode) == 0o640
    assert apply_edit(edit.reverse)
    assert file.read_bytes() == b"a: \xc3\xa9\r\nb: 1\n" and names(file) == ["cases.yaml"]


def test_a_change_that_is_made_already_is_not_made_again(file):
    edit = planned(file)
    apply_edit(edit)
    assert not apply_edit(edit)
    assert file.read_bytes() == b"a: \xc3\xa9\r\nb: 22\n"


def test_a_file_that_was_changed_meanwhile_stays_as_it_is(file):
    edit = planned(file)
    file.write_bytes(b"a: 2\nb: 1\n")
    with pytest.raises(Refused, match="changed by somebody else"):
        apply_edit(edit)
    assert file.read_bytes() == b"a: 2\nb: 1\n" and names(file) == ["cases.yaml"]


def test_a_file_that_is_gone_is_said_to_be(file):
    edit = planned(file)
    file.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        apply_edit(edit)


def test_a_check_that_refuses_leaves_nothing_behind(file):
    def refuse(seen):
        assert seen.read_bytes() == b"a: \xc3\xa9\r\nb: 22\n"
        raise Refused("no")

    with pytest.raises(Refused):
        splice_file(file, 10, b"1", b"22", refuse)
    assert names(file) == ["cases.yaml"]


def test_a_link_stays_a_link_and_what_it_points_at_changes(file, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    apply_edit(planned(link))
    assert link.is_symlink() and file.read_bytes() == b"a: \xc3\xa9\r\nb: 22\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written_is_refused(file):
    file.chmod(0o440)
    with pytest.raises(Refused, match="cannot be written"):
        planned(file)
