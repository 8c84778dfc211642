"""Write what python-docx has no words for: fields, bookmarks, links, alternative texts."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

LANGUAGE: Final = "sv-SE"


def element(tag: str, /, **attributes: object) -> Any:
    """Return an element of WordprocessingML; its attributes are in the same namespace.

    >>> element("w:shd", val="clear", fill="FFFFFF").get(qn("w:fill"))
    'FFFFFF'
    """
    made: Any = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def language() -> Any:
    """Return the property of text that is Swedish."""
    return element("w:lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi="ar-SA")


def printable(text: str) -> str:
    r"""Return a text without the signs that no document can hold.

    >>> printable("El\x0bnät\uffff")
    'Elnät'
    """
    return "".join(
        sign for sign in text if sign in "\n\t" or (unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in "\ufffe\uffff")
    )


def inner(paragraph: Paragraph) -> Any:
    """Return the element of a paragraph."""
    return paragraph._p  # noqa: SLF001 (python-docx has no fields, bookmarks or links of its own)


def _run(paragraph: Paragraph, content: Any) -> None:
    run = element("w:r")
    run.append(content)
    inner(paragraph).append(run)


def begin(paragraph: Paragraph, code: str) -> None:
    """Append the beginning of a field; what follows is its result until its end."""
    told = element("w:instrText")
    told.set(qn("xml:space"), "preserve")
    told.text = f" {code} "
    for content in (element("w:fldChar", fldCharType="begin"), told, element("w:fldChar", fldCharType="separate")):
        _run(paragraph, content)


def end(paragraph: Paragraph) -> None:
    """Append the end of a field."""
    _run(paragraph, element("w:fldChar", fldCharType="end"))


def field(paragraph: Paragraph, code: str, result: str) -> None:
    """Append a field with the result that stands there until it is updated."""
    begin(paragraph, code)
    paragraph.add_run(result)
    end(paragraph)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Put a bookmark around what stands in a paragraph."""
    body = inner(paragraph)
    body.insert(0 if body.pPr is None else 1, element("w:bookmarkStart", id=number, name=name))
    body.append(element("w:bookmarkEnd", id=number))


def link(paragraph: Paragraph, name: str, text: str) -> None:
    """Append a text that leads to a bookmark."""
    made = element("w:hyperlink", anchor=name, history=1)
    run: Any = paragraph.add_run(text)._r  # noqa: SLF001 (moved into the link)
    made.append(run)
    inner(paragraph).append(made)
