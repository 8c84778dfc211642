"""Do in JupyterLab what a coordinator does: start a step, click, choose, follow a link; and write down what the browser asks for."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Locator, Page, expect

PATIENCE = 60_000  # milliseconds for what a kernel does
OWN = {"127.0.0.1"}
LOCAL = {"data", "blob", "about"}  # schemes that ask nobody
FAULTS = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'
MARGIN, ROUNDS = 8, 6
VIEWPORT = {"width": 1500, "height": 1000}
LARGEST = {"width": 2600, "height": 8000}
# How large the window has to be for everything in the notebook to be seen at once, scrolled to its top.
NEEDED = """(notebook) => {
    const outer = notebook.querySelector('.jp-WindowedPanel-outer');
    outer.scrollTop = 0;
    const cells = [...outer.querySelectorAll('.jp-Cell')].map((one) => one.getBoundingClientRect());
    const tables = [...outer.querySelectorAll('.krokomrsa-table')].filter((one) => one.clientWidth);
    return {
        height: Math.ceil(cells[cells.length - 1].bottom) + 50,
        width: window.innerWidth + Math.max(0, ...tables.map((one) => one.scrollWidth - one.clientWidth)),
    };
}"""


# ”Starta steget” restarts the kernel; what JupyterLab was still restoring of the old one after a reload is then given up, with these words.
_GIVEN_UP: Final = ("Could not restore the debugger state: Canceled future", "[anywidget] Failed to initialize model.", "Comm not found")


@dataclass
class Hands:
    """A page of the workbench, with what it asked for and what went wrong in it."""

    page: Page
    pictures: Path | None  # where pictures are written, if they are
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write down every request, web sockets too, and every error; leave the page when it is loaded again, as a person would."""
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.page.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("pageerror", lambda error: self._hear(str(error)))
        self.page.on("console", lambda told: self._hear(f"{told.text} ({told.location['url']})") if told.type == "error" else None)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _hear(self, told: str) -> None:
        """Keep what the page complains of."""
        if not told.startswith(_GIVEN_UP):
            self.errors.append(told)

    @property
    def outside(self) -> list[str]:
        """Return what was asked of anybody else than this machine."""
        parts = [(url, urlsplit(url)) for url in self.asked]
        return [url for url, part in parts if part.scheme not in LOCAL and part.hostname not in OWN]

    @property
    def notebook(self) -> Locator:
        """Return the notebook that is seen."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def see(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until a text is seen in a cell's output and return the place."""
        found = self.notebook.locator(".jp-OutputArea-output").get_by_text(text).first
        found.wait_for()
        return found

    def press(self, name: str) -> None:
        """Click on a button of a panel."""
        self.notebook.locator(".jp-OutputArea-output").get_by_role("button", name=name, exact=True).click()

    def field(self, label: str) -> Locator:
        """Return a field of a panel by what stands beside it."""
        return self.notebook.locator(".jp-OutputArea-output").get_by_label(label, exact=True)

    def choose(self, label: str, start: str) -> None:
        """Choose in a list what begins so."""
        options = self.field(label).locator("option").all_text_contents()
        self.field(label).select_option(label=next(option for option in options if option.startswith(start)))

    def start_step(self, name: str) -> None:
        """Wait for the kernel of a notebook, click on "Starta steget" and wait until every cell has run without a fault."""
        status = self.page.locator("#jp-main-statusbar")
        expect(status).to_contain_text(f"{name}.ipynb")
        expect(status).to_contain_text("| Idle")
        self.notebook.locator(".jp-OutputArea-output").evaluate_all("all => all.forEach(one => one.dataset.old = 'yes')")
        self.notebook.locator(".jp-NotebookPanel-toolbar").get_by_text("Starta steget", exact=True).click()
        self.notebook.locator(".jp-OutputArea-output:not([data-old])").get_by_text(f"Steg {name[:2]}: ").wait_for()
        assert self.notebook.locator(FAULTS).all_text_contents() == []
        assert self.notebook.get_by_text("Error displaying widget").count() == 0

    def next_step(self, title: str, name: str) -> None:
        """Follow the link to the next step and start it."""
        self.notebook.locator(".jp-RenderedMarkdown").get_by_role("link", name=title, exact=True).first.click()
        self.page.locator(".lm-TabBar-tab.lm-mod-current", has_text=f"{name}.ipynb").wait_for()
        self.start_step(name)

    def save(self) -> None:
        """Save the notebook, as the keys that everybody knows do."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0)

    def restart(self) -> None:
        """Restart the kernel by the menu."""
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        self.page.get_by_role("menuitem", name="Restart Kernel…").click()

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.notebook.locator(".jp-Cell").first.wait_for()

    def settled(self) -> None:
        """Wait until charts are drawn and nothing moves any more."""
        self.page.evaluate("() => { window.krokomrsaSeen = null; }")
        self.page.wait_for_function(
            """() => {
                const seen = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook');
                const charts = [...seen.querySelectorAll('.js-plotly-plot')];
                const now = [...seen.querySelectorAll('.jp-Cell')].map((one) => JSON.stringify(one.getBoundingClientRect())).join();
                const same = window.krokomrsaSeen === now;
                window.krokomrsaSeen = now;
                return same && charts.every((one) => one.querySelector('.main-svg'));
            }""",
            polling=300,
        )

    def window(self, name: str, *, top: str) -> None:
        """Write a picture of the whole window, with what is called so at the top."""
        if not self.pictures:
            return
        self.see(top).evaluate("(one) => one.scrollIntoView({ block: 'start' })")
        self.settled()
        self._write(self.pictures / name, self.page.screenshot(animations="disabled", caret="hide"))

    def show(self, cells: dict[int, str]) -> None:
        """See that each cell, by its number in the notebook, shows something, and write a picture of it where pictures are written."""
        if self.pictures:
            self._unroll()
        for number, name in cells.items():
            shown = self.notebook.locator(".jp-Cell").nth(number).locator(".jp-OutputArea-output").first
            frame = shown.bounding_box()
            assert frame is not None
            assert frame["height"] > MARGIN, f"nothing is seen in {name}"
            if self.pictures:
                clip = {"x": frame["x"], "y": frame["y"], "width": frame["width"], "height": frame["height"] + MARGIN}
                self._write(self.pictures / name, self.page.screenshot(clip=clip, animations="disabled", caret="hide"))
        self.page.set_viewport_size(VIEWPORT)

    @staticmethod
    def _write(target: Path, picture: bytes) -> None:
        """Write a picture with a palette, which is a third as large."""
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE).save(target, optimize=True)

    def _unroll(self) -> None:
        """Make the window so large that the whole notebook is seen; what is in it may grow with the window, hence several times."""
        self.page.mouse.move(0, 0)
        for _ in range(ROUNDS):
            self.settled()
            wanted = self.notebook.evaluate(NEEDED)
            size = self.page.viewport_size or VIEWPORT
            if wanted["height"] <= size["height"] and wanted["width"] <= size["width"]:
                return
            self.page.set_viewport_size({side: max(size[side], min(wanted[side], LARGEST[side])) for side in ("width", "height")})
