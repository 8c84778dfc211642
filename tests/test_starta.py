"""``Starta.cmd`` cannot be run here: what it says and sets is read."""

from __future__ import annotations

import re

from krokomrsa.vocabulary import texts
from krokomrsa.workspace import PROJECT, VARIABLE

BYTES = (PROJECT / "Starta.cmd").read_bytes()
LINES = BYTES.decode("utf-8").split("\r\n")


def test_windows_can_read_it() -> None:
    """Every line ends as on Windows, the text is UTF-8 and said to be so, without a mark before it."""
    assert BYTES.count(b"\n") == BYTES.count(b"\r\n") == len(LINES) - 1
    assert not BYTES.startswith(b"\xef\xbb\xbf")
    assert LINES[0] == "@echo off"
    assert "chcp 65001 >nul" in LINES


def test_it_has_no_labels_and_every_block_is_closed() -> None:
    """The command prompt misses labels in a text with å, ä and ö; a parenthesis left open takes the rest of the file with it."""
    code = [line for line in LINES if not line.strip().startswith(("echo", "rem"))]
    assert not [line for line in code if re.match(r"\s*(:|goto|call)", line)]
    depth = 0
    for line in (line.strip() for line in code):
        depth += line.endswith("(") - (line.startswith(")"))
        assert depth >= 0
    assert depth == 0


def test_no_text_closes_its_block() -> None:
    """What is echoed in a block holds no parenthesis outside quotation marks, and nothing that the command prompt takes for itself."""
    said = [re.sub('"[^"]*"', "", line) for line in LINES if line.startswith(" ") and line.strip().startswith("echo")]
    assert said
    assert not [line for line in said if re.search(r"[()&|<>%^]", line)]


def test_a_folder_on_a_server_is_entered_and_left() -> None:
    """``cd`` does not enter a folder on a server; the letter that ``pushd`` borrows is given back at every end after it."""
    assert 'pushd "%~dp0"' in LINES
    assert not [line for line in LINES if re.match(r"\s*cd\b", line)]
    after = LINES.index('set "HERE=%~dp0"')
    ends = [number for number, line in enumerate(LINES) if number > after and line.strip().startswith("exit /b")]
    assert all(LINES[number - 1].strip() == "popd" for number in ends)
    assert LINES[-2:] == ["popd", ""]


def test_a_synchronised_or_shared_folder_gets_its_workspace_on_the_own_disk() -> None:
    """Every name that the library takes for a synchronised folder is looked for; the register is never moved from where it stands."""
    looked = next(line for line in LINES if "findstr" in line).casefold()
    assert all(f'/c:"{name}"' in looked for name in texts("store")["synchronised"])
    assert 'if "%HERE:~0,2%"=="\\\\" set "SHARED=1"' in LINES
    chosen = next(line for line in LINES if line.endswith('set "CHOSEN=%LOCALAPPDATA%\\krokomrsa"'))
    assert f"if not defined {VARIABLE}" in chosen
    assert "if not exist data\\register.sqlite" in chosen
    assert f'    set "{VARIABLE}=%CHOSEN%"' in LINES
