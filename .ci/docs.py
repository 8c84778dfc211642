"""Write what is generated: the data dictionary, and the pictures in README from the example."""

import tempfile
from pathlib import Path

from krokomrsa import process, vocabulary, workspace
from krokomrsa.charts.printed import png
from krokomrsa.excel import dictionary

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = ("riskmatris", "vad-faller-nar-1", "plan-per-kvartal")


def pictures() -> None:
    """Draw the charts that README shows from the example."""
    (DOCS / "pictures").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as parent:
        folder, files = process.example(Path(parent) / "example")
        with workspace.opened(folder) as place:
            process.import_files(place, files, who="docs")
            charts = process.charts(place, process.analyse(place))
        for chart in charts:
            if chart.name in SHOWN:
                figure = chart.draw(size="full")
                (DOCS / "pictures" / f"{chart.name}.png").write_bytes(png(figure))


if __name__ == "__main__":
    (DOCS / "data-dictionary.md").write_text(dictionary.markdown(vocabulary.load()), encoding="utf-8", newline="\n")
    pictures()
