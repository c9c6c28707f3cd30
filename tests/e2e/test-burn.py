#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discs that courierctl burns with a drive that is not there: of every medium, read by other
programs, with copies and with what a drive tells of itself."""
import pydicom
from pydicom.uid import ExplicitVRLittleEndian

import courier
import drive
import media
from courier import contains, equal

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"


# What goes well

def check_medium(burner, profile):
    burner.drive.insert(profile)
    answer = burner.burn()
    burner.check_good(answer, drive.NAMES[profile])
    equal(answer.json["read_back"], "medium")
    burner.check_disc(answer)
    burner.drive.check_tray(is_open=True)
    equal([event["medium"] for event in burner.events(answer, "disc-proved")], [drive.NAMES[profile]])
    if profile not in drive.OVERWRITABLE:
        equal(burner.drive.state()["closed"], "1", f"{drive.NAMES[profile]} is finalised")
    return answer


def test_every_medium_is_burned_and_proved(scene):
    burner = drive.Burner(scene)
    for profile in (drive.CD_R, drive.CD_RW, drive.DVD_R, drive.DVD_PLUS_R, drive.DVD_PLUS_RW,
                    drive.DVD_RW, drive.DVD_RW_OVERWRITE):
        answer = check_medium(burner, profile)
        contains(answer.json["profile"], "STD-GEN-CD" if profile in (drive.CD_R, drive.CD_RW)
                 else "STD-GEN-DVD")


def test_a_new_dvd_plus_rw_cannot_be_read_before_it_is_written(scene):
    burner = drive.Burner(scene)
    burner.drive.insert(drive.DVD_PLUS_RW, unformatted=1)
    equal(burner.burn().json["state"], "succeeded")


def test_a_disc_that_should_have_udf_is_said_to_be_outside_the_standard(scene):
    burner = drive.Burner(scene)
    for profile in (drive.BD_R, drive.BD_RE, drive.DVD_RAM):
        answer = check_medium(burner, profile)
        contains(answer.json["profile"], "no standard profile")
        contains(" ".join(answer.json["notices"]), f"wants UDF on {drive.NAMES[profile]} discs")


def test_a_profile_is_for_one_kind_of_disc(scene):
    burner = drive.Burner(scene, drive.DVD_R)
    answer = burner.burn("--profile=cd", code=1)
    burner.check_refused(answer, "another kind of disc")
    burner.check_untouched()


def test_what_is_unpacked_for_a_profile_is_burned_and_proved(scene):
    study = next(row for row in courier.phantom_list() if row["transfer_syntax_uid"] == JPEG_LOSSLESS)
    burner = drive.Burner(scene, study=study)
    running = burner.start("--profile=cd", "--copies=2")
    burner.drive.wait_for("eject", 2)
    burner.drive.insert(drive.CD_R)
    answer = burner.desk.finish(running)
    burner.check_good(answer, "CD-R")
    equal(answer.json["good_copies"], 2)
    contains(answer.json["profile"], "STD-GEN-CD")
    folder = scene.folder / "unpacked"
    media.extract_by_7z(burner.drive.image(scene.folder), folder)
    media.check_manifest(folder)
    equal({pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID
           for path in courier.dicom_files(folder / "DICOM")}, {ExplicitVRLittleEndian})
    equal(burner.desk.leftovers(), [], "in the spool")


def test_a_burned_disc_is_verified_in_the_drive(scene):
    burner = drive.Burner(scene)
    burner.burn()
    burner.drive.set(tray=0)
    answer = burner.desk.ctl("verify", burner.drive.address)
    equal(answer.json["state"], "succeeded")
    equal(answer.json["verified"], drive.STUDY["instance_count"])
    burner.drive.set(flip_read=drive.MIDDLE)
    equal(burner.desk.ctl("verify", burner.drive.address, code=3).json["state"], "incomplete")
    burner.drive.set(flip_read=-1, fail_read=drive.MIDDLE)
    equal(burner.desk.ctl("verify", burner.drive.address, code=3).json["state"], "incomplete")
    burner.drive.insert(drive.CD_R)
    contains(burner.desk.ctl("verify", burner.drive.address, code=1).stderr, "empty")
    burner.drive.insert(drive.NONE)
    contains(burner.desk.ctl("verify", burner.drive.address, code=1).stderr, "no disc")


def test_the_only_drive_need_not_be_named(scene):
    burner = drive.Burner(scene)
    words = [word for word in burner.words("--speed=4", "--no-eject")
             if word not in ("--output", burner.drive.address)]
    answer = burner.desk.ctl(*words, keys={**media.MULLER, **media.RECIPIENT})
    equal(answer.json["output"], burner.drive.address)
    equal(burner.drive.state()["speed"], "706", "4 times 176.4 kB/s")
    burner.drive.check_tray(is_open=False)
    drive.Drive(burner.desk, 1)
    equal(burner.desk.run(*words, keys={**media.MULLER, **media.RECIPIENT}).code, 2)


def test_a_drive_without_a_motor_is_read_where_it_is(scene):
    burner = drive.Burner(scene, slim=1)
    answer = burner.burn()
    burner.check_good(answer, "CD-R")
    equal(answer.json["read_back"], "cache-dropped")
    equal(burner.drive.log(), ["close 2", "eject"])


def test_a_drive_that_is_slow_to_get_ready_is_waited_for(scene):
    burner = drive.Burner(scene, not_ready=3)
    burner.check_good(burner.burn(), "CD-R")


def test_an_open_tray_is_pulled_in(scene):
    burner = drive.Burner(scene)
    burner.drive.set(tray=1)
    burner.check_good(burner.burn(), "CD-R")


def test_drives_are_described(scene):
    burner = drive.Burner(scene)
    info = burner.desk.ctl("drive", "info").json
    equal((info["drive"], info["medium"], info["content"]), ("/dev/sr0", "CD-R", "blank"))
    equal(info["free_bytes"], drive.CAPACITY[drive.CD_R] * drive.SECTOR)
    number = burner.burn("--no-eject").json["transfer"]
    info = burner.desk.ctl("drive", "info", "/dev/sr0").json
    equal((info["content"], info["label"], info["free_bytes"]), ("written", f"{number}_1", 0))
    other = drive.Drive(burner.desk, 1)
    other.insert(drive.CD_ROM, closed=1, tracks=1, t1="0,5000,1")
    listed = {row["drive"]: row for row in burner.desk.ctl("drive", "list").json}
    equal(set(listed), {"/dev/sr0", "/dev/sr1"})
    equal(listed["/dev/sr1"]["content"], "written")
    burner.desk.ctl("drive", "eject", "/dev/sr1")
    other.check_tray(is_open=True)
    contains(burner.desk.ctl("drive", "info", "/dev/sr7", code=1).stderr, "no drive /dev/sr7")


# Several discs

def test_copies_are_each_read_back(scene):
    burner = drive.Burner(scene)
    running = burner.start("--copies=2")
    burner.drive.wait_for("eject", 2)  # to be read back, then to be changed
    burner.drive.insert(drive.CD_RW)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["good_copies"]), (0, 2), repr(answer))
    proved = burner.events(answer, "disc-proved")
    equal([event["copy"] for event in proved], ["1 of 2", "2 of 2"])
    equal([event["medium"] for event in proved], ["CD-R", "CD-RW"])
    burner.check_disc(answer)


def test_a_bad_copy_after_a_good_one_is_not_called_good(scene):
    burner = drive.Burner(scene)
    running = burner.start("--copies=2")
    burner.drive.wait_for("eject", 2)
    burner.drive.insert(drive.CD_R, flip_read=drive.MIDDLE)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["state"]), (3, "incomplete"), repr(answer))
    equal((answer.json["good_copies"], answer.json["spoilt"]), (1, True))
    equal([event["copy"] for event in burner.events(answer, "disc-spoilt")], ["2 of 2"])
    burner.desk.check_logged(answer)


def test_an_unfit_disc_for_a_copy_is_given_out_again(scene):
    burner = drive.Burner(scene)
    running = burner.start("--copies=2")
    burner.drive.wait_for("eject", 2)
    burner.drive.insert(drive.CD_R, closed=1, tracks=1, t1="0,5000,1")
    burner.drive.wait_for("eject", 3)
    burner.drive.insert(drive.DVD_R)  # the profile was settled for a CD
    burner.drive.wait_for("eject", 4)
    burner.drive.insert(drive.CD_R)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["good_copies"]), (0, 2), repr(answer))


def test_a_disc_that_was_just_made_is_not_erased_for_the_next(scene):
    """Somebody pushes the tray in again without having changed the disc."""
    for profile in (drive.CD_RW, drive.DVD_PLUS_RW):
        burner = drive.Burner(scene, profile)
        running = burner.start("--copies=2", "--blank")
        burner.drive.wait_for("eject", 2)
        made = burner.drive.media.read_bytes()
        burner.drive.set(tray=0)
        burner.drive.wait_for("eject", 3)
        equal(burner.drive.media.read_bytes() == made, True, "the first copy is still there")
        burner.drive.insert(profile)
        answer = burner.desk.finish(running)
        equal((answer.code, answer.json["good_copies"]), (0, 2), repr(answer))
        contains(answer.stderr, "just been written")


if __name__ == "__main__":
    courier.main(globals())
