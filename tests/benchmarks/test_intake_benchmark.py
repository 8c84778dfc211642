"""How long it takes to import many workbooks of senders' own, beside openpyxl merely loading them.

The whole, 100 workbooks with 8 sheets of 200 rows, takes minutes: ``python tests/benchmarks/test_intake_benchmark.py 100 [READERS]`` prints its
stages, the ratio to openpyxl in this process and in one of its own, and the memory; READERS is how many processes read beside the one that takes in, 1 where nothing is given.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import openpyxl
import pandas as pd

from krokomrsa import importing, process, workspace
from krokomrsa.excel import forms, intake, reading, settling
from krokomrsa.excel.foreign.finding import tables
from krokomrsa.excel.foreign.understanding import mapping
from krokomrsa.excel.settling import Settling
from krokomrsa.register import Register
from krokomrsa.store.database import Store

WORDS = (
    "elavbrott",
    "storm",
    "skyfall",
    "brand",
    "leverans",
    "dricksvatten",
    "personal",
    "reservkraft",
    "hemtjänst",
    "fjärrvärme",
    "snö",
    "väg",
)
HEADERS = ("Nr", "Händelse", "Orsaker", "Sannolikhet", "Konsekvens", "Riskvärde", "Befintligt skydd", "Åtgärd", "Ansvarig", "Klart senast")
STAGES = {
    "read": (reading, "read"),
    "find": (tables, "find"),
    "map": (mapping, "guess"),
    "take in": (intake, "take_in"),
    "check": (settling, "standing"),
    "settle": (Settling, "settle"),
    "store": (Store, "commit"),
}
FILES, SHEETS, ROWS = 5, 8, 200


def _write(path, number, *, sheets=SHEETS, rows=ROWS):
    """Write a department's risk list: a title, a header in the third row, its own ids, levels and their product, measures."""
    random = Random(number)  # noqa: S311 (an example, no secret)

    def said(count):
        return " ".join(random.choice(WORDS) for _ in range(count))

    book = openpyxl.Workbook(write_only=True)
    for sheet in range(sheets):
        page = book.create_sheet(f"Risker {sheet + 1}")
        for line in ([f"Riskregister {number}, del {sheet}"], [], HEADERS):
            page.append(line)
        for row in range(rows):
            place, low, high = f"{number}-{sheet}-{row}", random.randint(1, 5), random.randint(1, 5)
            levels = (said(4), low, high, low * high, said(4))
            page.append([f"R{place}", f"{said(6)} {place}", *levels, f"{said(5)} {place}", "Socialförvaltningen", "2027-05-15"])
    book.save(path)
    return path


def _say(text):
    sys.stdout.write(f"{text}\n")


def _workspace(folder, senders):
    organisations = [("SOC", "Socialförvaltningen"), *((f"O{number}", f"Enhet {number}") for number in range(senders))]
    process.new(folder, municipality="Prov", first_year=2027, organisations=organisations, who="prov", scale="femgradig")
    return folder


def _said(paths):
    """Return that the levels are ours, for each file from a sender of its own."""
    same = [
        {"kind": "scale", "sheet": f"Risker {sheet + 1}", "header": header, "value": "", "answer": "samma"}
        for sheet in range(SHEETS)
        for header in ("Sannolikhet", "Konsekvens")
    ]
    return {path.name: importing.Said(sender=f"O{number}", answers=same) for number, path in enumerate(paths)}


def _timed(stages, name, call):
    def timed(*args, **kwargs):
        start = process_time()
        try:
            return call(*args, **kwargs)
        finally:
            stages[name] += process_time() - start

    return timed


def _told(stages):
    told = dict(stages)
    told["take in"] = told.get("take in", 0) - sum(told.get(part, 0) for part in ("find", "map", "settle"))
    return ", ".join(f"{name} {spent:.2f} s" for name, spent in told.items())


def _watched(monkeypatch):
    stages = Counter()
    for name, (owner, call) in STAGES.items():
        monkeypatch.setattr(owner, call, _timed(stages, name, getattr(owner, call)))
    return stages


def test_workbooks_are_imported_in_little_more_than_openpyxl_takes_to_load_them(tmp_path, monkeypatch):
    """Reading, finding, mapping, checking and storing takes at most two and a half times the processor time of loading, shared by two 1.25 times.

    It takes no more for the last file than for those before.
    """
    paths = [_write(tmp_path / f"f{number}.xlsx", number) for number in range(FILES)]
    start = process_time()
    for path in paths:
        openpyxl.load_workbook(path)
    loading = process_time() - start
    stages = _watched(monkeypatch)
    ends = []

    with workspace.opened(_workspace(tmp_path / "arbetsyta", FILES)) as place:
        ends.append(process_time())
        read = importing.import_files(
            place, paths, who="prov", said=_said(paths), workers=0, progress=lambda _: ends.append(process_time())
        )

    spent = [after - before for before, after in pairwise(ends)]
    _say(f"openpyxl {loading:.2f} s; {_told(stages)}; in all {sum(spent):.2f} s, {sum(spent) / loading:.1f} times")
    assert {(one.counts["cells_accepted"], one.counts["cells_rejected"]) for one in read} == {(SHEETS * ROWS * 9, 0)}
    assert sum(spent) < 2.5 * loading
    assert spent[-1] < 2 * spent[1]


