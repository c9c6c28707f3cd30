#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transfer wizard as a person goes through it: from the studies chosen to the proof, with what
was written checked by the command line and by programs that are not ours."""
import os
import re
import subprocess

import desktop
from desktop import courier
from wizard import (REASON, RECIPIENT, answer_whom, fill, go_on, go_to_check, keep_draft,
                    open_wizard, small_study, studies)


def ready_desk(scene):
    """A desk that has retrieved one study of the practice PACS. Returns it with study and node."""
    desk = scene.desk()
    node = scene.phantom_node(desk)
    study = small_study()
    desk.retrieve(node, study["study_uid"])
    return desk, study, node


def test_disc_image_is_made_and_proved(scene):
    desk, study, node = ready_desk(scene)
    keep_draft(desk, [study], node)
    image = desk.folder / "out.iso"
    application = open_wizard(scene, desk)
    go_to_check(application, image)
    application.says("Ready to begin")
    application.says("All images are of the same patient.")
    go_on(application, "Begin")
    n = study["instances"]
    application.says(f"{n} of {n} images proved.")
    desk.ctl("verify", image)
    listing = subprocess.run([courier.need("isoinfo"), "-f", "-R", "-i", image], check=True,
                             capture_output=True, text=True).stdout
    courier.equal(sum("/DICOM/" in line and "/I0" in line for line in listing.splitlines()), n)
    courier.equal(desk.rows("SELECT state FROM transfer WHERE direction = 'out'"),
                  [("succeeded",)])
    courier.equal(desk.rows("SELECT name FROM recipient WHERE name = ?", RECIPIENT),
                  [(RECIPIENT,)])
    go_on(application, "Done")
    application.gone("push button", "Done")
    application.close()
    courier.equal(desk.rows("SELECT value FROM setting WHERE name LIKE 'transfer-draft/%' "
                            "AND value LIKE '%uid=%'"), [])


def install_viewer(desk, size):
    """Something that stands for the viewer's program."""
    folder = desk.folder / "viewer"
    folder.mkdir()
    (folder / "VIEWER.JS").write_bytes(b"/" * size)
    (folder / "LICENSE.TXT").write_text("GPL")
    desk.extra_environment["IC_VIEWER_DIR"] = str(folder)


def megabytes(text):
    """The sizes in @text, as "51 MB"."""
    return [float(size.replace(",", "")) for size in re.findall(r"([\d.,]+)\sMB", text)]


def test_check_foretells_what_the_viewer_takes(scene):
    desk, study, node = ready_desk(scene)
    install_viewer(desk, 100_000)
    keep_draft(desk, [study], node)
    image = desk.folder / "out.iso"
    application = open_wizard(scene, desk)
    go_to_check(application, image)
    told = application.says("with the viewer about").name
    application.says("What the viewer takes is an estimate.")
    without, with_viewer = megabytes(told)
    go_on(application, "Begin")
    application.says("images proved.")
    listing = subprocess.run([courier.need("isoinfo"), "-l", "-R", "-i", image], check=True,
                             capture_output=True, text=True).stdout
    real = viewer_bytes(listing) / 1e6
    foretold = with_viewer - without
    if not 0.6 * real < foretold < 1.6 * real:
        raise AssertionError(f"{foretold} MB were foretold, {real} MB it takes")
    application.close()


def viewer_bytes(listing):
    """What is below VIEWER in the listing of isoinfo -l."""
    total, folder = 0, ""
    for line in listing.splitlines():
        if line.startswith("Directory listing of "):
            folder = line.split(" of ", 1)[1]
        elif folder.startswith("/VIEWER") and line.startswith("-"):
            total += int(line.split()[4])
    return total


def test_draft_is_found_again(scene):
    desk, study, _ = ready_desk(scene)
    keep_draft(desk, [study])
    application = open_wizard(scene, desk)
    go_on(application)
    answer_whom(application)
    application.press("Escape")
    application.gone(None, "To whom does it go?")
    application.close()
    kept = desk.rows("SELECT value FROM setting WHERE name LIKE 'transfer-draft/%'")[0][0]
    courier.contains(kept, f"recipient={RECIPIENT}")
    courier.contains(kept, study["study_uid"])


