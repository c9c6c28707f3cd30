#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discs that cannot be burned, or are spoilt: of every fault the state, the exit code, the sentence
and the log are right, and nothing is ever called proved that is not."""
import signal
import subprocess

import courier
import drive
import media
from courier import Skip, contains, equal, need, program, wait_for

DESCRIPTOR = 16  # the sector without which nothing can be read


# What is refused before anything is written

def test_no_disc(scene):
    burner = drive.Burner(scene, drive.NONE)
    burner.check_refused(burner.burn(code=1), "There is no disc in /dev/sr0: insert an empty disc")
    burner.check_untouched()


def test_a_finalised_disc(scene):
    burner = drive.Burner(scene)
    burner.burn("--no-eject")
    before = burner.drive.media.read_bytes()
    answer = burner.burn("--blank", code=1)
    burner.check_refused(answer, "The CD-R in /dev/sr0 is already written: insert an empty disc")
    equal(burner.drive.media.read_bytes() == before, True, "the disc is as it was")


def check_rewritable(burner, profile):
    burner.drive.insert(profile)
    first = burner.burn("--no-eject")
    before = burner.drive.media.read_bytes()
    answer = burner.burn("--no-eject", code=4)
    burner.check_refused(answer, f"holds data ({first.json['transfer']}_1, ", "refused")
    contains(answer.stderr, "--blank")
    equal(burner.drive.media.read_bytes() == before, True, "the disc is as it was")
    answer = burner.burn("--no-eject", "--blank")
    burner.check_good(answer, drive.NAMES[profile])
    burner.check_disc(answer)


def test_a_rewritable_disc_that_holds_data_is_erased_only_when_told(scene):
    burner = drive.Burner(scene)
    check_rewritable(burner, drive.CD_RW)
    equal(burner.drive.log().count("blank"), 1)
    check_rewritable(burner, drive.DVD_RW)
    equal(burner.drive.log().count("blank"), 2)
    equal(burner.drive.state()["quick_blank"], "1")


def test_a_disc_that_can_be_overwritten_is_so_only_when_told(scene):
    """To the drive it is always ready to be written, whatever is on it."""
    burner = drive.Burner(scene)
    for profile in drive.OVERWRITABLE:
        check_rewritable(burner, profile)
    equal(burner.drive.log().count("blank"), 0)


def test_a_disc_with_a_foreign_file_system_is_not_taken_for_an_empty_one(scene):
    """FAT begins in the first sector, UDF alone in the seventeenth."""
    burner = drive.Burner(scene)
    for profile, sector, mark in ((drive.DVD_RAM, 0, b"\xeb\x3c\x90MSDOS5.0"),
                                  (drive.BD_RE, 16, b"\0BEA01\1"),
                                  (drive.DVD_RW_OVERWRITE, 16, b"\0BEA01\1")):
        burner.drive.insert(profile)
        content = bytes(sector * drive.SECTOR) + mark.ljust(drive.SECTOR, b"\0")
        burner.drive.media.write_bytes(content)
        answer = burner.burn("--no-eject", code=4)
        burner.check_refused(answer, "holds data (something else)", "refused")
        equal(burner.drive.media.read_bytes() == content, True, "the disc is as it was")
        burner.check_good(burner.burn("--no-eject", "--blank"), drive.NAMES[profile])


def test_a_disc_that_cannot_be_looked_at_is_not_taken_for_an_empty_one(scene):
    burner = drive.Burner(scene)
    for profile in drive.OVERWRITABLE:
        burner.drive.insert(profile, fail_read=DESCRIPTOR)
        burner.check_refused(burner.burn(code=4), "holds data (something else)", "refused")
        burner.check_untouched()


def test_a_foreign_label_is_in_no_error(scene):
    """It may be the name of somebody."""
    burner = drive.Burner(scene, drive.DVD_PLUS_RW)
    sector = bytearray(drive.SECTOR)
    sector[:6], sector[40:72] = b"\1CD001", b"DOE_JANE".ljust(32)
    burner.drive.media.write_bytes(bytes(16 * drive.SECTOR) + bytes(sector))
    equal(burner.desk.ctl("drive", "info").json["label"], "DOE_JANE")
    answer = burner.burn(code=4)
    shown = burner.check_refused(answer, "something else", "refused")
    equal("DOE" in answer.stderr + answer.stdout + repr(shown), False)


def test_a_disc_that_is_too_small(scene):
    burner = drive.Burner(scene, capacity=2000)
    answer = burner.burn(code=1)
    burner.check_refused(answer, "has room for 4.1 MB, but 1")
    burner.check_untouched()


def test_a_disc_that_the_drive_cannot_write(scene):
    burner = drive.Burner(scene, drive.CD_ROM, closed=1, tracks=1, t1="0,5000,1")
    burner.check_refused(burner.burn(code=1), "insert an empty disc")


def test_a_drive_that_somebody_uses(scene):
    burner = drive.Burner(scene, busy=1)
    burner.check_refused(burner.burn(code=1), "Another program is using /dev/sr0")
    burner.check_untouched()


def test_a_drive_that_is_not_there(scene):
    burner = drive.Burner(scene, gone=1)
    burner.check_refused(burner.burn(code=1), "There is no drive /dev/sr0, or it was unplugged")


def test_a_drive_that_never_gets_ready_is_given_up(scene):
    burner = drive.Burner(scene, not_ready=-1)
    answer = burner.desk.ctl("drive", "info", code=1, timeout=180)
    contains(answer.stderr, "/dev/sr0 does not get ready")


def test_a_mounted_disc(scene):
    """A file system that says it is of /dev/sr0 is mounted where only courierctl sees it."""
    burner = drive.Burner(scene)
    folder = scene.folder / "mounted"
    folder.mkdir()
    script = ('mount -t tmpfs /dev/sr0 "$1" || exit 77; shift; '
              'LD_PRELOAD="$PRELOAD" exec "$@" < /dev/null')
    environment = burner.desk.environment()
    environment["PRELOAD"] = environment.pop("LD_PRELOAD")
    options = [f"--{key}={value}" for key, value in {**media.MULLER, **media.RECIPIENT}.items()]
    done = subprocess.run([need("unshare"), "-m", "sh", "-c", script, "sh", folder,
                           program("COURIERCTL"), "--json", *map(str, burner.words()), *options],
                          env=environment, capture_output=True, text=True, check=False)
    if done.returncode in (1, 77) and "mount" in done.stderr and "umount" not in done.stderr:
        raise Skip("needs root to mount")
    contains(done.stderr, f"is mounted: unmount it with 'umount {folder}'")
    burner.check_untouched()


def test_one_drive_is_used_by_one_at_a_time(scene):
    burner = drive.Burner(scene, hold_at=drive.MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {drive.MIDDLE}")
    contains(burner.burn(code=1).stderr, "Another program is using /dev/sr0")
    contains(burner.desk.ctl("drive", "eject", code=1).stderr, "Another program is using /dev/sr0")
    equal(["error" in row for row in burner.desk.ctl("drive", "list").json], [True])
    burner.drive.set(hold_at=-1)
    equal(burner.desk.finish(running).code, 0)


# What spoils a disc

def test_a_write_error_spoils_the_disc(scene):
    burner = drive.Burner(scene, fail_write=drive.MIDDLE)
    burner.check_spoilt(burner.burn(code=1), "good for nothing")
    burner.drive.check_tray(is_open=True)


def test_a_disc_that_does_not_close_is_spoilt(scene):
    for profile in (drive.CD_R, drive.DVD_PLUS_R):
        burner = drive.Burner(scene, profile, fail_close=1)
        burner.check_spoilt(burner.burn(code=1), "good for nothing")


def test_a_drive_unplugged_while_it_writes(scene):
    burner = drive.Burner(scene, gone_at=drive.MIDDLE)
    burner.check_spoilt(burner.burn(code=1), "good for nothing")


def test_a_disc_that_cannot_be_read_back_is_spoilt(scene):
    burner = drive.Burner(scene, fail_read=DESCRIPTOR)
    burner.check_spoilt(burner.burn(code=1), "good for nothing")


def test_a_scratch_in_an_image_is_found(scene):
    burner = drive.Burner(scene, fail_read=drive.MIDDLE)
    answer = burner.burn(code=3)
    burner.check_spoilt(answer, "does not read back as it was written", "incomplete")
    equal(answer.json["verified"], answer.json["written"] - 1)


def test_a_flipped_bit_is_found_on_every_medium(scene):
    for profile in (drive.CD_R, drive.DVD_R, drive.DVD_PLUS_R, drive.BD_R):
        burner = drive.Burner(scene, profile, flip_read=drive.MIDDLE)
        answer = burner.burn(code=3)
        burner.check_spoilt(answer, "does not read back as it was written", "incomplete")
        equal(answer.json["verified"], answer.json["written"] - 1)


def test_a_rewritable_disc_need_not_be_thrown_away(scene):
    burner = drive.Burner(scene, drive.CD_RW, fail_write=drive.MIDDLE)
    answer = burner.burn(code=1)
    contains(answer.stderr, "try again with --blank")
    equal(len(burner.events(answer, "disc-spoilt")), 1)
    burner.drive.set(fail_write=-1, tray=0)
    burner.check_good(burner.burn("--blank"), "CD-RW")


# Stopping

def test_a_drive_that_writes_is_stopped_only_when_asked_twice(scene):
    burner = drive.Burner(scene, hold_at=drive.MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {drive.MIDDLE}")
    running.send_signal(signal.SIGINT)
    equal("Not stopped" in running.stderr.readline(), True)
    burner.drive.set(hold_at=-1)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["state"]), (0, "succeeded"), repr(answer))


def test_stopping_a_drive_that_writes_spoils_the_disc(scene):
    burner = drive.Burner(scene, hold_at=drive.MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {drive.MIDDLE}")
    running.send_signal(signal.SIGINT)
    contains(running.stderr.readline(), "Not stopped")
    running.send_signal(signal.SIGINT)
    contains(running.stderr.readline(), "Stopping")
    burner.drive.set(hold_at=-1)
    answer = burner.desk.finish(running)
    equal(answer.code, 130, repr(answer))
    burner.check_spoilt(answer, "was stopped as asked, which spoilt the CD-R", "cancelled")


def test_a_killed_program_leaves_no_success_behind(scene):
    burner = drive.Burner(scene, hold_at=drive.MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {drive.MIDDLE}")
    running.kill()
    running.communicate()
    burner.drive.set(hold_at=-1)
    wait_for(lambda: not burner.desk.processes(), "the workers to end")
    states = [row["state"] for row in burner.desk.ctl("log", "list").json]
    equal("succeeded" in states[:1], False, f"{states}")


def test_images_that_come_anew_meanwhile_spoil_no_disc(scene):
    """A retrieval replaces the stored files, of which a part has still to be burned."""
    study = next(row for row in courier.phantom_list() if row["accession"] == "PR250001")
    burner = drive.Burner(scene, study=study, hold_at=drive.MIDDLE)
    desk = burner.desk
    running = burner.start()
    burner.drive.wait_for(f"held at {drive.MIDDLE}")
    desk.retrieve("RUDE", study["study_uid"])
    burner.drive.set(hold_at=-1)
    answer = desk.finish(running)
    equal(answer.code, 0, repr(answer))
    burner.check_good(answer, "CD-R")
    desk.check_store()


if __name__ == "__main__":
    courier.main(globals())
