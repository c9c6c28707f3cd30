#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports every practice patient with the viewer on the medium, as a desk would:

  make-discs.py FOLDER      each patient's medium becomes FOLDER/discs/PATIENT-ID, which nobody may write

The environment is that of the end-to-end tests, and IC_VIEWER_DIR names the folder of VIEWER.JS. Does
nothing when the same programs have made them already; several may call it at a time."""
import fcntl
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))

import courier  # noqa: E402
import media  # noqa: E402


def patients():
    found = {}
    for row in courier.phantom_list():
        patient = found.setdefault(row["patient_id"], (row["birth_date"], set()))
        patient[1].add(row["study_uid"])
    return found.items()


def export_all(folder):
    with courier.Scene() as scene:
        desk = scene.desk()
        node = scene.rude(desk, courier.phantoms())
        for patient_id, (birth_date, studies) in patients():
            order = media.order(sorted(studies), "folder", folder / patient_id, node,
                                ("--profile", "as-stored", "--viewer", "lossless"))
            keys = {"patient-id": patient_id, "birth-date": birth_date, **media.RECIPIENT}
            answer = desk.ctl(*order, keys=keys).json
            courier.equal(answer["state"], "succeeded")


def set_modes(folder, of_folders, of_files):
    for path in [folder, *folder.rglob("*")]:
        path.chmod(of_folders if path.is_dir() else of_files)


def programs():
    libexec = [pathlib.Path(path) for path in os.environ["IC_LIBEXECDIR"].split(":")]
    return [courier.program("COURIERCTL"), pathlib.Path(os.environ["IC_VIEWER_DIR"], "VIEWER.JS"),
            *(path / "courier-disc" for path in libexec if (path / "courier-disc").exists())]


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    stamp, discs = folder / "made-by", folder / "discs"
    wanted = " ".join(str(os.stat(program).st_mtime_ns) for program in programs())
    with open(folder / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        if discs.exists():
            set_modes(discs, 0o755, 0o644)
            shutil.rmtree(discs)
        discs.mkdir()
        export_all(discs)
        set_modes(discs, 0o555, 0o444)
        stamp.write_text(wanted)


main(pathlib.Path(sys.argv[1]))
