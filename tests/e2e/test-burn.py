#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discs that courierctl burns, with a drive that is not there and misbehaves on demand. Of every
medium the disc is read by other programs; of every fault the state, the exit code, the sentence and
the log are right, and nothing is ever called proved that is not."""
import shutil
import signal
import subprocess

import courier
import drive
import media
from courier import Skip, contains, equal, need, program, wait_for

STUDY = next(row for row in courier.phantom_list() if row["accession"] == "PR150001")
NAMES = {drive.CD_R: "CD-R", drive.CD_RW: "CD-RW", drive.DVD_R: "DVD-R", drive.DVD_PLUS_R: "DVD+R",
         drive.DVD_PLUS_RW: "DVD+RW", drive.BD_R: "BD-R"}
# Well inside the image, which takes some 5,000 sectors.
MIDDLE = 2500


class Burner:
    """A desk that has a study, and a drive with a disc."""

    def __init__(self, scene, profile=drive.CD_R, **state):
        self.scene = scene
        self.desk = scene.desk()
        node = scene.rude(self.desk, scene.copy_phantoms("PR150001"))
        self.desk.retrieve(node, STUDY["study_uid"])
        self.drive = drive.Drive(self.desk)
        self.drive.insert(profile, **state)

    def words(self, *more):
        return media.order([STUDY["study_uid"]], "disc", self.drive.address, more=more)

    def burn(self, *more, code=0):
        return self.desk.ctl(*self.words(*more), code=code,
                             keys={**media.MULLER, **media.RECIPIENT})

    def start(self, *more):
        return self.desk.start(*self.words(*more), keys={**media.MULLER, **media.RECIPIENT})

    def events(self, answer, action):
        return [event["details"] for event in
                self.desk.ctl("log", "show", answer.json["transfer"]).json["events"]
                if event["action"] == action]

    def check_untouched(self):
        """Nothing was written to the disc that is in the drive."""
        equal(self.drive.media.stat().st_size, 0, "size of what was written")
        equal(self.drive.state()["tracks"], "0", "tracks")

    def check_good(self, answer, medium):
        equal(answer.json["state"], "succeeded")
        equal((answer.json["medium"], answer.json["spoilt"]), (medium, False))
        equal(answer.json["expected"], answer.json["verified"])
        equal(self.events(answer, "disc-spoilt"), [])
        self.desk.check_logged(answer)

    def check_disc(self, answer):
        """What other programs find on the disc."""
        folder = self.scene.folder / "disc"
        image = self.drive.image(self.scene.folder)
        equal(media.volume_id(image), f"{answer.json['transfer']}_1")
        media.extract_by_7z(image, folder)
        media.check_manifest(folder)
        media.check_images(self.desk, folder, self.desk.ctl("log", "show",
                                                            answer.json["transfer"]).json)
        shutil.rmtree(folder)

    def check_failed(self, answer, sentence, state="failed"):
        """It says why, in one sentence, and so does the log."""
        equal(answer.json["state"], state)
        contains(answer.stderr, sentence)
        self.desk.check_logged(answer)
        return self.desk.ctl("log", "show", answer.json["transfer"]).json

    def check_refused(self, answer, sentence, state="failed"):
        """The same, before anything was written."""
        shown = self.check_failed(answer, sentence, state)
        equal(self.events(answer, "disc-spoilt"), [])
        return shown

    def check_spoilt(self, answer, sentence, state="failed"):
        """The same of a disc that is good for nothing now."""
        shown = self.check_failed(answer, sentence, state)
        equal(answer.json["spoilt"], True)
        equal(answer.json["good_copies"], 0)
        equal(len(self.events(answer, "disc-spoilt")), 1, "events about the disc")
        equal(self.events(answer, "disc-proved"), [])
        contains(answer.stderr, "throw it away")
        return shown


# What goes well

def check_medium(burner, profile):
    burner.drive.insert(profile)
    answer = burner.burn()
    burner.check_good(answer, NAMES[profile])
    equal(answer.json["read_back"], "medium")
    burner.check_disc(answer)
    burner.drive.check_tray(is_open=True)
    equal([event["medium"] for event in burner.events(answer, "disc-proved")], [NAMES[profile]])
    if profile != drive.DVD_PLUS_RW:
        equal(burner.drive.state()["closed"], "1", f"{NAMES[profile]} is finalised")
    return answer


def test_every_medium_is_burned_and_proved(scene):
    burner = Burner(scene)
    for profile in (drive.CD_R, drive.CD_RW, drive.DVD_R, drive.DVD_PLUS_R, drive.DVD_PLUS_RW):
        answer = check_medium(burner, profile)
        contains(answer.json["profile"], "STD-GEN-CD" if profile in (drive.CD_R, drive.CD_RW)
                 else "STD-GEN-DVD")


def test_blu_ray_is_said_to_be_outside_the_standard(scene):
    burner = Burner(scene)
    answer = check_medium(burner, drive.BD_R)
    contains(answer.json["profile"], "no standard profile")
    contains(" ".join(answer.json["notices"]), "outside the standard")


def test_a_burned_disc_is_verified_in_the_drive(scene):
    burner = Burner(scene)
    burner.burn()
    burner.drive.set(tray=0)
    answer = burner.desk.ctl("verify", burner.drive.address)
    equal(answer.json["state"], "succeeded")
    equal(answer.json["verified"], STUDY["instance_count"])
    burner.drive.set(flip_read=MIDDLE)
    equal(burner.desk.ctl("verify", burner.drive.address, code=3).json["state"], "incomplete")
    burner.drive.set(flip_read=-1, fail_read=MIDDLE)
    equal(burner.desk.ctl("verify", burner.drive.address, code=1).json["state"], "failed")
    burner.drive.insert(drive.CD_R)
    contains(burner.desk.ctl("verify", burner.drive.address, code=1).stderr, "empty")
    burner.drive.insert(drive.NONE)
    contains(burner.desk.ctl("verify", burner.drive.address, code=1).stderr, "no disc")


def test_the_only_drive_need_not_be_named(scene):
    burner = Burner(scene)
    words = [word for word in burner.words("--speed=4", "--no-eject")
             if word not in ("--output", burner.drive.address)]
    answer = burner.desk.ctl(*words, keys={**media.MULLER, **media.RECIPIENT})
    equal(answer.json["output"], burner.drive.address)
    equal(burner.drive.state()["speed"], "706", "4 times 176.4 kB/s")
    burner.drive.check_tray(is_open=False)
    drive.Drive(burner.desk, 1)
    equal(burner.desk.run(*words, keys={**media.MULLER, **media.RECIPIENT}).code, 2)


def test_a_drive_without_a_motor_is_read_where_it_is(scene):
    burner = Burner(scene, slim=1)
    answer = burner.burn()
    burner.check_good(answer, "CD-R")
    equal(answer.json["read_back"], "cache-dropped")
    equal(burner.drive.log(), ["close 2", "eject"])


def test_a_drive_that_is_slow_to_get_ready_is_waited_for(scene):
    burner = Burner(scene, not_ready=3)
    burner.check_good(burner.burn(), "CD-R")


def test_an_open_tray_is_pulled_in(scene):
    burner = Burner(scene)
    burner.drive.set(tray=1)
    burner.check_good(burner.burn(), "CD-R")


def test_drives_are_described(scene):
    burner = Burner(scene)
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
    burner = Burner(scene)
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
    burner = Burner(scene)
    running = burner.start("--copies=2")
    burner.drive.wait_for("eject", 2)
    burner.drive.insert(drive.CD_R, flip_read=MIDDLE)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["state"]), (3, "incomplete"), repr(answer))
    equal((answer.json["good_copies"], answer.json["spoilt"]), (1, True))
    equal([event["copy"] for event in burner.events(answer, "disc-spoilt")], ["2 of 2"])
    burner.desk.check_logged(answer)


def test_an_unfit_disc_for_a_copy_is_given_out_again(scene):
    burner = Burner(scene)
    running = burner.start("--copies=2")
    burner.drive.wait_for("eject", 2)
    burner.drive.insert(drive.CD_R, closed=1, tracks=1, t1="0,5000,1")
    burner.drive.wait_for("eject", 3)
    burner.drive.insert(drive.DVD_R)  # the profile was settled for a CD
    burner.drive.wait_for("eject", 4)
    burner.drive.insert(drive.CD_R)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["good_copies"]), (0, 2), repr(answer))


# What is refused before anything is written

def test_no_disc(scene):
    burner = Burner(scene, drive.NONE)
    burner.check_refused(burner.burn(code=1), "There is no disc in /dev/sr0: insert an empty disc")
    burner.check_untouched()


def test_a_finalised_disc(scene):
    burner = Burner(scene)
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
    burner.check_good(answer, NAMES[profile])
    burner.check_disc(answer)


def test_a_rewritable_disc_that_holds_data_is_erased_only_when_told(scene):
    burner = Burner(scene)
    check_rewritable(burner, drive.CD_RW)
    equal(burner.drive.log().count("blank"), 1)
    check_rewritable(burner, drive.DVD_PLUS_RW)


def test_a_foreign_label_is_in_no_error(scene):
    """It may be the name of somebody."""
    burner = Burner(scene, drive.DVD_PLUS_RW)
    sector = bytearray(drive.SECTOR)
    sector[:6], sector[40:72] = b"\1CD001", b"DOE_JANE".ljust(32)
    burner.drive.media.write_bytes(bytes(16 * drive.SECTOR) + bytes(sector))
    equal(burner.desk.ctl("drive", "info").json["label"], "DOE_JANE")
    answer = burner.burn(code=4)
    shown = burner.check_refused(answer, "something else", "refused")
    equal("DOE" in answer.stderr + answer.stdout + repr(shown), False)


def test_a_disc_that_is_too_small(scene):
    burner = Burner(scene, capacity=2000)
    answer = burner.burn(code=1)
    burner.check_refused(answer, "has room for 4.1 MB, but 1")
    burner.check_untouched()


def test_a_disc_that_the_drive_cannot_write(scene):
    burner = Burner(scene, drive.CD_ROM, closed=1, tracks=1, t1="0,5000,1")
    burner.check_refused(burner.burn(code=1), "insert an empty disc")


def test_a_drive_that_somebody_uses(scene):
    burner = Burner(scene, busy=1)
    burner.check_refused(burner.burn(code=1), "Another program is using /dev/sr0")
    burner.check_untouched()


def test_a_drive_that_is_not_there(scene):
    burner = Burner(scene, gone=1)
    burner.check_refused(burner.burn(code=1), "There is no drive /dev/sr0, or it was unplugged")


def test_a_mounted_disc(scene):
    """A file system that says it is of /dev/sr0 is mounted where only courierctl sees it."""
    burner = Burner(scene)
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
    burner = Burner(scene, hold_at=MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {MIDDLE}")
    contains(burner.burn(code=1).stderr, "Another program is using /dev/sr0")
    contains(burner.desk.ctl("drive", "eject", code=1).stderr, "Another program is using /dev/sr0")
    equal(["error" in row for row in burner.desk.ctl("drive", "list").json], [True])
    burner.drive.set(hold_at=-1)
    equal(burner.desk.finish(running).code, 0)


# What spoils a disc

def test_a_write_error_spoils_the_disc(scene):
    burner = Burner(scene, fail_write=MIDDLE)
    burner.check_spoilt(burner.burn(code=1), "good for nothing")
    burner.drive.check_tray(is_open=True)


def test_a_disc_that_does_not_close_is_spoilt(scene):
    for profile in (drive.CD_R, drive.DVD_PLUS_R):
        burner = Burner(scene, profile, fail_close=1)
        burner.check_spoilt(burner.burn(code=1), "good for nothing")


def test_a_drive_unplugged_while_it_writes(scene):
    burner = Burner(scene, gone_at=MIDDLE)
    burner.check_spoilt(burner.burn(code=1), "good for nothing")


def test_a_disc_that_cannot_be_read_back_is_spoilt(scene):
    burner = Burner(scene, fail_read=MIDDLE)
    burner.check_spoilt(burner.burn(code=1), "good for nothing")


def test_a_flipped_bit_is_found_on_every_medium(scene):
    for profile in (drive.CD_R, drive.DVD_R, drive.DVD_PLUS_R, drive.BD_R):
        burner = Burner(scene, profile, flip_read=MIDDLE)
        answer = burner.burn(code=3)
        burner.check_spoilt(answer, "does not read back as it was written", "incomplete")
        equal(answer.json["verified"], answer.json["written"] - 1)


def test_a_rewritable_disc_need_not_be_thrown_away(scene):
    burner = Burner(scene, drive.CD_RW, fail_write=MIDDLE)
    answer = burner.burn(code=1)
    contains(answer.stderr, "try again with --blank")
    equal(len(burner.events(answer, "disc-spoilt")), 1)
    burner.drive.set(fail_write=-1, tray=0)
    burner.check_good(burner.burn("--blank"), "CD-RW")


# Stopping

def test_a_drive_that_writes_is_stopped_only_when_asked_twice(scene):
    burner = Burner(scene, hold_at=MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {MIDDLE}")
    running.send_signal(signal.SIGINT)
    equal("Not stopped" in running.stderr.readline(), True)
    burner.drive.set(hold_at=-1)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["state"]), (0, "succeeded"), repr(answer))


def test_stopping_a_drive_that_writes_spoils_the_disc(scene):
    burner = Burner(scene, hold_at=MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {MIDDLE}")
    running.send_signal(signal.SIGINT)
    contains(running.stderr.readline(), "Not stopped")
    running.send_signal(signal.SIGINT)
    contains(running.stderr.readline(), "Stopping")
    burner.drive.set(hold_at=-1)
    answer = burner.desk.finish(running)
    equal(answer.code, 130, repr(answer))
    burner.check_spoilt(answer, "was stopped as asked, which spoilt the CD-R", "cancelled")


def test_a_killed_program_leaves_no_success_behind(scene):
    burner = Burner(scene, hold_at=MIDDLE)
    running = burner.start()
    burner.drive.wait_for(f"held at {MIDDLE}")
    running.kill()
    running.communicate()
    burner.drive.set(hold_at=-1)
    wait_for(lambda: not burner.desk.processes(), "the workers to end")
    states = [row["state"] for row in burner.desk.ctl("log", "list").json]
    equal("succeeded" in states[:1], False, f"{states}")


if __name__ == "__main__":
    courier.main(globals())
