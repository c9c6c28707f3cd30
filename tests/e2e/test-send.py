#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending to nodes that others wrote and to one with bad manners: what is said is what arrived."""
import contextlib
import os
import pathlib
import signal
import tempfile

import courier
import pydicom
from sending import Sender

SMALL = "PR230001"  # one series of 8 MR, JPEG-LS
NATIVE = "PR240001"  # 44 MR in two series
LARGE = "PR150001"  # one DX of 10 MB
MIXED = "PR250001"  # CT, a report and a letter
COMPRESSED = "PR190001"  # one series of 6 CT, JPEG lossless
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
NATIVE_SYNTAX = "1.2.840.10008.1.2.1"
REPORT = "1.2.840.10008.5.1.4.1.1.88.11"


class Rude(Sender):
    """The same, and a node with bad manners that it sends to."""

    def __init__(self, scene, *options, accession=SMALL):
        super().__init__(scene, accession)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="received-", dir=scene.folder))
        self.process, self.port = scene.rude_process(self.files, "--receive", self.folder, *options)
        self.desk.add_node("CLINIC", self.port, "RUDE")

    def journal(self):
        path = self.folder / "journal"
        lines = path.read_text().splitlines() if path.exists() else []
        return [tuple(line.split()) for line in lines]

    def arrived(self):
        return {path.stem: path for path in self.folder.glob("*.dcm")}

    def check_arrived(self, *absent):
        """All but those numbers are there, byte for byte, and nothing was sent again after it had
        been accepted."""
        there = self.arrived()
        courier.equal(set(there), set(self.uids) - {self.uids[n - 1] for n in absent}, "arrived")
        for uid, path in there.items():
            courier.equal(courier.sha256_of_data_set(path),
                          courier.sha256_of_data_set(self.paths[uid]), uid)
        accepted = set()
        for word, uid in self.journal():
            if word == "request" and uid in accepted:
                raise AssertionError(f"{uid} was sent again")
            if word == "accepted":
                accepted.add(uid)


# Nodes that others wrote

def check_folder(sender, folder):
    there = {}
    for path in courier.dicom_files(folder):
        there[pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID] = path
    courier.equal(set(there), set(sender.uids), "arrived")
    for uid, path in there.items():
        courier.equal(courier.sha256_of_data_set(path),
                      courier.sha256_of_data_set(sender.paths[uid]), uid)


def test_orthanc_has_what_it_was_sent(scene):
    sender = Sender(scene, MIXED)
    port = scene.orthanc(None)
    sender.desk.add_node("ORTHANC", port, "ORTHANC")
    answer = sender.send("ORTHANC", code=0)
    courier.equal(sender.check(answer, "succeeded")["read_back"], "listed by the node")
    courier.equal(sender.entry["route"], "node")
    other = scene.desk()
    other.add_node("ORTHANC", port, "ORTHANC")
    courier.equal(other.retrieve("ORTHANC", *sender.studies).json["state"], "succeeded")
    for uid, path in other.stored().items():
        courier.equal(courier.sha256_of_data_set(path),
                      courier.sha256_of_data_set(sender.paths[uid]), uid)


def test_dcmqrscp_has_what_it_was_sent(scene):
    sender = Sender(scene, NATIVE)
    sender.desk.add_node("QRSCP", scene.dcmqrscp(scene.copy_phantoms("PR250003")), "QRSCP")
    sender.check(sender.send("QRSCP", code=0), "succeeded")


def test_node_that_lists_nothing_leaves_it_unproven(scene):
    sender = Sender(scene, NATIVE)
    port, folder = scene.storescp("+B")
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=3)
    sender.check(answer, "unproven", verified=0)
    courier.equal(answer.json["read_back"], "not re-read")
    courier.contains(answer.stderr, "does not say which of the images it has")
    check_folder(sender, folder)


def test_storescp_that_rejects_is_named(scene):
    sender = Sender(scene, SMALL)
    port, _ = scene.storescp("--refuse")
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=1)
    sender.check(answer, "failed", failed=range(1, 9))
    courier.contains(answer.stderr, "STORE answers, but turns us away")


