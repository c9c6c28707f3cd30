#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""screenshots.py FOLDER: the pictures of the README, taken on the practice PACS."""
import importlib.util
import pathlib
import subprocess
import sys

import desktop
from desktop import courier

HERE = pathlib.Path(__file__).resolve().parent


def load(name):
    """The steps of a test, to go through them again."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"test-{name}.py")
    module = importlib.util.module_from_spec(spec)
    desktop.main, main = lambda names: None, desktop.main
    spec.loader.exec_module(module)
    desktop.main = main
    return module


def shoot(screen, path):
    """The window in front, once it stands still and the pointer is out of the way."""
    subprocess.run(["xdotool", "mousemove", "0", "0"], check=True)
    subprocess.run(["sleep", "2"], check=True)
    window = subprocess.run(["xdotool", "getactivewindow"], check=True, capture_output=True,
                            text=True).stdout.strip()
    subprocess.run(["import", "-window", window, "-strip", "+dither", "-colors", "128", "-depth", "8",
                    str(path)],
                   check=True)
    print(path, flush=True)


def take(scene, folder):
    studies, wizard = load("studies"), load("wizard")
    desk = scene.desk()
    node = scene.practice(desk)
    chosen = [row for row in wizard.studies() if row["accession"] == "PR250001"]
    desk.retrieve(node, chosen[0]["study_uid"])
    wizard.keep_draft(desk, chosen, node)
    screen = desktop.Desktop(scene)
    application = screen.open(desk)
    studies.field(application, "Patient name")
    studies.find(application, "Patient ID", "")
    application.says("studies found")
    studies.select(application, "CT chest with contrast")
    application.says("images are here")
    shoot(screen, folder / "studies.png")
    application.press("Return")
    application.says("Not for diagnosis")
    application.find("image", lambda name: "PR250001" in name)
    shoot(screen, folder / "viewer.png")
    application.press("ctrl+w")
    application.gone(None, "Not for diagnosis")
    application.press("ctrl+b")
    application.says("What goes?")
    wizard.go_to_check(application, desk.folder / "IC000002.iso")
    application.says("Ready to begin")
    shoot(screen, folder / "check.png")
    wizard.go_on(application, "Begin")
    application.says("images proved.")
    shoot(screen, folder / "proof.png")
    wizard.go_on(application, "Done")
    application.page("History")
    application.says("Proved")
    shoot(screen, folder / "history.png")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with courier.Scene() as scene:
        take(scene, folder)


main()
