"""Keep a municipality's work in one folder: the register in ``data/``, what is sent on in ``exports/``."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from krokomrsa import rules, scales, store, vocabulary
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.store import Store
from krokomrsa.vocabulary import Vocabulary, text_of

VARIABLE: Final = "KROKOMRSA_WORKSPACE"
PROJECT: Final = Path(__file__).resolve().parent.parent
DATABASE: Final = "register.sqlite"
POINTER: Final = "oppen-arbetsyta.txt"  # in data/: which folder inside the workspace is open in its place, such as the example's
_REASONS: Final = {  # what the operating system says, by the name of its number: not every system has every one
    "full": ("ENOSPC", "EDQUOT"),
    "denied": ("EACCES", "EPERM", "EROFS"),
    "missing": ("ENOENT", "ENXIO", "ENODEV"),
    "folder": ("EISDIR",),
    "file": ("ENOTDIR", "EEXIST"),
    "long": ("ENAMETOOLONG",),
    "name": ("EINVAL", "EILSEQ"),
    "busy": ("EBUSY", "ETXTBSY", "EAGAIN", "EDEADLK", "ENOLCK"),
    "large": ("EFBIG", "EOVERFLOW"),
    "many": ("EMFILE", "ENFILE"),
    "broken": ("EIO",),
    "network": ("ESTALE", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ENOTCONN", "ECONNRESET", "EREMOTEIO"),
    "loop": ("ELOOP",),
}
_REASON_OF: Final = {getattr(errno, name): reason for reason, names in _REASONS.items() for name in names if hasattr(errno, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a workspace is for: the municipality, the mandate period, the scale and the rule sets in force on its day."""

    municipality: str
    period: Period
    scale: Scale
    rule_sets: tuple[RuleSet, ...]
    on: date
    banner: str

    @property
    def is_example(self) -> bool:
        """Tell whether the workspace holds invented data."""
        return bool(self.banner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """An open workspace: its folder, its register and its settings."""

    folder: Path
    store: Store
    settings: Settings
    vocabulary: Vocabulary

    @property
    def register(self) -> Register:
        """Return the register as it stands."""
        return self.store.register()

    def export_folder(self) -> Path:
        """Make and return a folder of today's date in ``exports/`` that holds nothing yet."""
        return fresh_folder(self.folder / "exports", date.today().isoformat())  # noqa: DTZ011 (the coordinator's day)


def home(given: Path | None = None) -> Path:
    """Return the municipality's own workspace: the one given, else ``KROKOMRSA_WORKSPACE``, else the project folder."""
    return Path(given or os.environ.get(VARIABLE) or PROJECT).expanduser().resolve()


def locate(given: Path | None = None) -> Path:
    """Return the workspace to use: the one given, else the one that is open in place of the municipality's own, else that."""
    own = home(given)
    pointer = own / "data" / POINTER
    if given or not pointer.is_file():
        return own
    aside = (own / read(pointer).decode("utf-8-sig").strip()).resolve()
    return aside if aside.is_relative_to(own) and database(aside).exists() else own


def open_aside(folder: Path | None, *, own: Path | None = None) -> None:
    """Open a workspace that lies inside the municipality's own, such as the example, in its place; None goes back to the own.

    Every notebook and command that is not given a workspace then uses it, in this session and in later ones.

    Raises
    ------
    KrokomrsaError
        The data folder cannot be written in.
    ValueError
        The folder lies outside the municipality's own workspace.
    """
    inside = None if folder is None else folder.resolve().relative_to(home(own)).as_posix()
    pointer = home(own) / "data" / POINTER
    try:
        pointer.unlink(missing_ok=True)
    except OSError as error:
        raise failed(error, pointer, "not_written") from error
    if inside is not None:
        write(pointer, inside.encode())


def failed(error: OSError, path: Path, key: str) -> KrokomrsaError:
    """Return what a coordinator should know about a file that could not be read or written."""
    reason = text_of(f"workspace.reasons.{_REASON_OF.get(error.errno or 0, 'other')}", text=error.strerror or str(error))
    problem, remedy = text_of(f"workspace.{key}", reason=reason), text_of(f"workspace.{key}_remedy")
    return KrokomrsaError(Problem(file=str(path), problem=problem, remedy=remedy, kind="refused"))


def read(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    KrokomrsaError
        The file is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise failed(error, path, "not_read") from error


def write(path: Path, content: bytes) -> Path:
    """Write a new file whole or not at all; a file that is there already gets a numbered neighbour instead.

    Raises
    ------
    KrokomrsaError
        The folder cannot be written in or the disk is full; nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
    except OSError as error:
        if "name" in locals():
            Path(name).unlink(missing_ok=True)
        raise failed(error, path, "not_written") from error
    free = next(one for one in _numbered(path) if not one.exists())
    Path(name).replace(free)
    return free


def replace(source: Path, target: Path) -> None:
    """Put a file in another's place in one step, with the other's journal files gone.

    Raises
    ------
    KrokomrsaError
        The other file is open in a program or the folder is write-protected; then nothing is changed.
    """
    try:
        for ending in ("-wal", "-shm", "-journal"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        source.replace(target)
    except OSError as error:
        source.unlink(missing_ok=True)
        raise failed(error, target, "not_written") from error


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1


def fresh_folder(parent: Path, name: str) -> Path:
    """Make and return a folder that did not exist."""
    free = next(one for one in _numbered(parent / name) if not one.exists())
    try:
        free.mkdir(parents=True)
    except OSError as error:
        raise failed(error, free, "not_written") from error
    return free


def _own(folder: Path, *parts: str) -> str:
    path = folder.joinpath("data", "egna", *parts)
    return read(path).decode("utf-8-sig") if path.is_file() else ""


def _scale(folder: Path, name: str, judges: str = "") -> Scale:
    """Return the scale of that name, the municipality's own before those that are shipped, with the rule it has chosen for its judges."""
    found = _named_scale(folder, name)
    return scales.judged_by(found, judges) if judges else found


def _named_scale(folder: Path, name: str) -> Scale:
    own = _own(folder, "scales", f"{name}.toml")
    if own:
        return scales.parse(own, file=f"egna/scales/{name}.toml")
    if name not in scales.names():
        problem = text_of("workspace.unknown_scale", scale=name)
        raise KrokomrsaError(Problem(problem=problem, remedy=text_of("workspace.unknown_scale_remedy", known=", ".join(scales.names()))))
    return scales.load(name)


def _rule_sets(folder: Path, on: date) -> tuple[RuleSet, ...]:
    """Return the rule sets in force on a day, the municipality's own beside those that are shipped."""
    own_folder = folder / "data" / "egna" / "rules"
    own = [rules.parse(read(path).decode("utf-8-sig"), file=path.name) for path in sorted(own_folder.glob("*.toml"))]
    mine = {one.id for one in own}
    shipped = [rules.load(name) for name in rules.names() if name not in mine]
    return rules.applicable(on, sets=[*shipped, *own])


def _settings(folder: Path, opened: Store) -> Settings:
    meta = opened.meta()
    on = date.fromisoformat(meta["on"]) if meta.get("on") else date.today()  # noqa: DTZ011 (the coordinator's day)
    return Settings(
        municipality=meta.get("municipality", ""),
        period=Period(int(meta["first_year"]), int(meta["last_year"])),
        scale=_scale(folder, meta.get("scale") or scales.DEFAULT, meta.get("judges", "")),
        rule_sets=_rule_sets(folder, on),
        on=on,
        banner=meta.get("banner", ""),
    )


def database(folder: Path) -> Path:
    """Return where a workspace keeps its register."""
    return folder / "data" / DATABASE


def absent(folder: Path) -> KrokomrsaError:
    """Return the error that says that a folder holds no register, and how to make one."""
    return KrokomrsaError(
        Problem(file=str(folder), problem=text_of("workspace.none"), remedy=text_of("workspace.none_remedy"), kind="refused")
    )


@contextmanager
def opened(folder: Path | None = None) -> Iterator[Workspace]:
    """Open a workspace for as long as the block lasts.

    Raises
    ------
    KrokomrsaError
        No register there, or one that cannot be opened.
    """
    place = locate(folder)
    if not database(place).exists():
        raise absent(place)
    words = vocabulary.load(_own(place, "lists.toml"))
    with store.open(database(place), vocabulary=words) as kept:
        yield Workspace(folder=place, store=kept, settings=_settings(place, kept), vocabulary=words)


def create(
    folder: Path,
    *,
    municipality: str,
    first_year: int,
    scale: str = scales.DEFAULT,
    judges: str = "",
    on: date | None = None,
    banner: str = "",
    workspace: str = "",
) -> None:
    """Make a workspace with an empty register.

    ``judges`` is the rule by which several judges' levels are weighed together, if it is another than the scale's. ``on`` fixes the day that duties are judged by, as the example does; otherwise it is the day of the analysis.

    Raises
    ------
    KrokomrsaError
        There is a register already, or the folder cannot be written in.
    """
    if database(folder).exists():
        raise KrokomrsaError(
            Problem(file=str(folder), problem=text_of("workspace.exists"), remedy=text_of("workspace.exists_remedy"), kind="refused")
        )
    try:
        for part in ("data", "exports"):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failed(error, folder, "not_written") from error
    _scale(folder, scale, judges)
    kept = {
        **({"workspace": workspace} if workspace else {}),
        "municipality": municipality,
        "first_year": str(first_year),
        "last_year": str(first_year + 3),
        "scale": scale,
        "judges": judges,
        "on": on.isoformat() if on else "",
        "banner": banner,
    }
    with store.open(database(folder), create=True, meta=kept):
        pass