def abort(scene, option):
    sender = Sender(scene, SMALL)
    port, folder = scene.storescp("+xa", option)
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=1)
    courier.equal(answer.json["state"], "failed")
    courier.equal(answer.json["written"], 0)
    courier.equal(set(answer.json["failed"]), set(sender.uids))
    courier.contains(answer.stderr, "STORE ended the connection half-way")
    return folder


def test_storescp_that_aborts_after_each_image_fails(scene):
    abort(scene, "--abort-after")


def test_storescp_that_aborts_in_each_image_fails(scene):
    courier.equal(courier.dicom_files(abort(scene, "--abort-during")), [], "arrived")


def sleep(scene, option):
    sender = Sender(scene, "PR170001")  # one small image: it sleeps at each of its PDUs
    port, folder = scene.storescp("+xa", "+B", option, "1")
    sender.desk.add_node("STORE", port, "STORESCP")
    sender.check(sender.send("STORE", code=3), "unproven", verified=0)
    check_folder(sender, folder)


def test_storescp_that_sleeps_after_each_image_gets_all(scene):
    sleep(scene, "--sleep-after")


def test_storescp_that_sleeps_in_each_image_gets_all(scene):
    sleep(scene, "--sleep-during")


def test_disk_that_is_full_stops_and_says_so(scene):
    sender = Sender(scene, NATIVE)
    folder = scene.folder / "full"
    folder.mkdir()
    courier.mount(scene, folder, "1m")  # room for seven images
    port, _ = scene.storescp("-od", folder)
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=3)
    courier.equal(answer.json["state"], "incomplete")
    courier.contains(answer.json["remark"], "out of resources")
    written = answer.json["written"]
    if not 0 < written < len(sender.uids):
        raise AssertionError(f"{written} written")
    courier.equal(len(answer.json["failed"]), len(sender.uids) - written, "named")
    reasons = sender.reasons(answer)
    courier.equal(len(reasons), len(sender.uids) - written, "reasons")
    for reason in reasons.values():
        courier.contains(reason, "out of resources")


# A node with bad manners

def test_everything_arrives_at_a_polite_one(scene):
    rude = Rude(scene, accession=MIXED)
    rude.check(rude.send("CLINIC", code=0), "succeeded")
    rude.check_arrived()


def lose(scene, number):
    rude = Rude(scene, "--lose", number)
    answer = rude.send("CLINIC", code=3)
    rude.check(answer, "incomplete", missing=[number])
    courier.contains(answer.json["remark"], "1 missing")
    courier.contains(answer.stderr, "is incomplete")
    rude.check_arrived(number)


def test_first_image_dropped_in_silence_is_missing(scene):
    lose(scene, 1)


def test_last_image_dropped_in_silence_is_missing(scene):
    lose(scene, 8)


def test_class_that_is_refused_is_named(scene):
    rude = Rude(scene, "--refuse-class", REPORT, accession=MIXED)
    answer = rude.send("CLINIC", code=3)
    number = next(n for n, header in enumerate(rude.headers, 1) if header.SOPClassUID == REPORT)
    rude.check(answer, "incomplete", failed=[number])
    courier.contains(rude.reasons(answer)[rude.uids[number - 1]], REPORT)
    rude.check_arrived(number)


def test_connection_cut_in_a_converted_image_is_resumed(scene):
    rude = Rude(scene, "--refuse-syntax", JPEG_LOSSLESS, "--hang-up-in=3", accession=COMPRESSED)
    answer = rude.send("CLINIC", code=0)
    rude.check(answer, "succeeded")
    courier.contains(" ".join(answer.json["notices"]), "6 from JPEG Lossless SV1 to Explicit VR")
    for path in rude.arrived().values():
        courier.equal(pydicom.dcmread(path).file_meta.TransferSyntaxUID, NATIVE_SYNTAX)
    courier.equal(set(rude.arrived()), set(rude.uids), "arrived")
    courier.equal(sum(word == "request" for word, _ in rude.journal()), 7, "requests")


