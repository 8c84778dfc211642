"""The register workbook: out and in again is the same register, with its origins; and it is quick."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import date

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from krokomrsa import changes, scales, validation
from krokomrsa.excel import intake, reading, registerbook
from krokomrsa.excel.account import Intake
from krokomrsa.register import Origin, Register, frame
from krokomrsa.scales import Scale
from krokomrsa.values import FIRST_DATE, LAST_DATE, Unreadable, Value, read
from krokomrsa.vocabulary import Column, load

Take = Callable[..., Intake]
Answered = Callable[..., bytes]
MADE = {"rule_set": "LEH", "workspace": "krokom", "made_on": date(2021, 11, 15)}
NASTY = [
    "=1+1",
    "+46 670 160 00",
    "-",
    "@sum",
    "'citat",
    '"',
    "007",
    "0",
    "1e5",
    "2021-05-03",
    "#N/A",
    "TRUE",
    "_x0041_",
    "_x005F_x0041_",
    "rad ett\nrad två\n  indragen",
    "Ha\u030arkan, Ås, Föllinge",
    "😀 på 🚒",
    "§",
    "§department.A",
    "<c r='A1'/>&amp;",
    "]]>",
    "\u00a0mellan\u00a0",
    "å" * 32_767,
    "None",
    "nan",
]
TABLES = ("organisations", "services", "resources", "risks", "treatments", "documents", "goals", "information_assets", "events")
LEFT_OUT = {"restoration_high_h", "valid_to"}  # rules weigh them against another column
TEXTS = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20)
)


def _clean(column: Column, raw: object) -> Value:
    try:
        return read(column, raw)
    except Unreadable:
        return None


def _values(column: Column, ids: dict[str, list[str]]) -> st.SearchStrategy[Value]:  # noqa: PLR0911 (one for each type)
    known = [row_id for table in column.to for row_id in ids.get(table, [])]
    if column.type in {"reference", "references"}:
        several = st.lists(st.sampled_from(known), max_size=3, unique=True).map("; ".join) if known else st.none()
        return st.sampled_from(known) if known and column.type == "reference" else several.map(lambda text: text or None)
    if column.type == "choice":
        return st.sampled_from(list(column.values))
    if column.type == "date":
        return st.dates(FIRST_DATE, LAST_DATE)
    if column.type == "boolean":
        return st.booleans()
    if column.type == "integer":
        return st.integers(int(column.min or 0), int(column.max or 10**9))
    if column.type == "number":
        return st.floats(column.min or 0, column.max or 1e9, allow_nan=False).map(
            lambda number: float(f"{number:.15g}")
        )  # as Excel keeps it
    return TEXTS.map(lambda text: _clean(column, text))


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Return a small register whose texts, ids too, are as unkind as texts can be."""
    vocabulary, taken = load(), set()
    ids: dict[str, list[str]] = {}
    for key in TABLES:
        drawn = draw(st.lists(TEXTS.filter(lambda text: ";" not in text and "\n" not in text and len(text) < 99), max_size=2))
        cleaned = {row_id for text in drawn if (row_id := _clean(vocabulary[key]["id"], text))}
        ids[key] = sorted(str(row_id) for row_id in cleaned - taken)
        taken |= cleaned
    tables = {}
    for key in TABLES:
        columns = [column for column in vocabulary[key] if column.key not in {"id", *LEFT_OUT}]
        rows = []
        for row_id in ids[key]:
            values = {column.key: draw(_values(column, ids) if column.required else st.none() | _values(column, ids)) for column in columns}
            if all(values[column.key] is not None for column in columns if column.required):
                rows.append({"id": row_id, **values})
        tables[key] = frame(vocabulary[key], rows)
    return Register(tables)


def _back(register: Register, scale: Scale, *, workspace: str = "en ny") -> Intake:
    content = registerbook.write(register, **MADE)
    book = reading.read(content, file="register.xlsx")
    return intake.take_in(book, file="register.xlsx", sha256="h", register=Register(), scale=scale, workspace=workspace)


@settings(max_examples=12, deadline=None, phases=[Phase.reuse, Phase.generate])  # to shrink a workbook takes minutes
@given(registers())
def test_out_and_in_again_is_the_same_register(register: Register) -> None:
    """Read a register back as it was, whatever its texts look like."""
    scale = scales.load()
    assume(not validation.check(register, scale))
    account = _back(register, scale)
    assert changes.between(register, changes.apply(Register(), account.changes)) == []
    assert account.counts["cells_rejected"] == 0


