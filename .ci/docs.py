"""Write what is generated: the data dictionary, what is seen of each file format, the coordinator's guide, and on request the pictures, from the example.

``--check`` writes nothing, and fails when a text differs from what would be written. ``--pictures`` also draws the charts of README, measures
what the cascade costs anew, which takes a minute or two, and has the browser run take the pictures of the workbench, which needs a Chromium.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import guide

from krokomrsa import importing, process, vocabulary, workspace
from krokomrsa.charts.printed import png
from krokomrsa.excel import dictionary
from krokomrsa.excel.reading import capability
from krokomrsa.process import results

DOCS = guide.PROJECT / "docs"
SHOWN = ("riskmatris", "vad-faller-nar-1", "plan-per-kvartal")
WINDOW = "arbetsbanken.png"  # what the browser run calls the picture of the whole window


def written() -> dict[Path, str]:
    """Return every text that is generated, by its file."""
    pages = {DOCS / "guide" / name: text for name, text in guide.pages().items()}
    return {DOCS / "data-dictionary.md": dictionary.markdown(vocabulary.load()), DOCS / "reading.md": capability.markdown(), **pages}


def differing(wanted: dict[Path, str]) -> list[Path]:
    """Return the files that are not what would be written, and pages of the guide that nothing would write."""
    spare = [path for path in (DOCS / "guide").glob("*.md") if path not in wanted]
    return spare + [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def write(wanted: dict[Path, str]) -> None:
    """Write every text, and remove pages that no notebook has any more."""
    for path in differing(wanted):
        path.unlink(missing_ok=True)
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def charts() -> None:
    """Draw the charts that README shows from the example."""
    with tempfile.TemporaryDirectory() as parent:
        folder, files = process.example(Path(parent) / "example")
        with workspace.opened(folder) as place:
            importing.import_files(place, files, who="docs")
            made = results.charts(place, results.analyse(place))
        for chart in made:
            if chart.name in SHOWN:
                (DOCS / "pictures" / f"{chart.name}.png").write_bytes(png(chart.draw(size="full")))


def cost() -> None:
    """Measure and draw what the cascade costs; where numba is missing it fails."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("cost.py"))], check=True)


def screenshots() -> None:
    """Let the browser run take the pictures of the workbench; pictures of panels that are gone are removed."""
    shown = DOCS / "guide" / guide.PICTURES
    with tempfile.TemporaryDirectory() as taken:
        base = Path(tempfile.gettempdir()) / "krokomrsa"  # a short place, for it is seen in the pictures
        run = [sys.executable, "-m", "pytest", "-q", "tests/browser", f"--basetemp={base}"]
        subprocess.run(run, cwd=guide.PROJECT, env={**os.environ, "CI": "true", "KROKOMRSA_PICTURES": taken}, check=True)
        for gone in shown.glob("*.png"):
            gone.unlink()
        shown.mkdir(parents=True, exist_ok=True)
        for picture in Path(taken).glob("*.png"):
            target = (DOCS / "pictures" if picture.name == WINDOW else shown) / picture.name
            target.write_bytes(picture.read_bytes())


def main() -> int:
    """Do what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a text differs")
    parser.add_argument("--pictures", action="store_true", help="renew the pictures too, with the browser run")
    options = parser.parse_args()
    wanted = written()
    if options.check:
        stale = differing(wanted)
        print(*(f"{path.relative_to(guide.PROJECT)} is not what .ci/docs.py writes" for path in stale), sep="\n", end="\n" if stale else "")
        return bool(stale)
    write(wanted)
    if options.pictures:
        charts()
        cost()
        screenshots()
    return 0


if __name__ == "__main__":
    sys.exit(main())
