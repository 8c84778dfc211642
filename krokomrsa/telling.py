"""Tell results in Swedish lines, for a person at the command line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.charts.rows import duration
from krokomrsa.errors import Problem
from krokomrsa.excel.account import Intake
from krokomrsa.register import Register, rows_of
from krokomrsa.replies import Reply
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import shown
from krokomrsa.vocabulary import Vocabulary, counted, text_of, texts

TOP = 10
SHOWN_PROBLEMS = 20


def _t(key: str, **values: object) -> str:
    return text_of(f"telling.{key}", **values)


def _rows(account: Intake, vocabulary: Vocabulary) -> str:
    told = []
    for table, count in sorted(account.rows.items(), key=lambda item: list(vocabulary.tables).index(item[0])):
        pairs = (
            ("new", account.new.get(table, 0)),
            ("changed", account.changed.get(table, 0)),
            ("unchanged", account.unchanged.get(table, 0)),
        )
        details = ", ".join(counted(f"telling.{key}", number) for key, number in pairs if number)
        sheet = vocabulary[table].sheet
        told.append(_t("row_new", table=sheet, count=count, details=details) if details else _t("row", table=sheet, count=count))
    return _t("rows", rows=", ".join(told)) if told else _t("no_rows")


def since(found: pd.DataFrame, *, name: str) -> Iterator[str]:
    """Tell what has become of the risks since a named state; ``found`` is what :func:`krokomrsa.analysis.risk.since` returns."""
    numbers, before = found["status"].value_counts(), found["event_before"].to_dict()
    keys = {"new": "new", "changed": "changed", "gone": "since.gone", "unchanged": "unchanged"}
    counts = [counted(f"telling.{key}", int(numbers[status])) for status, key in keys.items() if status in numbers]
    yield _t("since.heading", name=name, counts=", ".join(counts) or _t("since.none"))
    for row in rows_of(found[found["status"] != "unchanged"].reset_index()):
        event = row["event"] or row["event_before"]
        yield _t("since.row", id=row["risk"], event=event, status=_t(f"since.status.{row['status']}"))
        if row["proposal"] is not None:
            yield _t("since.proposal", id=row["proposal"], event=before[row["proposal"]])


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    groups = {
        "problems": [problem for problem in problems if problem.kind != "notice"],
        "notices": [problem for problem in problems if problem.kind == "notice"],
    }
    if not problems:
        yield _t("no_problems")
    for key, group in groups.items():
        if not group:
            continue
        yield _t(key, count=len(group))
        yield from (
            _t("problem", text=str(problem.at(file="", table="" if problem.cell else problem.table))) for problem in group[:SHOWN_PROBLEMS]
        )
        if len(group) > SHOWN_PROBLEMS:
            yield _t("more", count=len(group) - SHOWN_PROBLEMS)


def account(read: Intake, vocabulary: Vocabulary) -> Iterator[str]:
    """Tell what one file held, cell by cell in numbers, and everything that is wrong in it."""
    numbers = {key.removeprefix("cells_"): value for key, value in read.counts.items()}
    yield _t("file", file=read.file)
    yield _t("refused" if read.refused else "counts", **numbers)
    if not read.refused:
        yield _rows(read, vocabulary)
    yield from _problems(read.problems)


def accounts(read: Sequence[Intake], vocabulary: Vocabulary, *, dry_run: bool = False) -> Iterator[str]:
    """Tell what every file held, and the sum of it."""
    for one in read:
        yield from account(one, vocabulary)
    if len(read) > 1:
        keys = ("read", "accepted", "rejected", "ignored")
        yield _t("total", count=len(read), **{key: sum(one.counts[f"cells_{key}"] for one in read) for key in keys})
    if dry_run:
        yield _t("dry")


def span(low: float, high: float) -> str:
    """Return an interval as it is printed, one number where both ends are the same.

    >>> span(3.0, 4.0), span(3.0, 3.0)
    ('3–4', '3')
    """
    return _t("exactly", low=shown(float(low))) if low == high else _t("between", low=shown(float(low)), high=shown(float(high)))


def risks(result: Analysis, register: Register, scale: Scale) -> Iterator[str]:
    """Tell the highest risks in the declared order, and how many have no rank and why."""
    yield _t("risks")
    names = {row_id: str(row["event"]) for row_id, row in register.rows("risks").items()}
    labels = {one.level: one.label for one in scale.classes}
    ranked = result.ranking[result.ranking["rank"].notna()]
    for row in ranked.head(TOP).reset_index().to_dict("records"):
        low, high = labels[int(row["class_low"])], labels[int(row["class_high"])]
        yield _t(
            "risk",
            rank=int(row["rank"]),
            event=names.get(row["risk"], row["risk"]),
            **{"class": low if low == high else _t("between", low=low, high=high)},
            likelihood=span(row["likelihood_low"], row["likelihood_high"]),
            consequence=span(row["consequence_low"], row["consequence_high"]),
        )
    if ranked.empty:
        yield _t("no_risks")
    counts = result.matrix["status"].value_counts()
    missing = len(set(names) - set(result.matrix.index))
    pairs = (
        ("unknown", counts.get("unknown", 0)),
        ("not_judged", counts.get("not judged", 0)),
        ("missing", counts.get("missing", 0) + missing),
    )
    details = [_t(f"status_{key}", count=int(number)) for key, number in pairs if number]
    if details:
        yield _t("not_ranked", count=sum(int(number) for _, number in pairs), details=", ".join(details))


def hours(low: float, high: float) -> str:
    """Return a span of hours as it is printed.

    >>> hours(4.0, 24.0), hours(2.0, 2.0)
    ('4–24 h', '2 h')
    """
    return _t("hours", low=shown(float(low))) if low == high else _t("hours_between", low=shown(float(low)), high=shown(float(high)))


def critical(result: Analysis, register: Register) -> Iterator[str]:
    """Tell which lost resources bring down most, and one chain in words for the worst."""
    yield _t("critical")
    names = {row_id: str(row["name"]) for table in ("resources", "services") for row_id, row in register.rows(table).items()}
    felt = result.critical[result.critical["failed_high"] > 0].head(TOP)
    for row in felt.to_dict("records"):
        moment = float(row["first_unacceptable_h"])
        yield _t(
            "loss_one" if row["failed_high"] == 1 else "loss",
            name=names.get(row["lost"], row["lost"]),
            failed=span(row["failed_low"], row["failed_high"]),
            unacceptable=span(row["unacceptable_low"], row["unacceptable_high"]),
            first=_t("loss_first", hours=duration(moment)) if math.isfinite(moment) else "",
        )
    if felt.empty:
        yield _t("no_critical")
    else:
        yield from _example_chain(str(felt.iloc[0]["lost"]), result.failure_times, register, names)


def _example_chain(lost: str, failures: pd.DataFrame, register: Register, names: dict[str, str]) -> Iterator[str]:
    """Tell the longest way by which the loss brings down a service of the municipality."""
    services = set(register.rows("services"))
    hit = failures[(failures["lost"] == lost) & failures["id"].isin(services) & (failures["earliest_h"] < math.inf)]
    chains = [cascade.explain(register.dependencies, {lost: 0.0}, str(row_id)) for row_id in hit["id"]]
    longest = max(chains, key=len, default=None)
    if longest is not None and len(longest):
        yield _t("chain", sentence=cascade.sentence(longest, names))


def duties(table: pd.DataFrame) -> Iterator[str]:
    """Tell the duties and goals that are not met, and why."""
    yield _t("duties")
    words = texts("telling")
    open_ones = table[table["status"] != "met"]
    for row in open_ones.to_dict("records"):
        status, kind = words["statuses"][row["status"]], words["kinds"][row["kind"]]
        yield _t("duty", status=status, kind=kind, text=row["text"], reason=row["reason"])
    if open_ones.empty:
        yield _t("duties_met")
    yield counted("telling.duties_count", len(table), met=int((table["status"] == "met").sum()))


def banners(lines: Iterable[str]) -> Iterator[str]:
    """Tell what must be said before any result: example data, rules that have expired or are not known."""
    return (_t("banner", text=line) for line in lines)


def results(result: Analysis, register: Register, scale: Scale) -> Iterator[str]:
    """Tell the highest risks, the most critical dependencies and the duties that are not met."""
    yield from risks(result, register, scale)
    yield from critical(result, register)
    yield from duties(result.duties)


def replies(found: Iterable[Reply]) -> Iterator[str]:
    """Tell of each organisation whether it has answered, and how well it could be read."""
    words = texts("replies")
    for one in found:
        yield words["line"][one.state].format(
            name=one.name,
            state=words["states"][one.state],
            left=", ".join(_left(one)),
            date=shown(one.received_on) if one.received_on else "",
            files=", ".join(one.files),
        )


def _left(one: Reply) -> Iterator[str]:
    """Count what is left to mend in a reply, leaving out what is not."""
    for key, count in (("rejected", one.rejected), ("questions", one.questions)):
        if count:
            yield counted(f"replies.left.{key}", count)
