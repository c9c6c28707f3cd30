#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ZIP archives that courierctl writes, read by programs that are not ours, and damaged ones."""
import zipfile

import courier
import media
from courier import contains, equal

CHEST = "PR150001"
ECHO = "PR170001"  # JPEG


def make(scene, desk):
    node = scene.rude(desk, courier.phantoms())
    studies = media.studies_of(desk, node, media.MULLER["patient-id"])
    output = scene.folder / "a.zip"
    answer = media.export(desk, [studies[CHEST], studies[ECHO]], "zip", output, node).json
    return output, answer


def test_an_archive_is_proved_and_others_read_it(scene):
    desk = scene.desk()
    output, answer = make(scene, desk)
    equal((answer["state"], answer["verified"]), ("succeeded", answer["expected"]))
    media.check("7z", "t", output)
    with zipfile.ZipFile(output) as archive:
        equal(archive.testzip(), None, "what Python finds damaged")
        archive.extractall(scene.folder / "tree")
    media.check_manifest(scene.folder / "tree")
    media.check_images(desk, scene.folder / "tree",
                       desk.ctl("log", "show", answer["transfer"]).json)
    equal(desk.ctl("verify", output).json["state"], "succeeded")


def test_compressed_images_are_not_compressed_again(scene):
    output, _ = make(scene, scene.desk())
    with zipfile.ZipFile(output) as archive:
        kinds = {info.compress_type for info in archive.infolist()
                 if info.filename.startswith("DICOM/")}
    equal(kinds, {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def test_one_changed_byte_costs_its_image_only(scene):
    desk = scene.desk()
    output, answer = make(scene, desk)
    with zipfile.ZipFile(output) as archive:
        info = next(info for info in archive.infolist() if info.filename.startswith("DICOM/")
                    and info.compress_type == zipfile.ZIP_STORED)
    data = bytearray(output.read_bytes())
    data[info.header_offset + 200 + info.file_size // 2] ^= 1
    output.write_bytes(data)
    spoilt = desk.ctl("verify", output, code=3).json
    equal((spoilt["state"], spoilt["verified"]), ("incomplete", answer["expected"] - 1))


def test_an_archive_cut_off_is_never_proved(scene):
    desk = scene.desk()
    output, _ = make(scene, desk)
    data = output.read_bytes()
    for keep in (0.999, 0.5, 0.01):
        output.write_bytes(data[:int(len(data) * keep)])
        answer = desk.run("verify", output)
        equal(answer.code in (1, 3), True, f"{keep}: {answer}")


def test_an_archive_that_exists_is_not_touched(scene):
    desk = scene.desk()
    output = scene.folder / "a.zip"
    output.write_bytes(b"mine")
    node = scene.rude(desk, courier.phantoms())
    studies = media.studies_of(desk, node, media.MULLER["patient-id"])
    answer = media.export(desk, [studies[CHEST]], "zip", output, node, code=4)
    contains(answer.stderr, "exists already")
    equal(output.read_bytes(), b"mine")


if __name__ == "__main__":
    courier.main(globals().copy())
