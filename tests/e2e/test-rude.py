#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retrieval from a PACS with bad manners: whatever it does, what is said is what there is."""
import signal
import time

import courier

NATIVE = "PR230001"  # one series of MR
COMPRESSED = "PR190001"  # one series of CT, JPEG lossless


class Case:
    """A desk, a PACS with @options that has one study, and what came of asking for it."""

    def __init__(self, scene, *options, accession=NATIVE, code):
        self.files = scene.copy_phantoms(accession)
        headers = [header for path, header in courier.phantom_headers().items()
                   if header.AccessionNumber == accession]
        self.study = headers[0].StudyInstanceUID
        self.uids = [header.SOPInstanceUID for header in headers]  # in the order of the paths
        self.desk = scene.desk()
        self.node = scene.rude(self.desk, self.files, *options)
        self.answer = self.desk.retrieve(self.node, self.study, code=code)

    def check(self, state, basis="uid-list", missing=(), extra=(), expected=None, retrieved=None,
              stored=None):
        """@missing are numbers of instances, @stored too; they default to what follows from it."""
        result, count = self.answer.json, len(self.uids)
        gone = {self.uids[number - 1] for number in missing}
        courier.equal(result["state"], state, "state")
        courier.equal(result["basis"], basis, "basis")
        courier.equal(set(result["missing"]), gone, "missing")
        courier.equal(len(result["missing"]), len(gone), "missing, each once")
        courier.equal(result["extra"], list(extra), "extra")
        courier.equal(result["expected"], count if expected is None else expected, "expected")
        courier.equal(result["retrieved"], count - len(gone) if retrieved is None else retrieved,
                      "retrieved")
        for total, part in (("expected", "expected"), ("retrieved", "retrieved")):
            courier.equal(sum(series[part] for series in result["series"]), result[total], part)
        kept = set(self.uids) - gone if stored is None else {self.uids[n - 1] for n in stored}
        courier.equal(set(self.desk.stored()), kept, "stored")
        entry = self.desk.check_logged(self.answer)
        self.desk.check_store()
        return entry


def check_originals(case, uids=None):
    """The data sets that are stored are those of the generator."""
    originals = {header.SOPInstanceUID: path for path, header in courier.phantom_headers().items()}
    for uid, path in case.desk.stored().items():
        if uids is None or uid in uids:
            courier.equal(courier.data_set(path), courier.data_set(originals[uid]), uid)


def test_everything_comes_from_a_polite_one(scene):
    case = Case(scene, code=0)
    case.check("succeeded")
    check_originals(case)


def test_file_that_is_gone_is_named_as_missing(scene):
    Case(scene, "--drop=3", code=3).check("incomplete", missing=[3])


def test_connection_cut_in_an_image_keeps_what_came(scene):
    case = Case(scene, "--truncate=4", code=1)
    case.check("failed", missing=[4, 5, 6, 7, 8])
    check_originals(case)
    courier.contains(case.answer.stderr, "RUDE ended the connection half-way")


def check_cut_off(case, number):
    """It may be so at the source: it is kept as it came, and named; nothing calls it proved."""
    uid = case.uids[number - 1]
    entry = case.check("incomplete")
    courier.equal(case.answer.json["failed"], [uid], "failed")
    courier.contains(case.answer.json["remark"], "1 came damaged")
    shown = [item for item in entry["instances"] if item["sop_instance_uid"] == uid]
    courier.equal([item["state"] for item in shown], ["failed"])
    courier.contains(shown[0]["remark"], "cut off")
    check_originals(case, set(case.uids) - {uid})


def test_image_cut_off_is_kept_and_named(scene):
    check_cut_off(Case(scene, "--shorten=3", code=3), 3)


def test_compressed_image_cut_off_is_kept_and_named(scene):
    check_cut_off(Case(scene, "--shorten=2", accession=COMPRESSED, code=3), 2)


