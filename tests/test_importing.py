"""Importing files: the same whoever reads them, and of each no more is kept than what is told of it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import openpyxl
import pytest

from krokomrsa import importing, process, workspace
from krokomrsa.excel.account import Intake
from krokomrsa.excel.apart import Taken


def _imported(folder: Path, *, workers: int) -> tuple[list[dict[str, object]], str, list[dict[tuple[str, str], tuple[str, ...]]]]:
    files = sorted(importing.EXAMPLES.glob("*.xlsx"))[:4]
    process.new(folder, municipality="Prov", first_year=2027, organisations=[], who="prov", scale="femgradig")
    with workspace.opened(folder) as place:
        read = importing.import_files(place, [files[2], files[0], files[3]], who="prov", workers=workers)
        outcomes = [{where: tuple(map(str, one)) for where, one in each.outcomes.items()} for each in read]
        return [each.as_dict() for each in read], place.store.register().fingerprint(), outcomes


def test_files_read_by_another_process_become_the_same_register(tmp_path: Path) -> None:
    """Give the same accounts in the order asked for, the same register and the same outcome of each cell."""
    assert _imported(tmp_path / "en", workers=0) == _imported(tmp_path / "tva", workers=1)


EVENTS = ("Elavbrott", "Skyfall", "Brand i skola", "Personalbortfall", "Dricksvatten otjänligt", "Hot mot personal", "IT-avbrott")
MEASURES = ("Köp reservkraft", "Öva ledningen", "Se över avtal", "Utse ersättare", "Bygg en damm")
HEADERS = ("Nr", "Händelse", "Sannolikhet", "Konsekvens", "Befintligt skydd", "Åtgärd", "Ansvarig", "Klart senast")


def _lists(folder: Path, *, files: int) -> list[Path]:
    """Write risk lists that speak of the same things: events and measures from few words, ids that come again, a day that cannot be."""
    random = Random(2027)  # noqa: S311 (an example, no secret)
    folder.mkdir()
    for number in range(files):
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.append(HEADERS)
        for row in range(random.randint(4, 9)):
            event = f"{random.choice(EVENTS)} {random.choice(('', 'på vintern'))}".strip()
            due = random.choice(("2027-05-15", "2028-01-31", "2027-13-45"))
            levels = (random.randint(1, 5), random.choice((1, 2, 3, 4, 5, 9)))
            page.append(
                [f"R{row}", event, *levels, "Rutiner", random.choice(MEASURES), random.choice(("VA", "SOC", "Enhet 1", "Ingen")), due]
            )
        book.save(folder / f"f{number:02}.xlsx")
    return sorted(folder.iterdir())


def test_lists_that_speak_of_the_same_rows_become_the_same_register_whoever_takes_them_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give the same register, origins and accounts where a file was taken in ahead of others that it hangs on; some stand, some are done again."""
    stood: list[bool] = []
    taken = importing._Importing._taken

    def seen(self: importing._Importing, ahead: Taken | None, file: str) -> Intake | None:
        found = taken(self, ahead, file)
        if ahead is not None:
            stood.append(found is not None)
        return found

    monkeypatch.setattr(importing._Importing, "_taken", seen)
    paths = _lists(tmp_path / "listor", files=24)
    senders = [("SOC", "Socialförvaltningen"), ("VA", "VA-verksamheten"), *((f"E{number}", f"Enhet {number}") for number in range(20))]
    same = [{"kind": "scale", "sheet": "Sheet", "header": header, "value": "", "answer": "samma"} for header in HEADERS[2:4]]
    said = {path.name: importing.Said(sender=senders[number % 22][0], answers=same) for number, path in enumerate(paths)}
    found = []
    for workers in (0, 2):
        process.new(tmp_path / str(workers), municipality="Prov", first_year=2027, organisations=senders, who="p", scale="femgradig")
        with workspace.opened(tmp_path / str(workers)) as place:
            read = importing.import_files(place, paths, who="prov", said=said, workers=workers)
            register = place.store.register()
            batches = place.store.batches().drop(columns="at").to_dict("records")
            accounts = [(each.as_dict(), dict(each.outcomes)) for each in read]
            found.append((register.content(), dict(register.origins), batches, accounts))
    assert found[0] == found[1]
    assert {True, False} == set(stood)


def test_processes_are_started_only_for_many_large_files() -> None:
    """Read a few files, or small ones, in this process."""
    assert importing._workers([10_000_000] * 3) == importing._workers([10] * 100) == 0
    assert importing._workers([1_000_000] * 100) <= importing._MOST
