#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export refuses, what it says, and that nothing is left behind when it does not succeed."""
import contextlib
import datetime
import os
import shutil
import signal
import subprocess

import pydicom

import courier
import media
from courier import contains, equal

LARGE = "1.2.826.0.9"
LARGE_IMAGE_BYTES = 2 * 2048 * 2048
CHEST, ECHO, OTHERS = "PR150001", "PR170001", "PR250003"
PEOPLE = {row["accession"]: row for row in courier.phantom_list()}


def study(accession):
    return PEOPLE[accession]["study_uid"]


def open_desk(scene, *options):
    """A desk and a node that has all phantoms."""
    desk = scene.desk()
    return desk, scene.rude(desk, courier.phantoms(), *options)


def last_of(desk):
    """The last transfer of the log."""
    return desk.ctl("log", "list", "--limit", "1").json[0]


def refused(desk, studies, output, node, patient=None, **keys):
    """An export that must be refused and leave nothing. Returns the sentence."""
    answer = media.export(desk, studies, "iso", output, node, patient, code=4, **keys)
    equal(answer.json["state"], "refused")
    equal((answer.json["written"], answer.json["verified"]), (0, 0))
    equal(last_of(desk)["state"], "refused", "in the log")
    equal(os.path.lexists(output), False, "output")
    equal(desk.leftovers(), [])
    return answer.stderr


def test_several_studies_of_one_patient_go_on_one_medium(scene):
    desk, node = open_desk(scene)
    chosen = [study(name) for name in (CHEST, ECHO)]
    answer = media.export(desk, chosen, "folder", scene.folder / "out", node).json
    equal(answer["state"], "succeeded")
    equal({series["study_uid"] for series in answer["series"]}, set(chosen))
    equal({path.name for path in (scene.folder / "out/DICOM").iterdir()}, {"S0001", "S0002"})


def test_a_second_patient_is_refused(scene):
    desk, node = open_desk(scene)
    sentence = refused(desk, [study(CHEST), study(OTHERS)], scene.folder / "a.iso", node)
    contains(sentence, study(OTHERS))
    contains(sentence, "patient ID")


def test_a_wrong_patient_is_refused_with_reasons_and_without_values(scene):
    desk, node = open_desk(scene)
    person = PEOPLE[CHEST]
    right = {"patient-id": person["patient_id"], "patient-name": person["patient_name"],
             "birth-date": person["birth_date"]}
    wrong = {"patient-id": ("PRACTICE-0009", "patient ID"), "patient-name": ("Meier^Karl", "name"),
             "birth-date": ("19580315", "date of birth")}
    for key, (value, reason) in wrong.items():
        sentence = refused(desk, [study(CHEST)], scene.folder / "a.iso", node,
                           {**right, key: value})
        contains(sentence, reason)
        for secret in [*right.values(), value, "Müller", "Meier"]:
            equal(secret in sentence, False, f"{secret} in {sentence}")
    for remark, in desk.rows("SELECT remark FROM transfer"):
        equal([value for value in right.values() if value in remark], [], "values in the log")


def test_too_little_said_is_a_mistake_of_use(scene):
    desk, node = open_desk(scene)
    output = scene.folder / "a.iso"
    full = {**media.MULLER, **media.RECIPIENT}
    for lacking in full:
        keys = {key: value for key, value in full.items() if key != lacking}
        desk.ctl(*media.order([study(CHEST)], "iso", output, node), keys=keys, code=2)
    desk.ctl(*media.order([], "iso", output, node), keys=full, code=2)
    desk.ctl(*media.order(["1.2.x"], "iso", output, node), keys=full, code=2)
    desk.ctl(*media.order([study(CHEST)], "dvd", output, node), keys=full, code=2)
    equal(output.exists(), False)
    equal(desk.ctl("log", "list").json, [], "transfers")


def test_a_name_that_is_written_differently_is_accepted_with_a_notice(scene):
    desk, node = open_desk(scene)
    for number, name in enumerate(("MULLER^JURGEN", "müller^jürgen^", "Müller^Jürgen")):
        answer = media.export(desk, [study(CHEST)], "iso", scene.folder / f"{number}.iso", node,
                              {"patient-id": "PRACTICE-0001", "patient-name": name}).json
        equal(answer["state"], "succeeded")
        notices = [notice for notice in answer["notices"] if "written differently" in notice]
        equal(len(notices), 0 if name == "Müller^Jürgen" else 1, f"notices about {name}")