def test_second_time_needs_a_reason(scene):
    desk, study, node = ready_desk(scene)
    header = next(header for header in courier.phantom_headers().values()
                  if header.StudyInstanceUID == study["study_uid"])
    keys = {"patient-id": header.PatientID, "patient-name": header.PatientName,
            "recipient": RECIPIENT, "reason": REASON}
    desk.ctl("export", f"--study={study['study_uid']}", "--to=iso", "--output",
             desk.folder / "first.iso", keys=keys)
    keep_draft(desk, [study])
    application = open_wizard(scene, desk)
    go_on(application)
    answer_whom(application)
    application.says("This recipient has had these studies before")
    application.says("The same went to this recipient before: say why it goes again.")
    fill(application, "Why it goes again", "first disc broken")
    go_on(application)
    fill(application, "Disc image file", str(desk.folder / "second.iso"))
    go_on(application)
    application.says("got images of these studies on")
    go_on(application, "Begin")
    application.says("images proved.")
    courier.equal(desk.rows("SELECT reason FROM transfer ORDER BY id DESC LIMIT 1"),
                  [(f"{REASON} (again: first disc broken)",)])
    application.close()


def test_incomplete_transfer_is_said_to_be_so(scene):
    desk = scene.desk()
    study = small_study()
    files = scene.copy_phantoms(study["accession"])
    node = scene.rude(desk, files, "--drop=2")
    keep_draft(desk, [study], node)
    application = open_wizard(scene, desk)
    go_to_check(application, desk.folder / "out.iso")
    go_on(application, "Begin")
    application.says("Incomplete: 1 image is missing.")
    application.find("image", "Not proved")
    courier.equal(desk.rows("SELECT state FROM transfer ORDER BY id DESC LIMIT 1"),
                  [("incomplete",)])
    application.close()


def test_series_left_out_stay_at_home_and_the_proof_says_so(scene):
    desk = scene.desk()
    node = scene.phantom_node(desk)
    study = next(study for study in studies() if study["series"] > 1)
    desk.retrieve(node, study["study_uid"])
    keep_draft(desk, [study], node)
    image = desk.folder / "out.iso"
    application = open_wizard(scene, desk)
    marks = application.wait(lambda: application.all("check box")[2:], "series to choose from")
    left_out = marks[-1]
    left_out.click()
    go_to_check(application, image)
    application.says("A selection goes")
    go_on(application, "Begin")
    application.says("images proved.", seconds=120)
    state, expected, verified, remark = desk.rows(
        "SELECT state, expected, verified, remark FROM transfer ORDER BY id DESC LIMIT 1")[0]
    courier.equal((state, verified), ("succeeded", expected))
    courier.equal(remark, f"selected: {expected} of {study['instances']} images")
    desk.ctl("verify", image)
    readme = subprocess.run([courier.need("isoinfo"), "-R", "-i", image, "-x", "/README.TXT"],
                            check=True, capture_output=True, text=True).stdout
    courier.contains(readme, "Complete selection")
    go_on(application, "Done")
    application.gone("push button", "Done")
    repeat_from_history(application)
    number = f"IC{desk.rows('SELECT max (id) FROM transfer')[0][0]:06}"
    application.says(f"A selection went with {number}. The same is ready to go again")
    marks = [mark for mark in application.all("check box") if mark.name.startswith("CT")
             or " image" in mark.name]
    courier.equal([mark.has("checked") for mark in marks],
                  [True] * (len(marks) - 1) + [False])
    application.says(f"{expected} images go")
    application.press("Escape")
    application.gone("frame", "Transfer")
    application.close()


def repeat_from_history(application):
    """The latest transfer once more."""
    application.page("History")
    application.says("Disc image").click(times=2)
    application.find("push button", "Repeat…").click()
    application.says("What goes?")


def test_another_patient_in_the_images_is_in_the_way(scene):
    desk = scene.desk()
    node = scene.phantom_node(desk)
    first = small_study()
    other = next(study for study in studies()
                 if study["patient_id"] != first["patient_id"])
    desk.retrieve(node, first["study_uid"], other["study_uid"])
    keep_draft(desk, [first, other])
    application = open_wizard(scene, desk)
    go_to_check(application, desk.folder / "out.iso")
    application.says("Some images here name another patient.")
    application.says("Something stands in the way")
    if application.find("push button", "Begin").has("sensitive"):
        raise AssertionError("it may begin all the same")
    application.close()


def test_transfer_is_stopped_half_way(scene):
    desk = scene.desk()
    study = max(studies(), key=lambda study: study["instances"])
    files = scene.copy_phantoms(study["accession"])
    node = scene.rude(desk, files, "--slow=200")
    keep_draft(desk, [study], node)
    image = desk.folder / "out.iso"
    application = open_wizard(scene, desk)
    go_to_check(application, image)
    go_on(application, "Begin")
    go_on(application, "Stop")
    application.says("Stopped before it was done.")
    courier.equal(desk.rows("SELECT state FROM transfer ORDER BY id DESC LIMIT 1"),
                  [("cancelled",)])
    courier.equal(os.path.exists(image), False)
    application.close()


desktop.main(globals())