def test_pacs_that_dies_keeps_what_came(scene):
    case = Case(scene, "--die-after=5", code=1)
    case.check("failed", missing=[6, 7, 8])
    check_originals(case)
    courier.contains(case.answer.stderr, "RUDE")


def test_abort_is_a_failure(scene):
    case = Case(scene, "--abort", code=1)
    case.check("failed", basis="none", expected=0, retrieved=0, stored=[])
    courier.contains(case.answer.stderr, "ended the connection half-way")


def test_study_that_grows_meanwhile_is_incomplete(scene):
    case = Case(scene, "--grow", code=3)
    case.check("incomplete", missing=[8])
    courier.contains(case.answer.json["remark"], "changed meanwhile")
    answer = case.desk.retrieve(case.node, case.study)
    courier.equal(answer.json["state"], "succeeded", "the second time")
    courier.equal(answer.json["retrieved"], 8)
    case.desk.check_store()


def test_counts_without_lists_prove_nothing(scene):
    case = Case(scene, "--no-image-level", code=3)
    case.check("unproven", basis="count-only")
    check_originals(case)
    courier.contains(case.answer.stderr, "not proved")


def test_compressed_images_come_without_lists(scene):
    case = Case(scene, "--no-image-level", accession=COMPRESSED, code=3)
    case.check("unproven", basis="count-only")
    check_originals(case)


def test_fewer_than_counted_is_incomplete(scene):
    case = Case(scene, "--no-image-level", "--drop=3", code=3)
    case.check("incomplete", basis="count-only", retrieved=7, stored=[1, 2, 4, 5, 6, 7, 8])


def test_neither_lists_nor_counts_prove_nothing(scene):
    case = Case(scene, "--no-image-level", "--no-counts", code=3)
    case.check("unproven", basis="none", expected=0)


def test_operations_that_failed_count_without_lists(scene):
    case = Case(scene, "--no-image-level", "--no-counts", "--drop=3", code=3)
    case.check("incomplete", basis="none", expected=0, retrieved=7, stored=[1, 2, 4, 5, 6, 7, 8])
    courier.contains(case.answer.json["remark"], "was to send 8 and 7 came")


def two_studies(scene, *options):
    """A desk, and a PACS that has two studies, of the second of which it says nothing more than that
    it is there. Returns desk, node and their UIDs."""
    uids = [next(row["study_uid"] for row in courier.phantom_list() if row["accession"] == accession)
            for accession in (NATIVE, COMPRESSED)]
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms(NATIVE, COMPRESSED), f"--hollow={uids[1]}", *options)
    return desk, node, uids


def test_study_without_a_single_series_proves_nothing(scene):
    """What a node does not list it may have all the same."""
    desk, node, uids = two_studies(scene, "--no-counts")
    answer = desk.retrieve(node, *uids, code=3)
    courier.equal((answer.json["state"], answer.json["basis"]), ("unproven", "none"))
    courier.equal(answer.json["retrieved"], 8)
    desk.check_logged(answer)


def test_study_without_the_series_that_are_counted_is_incomplete(scene):
    desk, node, uids = two_studies(scene)
    courier.equal(desk.retrieve(node, *uids, code=3).json["state"], "incomplete")


def test_lists_without_counts_are_enough(scene):
    Case(scene, "--no-counts", code=0).check("succeeded")


def test_image_that_comes_twice_is_extra(scene):
    case = Case(scene, "--duplicate=3", code=3)
    case.check("incomplete", extra=[case.uids[2]])


def find(desk, node, *words, keys=None):
    answer = desk.ctl("find", node, *words, keys=keys)
    return {row["study_uid"] for row in answer.json}, answer.stderr