def test_an_output_that_exists_is_refused_and_untouched(scene):
    desk, node = open_desk(scene)
    file, folder, link = (scene.folder / name for name in ("a.iso", "full", "link.iso"))
    file.write_text("mine")
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    link.symlink_to("nowhere")
    for route, where in (("iso", file), ("disc", f"stdio:{file}"), ("folder", folder),
                         ("iso", folder), ("iso", link), ("folder", file)):
        answer = media.export(desk, [study(CHEST)], route, where, node, code=4)
        equal(answer.json["state"], "refused", f"{route} to {where}")
        equal((file.read_text(), media.list_tree(folder)), ("mine", {"mine.txt"}))
        equal(os.readlink(link), "nowhere")
    equal(sorted(path.name for path in scene.folder.glob("*iso*")), ["a.iso", "link.iso"])
    equal((scene.folder / "nowhere").exists(), False)


def test_a_file_of_the_name_of_a_draft_is_refused_and_untouched(scene):
    """Only what this log knows to have begun is removed."""
    desk, node = open_desk(scene)
    file, folder = scene.folder / "a.iso.partial", scene.folder / "b.partial"
    file.write_text("mine")
    folder.mkdir()
    (folder / "DICOMDIR").write_text("mine")
    for route, where in (("iso", "a.iso"), ("disc", f"stdio:{scene.folder}/a.iso"), ("folder", "b")):
        answer = media.export(desk, [study(CHEST)], route,
                              where if route == "disc" else scene.folder / where, node, code=4)
        contains(answer.json["remark"], "exists already under its name with .partial behind it")
        equal((file.read_text(), media.list_tree(folder)), ("mine", {"DICOMDIR"}))
    equal((scene.folder / "a.iso").exists() or (scene.folder / "b").exists(), False)


def test_a_folder_that_was_there_says_so_until_it_is_finished(scene):
    desk, node = slow_desk(scene, 30)
    desk.retrieve(node, LARGE)
    where = scene.folder / "stick"
    where.mkdir()
    process = hold_half_written(desk, "folder", where, 30)
    equal({path.name for path in where.iterdir()}, {"PARTIAL.TXT", "DICOM"}, "half-written")
    desk.release()
    answer = desk.finish(process)
    equal((answer.code, answer.json["state"]), (0, "succeeded"), f"{answer}")
    equal(media.list_tree(where) & {"PARTIAL.TXT", "DICOMDIR"}, {"DICOMDIR"}, "at the end")
    media.check_manifest(where)


def test_an_output_among_our_own_files_is_refused(scene):
    desk, node = open_desk(scene)
    (scene.folder / "link").symlink_to(desk.data)
    for output in (desk.data / "a.iso", desk.data / "dicom" / "a.iso", scene.folder / "link/a.iso"):
        contains(refused(desk, [study(CHEST)], output, node), "inside the data directory")


def test_a_stored_image_that_is_gone_is_named_and_comes_back_with_the_next_retrieval(scene):
    desk, node = open_desk(scene)
    desk.retrieve(node, study(CHEST))
    (uid, path), = desk.stored().items()
    for damage in (path.unlink, lambda: os.truncate(path, 1000)):
        damage()
        output = scene.folder / "out"
        answer = media.export(desk, [study(CHEST)], "folder", output, code=1)
        contains(answer.stderr, f"image {uid} is missing or damaged in the store")
        equal(output.exists(), False, "output")
        equal(desk.retrieve(node, study(CHEST)).json["state"], "succeeded")
        (uid, path), = desk.stored().items()
        equal(media.export(desk, [study(CHEST)], "folder", output).json["state"], "succeeded")
        shutil.rmtree(output)


def test_an_empty_folder_is_filled_and_a_missing_parent_fails(scene):
    desk, node = open_desk(scene)
    (scene.folder / "empty").mkdir()
    answer = media.export(desk, [study(CHEST)], "folder", scene.folder / "empty", node)
    equal(answer.json["state"], "succeeded")
    for route in ("iso", "folder", "disc"):
        where = scene.folder / "no" / "such" / "a"
        answer = media.export(desk, [study(CHEST)], route,
                              f"stdio:{where}" if route == "disc" else where, node, code=1)
        equal(answer.json["state"], "failed")
        contains(answer.stderr, "could not be written")
    equal((scene.folder / "no").exists(), False)


def mount_tmpfs(scene, size):
    folder = scene.folder / f"small-{size}"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise courier.Skip("a tmpfs cannot be mounted here")
    scene.callback(subprocess.run, ["umount", folder], check=True)
    return folder


