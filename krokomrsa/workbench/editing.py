"""Edit the rows of one register table: each edit is checked and stored at once, can be undone, and is traced to who made it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import ipywidgets as widgets

from krokomrsa.changes import Change
from krokomrsa.charts.rows import named
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Record
from krokomrsa.store.trail import said_value
from krokomrsa.values import Value, display, fold, read, split
from krokomrsa.vocabulary import Column, text_of
from krokomrsa.workbench import table as tables
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.keeping import Keeping, name_of
from krokomrsa.workbench.naming import inside
from krokomrsa.workbench.panel import WIDE, Panel, button, guarded
from krokomrsa.workbench.table import Edit

PAGE: Final = 40  # rows that are sent to the browser at a time
ANY, NOBODY = "*", "-"  # no organisation has such an id

Told = str | tuple[str, Callable[[str, Record], str]]  # a declared column, or a header and what to tell of a row


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_editing.{key}", **values)


class Editor(Keeping):
    """Rows of one register table, to be edited where they stand.

    ``columns`` are keys of the declaration, or ``(header, tell)`` where ``tell(id, row)`` gives what a column that is not stored says.
    ``where`` keeps some rows; ``labels`` gives columns other headers; ``locked`` columns are only shown; ``widths`` are of columns by key or
    header; ``defaults`` are the values of a new row, ``asking`` what a new row is asked for besides what is required; ``along`` gives what
    changes along with a value that is written in a row; ``picked`` is called with the id of a row that is chosen. Edits are stored in the panel's name.
    """

    def __init__(
        self,
        panel: Panel,
        table_key: str,
        columns: Sequence[Told],
        *,
        where: Callable[[Record], bool] | None = None,
        labels: Mapping[str, str] | None = None,
        locked: Collection[str] = (),
        defaults: Mapping[str, Value] | None = None,
        picked: Callable[[str], object] | None = None,
        source: str = "",
        adding: bool = True,
        widths: Mapping[str, str] | None = None,
        asking: Collection[str] = (),
        along: Callable[[Record, str, Value], Sequence[Change]] | None = None,
    ) -> None:
        """Show the rows of a table in a panel."""
        keeper = panel if isinstance(panel, Keeping) else None
        super().__init__(panel.folder, source=keeper.source if keeper else source or type(panel).__name__.lower())
        self.keeper, self.message = keeper or self, panel.message
        self.key, self.where, self.locked, self.defaults = table_key, where, locked, dict(defaults or {})
        self.labels, self.widths, self.picked, self.adding = dict(labels or {}), dict(widths or {}), picked, adding
        self.asking, self.along = asking, along
        self._name(columns)
        self.page, self.ids = 0, list[str]()
        if self.keeper is not self or self.begin():
            self._build()

    def _name(self, columns: Sequence[Told]) -> None:
        self.columns = [column for column in columns if isinstance(column, str)]
        self.tellers = {f"told{number}": column for number, column in enumerate(columns) if not isinstance(column, str)}
        self.order = [column if isinstance(column, str) else f"told{number}" for number, column in enumerate(columns)]

    def arrange(self, columns: Sequence[Told]) -> None:
        """Show other columns, or the same in another order."""
        self._name(columns)
        self.show()

    # parts

    def _build(self) -> None:
        self.declared = self.keeper.vocabulary[self.key]
        self.owner = next((column.key for column in self.declared if column.to == ("organisations",) and column.type == "reference"), "")
        self.table = tables.Table(self.edited, label=self.declared.title)
        self.search = widgets.Text(
            description=_t("search"), placeholder=_t("search_hint"), style=WIDE, layout=widgets.Layout(width="220px")
        )
        self.organisation = Choosing(_t("organisation"), self.seek)
        self.count = widgets.Label()
        self.earlier, self.later = button(_t("previous"), lambda: self.turn(-1)), button(_t("next"), lambda: self.turn(1))
        self.chosen, self.trace = widgets.HTML(), widgets.HTML()
        self.tracing = button(_t("who"), self.show_history, tip=_t("who_tip"))
        self.removing = button(_t("remove"), self.remove, tip=_t("remove_tip"))
        self.undoing = button(_t("undo"), self.take_back, tip=_t("undo_tip"))
        self.reading = button(_t("reload"), self.reload, tip=_t("reload_tip"))
        self.fresh: dict[str, Any] = {}
        self.form = widgets.HBox(layout=widgets.Layout(flex_flow="row wrap"))
        self.search.observe(lambda _: self.seek(), "value")
        self.table.observe(lambda _: self.choose(), "selected")
        filters = [self.search, *([self.organisation] if self.owner else []), self.earlier, self.count, self.later]
        acts = [self.undoing, self.tracing, *([self.removing] if self.adding else []), self.reading]
        rows = [filters, [self.table], acts, [self.chosen], *([[self.form]] if self.adding else []), [self.trace]]
        wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
        self.body.children = [widgets.HBox(row, layout=wrapped) if len(row) > 1 else row[0] for row in rows]
        if self.keeper is not self:
            self.widget = self.body
        self.keeper.watchers.append(self.show)
        self.show()

    def _options(self, column: Column) -> list[tuple[str, str]]:
        found = []
        for key in column.to:
            declared = self.keeper.vocabulary[key]
            names = {row_id: name_of(declared, row) for row_id, row in self.keeper.register.held(key).items()}
            single = key == "organisations"
            found += [(row_id, name if single or name == row_id else f"{row_id} {name}") for row_id, name in names.items()]
        return found

    def _fields(self) -> list[dict[str, Any]]:
        made = []
        for key in self.order:
            if key in self.tellers:
                header = self.tellers[key][0]
                made.append(tables.told(key, header, width=self.widths.get(header, "")))
                continue
            column = self.declared[key]
            title, width = self.labels.get(key, ""), self.widths.get(key, "")
            made.append(tables.field(column, self._options(column), title=title, locked=key in self.locked, width=width))
        return made

    # showing

    def show(self) -> None:
        """Show the page of rows that the filters leave, as they are stored."""
        self.names = {key: dict(self._options(self.declared[key])) for key in self.columns if self.declared[key].to}
        self._show_owners()
        self.table.columns = self._fields()
        self._show_form()
        self.seek(page=self.page)
        if self.trace.value:
            self.trace.value = self.keeper.history(self.key, self.table.selected) if self.table.selected in self._rows() else ""

    def _show_owners(self) -> None:
        held = {str(row[self.owner] or NOBODY) for row in self._rows().values()} if self.owner else set()
        names = named(self.keeper.register.organisations) | {NOBODY: _t("none")}
        wanted = ((_t("all"), ANY), *sorted((names.get(key, key), key) for key in held))
        self.organisation.offer(wanted)

    def _rows(self) -> dict[str, Record]:
        rows = self.keeper.register.held(self.key)
        return {row_id: row for row_id, row in rows.items() if self.where is None or self.where(row)}

    def _said(self, row: Record) -> str:
        parts = [self._shown(key, row[key]) for key in self.columns if row[key] is not None]
        return fold(" ".join([str(row["id"]), *parts]))

    def seek(self, *, page: int = 0) -> None:
        """Show the rows that hold the words sought for, from the organisation that is chosen."""
        words, owner = fold(self.search.value).split(), self.organisation.value
        rows = {row_id: row for row_id, row in self._rows().items() if owner == ANY or (row[self.owner] or NOBODY) == owner}
        self.ids = [row_id for row_id, row in rows.items() if not words or all(word in self._said(row) for word in words)]
        self.page = max(0, min(page, (len(self.ids) - 1) // PAGE))
        first = self.page * PAGE
        shown = self.ids[first : first + PAGE]
        self.table.show((row_id, self._called(rows[row_id]), self._cells(rows[row_id])) for row_id in shown)
        last = first + len(shown)
        self.count.value = _t("page", first=first + 1, last=last, count=len(self.ids)) if shown else _t("page_none")
        self.earlier.disabled, self.later.disabled = first == 0, last >= len(self.ids)
        self._show_chosen()

    def _cells(self, row: Record) -> dict[str, Value]:
        told = {key: tell(str(row["id"]), row) for key, (_, tell) in self.tellers.items()}
        held = {key: self._shown(key, row[key]) if key in self.locked else row[key] for key in self.columns}
        return held | told

    def _shown(self, key: str, value: Value) -> str:
        names = self.names.get(key)
        return display(self.declared[key], value) if names is None else "; ".join(names.get(part, part) for part in split(value))

    def _called(self, row: Record) -> str:
        return inside(self.keeper.called(self.key, row))

    def turn(self, pages: int) -> None:
        """Show an earlier or a later page."""
        self.seek(page=self.page + pages)

    def _show_chosen(self) -> None:
        row = self._rows().get(self.table.selected)
        text = _t("chosen", name=self._called(row)) if row else _t("chosen_none")
        self.chosen.value = f"<i>{tables.escaped(text)}</i>"
        self.tracing.disabled = self.removing.disabled = row is None

    @guarded
    def choose(self) -> None:
        """Tell which row is chosen, and what it is about."""
        self.trace.value = ""
        self._show_chosen()
        if self.picked and self.table.selected:
            self.picked(self.table.selected)

    # doing

    @guarded
    def edited(self, edit: Edit) -> None:
        """Check a value that was written in a field and store it."""
        row = self._rows().get(edit.row)
        column = self.declared[edit.key]
        name = self._called(row) if row else edit.row
        try:
            value = read(column, edit.value)
        except KrokomrsaError as error:
            place = _t("place", name=tables.shortened(name), header=column.header)
            raise KrokomrsaError.of(problem.at(sheet=place) for problem in error.problems) from None
        before = row[edit.key] if row else None
        if value == before and row:
            return
        more = self.along(row, edit.key, value) if self.along and row else ()
        self.keeper.store([Change(table=self.key, id=edit.row, column=edit.key, before=before, after=value), *more])
        told = [said_value(self.keeper.vocabulary, self.key, edit.key, one) for one in (before, value)]
        self.say(_t("stored", name=tables.shortened(name), header=column.header, before=told[0], after=told[1]))

    @guarded
    def take_back(self) -> None:
        """Undo the latest edit made in the panel."""
        self.keeper.undo()

    @guarded
    def reload(self) -> None:
        """Show the register as it stands now."""
        self.keeper.read()
        self.keeper.changed()
        self.say(_t("reloaded"))

    @guarded
    def show_history(self) -> None:
        """Show or hide who changed what in the chosen row."""
        row_id = self._chosen()
        self.trace.value = "" if self.trace.value else self.keeper.history(self.key, row_id)
        self.tracing.description = _t("hide") if self.trace.value else _t("who")

    def _chosen(self) -> str:
        if self.table.selected not in self._rows():
            raise KrokomrsaError(Problem(problem=_t("no_row"), remedy=_t("no_row_remedy"), kind="notice"))
        return self.table.selected

    @guarded
    def remove(self) -> None:
        """Take the chosen row away, unless other rows point to it."""
        row_id = self._chosen()
        name = self._called(self._rows()[row_id])
        places = list(self._uses(row_id))
        if places:
            problem = _t("in_use", places=", ".join(places))
            raise KrokomrsaError(Problem(sheet=tables.shortened(name), problem=problem, remedy=_t("in_use_remedy")))
        self.keeper.store([Change(table=self.key, id=row_id, column="id", before=row_id, after=None)])
        self.table.selected = ""
        self.say(_t("removed", name=name))

    def _uses(self, row_id: str) -> list[str]:
        found = []
        for declared in self.keeper.vocabulary:
            keys = [column.key for column in declared if self.key in column.to]
            users = [row for row in self.keeper.register.held(declared.key).values() if any(row_id in split(row[key]) for key in keys)]
            found += [f"{declared.sheet} {self.keeper.called(declared.key, row)}" for row in users]
        return found

    # a new row

    def _show_form(self) -> None:
        if not self.fresh:
            wanted = [column for column in self.declared if column.required or column.key in self.asking]
            asked = [column for column in wanted if column.key != "id" and column.key not in self.defaults]
            self.fresh = {column.key: self._asked(column) for column in asked}
            heading = widgets.HTML(f"<b>{_t('new_heading')}:</b>&nbsp;")
            self.form.children = [heading, *self.fresh.values(), button(_t("add"), self.add, look="primary")]
        for key, asked in self.fresh.items():
            if isinstance(asked, Choosing):
                asked.offer(self._listed(self.declared[key]))

    def _listed(self, column: Column) -> tuple[tuple[str, str], ...]:
        listed = [(name, code) for code, name in self._options(column) or tables.field(column)["options"]]
        return (("–", ""), *listed) if listed or column.to else ()

    def _asked(self, column: Column) -> Any:
        label = self.labels.get(column.key, column.title)
        if self._listed(column):
            return Choosing(label, lambda: None)
        return widgets.Text(description=label, style=WIDE, layout=widgets.Layout(width="380px"))

    @guarded
    def add(self) -> None:
        """Store a new row and go to it."""
        values: dict[str, Value] = dict(self.defaults)
        for key, asked in self.fresh.items():
            column = self.declared[key]
            values[key] = read(column, asked.value)
            if values[key] is None and column.required:
                header = self.labels.get(key, column.title)
                raise KrokomrsaError(Problem(problem=_t("empty", header=header), remedy=_t("empty_remedy")))
        row_id, made = self.keeper.new_row(self.key, values)
        self.keeper.store(made)
        for asked in self.fresh.values():
            if isinstance(asked, widgets.Text):
                asked.value = ""
        self.search.value, self.organisation.value = "", ANY
        self.seek(page=self.ids.index(row_id) // PAGE)
        self.table.selected = row_id
        self.say(_t("added", name=self._called(self._rows()[row_id])))