def test_rows_that_are_not_what_was_asked_for_are_left_out_and_told(scene):
    """A node may ignore keys that are optional to it."""
    desk = scene.desk()
    ignorant = scene.rude(desk, scene.copy_phantoms(), "--ignore-keys", name="IGNORANT")
    polite = scene.rude(desk, scene.copy_phantoms(), name="POLITE")
    total = len({row["study_uid"] for row in courier.phantom_list()})
    for words, keys, name in (
            (["--modality=CT"], None, "modalities"), (["--modality=mr"], None, "modalities"),
            (["--study-date=20240101-20241231"], None, "study date"),
            ([], {"patient-id": "*-0003"}, "patient id"),
            ([], {"birth-date": "1990-05-30"}, "birth date"),
            ([], {"accession": "PR25000?"}, "accession")):
        expected, told = find(desk, polite, *words, keys=keys)
        courier.equal(told, "", f"{words} {keys}")
        found, told = find(desk, ignorant, *words, keys=keys)
        courier.equal(found, expected, f"{words} {keys}")
        courier.equal(0 < len(found) < total, True, f"{len(found)} of {total}")
        courier.contains(told, f"Left out: {total - len(found)} that the node sent although")
        courier.contains(told, f"({name})")
    row = courier.phantom_list()[0]
    words = ["--level=series", f"--study={row['study_uid']}", f"--modality={row['modality']}"]
    series = [desk.ctl("find", node, *words).json for node in (polite, ignorant)]
    courier.equal(series[1], series[0], "series")
    courier.equal({one["modalities"] for one in series[1]}, {row["modality"]})
    courier.equal(find(desk, ignorant), find(desk, polite), "without keys")


def test_rows_that_do_not_say_are_shown_and_told(scene):
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms(), "--no-modalities")
    found, told = find(desk, node, "--modality=CT")
    courier.equal(found, {row["study_uid"] for row in courier.phantom_list()})
    courier.contains(told, f"Unclear: {len(found)} that do not say")
    courier.contains(told, "(modalities)")


# A byte that changes on the way keeps its UID, so nobody can know; but what is stored is what was
# hashed, and the evidence differs from that of an honest transfer.
def test_byte_flipped_on_the_way_is_kept_as_it_came(scene):
    case = Case(scene, "--flip=3", code=0)
    entry = case.check("succeeded")
    flipped = case.uids[2]
    check_originals(case, set(case.uids) - {flipped})
    original = courier.data_set(list(courier.dicom_files(case.files))[2])
    came = courier.data_set(case.desk.stored()[flipped])
    courier.equal(came, original[:-1] + bytes([original[-1] ^ 1]), "the flipped data set")
    hashes = dict(case.desk.rows("SELECT sop_instance_uid, sha256 FROM transfer_instance"))
    courier.equal(hashes[flipped], courier.sha256(case.desk.stored()[flipped]), "evidence")
    courier.equal(entry["state"], "succeeded")


def test_images_that_replace_others_are_told(scene):
    """The bytes at the PACS are not those that were stored: nobody has to read the log for it."""
    case = Case(scene, code=0)
    courier.equal(case.answer.json["notices"], [], "the first time")
    node = scene.rude(case.desk, case.files, "--flip=3", name="FLIPS")
    answer = case.desk.retrieve(node, case.study)
    check_replaced(case, answer, [3])
    courier.equal(case.desk.retrieve(node, case.study).json["notices"], [], "the same again")
    for number, path in enumerate(courier.dicom_files(case.files)):
        if number in (1, 4):
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    person = next(row for row in courier.phantom_list() if row["accession"] == NATIVE)
    answer = case.desk.ctl("export", f"--study={case.study}", "--from", node, "--to=iso",
                           f"--output={scene.folder}/a.iso", keys={
                               "patient-id": person["patient_id"],
                               "birth-date": person["birth_date"], "recipient": "Hill Clinic",
                               "reason": "Second opinion"})
    check_replaced(case, answer, [2, 5])
    case.desk.check_store()


