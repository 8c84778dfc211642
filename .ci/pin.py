"""Pin every package, transitive ones too: rewrite the constraints in pyproject.toml and requirements.lock from them.

Run it to move to newer versions: ``uv run python .ci/pin.py --upgrade``; without ``--upgrade`` it only writes the lock anew.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = ROOT / "pyproject.toml"
COMPILE = [
    "uv",
    "pip",
    "compile",
    "-q",
    "--universal",
    "--fork-strategy",
    "fewest",
    "--python-version",
    "3.11",
    "--no-header",
    "--no-annotate",
]
EXPORT = ["uv", "export", "-q", "--no-emit-project", "--no-hashes", "--no-annotate", "--no-header", "--all-groups"]


def run(*command: str, text: str | None = None) -> str:
    """Return what a command prints."""
    return subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout


def constraints(pins: list[str]) -> str:
    """Return pins as the lines of a TOML array."""
    return "".join(f'    "{pin}",\n' for pin in pins)


def upgrade() -> None:
    """Resolve the newest versions and write them as constraints."""
    text = re.sub(r"(?s)\n\[tool\.uv\]\n.*?\n\]\n(?=\n|$)", "\n", PROJECT.read_text(encoding="utf-8")).rstrip("\n") + "\n"
    bare = ROOT / "pyproject.toml"
    bare.write_text(text, encoding="utf-8")
    pins = [line.replace('"', "'") for line in run(*COMPILE, "pyproject.toml", "--group", "dev").splitlines() if "==" in line]
    build = [line for line in run(*COMPILE, "-", text="hatchling>=1.27,<2\neditables\n").splitlines() if "==" in line]
    section = f"\n[tool.uv]\nconstraint-dependencies = [\n{constraints(pins)}]\nbuild-constraint-dependencies = [\n{constraints(build)}]\n"
    PROJECT.write_text(text + section, encoding="utf-8")


if __name__ == "__main__":
    if "--upgrade" in sys.argv:
        upgrade()
    (ROOT / "requirements.lock").write_text(run(*EXPORT), encoding="utf-8")
