"""Sets evaltui up on a machine that has only Python, then runs the demo, the tests, or the program.

    python3 start.py demo     a complete loop on a local sandbox: a gate that blocks, and why
    python3 start.py test     lint, types, import law and every test
    python3 start.py run …    the evaltui command with the words that follow

Everything goes into .venv beside this file, at the versions and hashes of requirements.lock.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "requirements.lock"
DONE = HOME / "evaltui-set-up-for"  # holds the digest of what was installed, so that the second start is instant
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-cache"),
    ("pytest", "-q", "-n", "4", "--dist", "worksteal"),
)


def main(words: list[str]) -> int:
    if sys.version_info < (3, 11):
        print(
            f"evaltui needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: python3.11 start.py",
            file=sys.stderr,
        )
        return 2
    if not words or words[0] not in ("demo", "test", "run"):
        print(__doc__)
        return 2
    set_up()
    if words[0] == "test":
        return test()
    return tool("evaltui", *(["demo", *words[1:]] if words[0] == "demo" else words[1:]))


def set_up() -> None:
    """A virtual environment with the locked dependencies and this project, made once."""
    wanted = hashlib.sha256(
        LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    ).hexdigest()
    if DONE.is_file() and DONE.read_text() == wanted:
        return
    print("Setting up .venv (once) …", file=sys.stderr)
    venv.create(HOME, with_pip=True, clear=True)
    pip("--require-hashes", "--requirement", str(LOCK))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    DONE.write_text(wanted)


def pip(*words: str) -> None:
    subprocess.run(
        [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words], check=True, cwd=ROOT
    )


def python() -> str:
    return str(BIN / "python")


def tool(name: str, *words: str) -> int:
    return subprocess.run([str(BIN / name), *words], check=False).returncode


def test() -> int:
    """Every check runs even when an earlier one fails; the first failure is the result."""
    codes = [subprocess.run([str(BIN / words[0]), *words[1:]], check=False, cwd=ROOT).returncode for words in CHECKS]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
