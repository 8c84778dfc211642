"""Take in a workbook, ours or a sender's own."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from krokomrsa.excel import account, formintake
from krokomrsa.excel.account import Intake
from krokomrsa.excel.foreign import intake as foreign
from krokomrsa.excel.foreign.model import Answers, Layout
from krokomrsa.excel.merge import OnConflict
from krokomrsa.excel.reading import Book
from krokomrsa.register import Register
from krokomrsa.register.snapshot import Known
from krokomrsa.scales import Scale


def take_in(
    book: Book,
    *,
    file: str,
    sha256: str,
    register: Register,
    scale: Scale,
    workspace: str,
    answers: Answers | None = None,
    removed: AbstractSet[tuple[str, str]] = frozenset(),
    on_conflict: OnConflict = "ask",
    layout: Layout | None = None,
) -> Intake:
    """Return what a workbook says, cell by cell, and the changes it makes; nothing is stored here.

    ``removed`` holds (table, id) of rows that the register once had and took away. ``workspace`` is this workspace's id: what a form
    from another workspace was sent with says nothing of this register. ``answers`` is what is known of a sender's own tables,
    ``layout`` where they are, if that has been found already.

    Raises
    ------
    KrokomrsaError
        The workbook holds no table; it is a form that names no known organisation, or that is newer than this program.
    """
    if formintake.is_ours(book, register.vocabulary):
        return formintake.take_in(
            book,
            file=file,
            sha256=sha256,
            register=register,
            scale=scale,
            workspace=workspace,
            removed=removed,
            on_conflict=on_conflict,
        )
    return take_in_own(
        book,
        file=file,
        sha256=sha256,
        register=register,
        scale=scale,
        answers=answers or Answers(),
        removed=removed,
        on_conflict=on_conflict,
        layout=layout,
    )


def take_in_own(
    book: Book,
    *,
    file: str,
    sha256: str,
    register: Known,
    scale: Scale,
    answers: Answers,
    removed: AbstractSet[tuple[str, str]],
    on_conflict: OnConflict = "ask",
    layout: Layout | None = None,
) -> Intake:
    """Return what a sender's own workbook says, as :func:`take_in` does; of a snapshot of the register too, as :func:`foreign.take_in` says.

    Raises
    ------
    KrokomrsaError
        The workbook holds no table.
    """
    read = foreign.take_in(
        book,
        file=file,
        sha256=sha256,
        register=register,
        scale=scale,
        answers=answers,
        removed=removed,
        on_conflict=on_conflict,
        layout=layout,
    )
    return account.taken_in(
        read.ledger,
        read.settling.changes(),
        after=read.settling.after,
        sha256=sha256,
        form=account.FOREIGN,
        organisation=answers.organisation or "",
        understood=read.understood,
        questions=read.questions,
    )
