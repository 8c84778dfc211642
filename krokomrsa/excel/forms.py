"""Write the forms that departments and resource owners fill in: what the register holds already, and room for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final, NoReturn

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import formsheet, prefill, workbook
from krokomrsa.excel.blocks import BASE_COLUMNS, BASE_SHEET, META_KEYS, META_SHEET, Block, Written, blocks
from krokomrsa.excel.formsheet import FIRST_COLUMN, LABEL_WIDTH, MATRIX_WIDTH
from krokomrsa.excel.prefill import Line
from krokomrsa.register import Register
from krokomrsa.vocabulary import text_of, texts

_Asked = tuple[Block, Sequence[Line]]  # a block and its rows
_Names = Sequence[Cell | MergedCell]  # the cells that name the rows

_EVENT_WIDTHS: Final = (49.0, 43.0, 49.0)  # events above, weaknesses below: one set of widths for both
_HEAD_WIDTH: Final = 115  # characters that a head needs to stay low
_MOST_COLUMNS: Final = 24  # resources that can still be read on one A4 landscape page
_COLUMNS_A_PAGE: Final = 15  # on each page where they are more
_ROWS_A_PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class _Form:
    kind: str
    register: Register
    organisation: str
    rule_set: str
    workspace: str
    made_on: date
    banner: str

    @property
    def name(self) -> str:
        """Return the organisation's name."""
        return str(self.register.rows("organisations")[self.organisation]["name"])

    @property
    def meta(self) -> dict[str, Written]:
        """Return what the form says of itself in its hidden sheet."""
        return {
            "form": self.kind,
            "form_version": texts("forms")["version"],
            "organisation": self.organisation,
            "rule_set": self.rule_set,
            "state": self.register.fingerprint(),
            "workspace": self.workspace,
            "made_on": self.made_on.isoformat(),
        }


def _refuse(key: str, value: str, **told: str) -> NoReturn:
    problem, remedy = text_of(f"formsheet.problems.{key}"), text_of(f"formsheet.problems.{key}_remedy", **told)
    raise KrokomrsaError(Problem(value=value, problem=problem, remedy=remedy, kind="refused"))


def _check(register: Register, organisation: str) -> None:
    known = register.rows("organisations")
    if organisation not in known:
        _refuse("no_organisation", organisation, known=", ".join(known))


def _head(sheet: Worksheet, form: _Form, block: Block, last_column: int) -> int:
    """Write who is asked, under which rules, what must not be written and what to do; return the next free row."""
    version = texts("forms")["version"]
    meta = text_of("formsheet.head.meta", rule_set=form.rule_set, version=version, made_on=form.made_on.isoformat())
    told = [
        ("title", text_of("formsheet.head.title", sheet=block.sheet, organisation=form.name)),
        ("meta", f"{text_of(f'formsheet.titles.{form.kind}')} · {meta}"),
        ("banner", form.banner),
        ("stop", f"{text_of('workbook.stop')} {text_of('workbook.no_names')}"),
        ("meta", text_of("workbook.classification")),
        ("help", texts("formsheet")["help"][block.key]),
    ]
    return formsheet.head(sheet, [(look, text) for look, text in told if text], last_column)


def _finish_sheet(sheet: Worksheet, form: _Form, *, freeze: str, wide: int = 1, tall: int = 0) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = freeze
    title = text_of("formsheet.head.title", sheet=sheet.title, organisation=form.name)
    workbook.page(sheet, title=title, banner=form.banner, wide=wide, tall=tall)
    workbook.protect(sheet)


def _table_sheet(file: Workbook, form: _Form, asked: _Asked) -> _Names:
    """Write sheet A; return the cells of its first column, which name the rows of sheet B."""
    block, lines = asked
    sheet: Worksheet = file.create_sheet(block.sheet)
    formsheet.set_widths(sheet, formsheet.widths(block))
    top = _head(sheet, form, block, FIRST_COLUMN + len(block.fields) - 1)
    placed = formsheet.table(sheet, block, lines, top=top, help_shown=True, least=40)
    formsheet.remind(sheet, placed, block, lines)
    sheet.print_title_rows = f"{placed.header}:{placed.header}"
    _finish_sheet(sheet, form, freeze=f"C{placed.first}", tall=int(len(lines) <= _ROWS_A_PAGE))
    return [sheet.cell(row, FIRST_COLUMN) for row in range(placed.first, placed.last + 1)]


def _matrix_sheet(file: Workbook, form: _Form, asked: _Asked, columns: Mapping[str, str], names: _Names) -> None:
    """Write sheet B: how long each row stands without each resource, and what the answers mean."""
    block, lines = asked
    sheet: Worksheet = file.create_sheet(block.sheet)
    shown = max(len(columns), ceil((_HEAD_WIDTH - LABEL_WIDTH) / MATRIX_WIDTH))
    formsheet.set_widths(sheet, [LABEL_WIDTH, *[MATRIX_WIDTH] * shown])
    several = len(columns) > _MOST_COLUMNS
    top = _head(sheet, form, block, FIRST_COLUMN + (_COLUMNS_A_PAGE if several else shown))
    placed = formsheet.matrix(sheet, block, lines, columns, top=top, names=names)
    bottom = formsheet.legend(sheet, block.fields[0].answers, top=placed.last + 2)
    _finish_sheet(sheet, form, freeze=f"C{placed.first}", tall=int(len(lines) <= _ROWS_A_PAGE and not several))
    sheet.print_title_rows = f"{placed.header}:{placed.header}"
    if several:
        sheet.print_title_cols = "A:B"
        sheet.print_area = ",".join(formsheet.pages(placed, _COLUMNS_A_PAGE, bottom))


