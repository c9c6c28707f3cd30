#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The studies page as a person uses it: find, open, bring here, choose for a transfer."""
import desktop
from desktop import courier


def ready(scene):
    desk = scene.desk()
    desk.practice_patients = scene.practice(desk)
    application = desktop.Desktop(scene).open(desk)
    application.find("push button", "Find")
    return desk, application


def test_explore(scene):
    desk, application = ready(scene)
    application.press("Return")
    application.says("10 studies found")
    print(application.describe())


desktop.main(globals())
