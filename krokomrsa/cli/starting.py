"""Start: the example, a new workspace, the workbench, and a folder for a computer without network."""

from __future__ import annotations

import argparse

from krokomrsa import bundle, importing, lab, process, telling, workspace
from krokomrsa.arguments import STORED
from krokomrsa.cli.sending import write_export
from krokomrsa.console import bar, done, out, who
from krokomrsa.process import results
from krokomrsa.vocabulary import text_of


def demo(options: argparse.Namespace) -> int:
    """Show the whole job on the example."""
    folder, files = process.example(options.workspace)
    done("workspace", folder=folder)
    with workspace.opened(folder) as place:
        told = place.settings
        done("example", banner=told.banner, municipality=told.municipality, period=told.period, on=told.on)
        out(telling.banners(results.banner_lines(place)))
        with bar(len(files), "files") as step:
            read = importing.import_files(place, files, who=text_of("workspace.demo_banner"), progress=step)
        out(telling.accounts(read, place.vocabulary))
        result = results.analyse(place)
        out(telling.results(result, place.register, told.scale))
        write_export(place, result)
    done("open")
    done("open_command", folder=folder)
    return STORED


def new(options: argparse.Namespace) -> int:
    """Make a workspace."""
    folder = workspace.home(options.workspace)
    pairs = [one.partition("=") for one in options.organisation]
    organisations = [(key.strip(), (name or key).strip()) for key, _, name in pairs]
    process.new(
        folder,
        municipality=options.municipality,
        first_year=options.period,
        organisations=organisations,
        who=who(options.who),
        scale=options.scale,
        judges=options.judges,
    )
    if options.workspace is None:
        workspace.open_aside(None)
    done("new", folder=folder)
    return STORED


def open_lab(options: argparse.Namespace) -> int:
    """Open the workbench."""
    folder = workspace.home(options.workspace)
    done("lab")
    return lab.start(folder, browser=not options.no_browser, port=options.port)


def make_bundle(options: argparse.Namespace) -> int:
    """Make a folder for a computer without network."""
    made = bundle.make(options.folder.resolve(), python=options.python, platforms=options.platform or ["win_amd64"])
    done("bundle", folder=made)
    return STORED
