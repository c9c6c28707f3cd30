#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice PACS: everything in it is found by every key, and comes back as it was made."""
import datetime
import signal

import courier


def grouped(rows, *keys):
    """Rows of the generator's list by some of their values."""
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def check_levels(desk, node):
    rows = courier.phantom_list()
    patients = desk.ctl("find", node, "--level=patient").json
    courier.equal({(p["patient_id"], p["patient_name"], p["birth_date"], p["sex"]) for p in patients},
                  set(grouped(rows, "patient_id", "patient_name", "birth_date", "sex")))
    studies = desk.ctl("find", node).json
    members = ("patient_id", "patient_name", "birth_date", "sex", "study_uid", "study_date",
               "accession", "description")
    courier.equal({tuple(study[member] for member in members) for study in studies},
                  set(grouped(rows, *members)))
    for study in studies:
        courier.equal(set(study), courier.MEMBERS_OF_STUDY, "members")
    for (study, uid), series_rows in grouped(rows, "study_uid", "series_uid").items():
        check_images(desk, node, study, uid, series_rows[0])


def check_images(desk, node, study, uid, row):
    series = desk.ctl("find", node, "--level=series", f"--study={study}").json
    found = next(one for one in series if one["series_uid"] == uid)
    courier.equal((found["study_uid"], found["modalities"]), (study, row["modality"]))
    images = desk.ctl("find", node, "--level=image", f"--study={study}", f"--series={uid}").json
    courier.equal({image["sop_instance_uid"] for image in images}, set(row["sop_instance_uids"]))


def check_keys(desk, node):
    """Each key alone: what is found is what the generator's list has."""
    rows = courier.phantom_list()
    everything = [
        ({"patient-id": "PRACTICE-0004"}, lambda r: r["patient_id"] == "PRACTICE-0004"),
        ({"patient-id": "PRACTICE-000?"}, lambda r: True),
        ({"patient-id": "*-0003"}, lambda r: r["patient_id"] == "PRACTICE-0003"),
        ({"patient-name": "Müller^Jürgen"}, lambda r: "Müller" in r["patient_name"]),
        ({"patient-name": "Pr?ctice*"}, lambda r: "Practice" in r["patient_name"]),
        ({"patient-name": "Соловьёва*"}, lambda r: "Соловьёва" in r["patient_name"]),
        ({"patient-name": "Sakuraba*"}, lambda r: "桜庭" in r["patient_name"]),
        ({"patient-name": "Nobody*"}, lambda r: False),
        ({"birth-date": "1990-05-30"}, lambda r: r["birth_date"] == "19900530"),
        ({"accession": "PR250002"}, lambda r: r["accession"] == "PR250002"),
        (["--study-date=20250603"], lambda r: r["study_date"] == "20250603"),
        (["--study-date=2024-01-01-2024-12-31"], lambda r: r["study_date"][:4] == "2024"),
        (["--study-date=20240101-"], lambda r: r["study_date"] >= "20240101"),
        (["--study-date=-20231231"], lambda r: r["study_date"] <= "20231231"),
        ([f"--study={rows[0]['study_uid']}"], lambda r: r["study_uid"] == rows[0]["study_uid"]),
    ]
    for keys, fits in everything:
        options, typed = (keys, None) if isinstance(keys, list) else ([], keys)
        found = desk.ctl("find", node, *options, keys=typed).json
        courier.equal({study["study_uid"] for study in found},
                      {row["study_uid"] for row in rows if fits(row)}, keys)


def check_originals(desk):
    originals = {header.SOPInstanceUID: path for path, header in courier.phantom_headers().items()}
    stored = desk.stored()
    courier.equal(set(stored), set(originals), "stored")
    for uid, path in stored.items():
        courier.equal(courier.data_set(path), courier.data_set(originals[uid]), uid)
    syntaxes = {header.SOPInstanceUID: header.file_meta.TransferSyntaxUID
                for header in courier.phantom_headers().values()}
    courier.equal(dict(desk.rows("SELECT sop_instance_uid, transfer_syntax_uid FROM instance")),
                  syntaxes, "transfer syntaxes")