def test_warning_is_told_and_counts_as_accepted(scene):
    rude = Rude(scene, "--warn-store=3")
    answer = rude.send("CLINIC", code=0)
    rude.check(answer, "succeeded")
    courier.contains(" ".join(answer.json["notices"]), "1 image was accepted with a warning")
    rude.check_arrived()


def test_image_that_is_refused_does_not_stop_the_others(scene):
    rude = Rude(scene, "--fail-store=3")
    answer = rude.send("CLINIC", code=3)
    rude.check(answer, "incomplete", failed=[3])
    courier.contains(rude.reasons(answer)[rude.uids[2]], "0xc000")
    rude.check_arrived(3)


def test_node_without_room_is_sent_no_more(scene):
    rude = Rude(scene, "--full-at=4")
    answer = rude.send("CLINIC", code=3)
    rude.check(answer, "incomplete", failed=[4, 5, 6, 7, 8])
    courier.contains(answer.json["remark"], "out of resources (status 0xa700)")
    courier.equal(sum(word == "request" for word, _ in rude.journal()), 4, "requests")
    rude.check_arrived(4, 5, 6, 7, 8)


def test_node_without_any_room_is_a_failure(scene):
    rude = Rude(scene, "--full-at=1")
    answer = rude.send("CLINIC", code=1)
    rude.check(answer, "failed", failed=range(1, 9))
    courier.contains(answer.stderr, "out of resources")


def test_connection_cut_in_an_image_is_resumed(scene):
    rude = Rude(scene, "--hang-up-in=5", accession=NATIVE)
    rude.check(rude.send("CLINIC", code=0), "succeeded")
    rude.check_arrived()
    courier.equal(sum(word == "request" for word, _ in rude.journal()), 45, "requests")


def test_connection_cut_before_an_answer_is_resumed(scene):
    rude = Rude(scene, "--hang-up-after=5", accession=NATIVE)
    rude.check(rude.send("CLINIC", code=0), "succeeded")
    rude.check_arrived()


def test_node_that_goes_away_for_good_is_a_failure(scene):
    rude = Rude(scene, "--slow=150")
    process = rude.desk.start(*rude.words("CLINIC"), keys=rude.keys())
    courier.wait_for(lambda: any(word == "accepted" for word, _ in rude.journal()), "an image")
    rude.scene.stop(rude.process)
    answer = rude.desk.finish(process)
    courier.equal(answer.code, 1, answer)
    courier.equal(answer.json["state"], "failed")
    accepted = sum(word == "accepted" for word, _ in rude.journal())
    courier.equal(answer.json["written"] in (accepted, accepted - 1), True, "written")
    courier.equal(len(answer.json["failed"]), 8 - answer.json["written"], "named")
    rude.desk.check_logged(answer)
    rude.desk.check_store()


def test_slow_node_gets_several_associations_as_it_allows(scene):
    rude = Rude(scene, "--slow=100", "--max-associations=2", accession=NATIVE)
    rude.check(rude.send("CLINIC", code=0), "succeeded")
    courier.contains(rude.journal(), ("open", "2"))
    rude.check_arrived()


def test_node_that_serves_one_after_the_other_is_not_waited_for(scene):
    rude = Rude(scene, "--slow=100", "--serial", accession=NATIVE)
    rude.check(rude.send("CLINIC", code=0), "succeeded")
    rude.check_arrived()


def test_setting_of_the_node_limits_associations(scene):
    rude = Rude(scene, "--slow=100", accession=NATIVE)
    rude.desk.add_node("ALONE", rude.port, "RUDE", "--associations=1")
    rude.check(rude.send("ALONE", code=0), "succeeded")
    courier.equal({n for word, n in rude.journal() if word == "open"}, {"1"}, "at a time")


def test_interrupted_sending_is_cancelled_and_may_be_repeated(scene):
    rude = Rude(scene, "--slow=150")
    process = rude.desk.start(*rude.words("CLINIC"), keys=rude.keys())
    courier.wait_for(lambda: any(word == "accepted" for word, _ in rude.journal()), "an image")
    process.send_signal(signal.SIGINT)
    answer = rude.desk.finish(process)
    courier.equal(answer.code, 130, answer)
    courier.equal(answer.json["state"], "cancelled")
    rude.desk.check_store()
    rude.check(rude.send("CLINIC", code=0), "succeeded")


