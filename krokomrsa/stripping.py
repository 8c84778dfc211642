"""Let no register content be saved in a notebook: JupyterLab saves a notebook as it was before it was run, byte for byte."""

from __future__ import annotations

from typing import Any, Final

KERNEL: Final = "python3"
NAMED: Final = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": KERNEL}
RUN: Final = frozenset({"ExecuteTime", "collapsed", "execution", "scrolled", "trusted"})  # what a run leaves in a cell


def strip(model: dict[str, Any], **_: object) -> None:
    """Take out of a notebook that is about to be saved all that a run has put there: outputs, counts, states of widgets, versions.

    JupyterLab calls it with each file that it saves, and the model of it, which is changed in place.

    >>> cell = {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [{"text": "Hemtjänst"}], "source": "desk"}
    >>> model = {"type": "notebook", "content": {"cells": [cell], "metadata": {"widgets": {"state": {}}}}}
    >>> strip(model)
    >>> model["content"]["cells"][0]["outputs"], model["content"]["cells"][0]["execution_count"], model["content"]["metadata"]
    ([], None, {})
    """
    content = model.get("content")
    if model.get("type") != "notebook" or not isinstance(content, dict):
        return
    content["metadata"] = _described(content.get("metadata", {}))
    content["cells"] = [_unrun(cell) for cell in content.get("cells", [])]


def _described(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a notebook without its widgets and without what the kernel of one machine is called and can do."""
    kept = {key: value for key, value in metadata.items() if key not in {"widgets", "signature"}}
    if kept.get("kernelspec", {}).get("name") == KERNEL:
        kept["kernelspec"] = dict(NAMED)
    if "language_info" in kept:
        kept["language_info"] = {"name": kept["language_info"].get("name", "python")}
    return kept


def _unrun(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell as it is before it is run."""
    kept = {**cell, "metadata": {key: value for key, value in cell.get("metadata", {}).items() if key not in RUN}}
    return kept | {"execution_count": None, "outputs": []} if cell.get("cell_type") == "code" else kept