def test_a_medium_that_is_too_small_is_told_before_anything_is_written(scene):
    desk, node = open_desk(scene)
    small = mount_tmpfs(scene, "256k")
    for route in ("iso", "disc", "folder"):
        where = f"stdio:{small}/a" if route == "disc" else small / "a"
        answer = media.export(desk, [study(CHEST)], route, where, node, code=1)
        equal(answer.json["state"], "failed")
        contains(answer.stderr, "no room left")
        equal(list(small.iterdir()), [], f"left by {route}")


def take_all_room(folder):
    """Leaves nothing of what is free now."""
    with open(folder / "taken", "wb") as taken:
        while (free := os.statvfs(folder).f_bavail * os.statvfs(folder).f_bsize) > 0:
            with contextlib.suppress(OSError):
                os.posix_fallocate(taken.fileno(), os.fstat(taken.fileno()).st_size, free)


def test_a_medium_that_fills_up_meanwhile_leaves_nothing_half_done(scene):
    """Somebody else takes the room while it is written."""
    desk, node = slow_desk(scene, 20)
    small = mount_tmpfs(scene, "200m")
    desk.retrieve(node, LARGE)
    for route in ("disc", "folder"):
        process = hold_half_written(desk, route, small / "a", 20)
        take_all_room(small)
        desk.release()
        answer = desk.finish(process)
        equal((answer.code, answer.json["state"]), (1, "failed"), f"{route}: {answer}")
        contains(answer.stderr, "no room left")
        equal([path.name for path in small.iterdir()], ["taken"], f"left by {route}")
        (small / "taken").unlink()


def test_the_room_of_an_image_is_its_own_before_it_is_written(scene):
    desk, node = slow_desk(scene, 20)
    small = mount_tmpfs(scene, "200m")
    desk.retrieve(node, LARGE)
    process = hold_half_written(desk, "iso", small / "a", 20)
    take_all_room(small)
    desk.release()
    answer = desk.finish(process)
    equal((answer.code, answer.json["state"]), (0, "succeeded"), f"{answer}")


def test_what_does_not_get_its_name_is_not_called_proved(scene):
    """Somebody else takes it while the image is written; nothing is left of ours."""
    desk, node = slow_desk(scene, 20)
    desk.retrieve(node, LARGE)
    taken = scene.folder / "a.iso"
    process = hold_half_written(desk, "iso", taken, 20)
    taken.write_text("somebody's")
    desk.release()
    answer = desk.finish(process)
    equal((answer.code, answer.json["state"]), (4, "refused"), repr(answer))
    equal([volume["state"] for volume in answer.json["volumes"]], ["failed"])
    equal(taken.read_text(), "somebody's")


def test_one_of_several_discs_without_its_name_is_not_logged_as_proved(scene):
    desk, node = slow_desk(scene, 30)
    desk.retrieve(node, LARGE)
    taken = scene.folder / "a_1.iso"
    process = hold_half_written(desk, "iso", taken, 20, scene.folder / "a.iso",
                                (f"--capacity={20 * LARGE_IMAGE_BYTES}", "--viewer=none"))
    taken.write_text("somebody's")
    desk.release()
    answer = desk.finish(process)
    equal((answer.code, answer.json["volumes"][0]["state"]), (4, "failed"), repr(answer))
    events = desk.ctl("log", "show", answer.json["transfer"]).json["events"]
    equal([event for event in events if event["action"] == "volume-proved"], [])


def hold_half_written(desk, route, where, count, output=None, more=()):
    """An export of LARGE to @where (or to @output, whose first disc is @where) that stands still with
    some, not all of its @count images written. A fast machine may write all of them before it is
    stopped: then once more."""
    was_there = where.exists()
    for _ in range(10):
        process = desk.start(*media.order([LARGE], route,
                                          f"stdio:{where}" if route == "disc" else output or where,
                                          more=more),
                             keys={**media.MULLER, **media.RECIPIENT})
        desk.hold(process, lambda: written_bytes(where) > LARGE_IMAGE_BYTES)
        if LARGE_IMAGE_BYTES < written_bytes(where) < (count - 1) * LARGE_IMAGE_BYTES:
            return process
        desk.release()
        desk.finish(process)
        remove(where)
        if was_there:
            where.mkdir()
    raise AssertionError("it was never caught half-way")


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def written_bytes(output):
    """What has been written of a file, or of all files of a folder, that may go any moment."""
    return sum(data_bytes(path) for top in output.parent.glob(f"{output.name}*")
               for path in [top, *top.rglob("*")])