def _form(services):
    """Return a department's form with many services, as it was made from a register of another workspace."""
    rows = [
        {
            "id": f"V-{number}",
            "organisation": "SOC",
            "name": f"Verksamhet {number}",
            "outage_effect": f"Omkring {number} personer blir utan",
            "tolerable_outage_h": float(number % 70 + 1),
            "routines": "yes",
        }
        for number in range(services)
    ]
    register = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]}), "services": pd.DataFrame(rows)})
    made = {"rule_set": "LEH och MSBFS 2015:5", "workspace": "annan", "made_on": date(2027, 1, 1)}
    return forms.department(register, "SOC", severity={1: "Lindriga"}, **made)


def test_a_form_with_three_thousand_rows_is_imported_in_about_what_openpyxl_takes_to_load_it(tmp_path, monkeypatch):
    """Take every row of a large form in, in at most twice the processor time of loading it."""
    path = tmp_path / "soc.xlsx"
    path.write_bytes(_form(3000))
    start = process_time()
    openpyxl.load_workbook(path)
    loading = process_time() - start
    stages = _watched(monkeypatch)
    with workspace.opened(_workspace(tmp_path / "arbetsyta", 0)) as place:
        start = process_time()
        (read,) = importing.import_files(place, [path], who="prov", workers=0)
        spent = process_time() - start
    _say(f"openpyxl {loading:.2f} s; {_told(stages)}; in all {spent:.2f} s, {spent / loading:.1f} times")
    assert (read.new["services"], read.counts["cells_rejected"]) == (3000, 0)
    assert spent < 2 * loading


CHILD = """
import sys
from pathlib import Path
from krokomrsa import importing, workspace

with workspace.opened(Path(sys.argv[1])) as place:
    said = {importing.EVERY_FILE: importing.Said(sender="O0", answers=[])}
    content = Path(sys.argv[2]).read_bytes()
    importing.import_contents(place, [("f.xlsx", content)] * int(sys.argv[3]), who="prov", said=said, workers=int(sys.argv[4]))
    status = Path("/proc/self/status").read_text().splitlines()  # what the system tells of a child counts its parent too
    print(int(next(line for line in status if line.startswith("VmHWM")).split()[1]) // 1024)
"""


def _peak(folder, path, count, workers):
    run = [sys.executable, "-c", CHILD, str(folder), str(path), str(count), str(workers)]
    return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def test_memory_does_not_grow_with_the_number_of_files(tmp_path):
    """Keep at most a megabyte for each further file whose rows the register has already, a small part of what its cells take."""
    path = _write(tmp_path / "f.xlsx", 0, sheets=3)
    folder = _workspace(tmp_path / "arbetsyta", 1)
    for workers in (0, 1):
        few, many = (_peak(folder, path, count, workers) for count in (2, 10))
        _say(f"peak {few} MB with 2 files, {many} MB with 10")
        assert many - few < 10


LOADING = """
import sys
from time import perf_counter
import openpyxl

start = perf_counter()
for path in sys.argv[1:]:
    openpyxl.load_workbook(path)
print(perf_counter() - start)
"""


def _loaded_alone(paths):
    """Return how long openpyxl takes to load the files in a process that holds nothing else, which spares it much looking for waste."""
    return float(subprocess.run([sys.executable, "-c", LOADING, *paths], check=True, capture_output=True, text=True).stdout)


def _loaded_here(paths):
    start = perf_counter()
    for path in paths:
        openpyxl.load_workbook(path)
    return perf_counter() - start


def _whole(count, readers):
    """Print the figures of the whole."""
    with TemporaryDirectory() as folder:
        paths = [_write(Path(folder) / f"f{number:03d}.xlsx", number) for number in range(count)]
        alone, here = _loaded_alone(paths), _loaded_here(paths)
        before = os.times()
        stages = Counter()
        for name, (owner, call) in STAGES.items():
            setattr(owner, call, _timed(stages, name, getattr(owner, call)))
        with workspace.opened(_workspace(Path(folder) / "arbetsyta", count)) as place:
            start = perf_counter()
            importing.import_files(place, paths, who="prov", said=_said(paths), workers=readers)
            spent, after = perf_counter() - start, os.times()
        _say(f"openpyxl {here:.1f} s in this process, {alone:.1f} s in one of its own")
        _say(f"import {spent:.1f} s: {spent / here:.2f} and {spent / alone:.2f} times")
        cpu, there = (sum(after[n] - before[n] for n in of) for of in ((0, 1), (2, 3)))
        _say(f"processor time: this process {cpu:.1f} s, its readers {there:.1f} s")
        _say(f"stages in this process: {_told(stages)}")
        peaks = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
        _say(" ".join(peaks))


if __name__ == "__main__":
    _whole(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
