#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discs that courierctl burns, with a drive that is not there and misbehaves on demand."""
import courier
import drive
import media
from courier import contains, equal

STUDY = next(row for row in courier.phantom_list() if row["accession"] == "PR150001")


class Burner:
    """A desk that has a study, and a drive."""

    def __init__(self, scene, profile=drive.CD_R, **state):
        self.scene = scene
        self.desk = scene.desk()
        node = scene.rude(self.desk, scene.copy_phantoms("PR150001"))
        self.desk.retrieve(node, STUDY["study_uid"])
        self.drive = drive.Drive(self.desk)
        self.drive.insert(profile, **state)

    def burn(self, *more, code=0):
        words = media.order([STUDY["study_uid"]], "disc", self.drive.address, more=more)
        return self.desk.ctl(*words, code=code, keys={**media.MULLER, **media.RECIPIENT})


def test_first(scene):
    burner = Burner(scene)
    print("#", burner.desk.ctl("drive", "list").json)
    answer = burner.burn()
    print("#", answer)
    print("#", burner.drive.log())


if __name__ == "__main__":
    courier.main(globals())