def test_each_unkind_text_comes_back(register: Register, scale: Scale) -> None:
    """Keep texts that look like a formula, a number, a code or a marker."""
    column = load()["risks"]["note"]
    notes = {f"X-{number}": read(column, text) for number, text in enumerate(NASTY)}
    risks = frame(load()["risks"], [{"id": row_id, "event": row_id, "note": note} for row_id, note in notes.items()])
    known = Register({table.key: risks if table.key == "risks" else rows for table, rows in register if table.key != "assessments"})
    after = changes.apply(Register(), _back(known, scale).changes)
    assert {row_id: row["note"] for row_id, row in after.rows("risks").items()} == notes


def test_an_empty_register_comes_back_empty(scale: Scale) -> None:
    """Find no rows in a workbook without any."""
    account = _back(Register(), scale)
    assert (account.changes, account.counts["cells_accepted"], [one.kind for one in account.problems]) == ((), 0, ["notice"])


def test_where_values_were_read_before_is_kept(register: Register, scale: Scale, answered: Answered) -> None:
    """Keep the first origin of an unchanged value; give an edited one the cell of the workbook."""
    first = Origin("soc, en längre  väg.xlsx", "ab" * 32, " A Våra verksamheter", 9, "B9")
    known = Register(
        {table.key: rows for table, rows in register}, origins={("services", "V-SOC-1", key): first for key in ("id", "name", "unit")}
    )
    content = answered(registerbook.write(known, **MADE), ("register.services", "V-SOC-1", "tolerable_outage_h", 5))
    book = reading.read(content, file="register.xlsx")
    for workspace in ("krokom", "en ny"):
        account = intake.take_in(book, file="register.xlsx", sha256="h", register=Register(), scale=scale, workspace=workspace)
        found = changes.apply(Register(), account.changes).origins
        assert found["services", "V-SOC-1", "name"] == first
        assert found["services", "V-SOC-1", "id"] == first
        assert found["services", "V-SOC-1", "tolerable_outage_h"].file == "register.xlsx"


def test_editing_one_cell_changes_that_cell_only(register: Register, take: Take, answered: Answered) -> None:
    """Give exactly one change, with the cell it was read from."""
    content = answered(registerbook.write(register, **MADE), ("register.risks", "H-1", "event", "Långt elavbrott"))
    (change,) = take(content).changes
    assert (change.table, change.id, change.column, change.before, change.after) == (
        "risks",
        "H-1",
        "event",
        "Elavbrott",
        "Långt elavbrott",
    )
    assert change.origin is not None
    assert change.origin.cell == "B5"


def _large(rows: int) -> Register:
    vocabulary = load()
    soc = [{"id": "SOC", "name": "Socialförvaltningen"}]
    services = [
        {"id": f"V-{n}", "organisation": "SOC", "name": f"Verksamhet {n}", "unit": "Ås", "tolerable_outage_h": float(n)}
        for n in range(rows)
    ]
    needs = [
        {"id": f"B-{n}", "dependent": f"V-{n}", "supplier": f"V-{(n * 7) % rows}", "status": "needed", "endurance_low_h": 4.0}
        for n in range(rows)
    ]
    told = {"organisations": soc, "services": services, "dependencies": needs}
    return Register({key: frame(vocabulary[key], content) for key, content in told.items()})


def test_two_thousand_rows_are_read_in_a_few_seconds(scale: Scale) -> None:
    """Read, check and merge a register of 2,000 rows without work that grows with the square of them."""
    content = registerbook.write(_large(1000), **MADE)
    begun = time.perf_counter()
    book = reading.read(content, file="register.xlsx")
    account = intake.take_in(
        book, file="register.xlsx", sha256=hashlib.sha256(content).hexdigest(), register=Register(), scale=scale, workspace="en ny"
    )
    spent = time.perf_counter() - begun
    assert account.rows == {"organisations": 1, "services": 1000, "dependencies": 1000}
    assert spent < 10


def test_many_mistakes_are_told_in_a_few_seconds(scale: Scale) -> None:
    """Reject the rows of a whole table, told one by one, in time that grows with their number only."""
    broken = _large(400)
    tables = {table.key: rows for table, rows in broken if table.key != "organisations"}
    content = registerbook.write(Register(tables), **MADE)
    book = reading.read(content, file="register.xlsx")
    begun = time.perf_counter()
    account = intake.take_in(book, file="register.xlsx", sha256="h", register=Register(), scale=scale, workspace="en ny")
    assert time.perf_counter() - begun < 8
    assert account.changes == ()
    assert len(account.problems) > 800
