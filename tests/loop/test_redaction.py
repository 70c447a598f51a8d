"""A project's redaction rules: found, read, and refused as a whole when anything in them is wrong."""

import pytest

from evaltui.domain.errors import BadInput
from evaltui.domain.inbox import InboxGroup
from evaltui.loop.item_view import redacted_groups
from evaltui.loop.redaction import redactor_for, rules_path


@pytest.fixture
def project(tmp_path):
    """`project(text)`: the folder of an evalset in a project with these rules."""

    def make(text=None):
        folder = tmp_path / "evalsets" / "desk"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".evaltui").mkdir(exist_ok=True)
        if text is not None:
            (tmp_path / ".evaltui" / "redaction.yaml").write_text(text, "utf-8")
        return folder

    return make


def test_without_a_file_the_built_in_kinds_are_replaced(project):
    assert redactor_for(project()).text("write to ann@firm.example, Ann").text == "write to [EMAIL_1], Ann"
    assert rules_path(project()) is None


def test_the_rules_of_the_project_hold_in_every_folder_of_it(project, tmp_path):
    folder = project("names: [Ann Lee]\noff: [email]\npatterns:\n  - {name: ticket, pattern: 'T-\\d+'}\n")
    assert (
        redactor_for(folder).text("Ann Lee of a@firm.example in T-12").text
        == "[NAME_1] of a@firm.example in [TICKET_1]"
    )
    assert rules_path(tmp_path / "elsewhere", folder) == tmp_path / ".evaltui" / "redaction.yaml"


def test_groups_of_failures_quote_what_the_rules_let_stand_and_keep_the_signature_they_are_asked_for_by(project):
    group = InboxGroup("error · Ann Lee left", "error", "Ann Lee left", 2, 2, "")
    (said,) = redacted_groups([group], project("names: [Ann Lee]\n"))
    assert (said.words, said.signature) == ("[NAME_1] left", group.signature)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [Ann]\n", r'redaction.yaml:1: name: unknown field.*did you mean "names"'),
        ("names:\n  - Ann\n  - 12\n", r"redaction.yaml:3: names\[1\]: must be text"),
        (
            "patterns:\n  - name: x\n    pattern: '('\n",
            r"redaction.yaml:3: patterns\[0\].pattern: .*no regular expression",
        ),
        ("patterns:\n  - {name: email, pattern: x}\n", r"redaction.yaml:2: .*is a built-in kind"),
        ("\noff: [emails]\n", r'redaction.yaml:2: off\[0\]: is not one of.*did you mean "email"'),
        ("phone_regions: [de]\n", r"redaction.yaml:1: phone_regions\[0\]"),
        ("names: [a\n", r"redaction.yaml:2: not valid YAML"),
        ("- Ann\n", r"redaction.yaml:1: must be a mapping"),
        ("# nothing yet\n", r"the file is empty; remove the file for the built-in rules"),
    ],
)
def test_rules_that_are_wrong_are_refused_with_their_place_and_nothing_is_redacted_by_default_ones(
    project, text, words
):
    with pytest.raises(BadInput, match=words):
        redactor_for(project(text))


def test_every_problem_is_said_at_once(project):
    with pytest.raises(BadInput) as refused:
        redactor_for(project("off: [emails]\nphone_regions: [de]\nnmaes: []\n"))
    assert [problem.line for problem in refused.value.problems] == [1, 2, 3]
