#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""courierctl and its workers killed at any moment: nothing half-done stays, nothing is believed that
was not proved, and the same command works afterwards."""
import contextlib
import os
import pathlib
import random
import signal
import time

import courier

ACCESSION = "PR240001"  # two series of MR, 44 images
PATIENT = {"patient-id": "PRACTICE-0002", "birth-date": "1971-11-02",
           "recipient": "Another hospital", "reason": "Second opinion"}
SEED = 4711


def study_uid():
    return next(row["study_uid"] for row in courier.phantom_list() if row["accession"] == ACCESSION)


def first_file(folder):
    return next((path for path in folder.rglob("*") if path.is_file()), None)


def kill(desk, process, moment):
    """Kills courierctl when @moment (a time in s, or a condition) has come, or lets it end."""
    deadline = time.monotonic() + (moment if isinstance(moment, float) else courier.TIMEOUT)
    while process.poll() is None and time.monotonic() < deadline:
        if not isinstance(moment, float) and moment():
            break
        if isinstance(moment, float):
            time.sleep(max(0, deadline - time.monotonic()))
    process.kill()
    process.communicate()
    courier.wait_for(lambda: not desk.processes(), "the workers to end", 10)
    return process.returncode == -signal.SIGKILL


def count_unnamed(desk):
    """Files that were moved into the store but not committed."""
    if not (desk.data / "courier.sqlite").exists():
        return 0
    files = {path for path in (desk.data / "dicom").rglob("*.dcm")}
    return len(files - set(desk.stored().values()))


def check_after(desk, was_killed):
    """After the next start all is as if the killed one had never begun, but for the log."""
    transfers = desk.ctl("log", "list").json
    if was_killed and transfers:
        courier.contains(("failed", "succeeded"), transfers[0]["state"])
    if "running" in {transfer["state"] for transfer in transfers}:
        raise AssertionError("a transfer is shown as running")
    desk.check_store()
    return transfers


def retrieve_killed(scene, port, moment):
    """Returns how many files had been moved but not committed when it was killed."""
    desk = scene.desk()
    desk.add_node("PACS", port, "QRSCP")
    words = ("retrieve", "PACS", f"--study={study_uid()}")
    when = moment if isinstance(moment, float) else lambda: moment(desk)
    was_killed = kill(desk, desk.start(*words), when)
    unnamed = count_unnamed(desk)
    check_after(desk, was_killed)
    answer = desk.ctl(*words)
    courier.equal((answer.json["state"], answer.json["retrieved"]), ("succeeded", 44))
    desk.check_store()
    return unnamed


def test_killed_retrieval_leaves_nothing_half_done(scene):
    port = scene.dcmqrscp(scene.copy_phantoms(ACCESSION))
    chance = random.Random(SEED)
    moments = [chance.uniform(0.0, 0.5) for _ in range(14)]
    moments += [lambda desk: first_file(desk.data / "incoming")] * 3
    moments += [lambda desk: first_file(desk.data / "dicom")] * 7
    unnamed = [retrieve_killed(scene, port, moment) for moment in moments]
    while not any(unnamed):  # between rename and commit; the time limit of the test is the end
        unnamed.append(retrieve_killed(scene, port, moments[-1]))
    print(f"# {len(unnamed)} kills, {sum(count > 0 for count in unnamed)} between rename and commit")


def export_words(desk, kind, name):
    return ("export", f"--study={study_uid()}", f"--to={kind}", f"--output={desk.folder / name}")


def test_killed_export_leaves_nothing_half_done(scene):
    port = scene.dcmqrscp(scene.copy_phantoms(ACCESSION))
    desk = scene.desk()
    desk.add_node("PACS", port, "QRSCP")
    desk.retrieve("PACS", study_uid())
    chance = random.Random(SEED)
    for kind in ("folder", "iso"):
        started_at = time.monotonic()
        desk.ctl(*export_words(desk, kind, f"{kind}-whole"), keys=PATIENT)
        took = time.monotonic() - started_at
        for number in range(7):
            words = export_words(desk, kind, f"{kind}-{number}")
            moment = took * (number + chance.random()) / 7
            was_killed = kill(desk, desk.start(*words, keys=PATIENT), moment)
            check_after(desk, was_killed)
            if was_killed:
                check_leftover(desk, kind, number)
                check_after(desk, False)


def check_leftover(desk, kind, number):
    """What a killed export left is never taken for a medium, nor written over; elsewhere the same
    command works."""
    output = desk.folder / f"{kind}-{number}"
    begun = output.is_file() or (output.is_dir() and any(output.iterdir()))
    finished = begun and desk.run("verify", output).code == 0
    if begun and not finished:
        answer = desk.ctl(*export_words(desk, kind, output.name), keys=PATIENT, code=4)
        courier.contains(answer.json["remark"], "the output")
    answer = desk.ctl(*export_words(desk, kind, f"{output.name}-again"), keys=PATIENT)
    courier.equal((answer.json["state"], answer.json["verified"]), ("succeeded", 44))
    print(f"# {output.name}: {'finished' if finished else 'begun' if begun else 'none'}")


# Workers

def find_worker(desk, argument):
    for number in desk.processes():
        with contextlib.suppress(OSError):
            words = pathlib.Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
            if argument.encode() in words:
                return number
    return None


def kill_worker(scene, argument):
    """Kills the worker with @argument while a slow PACS sends. Returns desk, node and Answer."""
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms(ACCESSION), "--slow=20")
    process = desk.start("retrieve", node, f"--study={study_uid()}")
    number = courier.wait_for(
        lambda: first_file(desk.data / "incoming") and find_worker(desk, argument),
        f"the worker {argument}")
    os.kill(number, signal.SIGKILL)
    started_at = time.monotonic()
    answer = desk.finish(process)
    if time.monotonic() - started_at > 20:
        raise AssertionError("it took too long to end")
    return desk, node, answer


def test_death_of_the_net_worker_is_an_ordinary_error(scene):
    desk, node, answer = kill_worker(scene, "--net")
    courier.equal(answer.code, 1, answer)
    courier.equal(answer.json["state"], "failed")
    courier.contains(answer.stderr, "A helper program stopped")
    courier.equal(len(desk.stored()), answer.json["retrieved"], "kept and counted")
    desk.check_logged(answer)
    desk.check_store()
    courier.equal(desk.retrieve(node, study_uid()).json["state"], "succeeded")
    desk.check_store()


def test_death_of_the_parse_worker_loses_no_image(scene):
    desk, _, answer = kill_worker(scene, "--parse")
    courier.equal(answer.code, 0, answer)
    courier.equal((answer.json["state"], answer.json["retrieved"]), ("succeeded", 44))
    desk.check_logged(answer)
    desk.check_store()


courier.main(globals())
