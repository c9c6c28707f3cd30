#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media that were damaged, changed or are none: verify never calls one of them proved."""
import os
import pathlib
import shutil

import pydicom

import courier
import media
from courier import contains, equal

FIRST, SECOND = "DICOM/S0001/SE0001/I0000001", "DICOM/S0001/SE0001/I0000002"
CT = next(row for row in courier.phantom_list()
          if row["patient_id"] == "PRACTICE-0001" and row["instance_count"] >= 3)


class Media:
    """A desk with a good image, a good folder, and copies of them to damage."""

    def __init__(self, scene):
        self.scene, self.copies = scene, 0
        self.desk = scene.desk()
        self.node = scene.rude(self.desk, scene.copy_phantoms())
        self.image, self.folder = scene.folder / "good.iso", scene.folder / "good"
        for route, output in (("iso", self.image), ("folder", self.folder)):
            media.export(self.desk, [CT["study_uid"]], route, output, self.node)

    def copy_folder(self):
        self.copies += 1
        return shutil.copytree(self.folder, self.scene.folder / f"copy{self.copies}")

    def copy_image(self, *changes):
        """A copy of the image with old bytes replaced by new ones of the same length."""
        self.copies += 1
        data = self.image.read_bytes()
        for old, new in changes:
            equal(len(old), len(new))
            equal(old in data, True, "bytes to replace")
            data = data.replace(old, new)
        path = self.scene.folder / f"copy{self.copies}.iso"
        path.write_bytes(data)
        return path

    def verify(self, path, code=0):
        return self.desk.ctl("verify", path, code=code)

    def check_red(self, path, remark, state="incomplete"):
        """It is not proved, with a word about why. Returns the JSON."""
        answer = self.verify(path, code=1 if state == "failed" else 3)
        equal(answer.json["state"], state, f"{answer.json['remark']}")
        contains(answer.json["remark"], remark)
        equal(answer.stderr.count("\n"), 1, f"one sentence: {answer.stderr}")
        return answer.json


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def add_to_manifest(folder):
    """Makes a manifest that fits whatever is in @folder now."""
    names = sorted(media.list_tree(folder) - {"MANIFEST.TXT"})
    (folder / "MANIFEST.TXT").write_text(
        "".join(f"{courier.sha256(folder / name)}  {name}\n" for name in names))


def uid_of(folder, name):
    return str(pydicom.dcmread(folder / name, stop_before_pixels=True).SOPInstanceUID)


def test_good_media_are_proved_again_and_again(scene):
    good = Media(scene)
    for path in (good.image, good.folder, good.copy_image(), good.copy_folder(),
                 f"stdio:{good.image}", os.path.relpath(good.image)):
        answer = good.verify(path).json
        equal((answer["state"], answer["basis"]), ("succeeded", "uid-list"))
        equal(answer["verified"], CT["instance_count"])
        equal(answer["read_back"], "cache-dropped")


