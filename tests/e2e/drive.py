# SPDX-License-Identifier: GPL-3.0-or-later
"""An optical drive of the fakes: what is in it, how it misbehaves, and what was done to it. See
tests/fakes/mmc/fake-mmc.h."""
import contextlib
import fcntl
import pathlib

from courier import equal, program, wait_for

SECTOR = 2048
CD_R, CD_RW, DVD_R, DVD_PLUS_R, DVD_PLUS_RW, BD_R = "9", "a", "11", "1b", "1a", "41"
NONE, CD_ROM = "0", "8"
CAPACITY = {CD_ROM: 359844, CD_R: 359844, CD_RW: 359844, DVD_R: 2295104, DVD_PLUS_R: 2295104,
            DVD_PLUS_RW: 2295104, BD_R: 12219392}


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
                    "open": 0, "reserved": 0, "tracks": 0, "tray": 0, **changes})

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
