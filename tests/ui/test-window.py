#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window itself: it opens, a screen reader has names for everything, and it closes."""
import re

import desktop
from desktop import courier

CONTROLS = ("push button", "toggle button", "check box", "radio button", "entry", "text")
INNARDS = ("filler", "scroll bar")  # of the toolkit, which gives no way to name them


def test_window_opens_and_closes(scene):
    screen = desktop.Desktop(scene)
    application = screen.open(scene.desk())
    application.find("push button", "Main menu")
    application.find("push button", "Sidebar")
    application.wait(lambda: application.find("list item", "Studies").has("selected"), "the first")
    application.close()


def test_nothing_is_named_after_its_class(scene):
    screen = desktop.Desktop(scene)
    application = screen.open(scene.desk())
    application.find("list", "Pages")
    for element in application.all():
        if element.role in INNARDS or element.is_inside("combo box"):
            continue
        if re.match(r"^(Ic|Gtk|Adw)[A-Z]\w+$", element.name) or (
                element.role in CONTROLS and not element.name):
            raise AssertionError(f"{element} in\n{application.describe()}")
    application.close()


def test_folder_that_cannot_be_used_is_said_in_words(scene):
    desk = scene.desk()
    desk.data.write_text("in the way")
    screen = desktop.Desktop(scene)
    application = screen.open(desk)
    application.says("The data directory cannot be used")
    application.close()


def test_keys_are_listed(scene):
    screen = desktop.Desktop(scene)
    application = screen.open(scene.desk())
    application.find("list", "Pages")
    for _ in range(2):
        application.press("F1")
        application.find("label", "Stop or put away")
        application.press("Escape")
        application.gone("label", "Stop or put away")
    application.close()


def test_sidebar_folds_in_a_narrow_window_and_comes_when_called(scene):
    screen = desktop.Desktop(scene, 800, 600)
    application = screen.open(scene.desk())
    button = application.find("push button", "Sidebar")

    def shows(expected):
        application.wait(lambda: button.has("pressed") == expected, f"sidebar: {expected}")

    shows(False)
    application.press("F9")
    shows(True)
    application.find("list item", "Queue").click()
    application.says("Nothing is being done")
    shows(False)
    application.close()


desktop.main(globals())