def data_bytes(path):
    """Room that was reserved and not yet written counts as a hole."""
    total = end = 0
    with contextlib.suppress(OSError), open(path, "rb") as file:
        while True:  # until there is no data behind
            start = os.lseek(file.fileno(), end, os.SEEK_DATA)
            end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            total += end - start
    return total


def slow_desk(scene, count):
    """A desk and a node with a study that takes a while to write."""
    desk = scene.desk()
    files = scene.folder / "many"
    files.mkdir()
    make_large_study(files, count)
    return desk, scene.rude(desk, files)


def make_large_study(folder, count):
    """One study of images of 8 MB."""
    source = next(path for path in courier.dicom_files(courier.phantoms())
                  if pydicom.dcmread(path, specific_tags=["Modality"]).Modality == "CT")
    file = pydicom.dcmread(source)
    file.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    file.Rows = file.Columns = 2048
    file.PixelData = bytes(LARGE_IMAGE_BYTES)
    file["PixelData"].VR = "OW"
    file.StudyInstanceUID, file.SeriesInstanceUID = LARGE, f"{LARGE}.1"
    file.PatientID, file.PatientBirthDate = "PRACTICE-0001", "19580314"
    file.PatientName = "Mueller"
    file["PixelData"].is_undefined_length = False
    for number in range(count):
        uid = f"{LARGE}.1.{number}"
        file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = uid
        file.InstanceNumber = number
        file.save_as(folder / f"{number}.dcm")


def test_interrupted_while_writing_leaves_no_half_medium(scene):
    desk, node = slow_desk(scene, 30)
    desk.retrieve(node, LARGE)
    for route in ("iso", "disc", "folder"):
        where = scene.folder / f"a-{route}"
        process = hold_half_written(desk, route, where, 30)
        process.send_signal(signal.SIGINT)
        desk.release()
        answer = desk.finish(process)
        equal((answer.code, answer.json["state"]), (130, "cancelled"), f"{route}: {answer}")
        equal(last_of(desk)["state"], "cancelled", "in the log")
        equal(answer.json["verified"], 0)
        equal(list(scene.folder.glob(f"{where.name}*")), [], f"half a medium by {route}")
        equal(desk.leftovers(), [])


def test_without_a_source_the_kept_reading_counts_and_its_date_is_told(scene):
    desk, node = open_desk(scene)
    desk.retrieve(node, study(CHEST))
    answer = media.export(desk, [study(CHEST)], "iso", scene.folder / "a.iso").json
    equal((answer["state"], answer["basis"]), ("succeeded", "uid-list"))
    today = datetime.date.today()
    notice = " ".join(answer["notices"])
    contains(notice, f"what {node} had on {today.isoformat()}")
    desk.ctl("node", "remove", node)
    equal(desk.ctl("verify", scene.folder / "a.iso").json["state"], "succeeded")


def test_what_was_never_retrieved_cannot_go_out(scene):
    desk, _ = open_desk(scene)
    answer = media.export(desk, [study(CHEST)], "iso", scene.folder / "a.iso", code=1)
    equal(answer.json["state"], "failed")
    equal((scene.folder / "a.iso").exists(), False)


def test_when_no_image_comes_nothing_is_written_and_all_are_missing(scene):
    desk, node = open_desk(scene, "--drop", "1")
    answer = media.export(desk, [study(CHEST)], "folder", scene.folder / "out", node, code=3)
    equal(answer.json["state"], "incomplete")
    equal(answer.json["missing"], PEOPLE[CHEST]["sop_instance_uids"])
    contains(answer.stderr, "missing")
    equal(last_of(desk)["state"], "incomplete")
    equal((scene.folder / "out").exists(), False)


def test_a_study_that_does_not_come_leaves_the_others_incomplete(scene):
    desk, node = open_desk(scene, "--drop", "1")
    rows = [row for row in PEOPLE.values() if row["patient_id"] == "PRACTICE-0001"]
    single = next(row for row in rows if row["instance_count"] == 1)
    several = next(row for row in rows if row["instance_count"] > 1)
    answer = media.export(desk, [single["study_uid"], several["study_uid"]], "folder",
                          scene.folder / "out", node, code=3).json
    equal(answer["state"], "incomplete")
    contains(answer["missing"], single["sop_instance_uids"][0])
    equal(answer["verified"] > 0, True, "the others are there")
    media.check_manifest(scene.folder / "out")
    for name in ("README.TXT", "INDEX.HTM"):
        page = (scene.folder / "out" / name).read_text()
        contains(page, f"Not complete: 1 of {answer['expected']} images is missing.")
        contains(page, "0 of 1")


