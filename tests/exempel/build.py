"""Build the example workbooks in ``data/exempel`` from the invented content: send the forms out, fill them in as people do, save them.

Run it from the project folder with ``python tests/exempel/build.py``; the values of the cells are the same each time.
LibreOffice saves the files whose answers say ``resaved`` once more, as a department that uses it would.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa import scales
from krokomrsa.excel import blocks, forms, registerbook, workbook
from krokomrsa.register import Register, Row, frame
from krokomrsa.values import SEPARATOR
from krokomrsa.vocabulary import load

CONTENT: Final = Path(__file__).resolve().parent / "content"
TARGET: Final = Path(__file__).resolve().parents[2] / "data" / "exempel"
REGISTER_FILE: Final = "00-samordnaren-register.xlsx"
BANNER: Final = "OBS: påhittade exempeldata"
SENT_OUT: Final = date(2021, 10, 4)
DETAILS: Final[Mapping[str, Any]] = {
    "rule_set": "Överenskommelsen 2019–2022",
    "workspace": "exempel",
    "made_on": SENT_OUT,
    "banner": BANNER,
}

_STATUS: Final = {"vet inte": "unknown", "bedöms inte": "not judged"}
_LETTERS: Final = {  # of the Swedish words, for ids that a coordinator can read
    "likelihood": "S",
    "life_health": "L",
    "societal_functions": "F",
    "democracy_rights": "D",
    "environment_economy": "M",
    "sovereignty": "N",
    "own operations": "E",
}
_STATES: Final = {None: (), "inherent": ("U",), "target": ("M",)}  # now, utan skydd, mål


def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


def _row(written: Mapping[str, Any]) -> Row:
    return {key: SEPARATOR.join(value) if isinstance(value, list) else value for key, value in written.items()}


def _levels(said: str) -> Row:
    """Return status, low and high of a judgement such as ”3-4”, ”4” or ”vet inte”."""
    if said in _STATUS:
        return {"status": _STATUS[said]}
    low, _, high = said.partition("-")
    return {"status": "judged", "low": float(low), "high": float(high or low)}


def _judgements(group: Mapping[str, Any]) -> Iterator[Row]:
    """Return one row for each aspect that a judge's row names; the grounds stand with the first."""
    state = group.get("state")
    for said in group["rows"]:
        aspects = [key for key in said if key in _LETTERS]
        for aspect in aspects:
            yield {
                "id": "-".join(["A", said["risk"].removeprefix("H-"), group["judge"], _LETTERS[aspect], *_STATES[state]]),
                "risk": said["risk"],
                "judge": group["judge"],
                "date": group["date"],
                "aspect": aspect,
                "state": state,
                **_levels(said[aspect]),
                "consolidated": group.get("consolidated", False),
                "uncertainty": said.get("uncertainty"),
                "grounds": said.get("grounds") if aspect == aspects[0] else None,
            }


def register() -> Register:
    """Return the coordinator's register: everything that departments are not asked, and what they answered last year."""
    vocabulary = load()
    written = [
        table.key for table in vocabulary if table.key not in {"assessments", "import_answers", "replies"}
    ]  # forms only: no questions asked
    tables = {key: [_row(one) for one in _content(key)[key]] for key in written}
    tables["assessments"] = [row for group in _content("assessments")["rounds"] for row in _judgements(group)]
    return Register({key: frame(vocabulary[key], rows) for key, rows in tables.items()})


def answers() -> list[dict[str, Any]]:
    """Return what each organisation answers, in the order of the files."""
    found = [_content(path.stem) for path in CONTENT.glob("answers-*.toml")]
    return sorted(found, key=lambda one: one["file"])


