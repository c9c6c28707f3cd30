#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window speaks the language of whoever sits before it."""
import desktop


def see(scene, language, pages, menu, heading):
    screen = desktop.Desktop(scene)
    application = screen.open(scene.desk(), LANGUAGE=language)
    for page in pages:
        application.find("list item", page)
    application.find("push button", menu)
    application.page(pages[-1])
    application.says(heading)
    application.close()


def test_german_window_shows_german(scene):
    see(scene, "de", ["Studien", "Warteschlange", "Verlauf", "Knoten"], "Hauptmenü",
        "Noch keine Knoten")


def test_french_window_shows_french(scene):
    see(scene, "fr", ["Études", "File d’attente", "Historique", "Nœuds"], "Menu principal",
        "Pas encore de nœud")


def test_language_without_a_translation_shows_english(scene):
    see(scene, "eo", ["Studies", "Queue", "History", "Nodes"], "Main menu", "No nodes yet")


desktop.main(globals())
