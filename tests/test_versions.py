"""What CI tests is what a fresh machine gets."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HOSTS = re.compile("|".join(["python" + "hosted", "py" + r"pi\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"]))


def pins(lines: list[str]) -> dict[str, str]:
    """Return the version of each package that is pinned."""
    found = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    return {requirement.name.lower(): str(requirement.specifier).removeprefix("==") for requirement in found}


CONSTRAINTS = pins(PROJECT["tool"]["uv"]["constraint-dependencies"])
LOCK = pins((ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines())


def test_lock_and_pyproject_pin_the_same_versions() -> None:
    """The lock that conda reads has the versions that uv is constrained to, package by package."""
    assert {name: CONSTRAINTS.get(name) for name in LOCK} == LOCK


def test_every_declared_dependency_is_pinned_within_its_range() -> None:
    """Each package that the project asks for is pinned to a version in the range it declares."""
    declared = [Requirement(line) for line in [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]]
    outside = [str(one) for one in declared if not one.specifier.contains(CONSTRAINTS.get(one.name.lower(), "0"))]
    assert outside == []


def test_what_is_installed_is_what_is_pinned() -> None:
    """Every package that is installed here has its pinned version; only one for another platform may be absent."""
    markers = {Requirement(line).name.lower(): Requirement(line).marker for line in PROJECT["tool"]["uv"]["constraint-dependencies"]}
    installed = {name: next((found.version for found in metadata.distributions(name=name)), None) for name in LOCK}
    needed = {name: version for name, version in installed.items() if version or (markers[name] is None or markers[name].evaluate())}
    assert needed == {name: LOCK[name] for name in needed}


def test_environment_takes_its_versions_from_the_lock() -> None:
    """The conda environment names no version of its own but Python's, and that one is supported."""
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    python = re.search(r"python=(\d+\.\d+)", text)
    assert python is not None
    assert Requirement(f"python{PROJECT['project']['requires-python']}").specifier.contains(python[1])
    assert re.findall(r"^\s+- (.+)$", text, re.MULTILINE)[3:] == ["pip:", "-r requirements.lock", "-e ."]


def test_no_registry_is_named_in_any_committed_file() -> None:
    """No address of a package registry stands in a file, so the project installs from whatever its machine uses."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="ignore") for name in files if name and (ROOT / name).is_file()}
    assert [name for name, text in texts.items() if HOSTS.search(text)] == []
    assert "uv.lock" not in files