def test_an_image_that_came_cut_off_goes_out_as_such(scene):
    desk, node = open_desk(scene, "--shorten", "1")
    for output, source in (("with", node), ("without", None)):
        answer = media.export(desk, [study(CHEST)], "folder", scene.folder / output, source,
                              code=3).json
        equal((answer["state"], answer["missing"]), ("incomplete", []))
        equal(answer["failed"], PEOPLE[CHEST]["sop_instance_uids"])
        equal(answer["verified"], 1, "read back as it came")
        contains((scene.folder / output / "README.TXT").read_text(), "1 image came damaged")


def test_a_medium_says_that_it_is_complete(scene):
    desk, node = open_desk(scene)
    media.export(desk, [study(CHEST)], "folder", scene.folder / "out", node)
    contains((scene.folder / "out" / "README.TXT").read_text(), "Complete: the one image")
    node = scene.rude(desk, scene.copy_phantoms(), "--no-image-level", "--no-counts", name="MUTE")
    media.export(desk, [study(CHEST)], "folder", scene.folder / "mute", node, code=3)
    contains((scene.folder / "mute" / "INDEX.HTM").read_text(), "nobody can say whether these are")


def test_an_image_withdrawn_from_the_pacs_stays_at_home(scene):
    desk = scene.desk()
    files = scene.copy_phantoms()
    node = scene.rude(desk, files)
    accession = next(name for name, row in PEOPLE.items()
                     if row["patient_id"] == "PRACTICE-0001" and row["instance_count"] >= 6)
    uids = PEOPLE[accession]["sop_instance_uids"]
    before = desk.retrieve(node, study(accession)).json["retrieved"]
    gone = next(path for path in courier.dicom_files(files) if uids[0].encode() in
                path.read_bytes()[:4096])
    gone.unlink()
    node = scene.rude(desk, files, name="LATER")
    with_source, without = scene.folder / "with", scene.folder / "without"
    answer = media.export(desk, [study(accession)], "folder", with_source, node).json
    equal((answer["state"], answer["verified"]), ("succeeded", before - 1))
    shown = desk.ctl("log", "show", answer["transfer"]).json
    equal(uids[0] in {i["sop_instance_uid"] for i in shown["instances"]}, False, "in the transfer")
    equal(media.check_directory(with_source, before - 1), f"{answer['transfer']}_1")
    equal(len(desk.stored()), before, "images in the store")
    # The latest reading says that it is gone: without a source it goes out as what it is, extra.
    answer = media.export(desk, [study(accession)], "folder", without, code=3).json
    equal((answer["state"], answer["extra"]), ("incomplete", [uids[0]]))


def test_the_same_study_to_the_same_recipient_shows_the_earlier_transfer(scene):
    desk, node = open_desk(scene)
    first = media.export(desk, [study(CHEST)], "iso", scene.folder / "a.iso", node).json
    second = media.export(desk, [study(CHEST)], "folder", scene.folder / "b", node).json
    other = media.export(desk, [study(CHEST)], "folder", scene.folder / "c", node,
                         recipient="Hill Clinic").json
    before = [notice for notice in second["notices"] if "before" in notice]
    equal(len(before), 1, f"{second['notices']}")
    contains(before[0], first["transfer"])
    contains(before[0], "iso")
    equal("more" in before[0], False, before[0])
    equal([n for n in first["notices"] + other["notices"] if "before" in n], [])
    third = media.export(desk, [study(CHEST)], "folder", scene.folder / "d", node).json
    before = [notice for notice in third["notices"] if "before" in notice]
    equal(len(before), 1, "one line, however often it went")
    contains(before[0], second["transfer"])
    contains(before[0], ", and 1 more; see 'courierctl log'")


def test_no_patient_data_in_messages_log_lines_or_arguments(scene):
    desk, node = open_desk(scene)
    media.export(desk, [study(CHEST)], "iso", scene.folder / "a.iso", node)
    refused(desk, [study(CHEST)], scene.folder / "b.iso", node,
            {"patient-id": "PRACTICE-0001", "birth-date": "19580315"})
    said = "".join(desk.stderr)
    for secret in ("PRACTICE-0001", "Müller", "Jürgen", "1958"):
        equal(secret in said, False, f"{secret} on stderr")


courier.main(globals())
