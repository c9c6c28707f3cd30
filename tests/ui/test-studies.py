#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The studies page as a person uses it: find, open, bring here, choose for a transfer."""
import desktop
from desktop import courier


def ready(scene):
    desk = scene.desk()
    scene.phantom_node(desk)
    application = desktop.Desktop(scene).open(desk)
    field(application, "Patient name")
    return desk, application


def field(application, name):
    return application.wait(
        lambda: next(iter(application.all("text", name) + application.all("entry", name)), None),
        f"the field {name}")


def find(application, name, text):
    field(application, name).enter(text)
    application.find("push button", "Find").click()


def row(application, start):
    """A row of the list whose name begins so."""
    return application.find("table row", lambda name: name.startswith(start))


def select(application, start):
    """Goes through the list from its top with the keyboard."""
    application.press("ctrl+f")
    application.press("ctrl+Down")
    application.press("Home")
    for _ in range(30):
        if row(application, start).has("selected"):
            return
        application.press("Down")
    raise AssertionError(f"{start} cannot be selected:\n{application.describe()}")


def test_study_is_found_opened_and_brought_here(scene):
    desk, application = ready(scene)
    find(application, "Patient ID", "PRACTICE-0001")
    application.says("5 studies found")
    row(application, "Müller, Jürgen, PRACTICE-0001, 14 Mar 1958, 5 studies")
    select(application, "CT chest follow-up")
    application.says("on PRACTICE · not here")
    application.find("table cell", "CT")  # of its series, which were asked for
    courier.equal(application.find("push button", "View").has("sensitive"), False, "View before")
    application.press("Right")
    row(application, "1 · ")
    application.press("ctrl+r")
    application.says("all 6 images are here")
    application.wait(lambda: application.find("push button", "View").has("sensitive"), "View after")
    courier.equal(len(desk.stored()), 6, "images in the store")
    application.close()


def test_pacs_that_dies_half_way_leaves_no_doubt_what_is_missing(scene):
    desk = scene.desk()
    files = scene.copy_phantoms("PR240001")
    dying, port = scene.rude_process(files, "--die-after=30")
    desk.add_node("ARCHIVE", port, "RUDE")
    application = desktop.Desktop(scene).open(desk)
    find(application, "Patient ID", "PRACTICE-0002")
    application.says("1 study found")
    select(application, "MR head")
    application.press("Right")
    row(application, "2 · ")
    application.press("ctrl+r")
    application.says("on ARCHIVE 44; 30 of 44 images are here")
    application.find("table cell", "all 22 images are here")
    application.find("table cell", "8 of 22 images are here")
    queue = application.page("Queue")
    failed = application.find("list", "Needs you", inside=queue)
    application.find("label", lambda name: "ARCHIVE ended the connection half-way" in name and
                     name.endswith("14 images are missing."), inside=failed)
    history = application.page("History")
    application.find("table row", lambda name: "✕ Failed" in name, inside=history)
    application.find("label", "✕ Failed", inside=history).click(times=2)
    application.find("label", "✕ Failed: 14 images are missing.", inside=history)
    application.find("table row", "MR 2 T2 TSE transverse, 22, 8", inside=history)
    application.find("page tab", "Images", inside=history).click(times=2)
    missing = {header.SOPInstanceUID for header in courier.phantom_headers().values()
               if header.AccessionNumber == "PR240001"} - set(desk.stored())
    courier.equal(len(missing), 14, "images that did not come")
    application.find("table row", f"missing, MR 2 T2 TSE transverse, {min(missing)}",
                     inside=history)
    courier.equal([part for part in application.all(inside=history)
                   if part.role.startswith("table") and part.name.startswith("Gtk")], [],
                  "parts of tables that are named after their class")
    dying.wait()
    scene.rude_process(files, port=port)
    application.page("Queue")
    application.find("push button", "Retry", inside=failed).click()
    finished = application.find("list", "Finished", inside=queue)
    application.find("label", "44 of 44 images proved.", inside=finished)
    application.page("History")
    application.find("table row", lambda name: "✓ Proved" in name, inside=history)
    application.find("table row", lambda name: "✕ Failed" in name, inside=history)
    application.page("Studies")
    application.says("all 44 images are here")
    application.close()
    courier.equal(desk.rows("SELECT state, expected, retrieved FROM transfer ORDER BY id"),
                  [("failed", 44, 30), ("succeeded", 44, 44)])
    desk.check_store()


def test_names_are_found_as_typed_and_nothing_is_said_plainly(scene):
    _, application = ready(scene)
    application.type("sakuraba, rin")  # where the keyboard is to begin with
    application.press("Return")
    application.says("2 studies found")
    find(application, "Patient name", "nobody")
    application.says("Nothing was found")
    find(application, "Born", "yesterday")
    application.says("That is not a date")
    application.close()


def test_second_patient_is_refused_in_the_tray(scene):
    _, application = ready(scene)
    find(application, "Patient ID", "PRACTICE-*")
    application.says("10 studies found")
    select(application, "Echocardiography, stress")
    application.press("ctrl+d")
    application.says("For transfer: Practice, Tobias · PRACTICE-0005")
    select(application, "MR head, PRACTICE-0002")
    application.press("ctrl+d")
    application.says("One transfer carries the images of one patient")
    application.says("For transfer: Practice, Tobias · PRACTICE-0005 · 17 Sep 2001 · 1 study")
    application.press("Escape")
    application.gone("label", lambda name: "One transfer carries" in name)
    application.close()


def test_node_with_a_wrong_port_is_one_line_with_retry(scene):
    desk = scene.desk()
    scene.phantom_node(desk)
    desk.add_node("WRONG", courier.free_port(), "WRONG")
    application = desktop.Desktop(scene).open(desk)
    find(application, "Patient ID", "PRACTICE-0002")
    application.says("WRONG cannot be reached")
    application.says("1 study found")
    row(application, "MR head")
    application.find("push button", "Retry").click()
    application.says("WRONG cannot be reached")
    application.find("check box", "WRONG").click()
    find(application, "Patient ID", "PRACTICE-0002")
    application.gone("push button", "Retry")
    application.says("1 study found")
    application.close()


def test_without_a_node_the_page_says_what_to_do(scene):
    application = desktop.Desktop(scene).open(scene.desk())
    application.says("No node yet")
    application.find("push button", "Add a node…").click()
    application.wait(lambda: application.find("list item", "Nodes").has("selected"), "the nodes")
    application.close()


desktop.main(globals())
