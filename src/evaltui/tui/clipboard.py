"""Owns copying by the machine's own tool, where there is one; the terminal's way (OSC 52) is the app's."""

import os
import shutil
import subprocess

TOOLS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("pbcopy", ("pbcopy",), ""),
    ("clip.exe", ("clip.exe",), ""),
    ("wl-copy", ("wl-copy",), "WAYLAND_DISPLAY"),
    ("xclip", ("xclip", "-selection", "clipboard"), "DISPLAY"),
    ("xsel", ("xsel", "--input", "--clipboard"), "DISPLAY"),
    ("tmux", ("tmux", "load-buffer", "-"), "TMUX"),
)
"""Program, its words, and the variable without which it has nobody to talk to."""
SECONDS = 2.0


def copy_natively(text: str) -> str:
    """The name of the tool that took the text; empty where none did."""
    for name, words, needed in TOOLS:
        if (not needed or os.environ.get(needed)) and shutil.which(name) and _gave(words, text):
            return name
    return ""


def _gave(words: tuple[str, ...], text: str) -> bool:
    try:
        data = text.encode("utf-8", "backslashreplace")
        done = subprocess.run(  # noqa: S603 - a fixed list of tools
            words, input=data, timeout=SECONDS, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
