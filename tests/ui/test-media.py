#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way out of the wizard, as a person goes it: discs one after another in a drive of the fakes,
a folder, a ZIP and a node, each checked by the command line or by programs that are not ours."""
import subprocess
import time

import desktop
import drive
from desktop import courier
from wizard import answer_whom, begin, fill, go_on, keep_draft, open_wizard, small_study, studies

SECTORS = 20_000_000 // drive.SECTOR


def go_to_how(application):
    application.says("What goes?")
    go_on(application)
    answer_whom(application)
    go_on(application)
    application.says("By which way?")


def choose(application, way):
    application.find("push button", way).click()


def again(application, desk, study):
    """The draft once more, as somebody chooses the same study again."""
    go_on(application, "Done")
    application.gone("push button", "Done")
    application.close()
    keep_draft(desk, [study])
    return reopen(application, desk)


def reopen(application, desk):
    application = application.desktop.open(desk)
    begin(application)
    return application


def reply(application, answer):
    """Presses a button of the dialog that asks something."""
    dialog = application.find("dialog")
    application.find("push button", lambda name: name.startswith(answer), inside=dialog).click()
    application.gone("dialog")


def number(desk):
    return f"IC{desk.rows('SELECT max (id) FROM transfer')[0][0]:06}"


def test_discs_are_asked_for_and_erased_only_when_agreed(scene):
    desk = scene.desk()
    study = next(study for study in studies() if study["accession"] == "PR250001")
    desk.retrieve(scene.phantom_node(desk), study["study_uid"])
    burner = drive.Drive(desk)
    keep_draft(desk, [study])
    application = open_wizard(scene, desk)
    foot = application.find("frame", "Imaging Courier")
    application.find("label", "Empty", inside=foot)
    burner.insert(drive.CD_RW, capacity=SECTORS)
    application.find("label", lambda name: name.startswith("Blank CD-RW, 20"), inside=foot)
    go_to_how(application)
    choose(application, "Disc")
    application.says("FAKE")
    go_on(application)
    go_on(application, "Begin")
    for disc in (2, 3):
        request = application.says(f"Insert an empty disc for disc {disc} of 3")
        application.find("label", request.name, inside=foot)
        application.find("label", "Waiting for you")
        if disc == 3:
            burner.insert(drive.CD_R, capacity=1000)
            application.says("Insert another disc for disc 3 of 3: this one is too small")
        burner.insert(drive.CD_RW, capacity=SECTORS)
    application.says(f"{study['instances']} of {study['instances']} images proved.")
    written = burner.media.read_bytes()
    burner.set(tray=0)  # somebody pushes the last one in again
    application.find("label", lambda name: name.startswith(f"CD-RW with {number(desk)}_3"),
                     inside=foot)

    application = again(application, desk, study)
    go_on(application)
    answer_whom(application)
    fill(application, "Why it goes again", "lost")
    go_on(application)
    choose(application, "Disc")
    application.says("You are asked before it is erased.")
    go_on(application)
    go_on(application, "Begin")
    application.says(f"It holds {number(desk)}_3")
    reply(application, "Keep what is on it")
    courier.equal(burner.media.read_bytes() == written, True, "the disc is as it was")
    burner.set(hold_at=100)
    go_on(application, "Begin")
    reply(application, "Erase and write")
    application.says("stopping now would spoil the disc")
    go_on(application, "Stop")
    application.says("Stop and spoil the disc?")
    reply(application, "Go on writing")
    go_on(application, "Stop")
    reply(application, "Stop")
    burner.set(hold_at=-1)
    application.says("Stopped before it was done.")
    application.close()
    courier.equal(desk.rows("SELECT state FROM transfer WHERE direction = 'out' ORDER BY id"),
                  [("succeeded",), ("cancelled",)])


def prepare_again(application, desk, study, recipient):
    """Another draft of the same study, for somebody else, as far as the ways."""
    application = again(application, desk, study)
    go_on(application)
    fill(application, "Recipient", recipient)
    fill(application, "Reason", "asked for")
    fill(application, "Legal basis, if it is to be kept", "consent")
    go_on(application)
    return application


def test_folder_zip_and_node_are_proved(scene):
    desk = scene.desk()
    study = small_study()
    desk.retrieve(scene.phantom_node(desk), study["study_uid"])
    nothing = desk.folder / "nothing"
    nothing.mkdir()
    port = scene.dcmqrscp(nothing, aet="TARGET")
    desk.add_node("Target", port, "TARGET")
    proved = f"{study['instances']} of {study['instances']} images proved."
    keep_draft(desk, [study])
    application = open_wizard(scene, desk)
    go_to_how(application)
    choose(application, "USB or folder")
    fill(application, "Empty folder or stick", str(desk.folder / "out"))
    go_on(application)
    go_on(application, "Begin")
    application.says(proved)
    desk.ctl("verify", desk.folder / "out")

    application = prepare_again(application, desk, study, "Somebody else")
    choose(application, "ZIP file")
    fill(application, "ZIP file", str(desk.folder / "out.zip"))
    go_on(application)
    go_on(application, "Begin")
    application.says(proved)
    subprocess.run([courier.need("7z"), "t", "-bso0", desk.folder / "out.zip"], check=True)

    application = prepare_again(application, desk, study, "A third")
    choose(application, "DICOM node")
    application.wait(lambda: application.all("combo box", "Node"), "the nodes")
    pick_node(application, "Target")
    go_on(application)
    go_on(application, "Begin")
    application.says(proved)
    other = scene.desk()
    other.retrieve(other.add_node("Target", port, "TARGET"), study["study_uid"])
    courier.equal(sorted(other.stored()), sorted(desk.stored()))
    courier.equal(desk.rows("SELECT route, state, legal_basis FROM transfer "
                            "WHERE direction = 'out' ORDER BY id"),
                  [("folder", "succeeded", ""), ("zip", "succeeded", "consent"),
                   ("node", "succeeded", "consent")])
    application.close()


def pick_node(application, name):
    """With the keyboard: of a drop down AT-SPI (4.8) tells no more than what is chosen."""
    row = application.find("combo box", "Node")
    for _ in range(5):
        if any(label.name == name for label in application.all("label", inside=row)):
            return
        row.click()
        application.press("Down")
        application.press("Return")
        time.sleep(0.3)
    raise AssertionError(f"{name} cannot be chosen")


desktop.main(globals())
