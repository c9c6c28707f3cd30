#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retrieval by C-MOVE: the PACS connects to the one listener of the data directory, which several
programs share and none of them owns."""
import contextlib
import json
import os
import signal
import socket
import subprocess

import courier

ACCESSION = "PR230001"  # one series of MR, 8 images
LARGER = "PR240001"  # two series of MR, 44 images
COMPRESSED = "PR190001"  # one series of CT, JPEG lossless
PATIENT = {"patient-id": "PRACTICE-0002", "birth-date": "1971-11-02",
           "recipient": "Another hospital", "reason": "Second opinion"}


def study_of(accession):
    return next(row["study_uid"] for row in courier.phantom_list() if row["accession"] == accession)


def uids_of(accession):
    """In the order of the paths, as the rude PACS counts."""
    return [header.SOPInstanceUID for header in courier.phantom_headers().values()
            if header.AccessionNumber == accession]


def check_originals(desk):
    originals = {header.SOPInstanceUID: path for path, header in courier.phantom_headers().items()}
    for uid, path in desk.stored().items():
        courier.equal(courier.data_set(path), courier.data_set(originals[uid]), uid)


def listeners(desk):
    return desk.workers("--listen")


def refusals(desk):
    return [json.loads(details) for details, in desk.rows(
        "SELECT details FROM audit_event WHERE action = 'peer-refused'")]


class Case:
    """A desk that listens, a rude PACS with @options, and one study."""

    def __init__(self, scene, *options, accession=ACCESSION, aet="COURIER", name="RUDE"):
        self.scene, self.accession = scene, accession
        self.study, self.uids = study_of(accession), uids_of(accession)
        self.desk = scene.desk()
        self.port = self.desk.listen_at(courier.free_port())
        self.node = self.add(name, *options, accession=accession, aet=aet)

    def add(self, name, *options, accession=LARGER, aet="COURIER"):
        """One more PACS that may send to us."""
        return self.scene.rude(self.desk, self.scene.copy_phantoms(accession),
                               f"--destination={aet}={self.port}", *options, name=name)

    def words(self, node=None, accession=None):
        return ("retrieve", node or self.node, "--method=move",
                f"--study={study_of(accession or self.accession)}")

    def run(self, code):
        self.answer = self.desk.ctl(*self.words(), code=code)
        return self

    def check(self, state, missing=(), extra=()):
        result = self.answer.json
        gone = {self.uids[number - 1] for number in missing}
        courier.equal(result["state"], state, "state")
        courier.equal(set(result["missing"]), gone, "missing")
        courier.equal(result["extra"], list(extra), "extra")
        courier.equal(result["retrieved"], len(self.uids) - len(gone), "retrieved")
        courier.equal(set(self.desk.stored()), set(self.uids) - gone, "stored")
        check_originals(self.desk)
        self.desk.check_logged(self.answer)
        self.settle()
        return self

    def desk_has_some(self, accession=LARGER):
        return (self.desk.data / "courier.sqlite").exists() and \
            set(self.desk.stored()) & set(uids_of(accession))

    def settle(self):
        courier.wait_for(lambda: not self.desk.processes(), "all to end", 10)
        self.desk.check_store()


def test_dcmqrscp_sends_all(scene):
    desk = scene.desk()
    port = desk.listen_at(courier.free_port())
    files = scene.copy_phantoms(LARGER, COMPRESSED)
    desk.add_node("PACS", scene.dcmqrscp(files, destinations=[("COURIER", port)]), "QRSCP",
                  "--retrieve=move")
    answer = desk.retrieve("PACS", study_of(LARGER), study_of(COMPRESSED))
    courier.equal(answer.json["state"], "succeeded")
    courier.equal(set(desk.stored()), set(uids_of(LARGER)) | set(uids_of(COMPRESSED)))
    check_originals(desk)
    desk.check_logged(answer)
    courier.wait_for(lambda: not desk.processes(), "all to end", 10)
    desk.check_store()


def test_orthanc_sends_all(scene):
    desk = scene.desk()
    port = desk.listen_at(courier.free_port())
    modalities = {"courier": ["COURIER", courier.HOST, port]}
    desk.add_node("ORTHANC", scene.orthanc(scene.copy_phantoms(LARGER, COMPRESSED),
                                           DicomModalities=modalities), "ORTHANC")
    for accession in (LARGER, COMPRESSED):
        answer = desk.retrieve("ORTHANC", study_of(accession), method="move")
        courier.equal((answer.json["state"], answer.json["remark"]), ("succeeded", ""))
    courier.equal(set(desk.stored()), set(uids_of(LARGER)) | set(uids_of(COMPRESSED)))
    desk.check_store()


def test_polite_one_sends_all(scene):
    Case(scene).run(0).check("succeeded")


def test_compressed_images_come_as_they_are(scene):
    Case(scene, accession=COMPRESSED).run(0).check("succeeded")


def test_pacs_that_says_little_is_understood(scene):
    for options in (["--no-originator"], ["--one-each"], ["--no-pending"],
                    ["--no-originator", "--one-each", "--no-pending"]):
        Case(scene, *options).run(0).check("succeeded")


def test_pacs_that_lists_nothing_proves_nothing(scene):
    for options in ([], ["--no-originator"]):
        case = Case(scene, "--no-image-level", "--no-counts", *options).run(3)
        courier.equal(case.answer.json["state"], "unproven")
        courier.equal(set(case.desk.stored()), set(case.uids))
        case.settle()


def test_last_answer_may_overtake_the_last_images(scene):
    Case(scene, "--early").run(0).check("succeeded")


def test_image_that_is_gone_is_named_as_missing(scene):
    Case(scene, "--drop=3").run(3).check("incomplete", missing=[3])


def test_success_with_fewer_is_incomplete(scene):
    case = Case(scene, "--success-with-fewer=2").run(3).check("incomplete", missing=[7, 8])
    courier.contains(case.answer.json["remark"], "was to send 8 and 6 came")


def test_connection_cut_in_an_image_costs_that_image(scene):
    Case(scene, "--truncate=4").run(3).check("incomplete", missing=[4])


def test_pacs_that_dies_keeps_what_came(scene):
    case = Case(scene, "--die-after=5").run(1).check("failed", missing=[6, 7, 8])
    courier.contains(case.answer.stderr, "RUDE ended the connection half-way")


def test_image_that_nobody_asked_for_is_extra(scene):
    case = Case(scene, "--extra").run(3)
    courier.equal(case.answer.json["state"], "incomplete")
    courier.equal(case.answer.json["extra"], ["2.25.4711"])
    case.settle()


def test_pacs_that_cannot_send_by_get_is_asked_by_move(scene):
    case = Case(scene, "--no-get")
    case.answer = case.desk.retrieve(case.node, case.study)
    case.check("succeeded")
    courier.contains(case.answer.json["remark"], "asked to send by C-MOVE")


def test_export_uses_the_way_of_the_node(scene):
    case = Case(scene, "--no-get", accession=LARGER)
    case.desk.ctl("node", "remove", case.node)
    _, port = scene.rude_process(scene.copy_phantoms(LARGER), "--no-get",
                                 f"--destination=COURIER={case.port}")
    case.desk.add_node("RUDE", port, "RUDE", "--retrieve=move")
    answer = case.desk.ctl("export", f"--study={case.study}", "--from=RUDE", "--to=folder",
                           f"--output={case.desk.folder / 'out'}", keys=PATIENT)
    courier.equal((answer.json["state"], answer.json["verified"]), ("succeeded", 44))
    courier.equal(answer.json["remark"], "")
    case.settle()


# Things that must be set up on one side or the other

def test_pacs_that_does_not_know_us_says_what_to_do(scene):
    case = Case(scene, aet="SOMEBODY").run(1)
    courier.equal(case.answer.json["state"], "failed")
    courier.contains(case.answer.stderr, "the AE title COURIER must be entered there with the "
                     f"address of this machine and port {case.port}")
    case.settle()


def test_port_of_somebody_else_is_named(scene):
    case = Case(scene)
    with socket.socket() as other:
        other.bind((courier.HOST, case.port))
        other.listen()
        case.run(1)
    courier.equal(case.answer.json["state"], "failed")
    courier.contains(case.answer.stderr, f"port {case.port} is in use by another program")
    courier.contains(case.answer.stderr, "choose another one in the settings")
    case.run(0).check("succeeded")


def check_turned_away(scene, option, **expected):
    case = Case(scene, option).run(1)
    courier.equal((case.answer.json["state"], case.answer.json["retrieved"]), ("failed", 0))
    found = [refusal for refusal in refusals(case.desk)
             if expected.items() <= refusal.items()]
    courier.equal(len(found), 1, refusals(case.desk))
    courier.equal(found[0]["address"], courier.HOST)
    case.settle()


def test_whoever_calls_somebody_else_is_turned_away(scene):
    check_turned_away(scene, "--call-for=OTHER", reason="called-aet", called="OTHER")


def test_whoever_is_not_known_is_turned_away(scene):
    check_turned_away(scene, "--call-as=STRANGER", reason="calling-aet", calling="STRANGER")


class Gate:
    """What the rude PACS waits for after two images."""

    def __init__(self, scene, name):
        self.path = scene.folder / f"gate-{name}"
        self.option = f"--gate={self.path}"

    def open(self):
        self.path.touch()


def start_gated(scene, name="RUDE"):
    """A case of which two images are here, its courierctl, and the gate for the rest."""
    gate = Gate(scene, name)
    case = Case(scene, gate.option, accession=LARGER, name=name)
    process = case.desk.start(*case.words())
    courier.wait_for(case.desk_has_some, "the first images")
    return case, process, gate


def test_administrators_can_test_us_meanwhile(scene):
    case, process, gate = start_gated(scene)
    words = [courier.need("echoscu"), "-aet", "RUDE", courier.HOST, str(case.port)]
    subprocess.run([*words, "-aec", "COURIER"], check=True, timeout=30)
    for wrong in (["-aec", "OTHER"], ["-aec", "COURIER", "-aet", "STRANGER"]):
        courier.equal(subprocess.run([*words, *wrong], timeout=30, capture_output=True).returncode
                      != 0, True, wrong)
    gate.open()
    case.answer = case.desk.finish(process)
    case.check("succeeded")
    courier.equal({refusal["reason"] for refusal in refusals(case.desk)},
                  {"called-aet", "calling-aet"})


def test_images_that_nobody_asked_for_are_refused(scene):
    case, process, gate = start_gated(scene)
    files = scene.copy_phantoms(COMPRESSED)
    first = courier.dicom_files(files)[0]
    sent = subprocess.run(
        [courier.need("dcmsend"), "-v", "-aet", "OTHER", "-aec", "COURIER", courier.HOST,
         str(case.port), str(first)], capture_output=True, text=True, timeout=60)
    courier.equal(sent.returncode != 0, True, "an unknown one")
    case.desk.add_node("OTHER", 104, "OTHER")
    second = case.desk.start(*case.words())  # tells the listener of it
    courier.wait_for(lambda: known(case, "OTHER"), "the listener to know it")
    sent = subprocess.run(
        [courier.need("storescu"), "-v", "-xs", "-aet", "OTHER", "-aec", "COURIER", courier.HOST,
         str(case.port), str(first)], capture_output=True, text=True, timeout=60)
    courier.contains(sent.stdout + sent.stderr, "0x124")
    gate.open()
    for one in (process, second):
        case.answer = case.desk.finish(one)
        courier.equal(case.answer.json["state"], "succeeded")
    courier.contains({refusal["reason"] for refusal in refusals(case.desk)}, "unasked")
    courier.equal(set(case.desk.stored()), set(case.uids), "stored")
    case.settle()


def known(case, aet):
    return subprocess.run([courier.need("echoscu"), "-aet", aet, "-aec", "COURIER", courier.HOST,
                           str(case.port)], capture_output=True, timeout=30).returncode == 0


def test_strangers_do_not_take_the_room_of_nodes(scene):
    with contextlib.ExitStack() as stack:
        case, process, gate = start_gated(scene)
        for _ in range(20):
            sock = stack.enter_context(socket.create_connection((courier.HOST, case.port)))
            with contextlib.suppress(OSError):
                sock.send(b"\x01\x00\x00\x00")
        with contextlib.suppress(OSError):
            with socket.create_connection((courier.HOST, case.port)) as sock:
                sock.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
        gate.open()
        case.answer = case.desk.finish(process)
    case.check("succeeded")
    courier.contains({refusal["reason"] for refusal in refusals(case.desk)}, "foreign")


# Several programs

def start_two(scene):
    """Two programs that wait for images of two nodes, each of which has sent two."""
    case, first, gate = start_gated(scene, name="ONE")
    gates = [gate, Gate(scene, "TWO")]
    case.add("TWO", gates[1].option, accession=COMPRESSED)
    second = case.desk.start(*case.words("TWO", COMPRESSED))
    courier.wait_for(lambda: case.desk_has_some(COMPRESSED), "images of both")
    return case, [first, second], gates


def test_two_programs_share_one_listener(scene):
    case, processes, gates = start_two(scene)
    courier.equal(len(listeners(case.desk)), 1, "listeners")
    for gate in gates:
        gate.open()
    for process, accession in zip(processes, (LARGER, COMPRESSED)):
        answer = case.desk.finish(process)
        courier.equal(answer.json["state"], "succeeded", answer)
        courier.equal(answer.json["retrieved"], len(uids_of(accession)))
    check_originals(case.desk)
    case.settle()


def test_the_same_study_for_two_programs_comes_twice(scene):
    case, first, gate = start_gated(scene)
    second = case.desk.start(*case.words())
    courier.wait_for(lambda: len(case.desk.rows("SELECT 1 FROM transfer")) == 2, "the second")
    gate.open()
    for process in (first, second):
        answer = case.desk.finish(process)
        courier.equal((answer.json["state"], answer.json["retrieved"]), ("succeeded", 44), answer)
    case.settle()


def test_what_another_program_replaced_meanwhile_is_not_sent_as_what_came(scene):
    gate = Gate(scene, "RUDE")
    case = Case(scene, gate.option, "--no-get", accession=LARGER)
    desk, folder = case.desk, scene.folder / "received"
    folder.mkdir()
    _, port = scene.rude_process(scene.copy_phantoms(COMPRESSED), "--receive", folder)
    desk.add_node("CLINIC", port, "RUDE")
    scene.rude(desk, scene.copy_phantoms(LARGER), "--flip=1", name="FLIPS")
    running = desk.start("send", "--from", case.node, "--to=CLINIC", f"--study={case.study}",
                         keys=PATIENT)
    courier.wait_for(lambda: desk.data.exists() and case.uids[0] in desk.stored(), "the first image")
    desk.retrieve("FLIPS", case.study)
    gate.open()
    case.answer = desk.finish(running)
    courier.equal((case.answer.code, case.answer.json["state"]), (3, "incomplete"), case.answer)
    courier.equal(case.answer.json["failed"], [case.uids[0]])
    courier.equal({path.stem for path in folder.glob("*.dcm")}, set(case.uids[1:]))
    entry = desk.check_logged(case.answer)
    courier.contains({item["remark"] for item in entry["instances"]},
                     "another transfer has replaced it here meanwhile")
    case.settle()


def kill_one(scene, victim):
    names, accessions = ("ONE", "TWO"), (LARGER, COMPRESSED)
    case, processes, gates = start_two(scene)
    other = 1 - victim
    processes[victim].kill()
    processes[victim].communicate()
    gates[victim].open()
    courier.wait_for(lambda: [row for row in refusals(case.desk) if row["reason"] == "unasked"],
                     "what still comes for the dead one to be turned away")
    gates[other].open()
    answer = case.desk.finish(processes[other])
    courier.equal(answer.json["state"], "succeeded", answer)
    courier.equal(answer.json["retrieved"], len(uids_of(accessions[other])))
    states = {entry["source"]: entry["state"] for entry in
              (case.desk.ctl("log", "show", row["transfer"]).json
               for row in case.desk.ctl("log", "list").json)}
    courier.equal(states, {names[victim]: "failed", names[other]: "succeeded"})
    case.settle()
    again = case.desk.ctl(*case.words(names[victim], accessions[victim]))
    courier.equal(again.json["state"], "succeeded", "again")
    check_originals(case.desk)
    case.settle()


def test_death_of_the_first_program_takes_nothing_from_the_second(scene):
    kill_one(scene, 0)


def test_death_of_the_second_program_takes_nothing_from_the_first(scene):
    kill_one(scene, 1)


def test_death_of_the_listener_is_an_ordinary_error(scene):
    case, processes, gates = start_two(scene)
    os.kill(listeners(case.desk)[0], signal.SIGKILL)
    retrieved = 0
    for process in processes:
        answer = case.desk.finish(process)
        courier.equal((answer.code, answer.json["state"]), (1, "failed"), answer)
        courier.contains(answer.stderr, "A helper program stopped")
        case.desk.check_logged(answer)
        retrieved += answer.json["retrieved"]
    courier.equal(len(case.desk.stored()), retrieved, "kept and counted")
    case.settle()
    for gate in gates:
        gate.open()
    courier.equal(case.desk.ctl(*case.words("TWO", COMPRESSED)).json["state"], "succeeded")
    case.settle()


def test_stopping_keeps_what_came(scene):
    case, process, _ = start_gated(scene)
    process.send_signal(signal.SIGINT)
    answer = case.desk.finish(process)
    courier.equal((answer.code, answer.json["state"]), (130, "cancelled"), answer)
    courier.equal(len(case.desk.stored()), answer.json["retrieved"], "kept and counted")
    case.settle()


courier.main(globals())
