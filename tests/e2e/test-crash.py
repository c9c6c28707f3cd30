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


def output_words(desk, kind, name):
    """The words of an export and its output; a stick is a folder that is there before."""
    output = desk.folder / name
    where = f"stdio:{output}" if kind == "disc" else output
    if kind == "stick":
        output.mkdir()
    route = "folder" if kind == "stick" else kind
    return ("export", f"--study={study_uid()}", f"--to={route}", f"--output={where}"), output


def stored_desk(scene):
    port = scene.dcmqrscp(scene.copy_phantoms(ACCESSION))
    desk = scene.desk()
    desk.add_node("PACS", port, "QRSCP")
    desk.retrieve("PACS", study_uid())
    return desk


def partial_of(output):
    return output.with_name(f"{output.name}.partial")


def count_written(desk):
    return desk.rows("SELECT count(*) FROM audit_event WHERE action = 'file-set-written'")[0][0]


def test_killed_export_leaves_nothing_half_done(scene):
    desk = stored_desk(scene)
    chance = random.Random(SEED)
    for kind in ("folder", "iso", "disc", "stick"):
        started_at = time.monotonic()
        desk.ctl(*output_words(desk, kind, f"{kind}-whole")[0], keys=PATIENT)
        took = time.monotonic() - started_at
        for number in range(6):
            words, output = output_words(desk, kind, f"{kind}-{number}")
            moment = took * (number + chance.random()) / 6
            export_killed(desk, words, output, moment)


def export_killed(desk, words, output, moment):
    """Returns what was found: finished, unfinished or none."""
    was_killed = kill(desk, desk.start(*words, keys=PATIENT), moment)
    check_after(desk, was_killed)
    is_stick = not partial_of(output).exists() and output.is_dir()
    found = check_stick(desk, output) if is_stick else check_partial(output)
    if was_killed:
        repeat(desk, words, output, found)
    courier.equal(partial_of(output).exists(), False, f"the unfinished one of {output.name}")
    print(f"# {output.name}: {found}")
    return found


def check_partial(output):
    """Only what has been read back has the name that was asked for."""
    if output.exists():
        return "finished"
    return "unfinished" if partial_of(output).exists() else "none"


def check_stick(desk, output):
    """Without the mark there is all of it, or nothing; the DICOMDIR is the last to come."""
    names = {path.name for path in output.iterdir()}
    if "DICOMDIR" in names:
        courier.contains(names, "MANIFEST.TXT")
    if not names or "PARTIAL.TXT" in names:
        answer = desk.run("verify", output)
        courier.equal(answer.code in (1, 3), True, f"{answer}")
        return "unfinished" if names else "none"
    courier.equal(names, {"DICOM", "DICOMDIR", "INDEX.HTM", "MANIFEST.TXT", "README.TXT"})
    return "finished"


def repeat(desk, words, output, found):
    """The same command works after a kill, unless the output has its name, or is not ours to empty."""
    if found == "finished" or (found == "unfinished" and output.is_dir()):
        answer = desk.ctl(*words, keys=PATIENT, code=4)
        courier.contains(answer.json["remark"],
                         "not an empty folder" if found == "finished" and output.is_dir()
                         else "exists already" if found == "finished" else "unfinished export")
        return
    answer = desk.ctl(*words, keys=PATIENT)
    courier.equal((answer.json["state"], answer.json["verified"]), ("succeeded", 44))
    courier.equal(any("cut short" in notice for notice in answer.json["notices"]),
                  found == "unfinished", "told")
    courier.equal(desk.ctl("verify", output).json["state"], "succeeded")


def test_killed_while_reading_back_has_not_got_its_name(scene):
    """Everything is written by then: only the proof is missing."""
    desk = stored_desk(scene)
    for kind in ("folder", "iso", "disc", "stick"):
        found = set()
        for number in range(6):
            before = count_written(desk)
            words, output = output_words(desk, kind, f"{kind}-{number}")
            found.add(export_killed(desk, words, output,
                                    lambda before=before: count_written(desk) > before))
            if "unfinished" in found:
                break
        courier.contains(found, "unfinished")


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
