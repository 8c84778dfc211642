"""A notebook that has been run is saved as it was: nothing of a register stands in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from traitlets.config import Config

from krokomrsa import lab
from krokomrsa.stripping import strip

HELD = "Reservvattentäkt Norra"
NOTEBOOKS = sorted(lab.NOTEBOOKS.glob("*.ipynb"))


def _run(content: Any) -> None:
    """Put into a notebook what a run leaves in it."""
    content["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"a": HELD}}}
    content["metadata"]["language_info"] = {"name": "python", "version": "3.11.9", "mimetype": "text/x-python"}
    for number, cell in enumerate(content["cells"]):
        cell["metadata"] |= {"trusted": True, "scrolled": True, "execution": {"iopub.execute_input": "2026-11-22T10:00:00Z"}}
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": HELD}]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_step_that_has_been_run_is_saved_byte_for_byte_as_it_was(notebook: Path, tmp_path: Path) -> None:
    """The contents manager of JupyterLab, set as the workbench sets it, leaves a step that was run and saved unchanged."""
    shutil.copy(notebook, tmp_path)
    manager = LargeFileManager(root_dir=str(tmp_path), config=Config({"FileContentsManager": {"pre_save_hook": lab.SAVING}}))
    model = manager.get(notebook.name)
    _run(model["content"])
    manager.save(model, notebook.name)
    assert (tmp_path / notebook.name).read_bytes() == notebook.read_bytes()


def test_what_somebody_writes_in_a_notebook_is_saved() -> None:
    """Text, code and what is chosen of a cell stay; only what a run leaves goes."""
    mine = {"cell_type": "code", "execution_count": 7, "metadata": {"tags": ["min"]}, "outputs": [{}], "source": "1 + 1"}
    note = {"cell_type": "markdown", "metadata": {}, "source": HELD}
    model = {"type": "notebook", "content": {"cells": [mine, note], "metadata": {"title": "Min"}}}
    strip(model, path="min.ipynb")
    assert model["content"] == {"cells": [{**mine, "execution_count": None, "outputs": []}, note], "metadata": {"title": "Min"}}


def test_other_files_are_left_alone() -> None:
    """What is no notebook, or is saved without content, is not touched."""
    for model in ({"type": "file", "content": HELD}, {"type": "notebook"}):
        before = dict(model)
        strip(model)
        assert model == before