def _event_sheet(file: Workbook, form: _Form, events: _Asked, weaknesses: _Asked) -> None:
    """Write sheet C: how hard each event hits, and below it weaknesses and proposals."""
    (block, risks), (below, slots) = events, weaknesses
    sheet: Worksheet = file.create_sheet(block.sheet)
    formsheet.set_widths(sheet, _EVENT_WIDTHS)
    last_column = FIRST_COLUMN + len(_EVENT_WIDTHS) - 1
    placed = formsheet.table(sheet, block, risks, top=_head(sheet, form, block, last_column), least=20)
    top = placed.last + 2
    formsheet.section(sheet, top, last_column, text_of("formsheet.sections.weaknesses"), texts("formsheet")["help"][below.key])
    formsheet.table(sheet, below, slots, top=top + 2, least=30)
    sheet.print_title_rows = "1:1"  # two tables share the sheet: the header of one would stand above rows of the other
    _finish_sheet(sheet, form, freeze=f"A{placed.first}", wide=0)
    if workbook.would_be_split(sheet, top):
        sheet.row_breaks.append(Break(id=top - 1))


def _packed(file: Workbook, form: _Form, sent: Mapping[str, Sequence[Line]]) -> bytes:
    """Add what the form must remember: what it is, and every answer as it is sent out."""
    rows = [
        (block, line.id, field, answer.id, answer.value)
        for block, lines in sent.items()
        for line in lines
        for field, answer in line.sent.items()
    ]
    workbook.hidden_sheet(file, META_SHEET, [(key, form.meta[key]) for key in META_KEYS])
    workbook.hidden_sheet(file, BASE_SHEET, [BASE_COLUMNS, *rows])
    workbook.lock_structure(file)
    title = text_of(f"formsheet.titles.{form.kind}")
    return workbook.packed(file, title=f"{title}: {form.name}", made_on=form.made_on)


def department(
    register: Register,
    organisation: str,
    *,
    severity: Mapping[int, str],
    rule_set: str,
    workspace: str,
    made_on: date,
    banner: str = "",
) -> bytes:
    """Return the form of a department: its services, how long each stands without the shared resources, the events.

    Parameters
    ----------
    register
        What the department answered last time is filled in. Of others' rows only shared resources and the events are shown.
    organisation
        The department's id.
    severity
        The consequence levels of the scale in use: level → label.
    rule_set, workspace
        Names that the form carries.
    made_on
        The day printed on the form; no clock is read.
    banner
        A line on every sheet, such as ``påhittade exempeldata``.

    Raises
    ------
    krokomrsa.errors.KrokomrsaError
        The organisation is not in the register.

    Examples
    --------
    >>> import pandas as pd
    >>> register = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
    >>> made = department(register, "SOC", severity={1: "Lindriga"}, rule_set="LEH", workspace="krokom", made_on=date(2026, 11, 22))
    >>> made[:2]
    b'PK'
    """
    _check(register, organisation)
    form = _Form("department", register, organisation, rule_set, workspace, made_on, banner)
    asked, columns = blocks(register.vocabulary, severity), prefill.visible_resources(register, organisation)
    services = prefill.services(register, organisation, asked["department.A"])
    needs = prefill.needs(register, asked["department.B"], [line.id for line in services], columns)
    events, slots = prefill.events(register, organisation, asked["department.C"]), prefill.weaknesses(register, organisation)
    file = workbook.new()
    names = _table_sheet(file, form, (asked["department.A"], services))
    _matrix_sheet(file, form, (asked["department.B"], needs), columns, names)
    _event_sheet(file, form, (asked["department.C"], events), (asked["department.D"], slots))
    return _packed(file, form, {"department.A": services, "department.B": needs, "department.C": events})


def owner(
    register: Register,
    organisation: str,
    *,
    severity: Mapping[int, str],
    rule_set: str,
    workspace: str,
    made_on: date,
    banner: str = "",
) -> bytes:
    """Return the form of a resource owner: reserve power, restoration times, and what its own resources need.

    Parameters are those of `department`.

    Raises
    ------
    krokomrsa.errors.KrokomrsaError
        The organisation is not in the register, or owns no resource there.

    Examples
    --------
    >>> import pandas as pd
    >>> register = Register({"organisations": pd.DataFrame({"id": ["IT"], "name": ["It-avdelningen"]}),
    ...                      "resources": pd.DataFrame({"id": ["R1"], "name": ["Kommunens nät"], "owner": ["IT"]})})
    >>> made = owner(register, "IT", severity={1: "Lindriga"}, rule_set="LEH", workspace="krokom", made_on=date(2026, 11, 22))
    >>> made[:2]
    b'PK'
    """
    _check(register, organisation)
    form = _Form("owner", register, organisation, rule_set, workspace, made_on, banner)
    asked, columns = blocks(register.vocabulary, severity), prefill.visible_resources(register, organisation)
    resources = prefill.resources(register, organisation, asked["owner.A"])
    if not resources:
        _refuse("no_resources", organisation)
    needs = prefill.needs(register, asked["owner.B"], [line.id for line in resources], columns)
    file = workbook.new()
    names = _table_sheet(file, form, (asked["owner.A"], resources))
    _matrix_sheet(file, form, (asked["owner.B"], needs), columns, names)
    return _packed(file, form, {"owner.A": resources, "owner.B": needs})
