#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media for a standard profile: what does not fit is unpacked, and is the same object afterwards, as
other people's decoders see it."""
import itertools

import pydicom
from pydicom.uid import ExplicitVRLittleEndian

import courier
import media
from courier import contains, equal
from unpacked import DECODERS, check_unpacked

JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.70"}
J2K = {"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"}
KEPT = {"cd": set(), "dvd-jpeg": JPEG, "dvd-j2k": J2K, "usb-jpeg": JPEG, "usb-j2k": J2K}


def patients():
    """Identity and studies with compressed images, for each invented patient who has some."""
    rows = [row for row in courier.phantom_list() if row["transfer_syntax_uid"] in DECODERS]
    rows.sort(key=lambda row: row["patient_id"])
    for patient, series in itertools.groupby(rows, key=lambda row: row["patient_id"]):
        series = list(series)
        yield ({"patient-id": patient, "birth-date": series[0]["birth_date"]},
               sorted({row["study_uid"] for row in series}))


def check_medium(scene, folder, profile):
    """Returns how many images were unpacked."""
    originals = {header.SOPInstanceUID: path for path, header in courier.phantom_headers().items()}
    unpacked = 0
    for path in courier.dicom_files(folder / "DICOM"):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        original = originals[header.SOPInstanceUID]
        syntax = courier.phantom_headers()[original].file_meta.TransferSyntaxUID
        if syntax == ExplicitVRLittleEndian or syntax in KEPT[profile]:
            equal(header.file_meta.TransferSyntaxUID, syntax, "syntax of what fits")
        else:
            check_unpacked(scene, original, path)
            unpacked += 1
    return unpacked


def export(desk, node, patient, studies, profile, output, code=0):
    route = "folder" if profile.startswith("usb") else "iso"
    return desk.ctl(*media.order(studies, route, output, node, ("--profile", profile)), code=code,
                    keys={**patient, **media.RECIPIENT})


def check_export(scene, desk, node, patient, studies, profile):
    output = scene.folder / f"{profile}-{patient['patient-id']}"
    answer = export(desk, node, patient, studies, profile, output).json
    equal(answer["state"], "succeeded")
    equal(answer["verified"], answer["expected"])
    contains(answer["profile"], f"STD-GEN-{profile.upper()}")
    equal(desk.ctl("verify", output).json["state"], "succeeded")
    folder = output
    if output.is_file():
        folder = scene.folder / f"{output.name}-tree"
        media.extract_by_osirrox(output, folder)
    media.check_manifest(folder)
    media.validate_directory(folder)
    equal(desk.leftovers(), [], "in the spool")
    return check_medium(scene, folder, profile)


def open_desk(scene):
    desk = scene.desk()
    return desk, scene.rude(desk, courier.phantoms())


def test_every_compressed_image_fits_a_cd_and_is_the_same(scene):
    desk, node = open_desk(scene)
    unpacked = sum(check_export(scene, desk, node, patient, studies, "cd")
                   for patient, studies in patients())
    equal(unpacked >= 5, True, f"{unpacked} unpacked")
    actions = [row[0] for row in desk.rows("SELECT action FROM audit_event")]
    equal("instances-converted" in actions, True, "in the log")


def test_what_a_profile_takes_goes_out_byte_for_byte(scene):
    desk, node = open_desk(scene)
    for profile in ("dvd-jpeg", "usb-j2k"):
        for patient, studies in patients():
            check_export(scene, desk, node, patient, studies, profile)


def change_a_bit(path):
    data = bytearray(path.read_bytes())
    data[-len(data) // 3] ^= 1
    path.write_bytes(data)


def check_nothing_goes_out(scene, desk, patient, studies, uid):
    output = scene.folder / "a.iso"
    answer = export(desk, None, patient, studies, "cd", output, code=1)
    contains(answer.stderr, f"image {uid} is missing or damaged in the store")
    equal(output.exists(), False)


def test_a_stored_image_that_changed_is_not_made_good_by_unpacking_it(scene):
    desk, node = open_desk(scene)
    patient, studies = next(patients())
    desk.retrieve(node, *studies)
    for uid, path in desk.stored().items():
        if pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID in DECODERS:
            break
    change_a_bit(path)
    check_nothing_goes_out(scene, desk, patient, studies, uid)
    # A store of old has digests and nothing quicker.
    with desk.database() as database:
        database.execute("UPDATE instance SET checksum = ''")
        database.commit()
    check_nothing_goes_out(scene, desk, patient, studies, uid)
    change_a_bit(path)
    export(desk, None, patient, studies, "cd", scene.folder / "a.iso")


def test_a_profile_of_another_medium_is_a_mistake_of_use(scene):
    desk, node = open_desk(scene)
    patient, studies = next(patients())
    answer = desk.run(*media.order(studies, "iso", scene.folder / "a.iso", node,
                                   ("--profile", "usb-jpeg")), keys={**patient, **media.RECIPIENT})
    equal(answer.code, 2, answer)
    contains(answer.stderr, "another kind of medium")


def test_what_nobody_can_unpack_is_named_before_anything_is_written(scene):
    desk = scene.desk()
    files = scene.folder / "files"
    files.mkdir()
    source = next(path for path, header in courier.phantom_headers().items()
                  if header.file_meta.TransferSyntaxUID in JPEG)
    file = pydicom.dcmread(source)
    file.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.100"  # MPEG-2
    file.save_as(files / "a.dcm")
    node = scene.rude(desk, files)
    output = scene.folder / "a.iso"
    patient = {"patient-id": file.PatientID, "birth-date": file.PatientBirthDate}
    answer = export(desk, node, patient, [file.StudyInstanceUID], "cd", output, code=1)
    equal(answer.json["state"], "failed")
    contains(answer.stderr, "1 of 1 images cannot be converted")
    contains(answer.stderr, file.SOPInstanceUID)
    equal(output.exists(), False)
    equal(desk.leftovers(), [])


if __name__ == "__main__":
    courier.main(globals().copy())
