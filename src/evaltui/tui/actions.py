"""Owns every named action: its keys, words and views. Bindings, footer, palette, help and the README read it here."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType

VIEWS = {
    "gate": ("1", "Gate"),
    "runs": ("2", "Runs"),
    "compare": ("3", "Compare"),
    "triage": ("4", "Triage"),
    "datasets": ("5", "Datasets"),
    "inbox": ("6", "Inbox"),
    "history": ("8", "History"),
}
"""Name of a view → its key and its title; 7 (Judge) is not built yet."""

LISTS = ("gate", "runs", "compare", "triage", "datasets", "health", "inbox", "history")
CASES = ("compare", "triage", "datasets")
DETAIL = ("compare", "triage", "trace", "inbox")


@dataclass(frozen=True, slots=True)
class Action:
    """`keys` in Textual's names, the first one is shown; `words` stand in the footer, `help` is one sentence.

    The view's method `action_NAME` does it, `can_NAME` may dim (None) or hide (False) it. No `views`: every view.
    """

    name: str
    keys: str
    words: str
    help: str
    views: tuple[str, ...] = ()
    footer: bool = False

    @property
    def call(self) -> str:
        """What Textual runs: a method of the view, or of the app."""
        return f"app.{self.name}" if self.name.startswith("go_") or self.name in _OF_THE_APP else self.name

    @property
    def all_keys(self) -> tuple[str, ...]:
        return tuple(key.strip() for key in self.keys.split(","))

    def of(self, view: str) -> bool:
        """Whether the view has it."""
        return not self.views or view in self.views


ACTIONS: tuple[Action, ...] = (
    Action("open", "enter", "open", "Go in: the cases of a check, the turns of a case, the gate of a run, a group.",
           (*(view for view in LISTS if view != "triage"), "trace"), footer=True),
    Action("enter_case", "enter", "difference", "Go into the difference of the case; esc comes out.", ("triage",)),
    Action("accept", "a", "accept", "The new behaviour is fine; on to the next case.", ("triage",), footer=True),
    Action("real", "x", "real", "A real regression; on to the next case.", ("triage",), footer=True),
    Action("flaky", "f", "flaky", "The case is flaky: asking it again is queued.", ("triage",), footer=True),
    Action("dispute", "d", "dispute", "The grade is wrong: kept as a human label.", ("triage",), footer=True),
    Action("bad", "b", "bad", "The case is bad: opens its gold in the editor.", ("triage",), footer=True),
    Action("later", "space", "later", "Leave this case for later.", ("triage",), footer=True),
    Action("add_case", "a", "make case", "Make a gold case of it, or of the marked ones; all is shown before.",
           ("inbox",), footer=True),
    Action("dismiss_item", "d", "dismiss", "No case of it, of the marked ones or of the group; again: open again.",
           ("inbox",), footer=True),
    Action("undo", "u", "undo", "Take back what was done last, also after a restart.", ("triage", "inbox"),
           footer=True),
    Action("import_log", "i", "import", "Import a log, or a folder of them, while the app stays usable.", ("inbox",),
           footer=True),
    Action("merge", "m", "merge", "The marked items are the same as the one under the cursor.", ("inbox",),
           footer=True),
    Action("note", "c", "note", "Write a note about the case or item.", ("triage", "inbox")),
    Action("promote_output", "P", "output → expected", "Make the output the expected answer, shown as a diff first.",
           ("triage",)),
    Action("accept_group", "A", "accept all alike", "Accept every case that fails like this one.", ("triage",),
           footer=True),
    Action("real_group", "X", "all alike real", "Every case that fails like this one is a regression.", ("triage",)),
    Action("redo", "U", "redo", "Do again what was taken back.", ("triage", "inbox")),
    Action("trace", "t", "trace", "The turns of the case, at the one that decided.",
           ("gate", "compare", "triage", "datasets", "inbox"), footer=True),
    Action("run", "r", "run", "Run the evalset; what it costs is shown first.",
           ("gate", "runs", "compare", "triage", "datasets", "welcome"), footer=True),
    Action("promote", "P", "promote", "Make the run the baseline, once you confirm.", ("gate", "runs"), footer=True),
    Action("resume", "R", "resume", "Take up the run where it stands.", ("gate", "runs"), footer=True),
    Action("cancel", "exclamation_mark", "cancel", "Cancel the run's batches, once you confirm.", ("runs",),
           footer=True),
    Action("pin", "p", "pin", "Compare with this run instead of the baseline; again: with the baseline.",
           ("gate", "runs", "history"), footer=True),
    Action("hide_same", "i", "hide same", "Show or hide what did not change.", ("compare",), footer=True),
    Action("fold", "z", "fold", "Fold or unfold what is under the cursor.", ("compare", "triage", "trace", "inbox"),
           footer=True),
    Action("wrap", "w", "wrap", "Break long lines, or let them run out of view.", ("compare", "triage")),
    Action("left", "left,h", "left", "To the left, where long lines run out of view.", ("compare", "triage")),
    Action("right", "right,l", "right", "To the right, where long lines run out of view.", ("compare", "triage")),
    Action("fold_all", "Z", "fold all", "Fold or unfold everything.", ("trace", "inbox")),
    Action("raw", "o", "raw", "The raw JSON of the turn.", ("trace",), footer=True),
    Action("expected", "tab", "expected", "What the case expects, and what each check said.", ("trace",), footer=True),
    Action("fold_out", "h,left", "outward", "Fold, or go to what it is within.", ("trace", "inbox")),
    Action("fold_in", "l,right", "inward", "Unfold, or go to what is within.", ("trace", "inbox")),
    Action("align", "equals_sign", "align", "Beside the baseline's trajectory.", ("trace",), footer=True),
    Action("next_problem", "n", "next problem", "To the next problem, difference or open failure.", DETAIL,
           footer=True),
    Action("previous_problem", "N", "previous problem", "To the previous problem, difference or open failure.", DETAIL),
    Action("next_case", "J", "next case", "To the next case, staying in the detail.", DETAIL, footer=True),
    Action("previous_case", "K", "previous case", "To the previous case, staying in the detail.", DETAIL),
    Action("next_tab", "right_square_bracket", "next tab", "To the next tab, or evalset.",
           ("compare", "trace", "triage", "datasets", "inbox")),
    Action("previous_tab", "left_square_bracket", "tab", "To the previous tab, or evalset.",
           ("compare", "trace", "triage", "datasets", "inbox")),
    Action("filter", "slash", "filter", "Show only some: broke tag:refund tool:lookup cost>0.1 !flaky",
           (*CASES, "runs", "inbox"), footer=True),
    Action("sort", "s", "sort", "Sort by the next column.", ("compare", "datasets", "runs", "inbox"), footer=True),
    Action("reverse", "S", "reverse", "Turn the order round.", ("compare", "datasets", "runs", "inbox")),
    Action("mark", "space", "mark", "Mark the row; marked cases can be run alone.", ("compare", "datasets", "inbox"),
           footer=True),
    Action("range", "v", "range", "Mark from here to where you move.", ("compare", "datasets", "inbox")),
    Action("zoom_in", "plus", "zoom", "Give the detail all the room.", ("compare", "triage", "inbox")),
    Action("zoom_out", "underscore", "zoom out", "Give the list its room back.", ("compare", "triage", "inbox")),
    Action("edit", "e", "edit", "Open the file at its line in $EDITOR.",
           ("gate", "compare", "triage", "trace", "datasets", "health"), footer=True),
    Action("edit_gold", "E", "edit gold", "Edit what is expected of the case, shown as a diff before it is written.",
           ("compare", "triage", "trace", "datasets")),
    Action("rescore", "R", "score again", "Score the stored replies of the run and its baseline by the golds as they "
           "are now.", ("compare", "triage", "trace", "datasets")),
    Action("health", "h", "health", "How healthy the evalset is: copies, leaks, thin spots, each with its line.",
           ("datasets",), footer=True),
    Action("copy", "y", "copy", "Copy what is under the cursor."),
    Action("copy_command", "Y", "copy command", "Copy the command that says the same."),
    Action("down", "j,down", "down", "One row down.", (*LISTS, "trace")),
    Action("up", "k,up", "up", "One row up.", (*LISTS, "trace")),
    Action("top", "g,home", "top", "To the first row.", (*LISTS, "trace")),
    Action("bottom", "G,end", "bottom", "To the last row.", (*LISTS, "trace")),
    Action("page_down", "ctrl+d,pagedown", "page down", "One page down.", (*LISTS, "trace")),
    Action("page_up", "ctrl+u,pageup", "page up", "One page up.", (*LISTS, "trace")),
    Action("init", "i", "init", "Make an evalset, an agent and a CI step to start from.", ("welcome",), footer=True),
    Action("demo", "d", "demo", "A project to look around in, on a local sandbox.", ("welcome",), footer=True),
    *(Action(f"go_{name}", key, title, f"The {title} view.") for name, (key, title) in VIEWS.items()),
    Action("palette", "ctrl+p,colon", "palette", "Every action and every case by name.", footer=True),
    Action("help", "question_mark,f1", "help", "The keys of this view; again: all keys.", footer=True),
    Action("back", "escape", "back", "Out of here; it never quits and loses no text."),
    Action("leave", "ctrl+q", "quit at once", "Quit from anywhere; asks while a run is driven from here."),
    Action("quit", "q", "quit", "Back, and at the first view quit; asks while a run is driven from here.",
           footer=True),
)  # fmt: skip


def actions_of(view: str) -> Iterator[Action]:
    """The view's actions, in the order of the footer."""
    return (action for action in ACTIONS if action.of(view))


def bindings(view: str) -> list[BindingType]:
    """What a view class puts into its BINDINGS; every action can be remapped by its name."""
    return [
        Binding(action.keys, action.call, action.words, show=action.footer, id=action.name)
        for action in actions_of(view)
    ]


def out_of_anything() -> Binding:
    """The key that leaves the program also from a question, where the keys of views are not heard."""
    leave = next(action for action in ACTIONS if action.name == "leave")
    return Binding(leave.keys, leave.call, leave.words, show=False, priority=True, id=leave.name)


_OF_THE_APP = frozenset({"palette", "help", "quit", "leave"})
_SYMBOLS = {
    "slash": "/", "exclamation_mark": "!", "question_mark": "?", "plus": "+", "underscore": "_", "equals_sign": "=",
    "left_square_bracket": "[", "right_square_bracket": "]", "colon": ":", "escape": "esc", "pagedown": "pgdn",
    "pageup": "pgup", "down": "↓", "up": "↑", "left": "←", "right": "→",
}  # fmt: skip


def key_words(key: str) -> str:
    """A key as people write it: `?` for question_mark."""
    return _SYMBOLS.get(key, key)
