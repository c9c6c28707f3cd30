# SPDX-License-Identifier: GPL-3.0-or-later
"""An optical drive of the fakes: what is in it, how it misbehaves, and what was done to it. See
tests/fakes/mmc/fake-mmc.h. And a desk that burns with it."""
import contextlib
import fcntl
import pathlib
import shutil

import courier
import media
from courier import contains, equal, program, wait_for

SECTOR = 2048
CD_R, CD_RW, DVD_R, DVD_PLUS_R, DVD_PLUS_RW, BD_R = "9", "a", "11", "1b", "1a", "41"
DVD_RW, DVD_RW_OVERWRITE, DVD_RAM, BD_RE = "14", "13", "12", "43"
NONE, CD_ROM = "0", "8"
OVERWRITABLE = (DVD_PLUS_RW, DVD_RW_OVERWRITE, DVD_RAM, BD_RE)
NAMES = {CD_R: "CD-R", CD_RW: "CD-RW", DVD_R: "DVD-R", DVD_PLUS_R: "DVD+R", DVD_PLUS_RW: "DVD+RW",
         BD_R: "BD-R", DVD_RW: "DVD-RW", DVD_RW_OVERWRITE: "DVD-RW", DVD_RAM: "DVD-RAM",
         BD_RE: "BD-RE"}
STUDY = next(row for row in courier.phantom_list() if row["accession"] == "PR150001")
MIDDLE = 2500  # a sector well inside the image of that study, which takes some 5,000
CAPACITY = {CD_ROM: 359844, CD_R: 359844, CD_RW: 359844, DVD_R: 2295104, DVD_PLUS_R: 2295104,
            DVD_PLUS_RW: 2295104, DVD_RW: 2295104, DVD_RW_OVERWRITE: 2295104, DVD_RAM: 2236704,
            BD_R: 12219392, BD_RE: 11826176}


class Drive:
    """The drive /dev/sr@number of a desk, empty."""

    def __init__(self, desk, number=0):
        self.address = f"/dev/sr{number}"
        self.folder = desk.folder / "drives" / f"sr{number}"
        self.folder.mkdir(parents=True)
        self.media, self.state_path = self.folder / "media.img", self.folder / "state"
        self.state_path.touch()
        self.media.touch()
        desk.extra_environment.update(FAKE_MMC_DIR=str(self.folder.parent),
                                      LD_PRELOAD=program("FAKE_MMC"),
                                      ASAN_OPTIONS="verify_asan_link_order=0")

    @contextlib.contextmanager
    def locked(self):
        """The file of the state, while no program looks at it."""
        with open(self.state_path, "r+", encoding="ascii") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            yield file

    @staticmethod
    def read(file):
        file.seek(0)
        return dict(line.strip().split("=", 1) for line in file)

    def state(self):
        with self.locked() as file:
            return self.read(file)

    def set(self, **changes):
        """Changes keys of the state."""
        with self.locked() as file:
            state = {**self.read(file), **{key: str(value) for key, value in changes.items()}}
            file.seek(0)
            file.truncate()
            file.write("".join(f"{key}={value}\n" for key, value in state.items()))
            file.flush()

    def insert(self, profile, **changes):
        """Puts in an empty disc and closes the tray."""
        with open(self.media, "r+b") as media:
            media.truncate(0)
        self.set(**{"profile": profile, "capacity": CAPACITY.get(profile, 0), "nwa": 0, "closed": 0,
                    "open": 0, "reserved": 0, "tracks": 0, "tray": 0, "quick_blank": 0,
                    "unformatted": 0, **changes})

    def log(self):
        path = self.folder / "log"
        return path.read_text(encoding="ascii").splitlines() if path.exists() else []

    def wait_for(self, line, count=1):
        wait_for(lambda: self.log().count(line) >= count, f"'{line}' in the log of the drive")

    def image(self, folder):
        """A copy of what is on the disc, named as other programs like it."""
        path = pathlib.Path(folder) / f"{self.folder.name}.iso"
        path.write_bytes(self.media.read_bytes())
        return path

    def check_tray(self, is_open):
        equal(self.state()["tray"], "1" if is_open else "0", "tray")


class Burner:
    """A desk that has a study, and a drive with a disc."""

    def __init__(self, scene, profile=CD_R, study=STUDY, **state):
        self.scene, self.study = scene, study
        self.desk = scene.desk()
        node = scene.rude(self.desk, scene.copy_phantoms(study["accession"]))
        self.desk.retrieve(node, study["study_uid"])
        self.drive = Drive(self.desk)
        self.drive.insert(profile, **state)

    def words(self, *more):
        return media.order([self.study["study_uid"]], "disc", self.drive.address, more=more)

    def keys(self):
        return {"patient-id": self.study["patient_id"], "birth-date": self.study["birth_date"],
                **media.RECIPIENT}

    def burn(self, *more, code=0):
        return self.desk.ctl(*self.words(*more), code=code, keys=self.keys())

    def start(self, *more):
        return self.desk.start(*self.words(*more), keys=self.keys())

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
        equal([line for line in self.drive.log() if line.startswith("unknown")], [], "commands")
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