def _severity() -> dict[int, str]:
    return {level.level: level.label for level in scales.load().consequence}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Where a block stands in a workbook: its sheet, and the rows and columns by what they are called in the content."""

    sheet: Worksheet
    rows: Mapping[str, int]
    columns: Mapping[str, int]

    def cell(self, row: str, column: str) -> Cell:
        """Return the cell where the answer is written."""
        return self.sheet.cell(self.rows[row], self.columns[column])

    @property
    def last(self) -> int:
        """Return the last row of data."""
        return max(self.rows.values())


def _found(file: Workbook, block: blocks.Block) -> _Block:
    """Find a block as a person does: by its headers and the first column of its rows."""
    sheet = file[block.sheet]
    marker = next(cell.row for cell in sheet["A"] if cell.value == block.marker)
    rows: dict[str, int] = {}
    for number in range(marker + 2, sheet.max_row + 1):
        name = sheet.cell(number, 1).value
        if name is None:
            break
        rows[str(name)] = number
    if block.matrix:
        columns = {str(cell.value): cell.column for cell in sheet[marker][2:] if cell.value is not None}
    else:
        headers = {field.header: field.key for field in block.fields}
        columns = {headers[cell.value]: cell.column for cell in sheet[marker + 1] if cell.value in headers}
    return _Block(sheet=sheet, rows=rows, columns=columns)


def _write(cell: Cell, value: Any) -> None:
    """Write a value and let the row grow with it, as it does when a person writes."""
    cell.value = value
    sheet: Worksheet = cell.parent
    needed = workbook.text_height(str(value), sheet.column_dimensions[cell.column_letter].width)
    workbook.growing(sheet, cell.row, max(needed, sheet.row_dimensions[cell.row].height or 0))


def _table(block: _Block, said: Mapping[str, Mapping[str, Any]]) -> None:
    for row, cells in said.items():
        for key, value in cells.items():
            _write(block.cell(row, key), value)


def _events(block: _Block, said: Mapping[str, list[Any]]) -> None:
    labels = {level: answer.label for level, answer in zip(_severity(), blocks.severity_answers(_severity()), strict=False)}
    for risk, (answer, *grounds) in said.items():
        _write(block.cell(risk, "severity"), labels.get(answer, answer))
        if grounds:
            _write(block.cell(risk, "grounds"), grounds[0])


def _weaknesses(block: _Block, said: list[Mapping[str, str]]) -> None:
    for row, cells in zip(block.rows, said, strict=False):
        _table(block, {row: cells})


def _own_column(block: _Block, header: str, cells: Mapping[str, str]) -> None:
    """Add the column that someone adds beside the table."""
    column = max(block.columns.values()) + 1
    block.sheet.cell(min(block.rows.values()) - 1, column).value = header
    for row, text in cells.items():
        block.sheet.cell(block.rows[row], column).value = text


def filled(form: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a form with an organisation's answers in it, mistakes included."""
    file = load_workbook(io.BytesIO(form))
    known = blocks.blocks(load(), _severity())
    found = {key: _found(file, block) for key, block in known.items() if key.startswith(f"{said['form']}.")}
    _table(found[f"{said['form']}.A"], said.get("services", said.get("resources", {})))
    _table(found[f"{said['form']}.B"], said["endurance"])
    if said["form"] == "department":
        _events(found["department.C"], said["severity"])
        _weaknesses(found["department.D"], said["weaknesses"])
    for mistake in said.get("mistakes", []):
        found[mistake["block"]].cell(mistake["row"], mistake["field"]).value = mistake["value"]
    for own in said.get("columns", []):
        _own_column(found[own["block"]], own["header"], own["cells"])
    for note in said.get("notes", []):
        found[note["block"]].sheet.cell(found[note["block"]].last + 2, 2).value = note["text"]
    return _saved(file)


def _saved(file: Workbook) -> bytes:
    saved = io.BytesIO()
    file.save(saved)
    return saved.getvalue()


def resaved(content: bytes, name: str) -> bytes:
    """Return a workbook as LibreOffice saves it."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        message = "LibreOffice is needed to save some of the files once more"
        raise FileNotFoundError(message)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "in" / name, Path(folder) / "out"
        before.parent.mkdir()
        before.write_bytes(content)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(after), str(before)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return (after / name).read_bytes()


def sent_forms(held: Register) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Return each organisation's answers with the filled-in form, before any other program has saved it."""
    make = {"department": forms.department, "owner": forms.owner}
    for said in answers():
        form = make[said["form"]](held, said["organisation"], severity=_severity(), **DETAILS)
        yield said, filled(form, said)


def workbooks() -> Iterator[tuple[str, bytes, bool]]:
    """Return each workbook's name, its bytes, and whether LibreOffice is to save it once more."""
    held = register()
    yield REGISTER_FILE, registerbook.write(held, **DETAILS), False
    for said, content in sent_forms(held):
        yield said["file"], content, said.get("resaved", False)


def main() -> None:
    """Write every example workbook."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, content, again in workbooks():
        (TARGET / name).write_bytes(resaved(content, name) if again else content)


if __name__ == "__main__":
    main()