# The death of the worker that sends

FIRST_BATCHES = 8  # images in each of the first two batches


class Bereaved(Rude):
    """A sender whose worker is killed while it waits for an answer of the node, which has kept the
    image. courierctl has heard what became of the first batch; of the others nobody tells it."""

    def __init__(self, scene, *options):
        super().__init__(scene, f"--hold={FIRST_BATCHES + 4}", *options, accession=NATIVE)
        self.desk.add_node("ALONE", self.port, "RUDE", "--associations=1")
        self.courierctl = self.desk.start(*self.words("ALONE"), keys=self.keys())
        courier.wait_for(self.is_told_of_first_batch, "the second batch under way")
        self.before = self.words_of("request")
        self.told, self.untold = self.before[:FIRST_BATCHES], self.before[FIRST_BATCHES:]
        os.kill(self.courierctl.pid, signal.SIGSTOP)
        os.kill(self.find_worker()[0], signal.SIGKILL)

    def words_of(self, word):
        return [uid for other, uid in self.journal() if other == word]

    def find_worker(self):
        """The process that has files of the store, and the images they are."""
        uids = {str(path): uid for uid, path in self.desk.stored().items()}
        for pid in self.desk.processes():
            files = set()
            for link in pathlib.Path(f"/proc/{pid}/fd").glob("*"):
                with contextlib.suppress(OSError):
                    files.add(os.readlink(link))
            if pid != self.courierctl.pid and files & set(uids):
                return pid, {uids[name] for name in files & set(uids)}
        return None, set()

    def is_told_of_first_batch(self):
        """The third batch goes to the worker when that is so."""
        if not self.words_of("held"):
            return False
        in_hand = self.find_worker()[1]
        return self.words_of("request")[0] not in in_hand and len(in_hand) > FIRST_BATCHES

    def go_on(self):
        os.kill(self.courierctl.pid, signal.SIGCONT)
        answer = self.desk.finish(self.courierctl)
        self.desk.check_logged(answer)
        self.desk.check_store()
        return answer

    def numbers(self, uids):
        return [self.uids.index(uid) + 1 for uid in uids]


def test_killed_worker_leaves_exactly_the_rest_to_another(scene):
    bereaved = Bereaved(scene)
    bereaved.check(bereaved.go_on(), "succeeded")
    again = bereaved.words_of("request")[len(bereaved.before):]
    courier.equal(sorted(again), sorted(set(bereaved.uids) - set(bereaved.told)), "sent after it")
    courier.equal(set(bereaved.arrived()), set(bereaved.uids), "arrived")


def test_what_a_killed_worker_did_not_tell_is_not_accepted(scene):
    bereaved = Bereaved(scene)
    scene.stop(bereaved.process)
    answer = bereaved.go_on()
    courier.equal(answer.code, 1, answer)
    bereaved.check(answer, "failed", verified=0,
                   failed=bereaved.numbers(set(bereaved.uids) - set(bereaved.told)))


def test_duplicate_of_what_a_killed_worker_sent_is_not_accepted(scene):
    bereaved = Bereaved(scene, "--refuse-again")
    answer = bereaved.go_on()
    courier.equal(answer.code, 3, answer)
    bereaved.check(answer, "incomplete", failed=bereaved.numbers(bereaved.untold))
    for uid in bereaved.untold:
        courier.contains(bereaved.reasons(answer)[uid], "0x0111")


# Safety

def test_another_patient_is_refused_before_anything_goes(scene):
    rude = Rude(scene)
    keys = rude.keys(birth_date="1901-01-01")
    answer = rude.desk.ctl(*rude.words("CLINIC"), keys=keys, code=4)
    courier.equal(answer.json["state"], "refused")
    courier.equal(rude.journal(), [], "associations")
    rude.desk.check_logged(answer)


