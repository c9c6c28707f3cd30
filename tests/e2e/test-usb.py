#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""USB sticks: written at their top beside what is there, proved, and made safe to be taken out, with a
UDisks2 of the fakes on a bus of its own, and where somebody has mounted them without one."""
import os
import subprocess

import courier
import media
from courier import contains, equal

STUDY = next(row for row in courier.phantom_list() if row["accession"] == "PR150001")
NOBODY = "unix:path=/nowhere"


class Stick:
    """A desk that has a study, and a stick /dev/sdx that UDisks2 mounts at a folder."""

    def __init__(self, scene, *traits, has_udisks=True):
        self.scene, self.desk = scene, scene.desk()
        node = scene.rude(self.desk, scene.copy_phantoms(STUDY["accession"]))
        self.desk.retrieve(node, STUDY["study_uid"])
        self.folder, self.log_path = scene.folder / "stick", scene.folder / "udisks.log"
        self.folder.mkdir()
        self.desk.extra_environment["DBUS_SYSTEM_BUS_ADDRESS"] = (
            self.start(traits) if has_udisks else NOBODY)

    def start(self, traits):
        """A bus and the fake on it. Returns the address."""
        config = self.scene.folder / "bus.conf"
        config.write_text(
            '<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>'
            '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>'
            '<allow own="*"/></policy></busconfig>', encoding="ascii")
        bus = self.scene.spawn([courier.need("dbus-daemon"), f"--config-file={config}", "--nofork",
                                "--print-address"], stdout=subprocess.PIPE, text=True)
        address = bus.stdout.readline().strip()
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address
        try:
            fake = self.scene.spawn([courier.program("FAKE_UDISKS"), self.folder, self.log_path,
                                     *traits], stdout=subprocess.PIPE, text=True)
        finally:
            del os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        equal(fake.stdout.readline(), "ready\n")
        return address

    def export(self, where="/dev/sdx", *more, code=0):
        return self.desk.ctl(*media.order([STUDY["study_uid"]], "usb", where, more=more), code=code,
                             keys={**media.MULLER, **media.RECIPIENT})

    def log(self):
        return self.log_path.read_text().split() if self.log_path.exists() else []

    def check_good(self, answer, beside=()):
        equal((answer.json["state"], answer.json["verified"]),
              ("succeeded", STUDY["instance_count"]))
        media.validate_directory(self.folder)
        media.check("sha256sum", "-c", "--quiet", "--strict", "MANIFEST.TXT", cwd=self.folder)
        equal(media.list_tree(self.folder),
              set(media.read_manifest(self.folder)) | {"MANIFEST.TXT"} | set(beside))
        self.desk.check_logged(answer)

    def check_untouched(self, answer, sentence, names=()):
        contains(answer.stderr, sentence)
        equal({path.name for path in self.folder.iterdir()}, set(names))
        self.desk.check_logged(answer)


def test_a_stick_is_mounted_written_proved_and_released(scene):
    stick = Stick(scene)
    answer = stick.export()
    stick.check_good(answer)
    contains(answer.json["profile"], "STD-GEN-USB")
    contains(" ".join(answer.json["notices"]), "can be taken out")
    equal(stick.log(), ["Mount", "Unmount", "PowerOff"])
    equal(answer.json["output"], "/dev/sdx")


def test_a_partition_that_is_mounted_already_is_used_where_it_is(scene):
    stick = Stick(scene, "mounted")
    stick.check_good(stick.export("/dev/sdx1"))
    equal(stick.log(), ["Unmount", "PowerOff"])


def test_what_is_on_the_stick_stays_and_is_not_judged(scene):
    stick = Stick(scene)
    (stick.folder / "Holiday").mkdir()
    (stick.folder / "Holiday" / "beach.jpg").write_bytes(b"sand")
    (stick.folder / "letter.txt").write_bytes(b"Dear")
    (stick.folder / "empty").mkdir()
    stick.check_good(stick.export(), {"Holiday/beach.jpg", "letter.txt"})
    equal((stick.folder / "Holiday" / "beach.jpg").read_bytes(), b"sand")


def test_file_sets_are_never_mixed(scene):
    for name in ("DICOMDIR", "dicom", "Readme.txt"):
        stick = Stick(scene_of(scene, name))
        (stick.folder / name).write_text("somebody's")
        stick.check_untouched(stick.export(code=4), "move them away", {name})
        equal((stick.folder / name).read_text(), "somebody's")
        equal(stick.log(), ["Mount", "Unmount"])


def scene_of(scene, name):
    """A scene of its own within one test."""
    inner = scene.enter_context(courier.Scene())
    inner.folder = inner.folder / name
    inner.folder.mkdir()
    return inner


def test_sticks_that_will_not_do(scene):
    for trait, code, sentence in (("system", 4, "belongs to this machine"),
                                  ("read-only", 1, "protected against writing")):
        stick = Stick(scene_of(scene, trait), trait)
        stick.check_untouched(stick.export(code=code), sentence)
        equal(stick.log(), [])
    stick = Stick(scene)
    stick.check_untouched(stick.export("/dev/sdx2", code=1), "no file system")
    stick.check_untouched(stick.export("/dev/sdy", code=1), "no such device")


def test_another_file_system_is_said_to_be_outside_the_standard(scene):
    stick = Stick(scene, "exfat")
    answer = stick.export()
    stick.check_good(answer)
    contains(answer.json["profile"], "no standard profile")
    contains(" ".join(answer.json["notices"]), "this one has exfat, which is outside the standard")
    other = Stick(scene_of(scene, "profile"), "exfat")
    other.check_untouched(other.export("/dev/sdx", "--profile=usb-jpeg", code=1), "another kind")


def test_a_stick_in_use_is_not_called_safe(scene):
    stick = Stick(scene, "busy")
    answer = stick.export()
    stick.check_good(answer)
    contains(" ".join(answer.json["notices"]), "unmount the stick before it is taken out")
    equal(stick.log().count("PowerOff"), 0)


def test_a_stick_without_room_is_left_as_it_was(scene):
    stick = Stick(scene)
    courier.mount(scene, stick.folder, "2M")
    stick.check_untouched(stick.export(code=1), "are needed")


def test_a_stick_that_somebody_mounted_needs_no_udisks(scene):
    stick = Stick(scene, has_udisks=False)
    courier.mount(scene, stick.folder, "64M")
    (stick.folder / "letter.txt").write_bytes(b"Dear")
    answer = stick.export(stick.folder)
    stick.check_good(answer, {"letter.txt"})
    contains(" ".join(answer.json["notices"]), "unmount the stick before it is taken out")
    verified = stick.desk.ctl("verify", stick.folder).json
    equal((verified["state"], verified["verified"]), ("succeeded", STUDY["instance_count"]))
    image = next((stick.folder / "DICOM").rglob("I0000001"))
    data = bytearray(image.read_bytes())
    data[-100] ^= 1
    image.write_bytes(data)
    equal(stick.desk.ctl("verify", stick.folder, code=3).json["state"], "incomplete")


def test_a_folder_that_is_no_top_of_a_stick_is_refused(scene):
    stick = Stick(scene, has_udisks=False)
    stick.check_untouched(stick.export(stick.folder, code=4), "not the top folder")
    stick.check_untouched(stick.export("/dev/nothing", code=1), "no such device")


if __name__ == "__main__":
    courier.main(globals())
