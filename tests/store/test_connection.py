import sqlite3
import sys
from pathlib import Path

import pytest
from test_store import put, service

from krokomrsa import store
from krokomrsa.errors import KrokomrsaError
from krokomrsa.store import connection


@pytest.mark.parametrize(
    ("folder", "warns"),
    [("OneDrive - Krokoms kommun", True), ("Dropbox", True), ("Google Drive", True), ("Nextcloud", True), ("rsa", False)],
)
def test_a_synchronised_folder_gets_a_rollback_journal_and_a_warning(tmp_path, folder, warns):
    """A write-ahead log is used on a disk of one's own only; elsewhere a Swedish sentence names the folder."""
    (tmp_path / folder).mkdir()
    place = tmp_path / folder / "register.sqlite"
    with store.open(place, create=True) as opened:
        put(opened, *service())
        with sqlite3.connect(place) as raw:
            mode = raw.execute("PRAGMA journal_mode").fetchone()[0]
        raw.close()

        assert mode == ("delete" if warns else "wal")
        assert (folder in opened.warning) == warns
        assert bool(opened.warning) == warns


def test_a_register_moved_to_a_synchronised_folder_changes_its_journal(tmp_path):
    """The journal follows the place, and the rows stand."""
    with store.open(tmp_path / "register.sqlite", create=True) as opened:
        put(opened, *service())
    moved = tmp_path / "OneDrive"
    moved.mkdir()
    (tmp_path / "register.sqlite").rename(moved / "register.sqlite")
    with store.open(moved / "register.sqlite") as opened:
        assert opened.register().services["id"].tolist() == ["V1"]
    assert (moved / "register.sqlite").read_bytes()[18:20] == b"\x01\x01"


@pytest.mark.parametrize(("kind", "warns"), [("cifs", True), ("smb3", True), ("nfs4", True), ("ext4", False)])
def test_a_network_mount_is_known(monkeypatch, tmp_path, kind, warns):
    """The mount that holds the folder decides, the innermost one."""
    mounts = f"/dev/sda / ext4 rw 0 0\n//server/rsa {str(tmp_path).replace(' ', chr(92) + '040')} {kind} rw 0 0\n"
    real = Path.read_text
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(Path, "exists", lambda _path: True)
    monkeypatch.setattr(Path, "read_text", lambda path, **how: mounts if path.name == "mounts" else real(path, **how))

    assert ("nätverksplats" in connection.warning(tmp_path / "data" / "register.sqlite")) == warns


def test_a_windows_share_is_a_network():
    """A path that begins with two backslashes is a server."""
    assert "nätverksplats" in connection.warning(Path(r"\\server\rsa\register.sqlite"))


def test_an_address_that_cannot_be_read_is_refused():
    """A malformed address and a driver that is missing are told with what to write or install."""
    with pytest.raises(KrokomrsaError, match="går inte att läsa"):
        store.open("://rsa")
    with pytest.raises(KrokomrsaError, match="Drivrutinen"):
        store.open("postgresql+nodriver://server/rsa")
    with pytest.raises(KrokomrsaError, match="finns inte"):
        store.open("sqlite:///saknas/register.sqlite")


def test_a_password_is_never_shown():
    """A server that does not answer is told by its address, without the password."""
    with pytest.raises(KrokomrsaError, match="svarar inte") as error:
        store.open("postgresql://rsa:hemligt@127.0.0.1:1/rsa")

    assert "hemligt" not in str(error.value)
    assert "127.0.0.1" in error.value.problems[0].file
