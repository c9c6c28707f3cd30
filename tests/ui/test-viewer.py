#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The viewer: what is on the screen is said to a screen reader from the file's own header; keys do
what they should; a saved picture is, sample for sample, what DCMTK shows at the same window."""
import os
import subprocess

import pydicom
from PIL import Image, ImageChops

import desktop
from desktop import courier

ACCESSIONS = {"CT": "PR250001", "MR": "PR240001", "DX": "PR150001", "US": "PR250002"}


def open_viewer(scene, accession):
    """The viewer on a study of the practice archive that is here."""
    screen = desktop.Desktop(scene)
    desk = scene.desk()
    node = scene.phantom_node(desk)
    study = next(row["study_uid"] for row in courier.phantom_list()
                 if row["accession"] == accession)
    desk.retrieve(node, study)
    os.environ["IMAGING_COURIER"] = courier.program("VIEWER_HOST")
    return desk, screen.open(desk, VIEWER_STUDY=study)


def shows(application, *lines):
    """Waits until one picture says all of @lines."""
    return application.find("image", lambda name: all(line in name.split("\n") for line in lines))


def series_of(accession):
    return [row for row in courier.phantom_list() if row["accession"] == accession]


def test_keys_scroll_window_turn_and_mark(scene):
    _, application = open_viewer(scene, ACCESSIONS["CT"])
    shows(application, "Müller, Jürgen", "PRACTICE-0001 (PRACTICE)", "born 14 Mar 1958", "1 of 36",
          "W 400 L 40")
    application.press("Down")
    application.press("Page_Down")
    shows(application, "12 of 36", "Number 12")
    application.press("End")
    shows(application, "36 of 36")
    application.press("5")  # after two of the file's own and all values: soft tissue, lung
    shows(application, "W 1500 L -600")
    application.press("i")
    application.press("x")
    application.press("t")
    shows(application, "Inverted", "Flipped", "Turned by 90°")
    application.press("r")
    shows(application, "W 400 L 40")
    application.press("k")
    shows(application, "★ Key image", "36 of 36")
    application.press("Up")
    shows(application, "35 of 36")
    courier.equal(application.all("image", lambda name: "★ Key image" in name), [])
    application.press("k")
    application.press("k")
    application.press("Down")
    shows(application, "★ Key image", "36 of 36")


def test_second_series_scrolls_along_by_position(scene):
    _, application = open_viewer(scene, ACCESSIONS["CT"])
    shows(application, "1 of 36")
    application.press("c")
    shows(application, "CT Chest 5.0 lung")
    application.press("Page_Down")
    shows(application, "11 of 36", "CT Chest 5.0 soft", "Position -68.0 mm")
    shows(application, "11 of 36", "CT Chest 5.0 lung", "Position -68.0 mm")
    application.press("Escape")
    application.gone("image", lambda name: "CT Chest 5.0 lung" in name)


def test_report_and_header_can_be_read_and_searched(scene):
    _, application = open_viewer(scene, ACCESSIONS["CT"])
    shows(application, "1 of 36")
    application.press("h")
    entry = application.find(None, "Search the header")
    application.find("label", "(0008,0005)")
    entry.enter("accession")
    application.find("label", ACCESSIONS["CT"])
    application.gone("label", "(0008,0005)")
    application.press("Escape")
    for _ in range(3):
        application.press("Right")
    report = application.find("text", "Report")
    application.wait(lambda: "Lungs clear. No effusion." in report.text(), "the report's text")
    application.says("Müller, Jürgen · PRACTICE-0001 (PRACTICE)")
    application.press("Right")
    shows(application, "Page 1 of 1")
    application.says("Müller, Jürgen · PRACTICE-0001 (PRACTICE)")
    application.find("push button", lambda name: name.startswith("Save"))


def rewrite(path, change):
    """The stored file with other values, as one that was damaged or exchanged."""
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)


def rename(dataset):
    dataset.PatientName, dataset.PatientID = "Meier^Anna", "PRACTICE-0009"
    dataset.PatientBirthDate = "19900101"


def open_with_changes(scene, changes):
    """The viewer on the CT, some of whose files were changed: the number of the series and of the
    object in it -> how."""
    screen = desktop.Desktop(scene)
    desk = scene.desk()
    series = series_of(ACCESSIONS["CT"])
    study = series[0]["study_uid"]
    desk.retrieve(scene.phantom_node(desk), study)
    stored = desk.stored()
    for (number, instance), change in changes.items():
        rewrite(stored[series[number]["sop_instance_uids"][instance]], change)
    os.environ["IMAGING_COURIER"] = courier.program("VIEWER_HOST")
    return screen.open(desk, VIEWER_STUDY=study)


def test_another_patient_is_warned_of_wherever_one_looks(scene):
    application = open_with_changes(scene, {(0, 1): rename, (3, 0): rename, (4, 0): rename})
    warning = ("This image names another patient than its study: patient ID, name, birth date "
               "differs.")
    shows(application, "Müller, Jürgen", "1 of 36")
    courier.equal(application.all("image", lambda name: warning in name), [])
    application.press("Down")
    shows(application, "Meier, Anna", "PRACTICE-0009 (PRACTICE)", "2 of 36", warning)
    application.press("Down")
    shows(application, "Müller, Jürgen", "3 of 36")
    courier.equal(application.all("image", lambda name: warning in name), [])
    for _ in range(3):
        application.press("Right")
    application.find("text", "Report")
    application.find("label", lambda name: name.startswith("Meier, Anna"))
    application.find("label", warning)
    application.press("Right")
    shows(application, "Page 1 of 1")
    application.find("label", lambda name: name.startswith("Meier, Anna"))
    application.find("label", warning)


def spoil_document(dataset):
    dataset.EncapsulatedDocument = b"%PDF-1.4\n" + bytes(range(256)) * 20


def test_document_that_is_no_pdf_is_said_in_words_and_can_be_saved(scene):
    application = open_with_changes(scene, {(4, 0): spoil_document})
    shows(application, "1 of 36")
    for _ in range(4):
        application.press("Right")
    application.find("label", lambda name: "the document" in name.lower() and name.endswith("."))
    application.find("push button", lambda name: name.startswith("Save"))


def test_length_is_measured_in_mm(scene):
    _, application = open_viewer(scene, ACCESSIONS["CT"])
    picture = shows(application, "1 of 36")
    application.press("m")
    x, y = picture.middle()
    for words in (["mousemove", str(x - 60), str(y)], ["mousedown", "1"],
                  ["mousemove", str(x), str(y)], ["mousemove", str(x + 60), str(y)],
                  ["mouseup", "1"]):
        subprocess.run([courier.need("xdotool"), *words], check=True)
    found = application.find("image", lambda name: " mm" in name.split("\n")[-1])
    zoom = next(int(line.split()[1]) for line in found.name.split("\n") if line.startswith("Zoom"))
    header = next(h for h in courier.phantom_headers().values()
                  if h.AccessionNumber == ACCESSIONS["CT"] and "PixelSpacing" in h)
    expected = 120 / (zoom / 100) * float(header.PixelSpacing[1])
    measured = float(found.name.split("\n")[-1].split()[0])
    if abs(measured - expected) > 0.02 * expected:
        raise AssertionError(f"{measured} mm instead of {expected}")


def save(application, folder, number):
    target = folder / f"{number}.png"
    application.press("ctrl+s")
    application.find("text", "Name:")
    application.press("ctrl+a")
    application.type(str(target))
    application.press("Return")
    courier.wait_for(lambda: target.exists() and target.stat().st_size > 0, "the picture")
    application.gone("text", "Name:")
    return target


def compare(ours, source, folder):
    """A shade for rounding; four for the colours of JPEG."""
    theirs = folder / "theirs.png"
    window = ["+Wi", "1"] if "WindowCenter" in courier.phantom_headers()[source] else []
    subprocess.run([courier.need("dcmj2pnm"), *window, "+on", str(source), str(theirs)],
                   check=False, stderr=subprocess.DEVNULL)
    left = Image.open(ours).convert("RGB")
    right = Image.open(theirs).convert("RGB")
    courier.equal(left.size, right.size)
    worst = max(high for _, high in ImageChops.difference(left, right).getextrema())
    is_colour_jpeg = "YBR" in courier.phantom_headers()[source].PhotometricInterpretation
    if worst > (4 if is_colour_jpeg else 1):
        raise AssertionError(f"{source}: differs by {worst} shades")


def compare_series(scene, modality):
    desk, application = open_viewer(scene, ACCESSIONS[modality])
    for number, row in enumerate(series_of(ACCESSIONS[modality])):
        if row["modality"] not in ACCESSIONS:
            continue
        application.find("image", lambda name, row=row: any(
            line == f"{row['modality']} {row['series_description']}" for line in name.split("\n")))
        picture = save(application, desk.folder, number)
        first = row["sop_instance_uids"][0]
        source = next(path for path, header in courier.phantom_headers().items()
                      if header.SOPInstanceUID == first)
        compare(picture, source, desk.folder)
        application.press("Right")


def test_saved_ct_is_what_dcmtk_shows(scene):
    compare_series(scene, "CT")


def test_saved_mr_is_what_dcmtk_shows(scene):
    compare_series(scene, "MR")


def test_saved_radiograph_is_what_dcmtk_shows(scene):
    compare_series(scene, "DX")


def test_saved_ultrasound_is_what_dcmtk_shows(scene):
    compare_series(scene, "US")


def test_file_that_is_gone_is_said_in_words(scene):
    desk, application = open_viewer(scene, ACCESSIONS["CT"])
    shows(application, "1 of 36")
    application.press("Right")
    shows(application, "CT Chest 5.0 lung")
    uid = series_of(ACCESSIONS["CT"])[2]["sop_instance_uids"][0]
    desk.stored()[uid].unlink()
    application.press("Right")
    application.says("This file cannot be read")


desktop.main(globals())
