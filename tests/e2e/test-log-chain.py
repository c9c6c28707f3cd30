#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log over all that a desk does: whole while nobody touches it, and found out when somebody does,
by what was printed on earlier media where the file alone can tell no more."""
import re
import shutil
import sqlite3

import courier
import media
from courier import contains, equal

CHEST = next(row for row in courier.phantom_list() if row["accession"] == "PR150001")
OTHER = next(row for row in courier.phantom_list() if row["patient_id"] == "PRACTICE-0003")


def anchor_of(folder):
    head = re.search(r"^Log head: +(\d+), ([0-9a-f]{64})", (folder / "README.TXT").read_text(), re.M)
    return f"{head.group(1)}:{head.group(2)}"


def work(scene):
    """A desk after a day's work: what went well, what was refused, what failed, what was checked.
    Returns it and the log heads that are printed on its two media, and the last one."""
    desk = scene.desk()
    node = scene.rude(desk, courier.phantoms())
    desk.ctl("settings", "--institution", "St Elsewhere")
    first, second = scene.folder / "first", scene.folder / "second"
    study = [CHEST["study_uid"]]
    desk.retrieve(node, OTHER["study_uid"])
    media.export(desk, study, "folder", first, node)
    media.export(desk, study, "iso", scene.folder / "a.iso", node)
    media.export(desk, study, "folder", first, node, code=4)
    media.export(desk, study, "iso", scene.folder / "b.iso", node,
                 {"patient-id": "WRONG", "birth-date": "19580314"}, code=4)
    media.export(desk, study, "iso", scene.folder / "no" / "b.iso", node, code=1)
    desk.ctl("verify", first)
    (first / "DICOM" / "STRAY").touch()
    desk.ctl("verify", first, code=3)
    desk.ctl("verify", "/dev/null", code=1)
    media.export(desk, study, "folder", second, node)
    last = desk.ctl("verify", second).json["log_head"]
    return desk, [anchor_of(first), anchor_of(second), last]


def change(desk, *statements):
    with sqlite3.connect(desk.data / "courier.sqlite") as database:
        triggers = [name for name, in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
        for trigger in triggers:
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            equal(database.execute(statement).rowcount > 0, True, f"rows changed by {statement}")


def test_a_day_of_work_leaves_a_whole_log_that_holds_every_printed_head(scene):
    desk, anchors = work(scene)
    for anchor in anchors:
        equal(desk.ctl("log", "verify", "--anchor", anchor).json["log_head"], anchors[-1])
    states = [row["state"] for row in desk.ctl("log", "list", "--limit", "0").json]
    equal(states, ["succeeded", "failed", "refused", "refused", "succeeded", "succeeded",
                   "succeeded"])
    for row in desk.ctl("log", "list").json:
        equal(desk.ctl("log", "show", row["transfer"]).json["state"], row["state"])
    desk.check_store()


def test_a_head_that_was_never_printed_is_not_accepted(scene):
    desk, anchors = work(scene)
    number, digest = anchors[0].split(":")
    for anchor in (f"{number}:{'0' * 64}", f"{int(number) + 1}:{digest}", f"999999:{digest}"):
        contains(desk.ctl("log", "verify", "--anchor", anchor, code=1).stderr, "damaged")
    desk.ctl("log", "verify", "--anchor", "nonsense", code=2)


def test_a_changed_row_is_found(scene):
    desk, _ = work(scene)
    kept = scene.folder / "kept"
    shutil.copytree(desk.data, kept)
    for statement in (
            "UPDATE audit_event SET action = 'nothing' WHERE n = 3",
            "UPDATE audit_event SET operator = 'somebody' WHERE n = 5",
            "UPDATE audit_event SET time = '2020-01-01T00:00:00.000000Z' WHERE n = 4",
            "UPDATE audit_event SET details = '{}' WHERE n = 4",
            "DELETE FROM audit_event WHERE n = 6",
            "UPDATE transfer SET state = 'succeeded' WHERE state = 'refused'",
            "UPDATE transfer_instance SET sha256 = 'aa' || substr(sha256, 3) WHERE transfer = 2 AND position = 0",
            "UPDATE transfer_instance SET state = 'missing' WHERE transfer = 2 AND position = 0",
            "DELETE FROM transfer_instance WHERE transfer = 2 AND position = 0"):
        shutil.rmtree(desk.data)
        shutil.copytree(kept, desk.data)
        change(desk, statement)
        answer = desk.run("log", "verify")
        equal((answer.code, "damaged" in answer.stderr), (1, True), f"{statement}: {answer}")


def test_a_log_whose_end_was_cut_off_is_found_by_the_head_on_a_medium(scene):
    """Cut so that what is left agrees with itself: nothing but the paper knows better."""
    desk, anchors = work(scene)
    transfer, = desk.rows("SELECT max(id) FROM transfer")[0]
    first, = desk.rows("SELECT min(n) FROM audit_event JOIN transfer ON transfer.id = ? WHERE "
                       "audit_event.transfer = transfer.id OR audit_event.request = transfer.request",
                       transfer)[0]
    request, = desk.rows("SELECT request FROM transfer WHERE id = ?", transfer)[0]
    change(desk, f"DELETE FROM personal_field WHERE event >= {first}",
           f"DELETE FROM audit_event WHERE n >= {first}",
           f"DELETE FROM transfer_instance WHERE transfer = {transfer}",
           f"DELETE FROM transfer_series WHERE transfer = {transfer}",
           f"DELETE FROM transfer WHERE id = {transfer}",
           f"DELETE FROM request WHERE id = {request}")
    desk.ctl("log", "verify")
    desk.ctl("log", "verify", "--anchor", anchors[0])
    for anchor in anchors[1:]:
        contains(desk.ctl("log", "verify", "--anchor", anchor, code=1).stderr, "damaged")


courier.main(globals())
