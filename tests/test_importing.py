"""Importing files: the same whoever reads them, and of each no more is kept than what is told of it."""

from __future__ import annotations

from pathlib import Path

from krokomrsa import importing, process, workspace


def _imported(folder: Path, *, workers: int) -> tuple[list[dict[str, object]], str, list[dict[tuple[str, str], tuple[str, ...]]]]:
    files = sorted(process.EXAMPLES.glob("*.xlsx"))[:4]
    process.new(folder, municipality="Prov", first_year=2027, organisations=[], who="prov", scale="femgradig")
    with workspace.opened(folder) as place:
        read = process.import_files(place, [files[2], files[0], files[3]], who="prov", workers=workers)
        outcomes = [{where: tuple(map(str, one)) for where, one in each.outcomes.items()} for each in read]
        return [each.as_dict() for each in read], place.store.register().fingerprint(), outcomes


def test_files_read_by_another_process_become_the_same_register(tmp_path: Path) -> None:
    """Give the same accounts in the order asked for, the same register and the same outcome of each cell."""
    assert _imported(tmp_path / "en", workers=0) == _imported(tmp_path / "tva", workers=1)


def test_processes_are_started_only_for_many_large_files() -> None:
    """Read a few files, or small ones, in this process."""
    assert importing._workers([10_000_000] * 3) == importing._workers([10] * 100) == 0
    assert importing._workers([1_000_000] * 100) <= importing._MOST