def test_what_went_before_is_said(scene):
    rude = Rude(scene)
    first = rude.send("CLINIC", code=0).json["transfer"]
    second = rude.send("CLINIC", code=0)
    courier.contains(" ".join(second.json["notices"]), first)


def spoil(rude, number):
    """One bit of the last byte of a stored file."""
    path = rude.desk.stored()[rude.uids[number - 1]]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def send_spoilt(rude, number):
    spoil(rude, number)
    answer = rude.desk.ctl(*rude.words("CLINIC"), keys=rude.keys(), code=3)
    rude.check(answer, "incomplete", failed=[number])
    courier.contains(rude.reasons(answer)[rude.uids[number - 1]], "damaged")
    rude.check_arrived(number)


def test_damaged_file_is_never_sent(scene):
    send_spoilt(Rude(scene), 3)


def test_large_damaged_file_never_arrives_whole(scene):
    send_spoilt(Rude(scene, accession=LARGE), 1)


def test_file_that_is_gone_is_named(scene):
    rude = Rude(scene)
    rude.desk.stored()[rude.uids[1]].unlink()
    answer = rude.desk.ctl(*rude.words("CLINIC"), keys=rude.keys(), code=3)
    rude.check(answer, "incomplete", failed=[2])
    rude.check_arrived(2)


# Storage commitment

def test_commitment_proves_what_no_list_does(scene):
    rude = Rude(scene, "--no-find", "--commit=all")
    answer = rude.send("CLINIC", "--wait=20", code=0)
    courier.equal(rude.check(answer, "succeeded")["read_back"], "committed by the node")
    courier.equal(rude.desk.ctl("commitment").json, [])


def test_image_that_the_node_does_not_keep_is_named(scene):
    rude = Rude(scene, "--no-find", "--commit=but-first")
    answer = rude.send("CLINIC", "--wait=20", code=3)
    rude.check(answer, "incomplete", failed=[1], written=8, verified=7)
    courier.contains(answer.json["remark"], "1 missing")


def test_image_that_the_report_forgets_is_not_kept(scene):
    rude = Rude(scene, "--no-find", "--commit=forget-first")
    answer = rude.send("CLINIC", "--wait=20", code=3)
    rude.check(answer, "incomplete", failed=[1], written=8, verified=7)


def test_commitment_against_the_list_counts(scene):
    rude = Rude(scene, "--commit=but-first")
    answer = rude.send("CLINIC", "--commitment", "--wait=20", code=3)
    rude.check(answer, "incomplete", failed=[1], written=8, verified=8)


def test_refused_commitment_proves_nothing(scene):
    rude = Rude(scene, "--no-find", "--commit=refuse")
    answer = rude.send("CLINIC", code=3)
    rude.check(answer, "unproven", verified=0)
    courier.contains(" ".join(answer.json["notices"]), "does not commit itself")
    courier.equal(rude.desk.ctl("commitment").json, [])


def test_commitment_that_is_open_is_asked_again(scene):
    rude = Rude(scene, "--no-find", "--commit=later")
    answer = rude.send("CLINIC", code=3)
    rude.check(answer, "unproven", verified=0)
    pending = rude.desk.ctl("commitment").json
    courier.equal([(row["transfer"], row["state"], row["kept"], row["instances"])
                   for row in pending], [(answer.json["transfer"], "pending", 0, 8)])
    scene.stop(rude.process)
    rude.desk.ctl("commitment", "ask", code=3)  # nobody answers: it stays
    courier.equal(rude.desk.ctl("commitment").json, pending)
    scene.rude_process(rude.files, "--receive", rude.folder, "--commit=all", port=rude.port)
    asked = rude.desk.ctl("commitment", "ask").json
    courier.equal([(row["transfer"], row["state"], row["kept"]) for row in asked],
                  [(answer.json["transfer"], "committed", 8)])
    courier.equal(rude.desk.ctl("commitment").json, [])
    transactions = {uid for word, uid in rude.journal() if word == "commit"}
    courier.equal(len(transactions), 2, "transactions")
    rude.desk.check_store()


courier.main(globals())