def check_local(desk):
    """Names and dates of what is in the store are those of the generator."""
    members = ("patient_id", "patient_name", "birth_date", "study_uid", "study_date", "accession")
    studies = desk.ctl("studies").json
    courier.equal({tuple(study[member] for member in members) for study in studies},
                  set(grouped(courier.phantom_list(), *members)), "courierctl studies")


def test_everything_is_found_and_comes_back_byte_identical(scene):
    desk = scene.desk()
    node = scene.practice(desk)
    echo = desk.ctl("node", "echo", node).json
    courier.equal(echo["node"], node)
    check_levels(desk, node)
    check_keys(desk, node)
    for (study,), rows in grouped(courier.phantom_list(), "study_uid").items():
        answer = desk.retrieve(node, study)
        result, count = answer.json, sum(row["instance_count"] for row in rows)
        if courier.MEMBERS_OF_TRANSFER - set(result):
            raise AssertionError(f"members are missing: {set(result)}")
        courier.equal((result["state"], result["basis"]), ("succeeded", "uid-list"))
        courier.equal((result["expected"], result["retrieved"]), (count, count))
        courier.equal((result["missing"], result["extra"]), ([], []))
        courier.equal({series["series_uid"]: series["retrieved"] for series in result["series"]},
                      {row["series_uid"]: row["instance_count"] for row in rows})
        entry = desk.check_logged(answer)
        courier.equal(entry["patient_name"], rows[0]["patient_name"])
        courier.contains(entry["started_at"], str(datetime.datetime.now().year))
    check_originals(desk)
    check_local(desk)
    desk.check_store()
    desk.ctl("practice", "stop")
    answer = desk.retrieve(node, courier.phantom_list()[0]["study_uid"], code=1)
    courier.contains(answer.stderr, f"{node} cannot be reached")


def test_start_that_is_interrupted_leaves_nothing_half_made(scene):
    desk = scene.desk()
    archive = desk.data / "practice" / "archive"
    process = desk.start("practice", "start")
    scene.callback(desk.run, "practice", "stop")
    desk.hold(process, lambda: archive.is_dir() and any(archive.iterdir()))
    process.send_signal(signal.SIGINT)
    desk.release()
    answer = desk.finish(process)
    courier.equal(answer.code, 130, f"{answer}")
    courier.contains(answer.stderr, "Stopped as asked while working on the practice PACS")
    if not (desk.data / "practice" / "ready").exists():
        courier.equal(archive.exists(), False, "half an archive")
    courier.equal(desk.ctl("practice", "status").json["running"], False)
    courier.equal(desk.processes(), [], "processes")
    node = desk.ctl("practice", "start").json["node"]
    courier.equal({row["study_uid"] for row in desk.ctl("find", node).json},
                  {row["study_uid"] for row in courier.phantom_list()}, "the second time")


def test_study_that_is_not_there_is_not_found(scene):
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms("PR230001"))
    answer = desk.retrieve(node, "1.2.3.4", code=1)
    courier.equal(answer.json["state"], "failed")
    courier.contains(answer.stderr, "was not found (study 1.2.3.4 is not there)")
    desk.check_logged(answer)
    desk.check_store()


def test_what_makes_no_sense_is_refused_before_anything_is_done(scene):
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms("PR230001"))
    for words in (["retrieve", node], ["retrieve", node, "--study=../x"], ["find", node, "--level=x"],
                  ["find", node, "--study-date=yesterday"], ["find"], ["find", node, "--what"]):
        answer = desk.ctl(*words, code=2)
        courier.contains(answer.stderr, "--help")
    courier.contains(desk.ctl("find", "NOWHERE", code=1).stderr, "NOWHERE was not found")
    courier.equal(desk.ctl("log", "list").json, [], "transfers")
    desk.check_store()


courier.main(globals())
