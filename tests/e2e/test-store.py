#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data directory: when it is full, when two use it at once, and who may read what in it."""
import contextlib
import os
import pathlib
import subprocess
import threading

import courier

STUDIES = ("PR240001", "PR230001", "PR250003", "PR220001")
PATIENT = {"patient-id": "PRACTICE-0002", "birth-date": "1971-11-02",
           "recipient": "Another hospital", "reason": "Second opinion"}


def uid_of(accession):
    return next(row["study_uid"] for row in courier.phantom_list() if row["accession"] == accession)


def count_of(*accessions):
    return sum(row["instance_count"] for row in courier.phantom_list()
               if row["accession"] in accessions)


def fill(path, rest):
    """Writes to @path until the disk is full but for @rest bytes."""
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 1024, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
        file.truncate(file.tell() - rest)


LOG_RESERVE = 16 * 1024 * 1024


def test_full_disk_is_said_and_nothing_half_done_counts(scene):
    check_full_disk(scene, "get")


def test_full_disk_is_said_when_images_are_sent_to_us(scene):
    check_full_disk(scene, "move")


def check_full_disk(scene, method):
    desk = scene.desk()
    desk.data.mkdir()
    files = scene.copy_phantoms("PR240001")
    size = sum(path.stat().st_size for path in courier.dicom_files(files))
    courier.mount(scene, desk.data, LOG_RESERVE + size // 2)
    port = desk.listen_at(courier.free_port())
    node = scene.rude(desk, files, f"--destination=COURIER={port}")
    answer = desk.retrieve(node, uid_of("PR240001"), code=1, method=method)
    courier.equal(answer.json["state"], "failed")
    courier.contains(answer.stderr, "There is no room left")
    courier.contains(answer.stderr, "make room and try again")
    if not 0 <= answer.json["retrieved"] < 44:
        raise AssertionError(f"{answer.json['retrieved']} of 44 came")
    courier.equal(len(desk.stored()), answer.json["retrieved"], "kept and counted")
    desk.check_logged(answer)
    desk.check_store()
    fill(desk.data / "filler", 40 * 1024)
    courier.equal(len(desk.ctl("log", "list").json), 1, "the log can still be read")
    (desk.data / "filler").unlink()
    subprocess.run(["mount", "-o", f"remount,size={LOG_RESERVE + size * 3}", desk.data], check=True)
    answer = desk.retrieve(node, uid_of("PR240001"), method=method)
    courier.equal(answer.json["state"], "succeeded", "with room")
    courier.equal(len(desk.stored()), 44)
    desk.check_store()


def test_two_at_once_do_not_disturb_each_other(scene):
    desk = scene.desk()
    desk.add_node("PACS", scene.dcmqrscp(scene.copy_phantoms(*STUDIES)), "QRSCP")
    wanted = [STUDIES[:2], STUDIES[2:], STUDIES[:1], STUDIES[:1]]
    running = [desk.start("retrieve", "PACS", *(f"--study={uid_of(name)}" for name in names))
               for names in wanted]
    for names, process in zip(wanted, running):
        answer = desk.finish(process)
        courier.equal(answer.code, 0, answer)
        courier.equal((answer.json["state"], answer.json["retrieved"]),
                      ("succeeded", count_of(*names)))
        desk.check_logged(answer)
    courier.equal(len(desk.stored()), count_of(*STUDIES), "stored")
    transfers = [transfer["transfer"] for transfer in desk.ctl("log", "list").json]
    courier.equal(len(set(transfers)), len(wanted), "numbers of transfers")
    desk.check_store()


# Privacy

class Onlooker(threading.Thread):
    """Reads the command lines of all processes of a desk while they run."""

    def __init__(self, desk):
        super().__init__(daemon=True)
        self.desk, self.ended, self.lines = desk, threading.Event(), set()

    def run(self):
        while not self.ended.wait(0.005):
            for number in self.desk.processes():
                with contextlib.suppress(OSError):
                    self.lines.add(pathlib.Path(f"/proc/{number}/cmdline").read_bytes())

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


PERSONAL_COLUMNS = {
    "study": {"patient_id", "patient_name", "patient_name_folded", "birth_date", "patient_keys",
              "keys"},
    "series": {"keys"}, "instance": {"keys"},
    "identity": {"patient_id", "patient_name", "birth_date"},
    "request": {"patient_id", "patient_name", "birth_date"},
    "transfer": {"patient_id", "patient_name", "patient_name_folded", "birth_date"},
    "personal_field": {"value"},
    # the search index of the log, which goes with the person when it is erased
    **{f"transfer_{kind}{part}": None for kind in ("trigram", "prefix")
       for part in ("", "_data", "_content", "_idx", "_docsize", "_config")},
}


def personal_columns(desk, words):
    """(table, column) wherever one of @words stands in the database."""
    found = set()
    for (table,) in desk.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        columns = [row[1] for row in desk.rows(f'PRAGMA table_info ("{table}")')]
        for row in desk.rows(f'SELECT * FROM "{table}"'):
            for column, value in zip(columns, row):
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if any(word in text for word in words):
                    found.add((table, column))
    return found


def act(desk, node):
    """A bit of everything, well and badly ended, with personal keys from standard input."""
    study = uid_of("PR240001")
    desk.ctl("find", node, keys={"patient-name": "Соловьёва*", "patient-id": "PRACTICE-0002"})
    desk.retrieve(node, study)
    desk.retrieve(node, "1.2.3.4", code=1)
    desk.ctl("find", node, keys={"patient-nam": "Соловьёва"}, code=2)
    words = ("export", f"--study={study}", "--to=iso")
    desk.ctl(*words, f"--output={desk.folder / 'disc.iso'}", keys=PATIENT)
    wrong = {**PATIENT, "birth-date": "1971-11-03"}
    desk.ctl(*words, f"--output={desk.folder / 'wrong.iso'}", keys=wrong, code=4)
    desk.ctl("verify", desk.folder / "disc.iso")
    desk.ctl("log", "list", keys={"patient-id": "PRACTICE-0002"})


def test_personal_data_stand_only_where_they_belong(scene):
    desk = scene.desk()
    desk.add_node("PACS", scene.dcmqrscp(scene.copy_phantoms("PR240001")), "QRSCP")
    with Onlooker(desk) as onlooker:
        act(desk, "PACS")
    words = courier.personal_data() | {"1971-11-02", "1971-11-03"}
    if not any(b"--net" in line for line in onlooker.lines):
        raise AssertionError("no worker was seen")
    for text in [*desk.stderr, *(line.decode() for line in onlooker.lines)]:
        for word in words:
            if word in text:
                raise AssertionError(f"{word!r} is in {text!r}")
    columns = personal_columns(desk, words)
    courier.contains(columns, ("study", "patient_name"))  # or the search itself were blind
    for table, column in columns:
        allowed = PERSONAL_COLUMNS.get(table, set())
        if allowed is not None and column not in allowed:
            raise AssertionError(f"personal data are in {table}.{column}")
    for path in [*desk.tmp.rglob("*"), *(desk.data / "locks").rglob("*")]:
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            raise AssertionError(f"personal data are in {path}")
    desk.check_store()


courier.main(globals())
