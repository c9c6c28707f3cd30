#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage commitment that is reported later, on an association that the node opens to us."""
import signal

import certificates
import courier
from courier import contains, equal
from reporter import Refused, report
from sending import Sender

SMALL = "PR230001"  # one series of 8 MR
TAKEN, UNKNOWN, NO_INSTANCE, NO_EVENT = 0x0000, 0x0115, 0x0112, 0x0113


class Asked:
    """A desk that sent images to a node which promised to report later, with its transaction."""

    def __init__(self, scene, *options, code=3):
        self.sender = Sender(scene, SMALL)
        self.desk = self.sender.desk
        self.port = self.desk.listen_at(courier.free_port())
        self.folder = scene.folder / "received"
        self.folder.mkdir()
        _, port = scene.rude_process(self.sender.files, "--receive", self.folder, "--no-find",
                                     "--commit=later")
        self.desk.add_node("CLINIC", port, "RUDE")
        self.code, self.options = code, options

    def send(self):
        self.answer = self.sender.send("CLINIC", *self.options, code=self.code)
        return self

    def transaction(self):
        lines = (self.folder / "journal").read_text().splitlines()
        return [line.split()[1] for line in lines if line.startswith("commit ")][-1]

    def has_asked(self):
        journal = self.folder / "journal"
        return journal.exists() and "commit " in journal.read_text()

    def wait(self):
        """A program that waits for reports."""
        process = self.desk.start("commitment", "wait", "--for", "60")
        courier.wait_for(lambda: courier.is_listening(self.port), "the listener")
        return process

    def report(self, *arguments, **options):
        return report(self.port, self.transaction(), *arguments, **options)

    def rows(self):
        return [(row["state"], row["kept"]) for row in self.desk.ctl("commitment").json]


def test_report_hours_later_is_taken_by_who_waits(scene):
    asked = Asked(scene).send()
    asked.sender.check(asked.answer, "unproven", verified=0)
    contains(" ".join(asked.answer.json["notices"]), "courierctl commitment wait")
    waiting = asked.wait()
    equal(asked.report(asked.sender.uids), TAKEN)
    answer = asked.desk.finish(waiting)
    equal(answer.code, 0, answer)
    equal([(row["state"], row["kept"]) for row in answer.json], [("committed", 8)])
    equal(asked.rows(), [], "pending")
    events = [row[0] for row in asked.desk.rows("SELECT action FROM audit_event ORDER BY n")]
    equal(events.count("commitment-answered"), 1, events)
    asked.desk.ctl("log", "verify")
    record = asked.desk.ctl("log", "show", asked.answer.json["transfer"])
    equal([(row["state"], row["kept"]) for row in record.json["commitments"]], [("committed", 8)])


def test_report_comes_with_tls_where_a_certificate_is_set(scene):
    keys = certificates.make(scene)
    asked = Asked(scene)
    certificates.secure(asked.desk, keys)
    asked.send()
    waiting = asked.wait()
    try:
        asked.report(asked.sender.uids)
        raise AssertionError("taken in clear")
    except (OSError, EOFError):
        pass
    equal(asked.rows(), [("pending", 0)])
    asked.port = certificates.Tunnel(scene, asked.port, keys).port
    equal(asked.report(asked.sender.uids), TAKEN)
    answer = asked.desk.finish(waiting)
    equal([(row["state"], row["kept"]) for row in answer.json], [("committed", 8)])
    courier.wait_for(lambda: any("tls-missing" in row[0] for row in asked.desk.rows(
        "SELECT details FROM audit_event WHERE action='peer-refused'")), "the log")


def test_report_that_an_image_is_not_kept_is_no_success(scene):
    asked = Asked(scene).send()
    waiting = asked.wait()
    equal(asked.report(asked.sender.uids[1:], asked.sender.uids[:1]), TAKEN)
    answer = asked.desk.finish(waiting)
    equal(answer.code, 3, answer)
    equal([(row["state"], row["kept"]) for row in answer.json], [("refused", 7)])


def test_report_on_an_association_of_its_own_proves_while_we_wait(scene):
    asked = Asked(scene, "--wait=60", code=0)
    process = asked.desk.start(*asked.sender.words("CLINIC", *asked.options),
                               keys=asked.sender.keys())
    courier.wait_for(asked.has_asked, "the request")
    equal(asked.report(asked.sender.uids), TAKEN)
    answer = asked.desk.finish(process)
    equal(answer.code, 0, answer)
    equal(asked.sender.check(answer, "succeeded")["read_back"], "committed by the node")
    equal(asked.rows(), [], "pending")


def test_peer_that_says_nothing_of_roles_is_understood(scene):
    asked = Asked(scene).send()
    waiting = asked.wait()
    equal(asked.report(asked.sender.uids, role=None), TAKEN)
    equal(asked.desk.finish(waiting).code, 0)


def test_report_that_nobody_asked_for_is_refused_and_logged(scene):
    asked = Asked(scene).send()
    waiting = asked.wait()
    equal(report(asked.port, "2.25.4714", asked.sender.uids), UNKNOWN)
    equal(asked.rows(), [("pending", 0)])
    equal(asked.report(asked.sender.uids, instance="2.25.4715"), NO_INSTANCE)
    equal(asked.report(asked.sender.uids, event=9), NO_EVENT)
    equal(asked.rows(), [("pending", 0)])
    courier.wait_for(lambda: any("unknown-report" in row[0] for row in asked.desk.rows(
        "SELECT details FROM audit_event WHERE action='peer-refused'")), "the log")
    waiting.send_signal(signal.SIGINT)
    equal(asked.desk.finish(waiting).code, 130)


def test_report_that_is_repeated_is_answered_and_changes_nothing(scene):
    asked = Asked(scene).send().send()  # the first transfer keeps somebody waiting
    waiting = asked.wait()
    equal(asked.report(asked.sender.uids), TAKEN)
    courier.wait_for(lambda: len(asked.rows()) == 1, "the report to be kept")
    equal(asked.report((), asked.sender.uids), TAKEN)
    states = asked.desk.rows("SELECT state FROM commitment ORDER BY id")
    equal(states, [("pending",), ("committed",)])
    waiting.send_signal(signal.SIGINT)
    asked.desk.finish(waiting)


def test_who_is_no_node_reports_nothing(scene):
    asked = Asked(scene).send()
    waiting = asked.wait()
    for titles in ({"calling": "STRANGER"}, {"called": "OTHER"}):
        try:
            asked.report(asked.sender.uids, **titles)
        except Refused:
            continue
        raise AssertionError(f"{titles} let in")
    equal(asked.rows(), [("pending", 0)])
    waiting.send_signal(signal.SIGINT)
    asked.desk.finish(waiting)


def test_waiting_for_nothing_ends_at_once(scene):
    desk = scene.desk()
    equal(desk.ctl("commitment", "wait").json, [])


def test_orthanc_commits_itself(scene):
    sender = Sender(scene, SMALL)
    port = sender.desk.listen_at(courier.free_port())
    where = scene.orthanc(None, DicomModalities={"courier": ["COURIER", courier.HOST, port]})
    sender.desk.add_node("ORTHANC", where, "ORTHANC")
    answer = sender.send("ORTHANC", "--commitment", "--wait=60", code=0)
    sender.check(answer, "succeeded")
    equal(sender.desk.rows("SELECT state FROM commitment"), [("committed",)])


courier.main(globals())