def check_replaced(case, answer, numbers):
    uids = {case.uids[number - 1] for number in numbers}
    told = [notice for notice in answer.json["notices"] if "with other bytes" in notice]
    courier.equal(len(told), 1, f"{answer.json['notices']}")
    courier.contains(told[0], f"{len(numbers)} image{'s' if len(numbers) > 1 else ''} came with")
    events = case.desk.ctl("log", "show", answer.json["transfer"]).json["events"]
    replaced = [str(event) for event in events if event["action"] == "instance-replaced"]
    courier.equal(len(replaced), len(uids), "in the log")
    for uid in uids:
        courier.equal(any(uid in event for event in replaced), True, f"{uid} in {replaced}")


def test_image_under_another_name_is_missing_and_extra(scene):
    case = Case(scene, "--wrong-uid=3", code=3)
    case.check("incomplete", missing=[3], extra=["2.25.4712"])
    courier.contains(case.answer.json["remark"], "under the name of another")


def test_path_as_name_writes_nowhere(scene):
    case = Case(scene, "--bad-uid=3", code=3)
    case.check("incomplete", missing=[3])
    for path in case.desk.folder.rglob("*passwd*"):
        raise AssertionError(f"{path} was written")


# It names the study that was asked for, so it is kept, and said to be too much.
def test_image_nobody_listed_is_extra(scene):
    case = Case(scene, "--extra", code=3)
    courier.equal(set(case.desk.stored()), {*case.uids, "2.25.4711"})
    result = case.answer.json
    courier.equal((result["state"], result["missing"], result["extra"]),
                  ("incomplete", [], ["2.25.4711"]))
    courier.equal((result["expected"], result["retrieved"]), (8, 9))
    case.desk.check_logged(case.answer)
    case.desk.check_store()


def test_success_with_fewer_is_incomplete(scene):
    Case(scene, "--success-with-fewer=2", code=3).check("incomplete", missing=[7, 8])


def test_answers_that_repeat_count_once(scene):
    Case(scene, "--repeat=3", code=0).check("succeeded")


def reject(scene, why, *sentences):
    case = Case(scene, f"--reject={why}", code=1)
    case.check("failed", basis="none", expected=0, retrieved=0, stored=[])
    for verb in (["find", case.node], ["node", "echo", case.node]):
        answer = case.desk.ctl(*verb, code=1)
        for sentence in sentences:
            courier.contains(answer.stderr, sentence)
            courier.contains(case.answer.stderr, sentence)


def test_rejection_of_their_title_says_so(scene):
    reject(scene, "called", "not to the AE title we call it by", "on both sides")


def test_rejection_of_our_title_says_so(scene):
    reject(scene, "calling", "does not know us as COURIER", "on both sides")


def test_rejection_for_now_says_to_wait(scene):
    reject(scene, "limit", "turns us away", "too many associations", "wait a little")


def test_interrupted_retrieval_is_cancelled_and_may_be_repeated(scene):
    desk = scene.desk()
    files = scene.copy_phantoms(NATIVE)
    study = next(header.StudyInstanceUID for header in courier.phantom_headers().values()
                 if header.AccessionNumber == NATIVE)
    node = scene.rude(desk, files, "--slow=150")
    process = desk.start("retrieve", node, f"--study={study}")
    courier.wait_for(lambda: list((desk.data / "incoming").glob("*/*")), "the first image")
    interrupted_at = time.monotonic()
    process.send_signal(signal.SIGINT)
    answer = desk.finish(process)
    if time.monotonic() - interrupted_at > 5:
        raise AssertionError("it took too long to stop")
    courier.equal(answer.code, 130, answer)
    courier.equal(answer.json["state"], "cancelled")
    courier.contains(answer.stderr, "Stopped as asked")
    courier.equal(desk.ctl("log", "show", answer.json["transfer"]).json["state"], "cancelled")
    courier.equal(len(desk.stored()), answer.json["retrieved"], "what is counted is stored")
    desk.check_store()
    courier.equal(desk.retrieve(node, study).json["state"], "succeeded", "the second time")
    desk.check_store()


courier.main(globals())