def test_a_flipped_bit_in_an_image_is_found(scene):
    good = Media(scene)
    size = (good.folder / FIRST).stat().st_size
    for at in (0, 200, size // 2, size - 1):
        copy = good.copy_folder()
        flip(copy / FIRST, at)
        answer = good.check_red(copy, "1 damaged")
        equal(answer["failed"], [uid_of(good.folder, FIRST)], "images that are damaged")
    content = (good.folder / FIRST).read_bytes()
    changed = bytearray(content)
    changed[size // 2] ^= 0x80
    answer = good.check_red(good.copy_image((content, bytes(changed))), "1 damaged")
    equal(answer["failed"], [uid_of(good.folder, FIRST)])


def test_a_flipped_bit_in_another_file_is_found(scene):
    good = Media(scene)
    for name in ("README.TXT", "INDEX.HTM", "IHE_PDI/S0001/SE0001.JPG"):
        copy = good.copy_folder()
        flip(copy / name, 50)
        good.check_red(copy, f"{name}: reads back differently")


def test_swapped_files_are_found(scene):
    good = Media(scene)
    copy = good.copy_folder()
    (copy / FIRST).rename(copy / "x")
    (copy / SECOND).rename(copy / FIRST)
    (copy / "x").rename(copy / SECOND)
    equal(len(good.check_red(copy, "2 damaged")["failed"]), 2)
    add_to_manifest(copy)
    good.check_red(copy, "the manifest on the medium is not the one of the log")


def test_a_removed_file_is_missing(scene):
    good = Media(scene)
    copy = good.copy_folder()
    (copy / FIRST).unlink()
    answer = good.check_red(copy, "1 missing")
    equal(answer["missing"], [uid_of(good.folder, FIRST)], "missing images")
    for name in ("README.TXT", "INDEX.HTM", "IHE_PDI/S0001/SE0001.JPG"):
        copy = good.copy_folder()
        (copy / name).unlink()
        good.check_red(copy, f"{name}: is not on the medium")


def test_a_stray_file_is_found(scene):
    good = Media(scene)
    for name in ("DICOM/S0001/SE0001/I0000099", "AUTORUN.INF", "DICOM/EXTRA"):
        copy = good.copy_folder()
        shutil.copy(good.folder / FIRST, copy / name)
        good.check_red(copy, "a file is on the medium that nobody put there")
        add_to_manifest(copy)
        good.check_red(copy, "the manifest on the medium is not the one of the log")


def test_what_is_no_file_does_not_belong_there(scene):
    good = Media(scene)
    for make, remark in (
            (lambda path: path.symlink_to("README.TXT"), "1 link or device is on the medium"),
            (lambda path: path.symlink_to("/"), "1 link or device is on the medium"),
            (os.mkfifo, "1 link or device is on the medium"),
            (pathlib.Path.mkdir, "1 empty folder is on the medium")):
        for name in ("X", "DICOM/S0001/X"):
            copy = good.copy_folder()
            make(copy / name)
            answer = good.check_red(copy, remark)
            equal((answer["missing"], answer["extra"], answer["verified"]),
                  ([], [], CT["instance_count"]))
    copy = good.copy_folder()
    (copy / "X/Y").mkdir(parents=True)
    (copy / "Z").mkdir()
    good.check_red(copy, "2 empty folders are on the medium")


def test_an_image_without_its_last_sector_is_cut_off(scene):
    good = Media(scene)
    copy = good.copy_image()
    with open(copy, "rb") as file:
        file.seek(16 * 2048 + 80)
        size = int.from_bytes(file.read(4), "little") * 2048
    equal(size <= copy.stat().st_size, True, "size of the volume")
    os.truncate(copy, size)
    equal(good.verify(copy).json["state"], "succeeded", "whole")
    os.truncate(copy, size - 2048)
    answer = good.check_red(copy, f"the image is cut off: {size - 2048} of {size} bytes are there")
    equal(answer["verified"], CT["instance_count"], "the images are all there")


def test_a_changed_manifest_is_found(scene):
    good = Media(scene)
    lines = (good.folder / "MANIFEST.TXT").read_text().splitlines(keepends=True)
    changes = {
        "another digest": [lines[0].replace(lines[0][:8], "01234567"), *lines[1:]],
        "a line less": [line for line in lines if not line.endswith(f"{FIRST}\n")],
        "a line more": [*lines, f"{'0' * 64}  DICOM/S0001/SE0001/I0000099\n"],
        "nothing": [],
        "no manifest": ["hello\n"],
    }
    for what, new in changes.items():
        copy = good.copy_folder()
        (copy / "MANIFEST.TXT").write_text("".join(new))
        equal(good.desk.run("verify", copy).code in (1, 3), True, what)


def test_a_changed_dicomdir_is_found(scene):
    good = Media(scene)
    uid = uid_of(good.folder, FIRST).encode()
    other = uid[:-1] + bytes([uid[-1] ^ 1])
    name = b"I0000001"
    for old, new in ((uid, other), (name, b"I0000002"), (b"PRACTICE-0001", b"PRACTICE-0002")):
        for adapt in (False, True):
            copy = good.copy_folder()
            data = (copy / "DICOMDIR").read_bytes()
            equal(old in data, True, "in the DICOMDIR")
            (copy / "DICOMDIR").write_bytes(data.replace(old, new))
            if adapt:
                add_to_manifest(copy)
            good.check_red(copy, "not the one of the log" if adapt else "DICOMDIR")


def test_a_uid_changed_after_hashing_is_found(scene):
    """Manifest and DICOMDIR adapted: only the log knows better."""
    good = Media(scene)
    copy = good.copy_folder()
    file = pydicom.dcmread(copy / FIRST)
    old = str(file.SOPInstanceUID)
    file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = old[:-1] + "0123456789"[
        int(old[-1]) - 1]
    file.save_as(copy / FIRST)
    add_to_manifest(copy)
    good.check_red(copy, "the manifest on the medium is not the one of the log")
    data = (copy / "DICOMDIR").read_bytes()
    (copy / "DICOMDIR").write_bytes(data.replace(old.encode(), file.SOPInstanceUID.encode()))
    add_to_manifest(copy)
    good.check_red(copy, "the manifest on the medium is not the one of the log")


def test_a_truncated_image_is_never_proved(scene):
    good = Media(scene)
    size = good.image.stat().st_size
    for part in (size - 2048 * 160, size // 2, 0x9000, 0x8100, 100, 1):
        copy = good.copy_image()
        os.truncate(copy, part)
        answer = good.desk.run("verify", copy)
        equal(answer.code in (1, 3), True, f"{part} of {size} bytes: {answer}")
        equal(answer.stderr.count("\n"), 1, answer.stderr)


def test_a_damaged_tree_of_names_is_found(scene):
    """Only one of the three trees is touched: the bytes of the files are right."""
    good = Media(scene)
    joliet = good.copy_image(("I0000001".encode("utf-16-be"), "J0000001".encode("utf-16-be")))
    good.check_red(joliet, "joliet")
    data = good.image.read_bytes()
    plain = data.find(b"I0000001.;1"), data.find(b"I0000001;1")
    at = max(plain)
    copy = good.copy_image()
    with open(copy, "r+b") as file:
        file.seek(at)
        file.write(b"J")
    good.check_red(copy, "iso-9660")


def test_a_name_that_leads_to_other_bytes_is_found(scene):
    """One flipped bit in a record of Joliet, which only Windows goes by: where the file begins, and how
    long it is."""
    good = Media(scene)
    record = good.image.read_bytes().find("I0000002".encode("utf-16-be")) - 33
    for field in (2, 10):
        copy = good.copy_image()
        flip(copy, record + field)
        good.check_red(copy, "the names lead to other bytes")


def test_a_name_that_stands_twice_in_a_tree_is_found(scene):
    """One flipped bit, and where Windows looks there is no second image but two third ones."""
    good = Media(scene)
    joliet = good.copy_image(("I0000002".encode("utf-16-be"), "I0000003".encode("utf-16-be")))
    good.check_red(joliet, "joliet")
    data = good.image.read_bytes()
    at = max(data.find(b"I0000002.;1"), data.find(b"I0000002;1"))
    copy = good.copy_image()
    with open(copy, "r+b") as file:
        file.seek(at)
        file.write(b"I0000003")
    good.check_red(copy, "iso-9660")


def test_what_is_no_medium_fails_with_a_sentence(scene):
    good = Media(scene)
    text, empty, noise = (scene.folder / name for name in ("text", "empty", "noise"))
    text.write_text("no medium\n")
    empty.touch()
    noise.write_bytes(os.urandom(1 << 20))
    (scene.folder / "nothing").mkdir()
    for path in (text, empty, noise, scene.folder / "nothing", pathlib.Path("/dev/null"),
                 scene.folder / "absent", good.folder / "DICOMDIR"):
        answer = good.verify(path, code=1)
        equal(answer.json["state"], "failed", f"{path}")
        equal(answer.stderr.count("\n"), 1, f"{path}: {answer.stderr}")


def test_a_folder_that_is_no_file_set_is_left_alone(scene):
    """Whoever walked through it would find that it is too deep."""
    desk, folder = scene.desk(), scene.folder / "home"
    (folder / "/".join("D" * 70)).mkdir(parents=True)
    answer = desk.ctl("verify", folder, code=1)
    equal(answer.json["state"], "failed")
    contains(answer.stderr, "there is no DICOMDIR in it")


def check_unproven(scene, basis, *options):
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms(), *options)
    folder = scene.folder / basis
    answer = media.export(desk, [CT["study_uid"]], "folder", folder, node, code=3)
    equal((answer.json["state"], answer.json["basis"]), ("unproven", basis))
    answer = desk.ctl("verify", folder, code=3).json
    equal((answer["state"], answer["basis"]), ("unproven", basis), answer["remark"])
    flip(folder / FIRST, 300)
    equal(desk.ctl("verify", folder, code=3).json["state"], "incomplete")


def test_what_was_counted_and_not_listed_stays_unproven(scene):
    check_unproven(scene, "count-only", "--no-image-level")


def test_what_was_neither_counted_nor_listed_stays_unproven(scene):
    check_unproven(scene, "none", "--no-image-level", "--no-counts")


def test_names_on_a_medium_of_somebody_else_fill_no_log(scene):
    """Others name media and files after patients, and may list what they have not."""
    good = Media(scene)
    other = scene.desk()
    with open(good.folder / "MANIFEST.TXT", "a", encoding="ascii") as manifest:
        for number in range(1000):
            manifest.write(f"{number:064x}  MUELLER/IMAGE{number}.DCM\n")
            (good.folder / f"ANNA{number}.TXT").touch()
    answer = other.ctl("verify", good.folder, code=3)
    equal(answer.json["state"], "incomplete")
    contains(answer.json["remark"], "a file is on the medium that nobody put there (1000 times)")
    contains(answer.json["remark"], "and 990 more files")
    equal(len(answer.json["remark"]) < 1000, True, answer.json["remark"])
    for row in other.rows("SELECT details, hash FROM audit_event"):
        equal("MUELLER" in str(row), False, "the name in what is never erased")


def test_names_that_others_added_to_our_medium_can_be_erased(scene):
    good = Media(scene)
    with open(good.folder / "MANIFEST.TXT", "a", encoding="ascii") as manifest:
        manifest.write(f"{0:064x}  MUELLER/IMAGE.DCM\n")
    good.check_red(good.folder, "MUELLER/IMAGE.DCM: is not on the medium")
    for row in good.desk.rows("SELECT details FROM audit_event"):
        equal("MUELLER" in str(row), False, "the name in what is never erased")


def test_a_medium_of_another_log_is_unproven(scene):
    good = Media(scene)
    other = scene.desk()
    for path in (good.image, good.folder):
        answer = other.ctl("verify", path, code=3)
        equal((answer.json["state"], answer.json["transfer"]), ("unproven", None))
        contains(answer.json["remark"], "this log does not know it")
        contains(answer.stderr, "not proved")
    copy = good.copy_folder()
    flip(copy / FIRST, 300)
    equal(other.ctl("verify", copy, code=3).json["state"], "incomplete")


def test_a_medium_with_the_number_of_another_transfer_is_not_taken_for_it(scene):
    """Every log begins with IC000001, and every medium with the same File IDs."""
    good = Media(scene)
    other = scene.desk()
    node = scene.rude(other, courier.phantoms())
    row = next(row for row in courier.phantom_list() if row["patient_id"] == "PRACTICE-0003")
    media.export(other, [row["study_uid"]], "iso", scene.folder / "other.iso", node,
                 media.SAKURABA)
    answer = other.ctl("verify", good.image, code=3).json
    equal((answer["state"], answer["transfer"]), ("unproven", None), answer["remark"])


courier.main(globals())
