# SPDX-License-Identifier: GPL-3.0-or-later
"""How work ends: exit codes, sentences, proofs, progress and Ctrl+C, with jobs that are told how."""
import json
import os
import pty
import select
import signal
import subprocess
import time

from courier_test import Desk, expect, main

PEOPLE = "patient-id=P1\npatient-name=DOE^JANE\nrecipient=St. Elsewhere\nreason=opinion\n"
PROOF_KEYS = {"transfer", "state", "basis", "expected", "retrieved", "written", "verified",
              "output", "log_head", "missing", "extra", "series", "read_back", "remark"}
RETRIEVE = ["retrieve", "PACS", "--study", "1.2.3"]
EXPORT = ["export", "--study", "1.2.3", "--to", "iso", "--output", "/x.iso", "--keys", "-"]
ENDS = [("succeeded", 0, "succeeded"), ("incomplete", 3, "incomplete"), ("unproven", 3, "unproven"),
        ("failed", 1, "failed"), ("internal", 1, "failed"), ("refused", 4, "refused"),
        ("cancelled", 130, "cancelled"), ("unreachable", 1, "failed")]


def test_each_end_has_its_exit_code_and_its_object():
    with Desk() as desk:
        desk.add_node()
        for args, keys in ((RETRIEVE, ""), (EXPORT, PEOPLE), (["verify", "/x.iso"], "")):
            for fake, code, state in ENDS:
                outcome = desk.run("--json", *args, fake=fake, keys=keys)
                expect(outcome, code)
                proof = outcome.json()
                assert PROOF_KEYS <= set(proof), proof
                assert proof["state"] == state and proof["transfer"] == "IC000123", proof
                assert proof["series"][0]["series_uid"] == "1.2.3"
                assert proof["missing"] == ([] if state == "succeeded" else ["1.2.3.4"])
                assert proof["extra"] == []


def test_object_is_there_even_when_nothing_was_begun():
    with Desk() as desk:
        desk.add_node()
        for args in (RETRIEVE, EXPORT, ["verify", "/x.iso"]):
            outcome = desk.run("--json", *args, fake="died", keys=PEOPLE)
            expect(outcome, 1, err="helper program")
            proof = outcome.json()
            assert proof["transfer"] is None and proof["state"] == "failed"
            assert proof["series"] == [] and proof["expected"] == 0


def test_object_is_there_when_the_verb_fails_before_its_act():
    with Desk() as desk:
        desk.add_node()
        for args, members in ((["retrieve", "NOWHERE", "--study", "1.2.3"], set()),
                              ([*EXPORT, "--from", "NOWHERE"], {"profile", "size_bytes"})):
            outcome = desk.run("--json", *args, keys=PEOPLE)
            expect(outcome, 1, err="NOWHERE was not found")
            proof = outcome.json()
            assert PROOF_KEYS | members | {"items", "notices"} <= set(proof), proof
            assert proof["state"] == "failed" and proof["transfer"] is None, proof
            assert proof["error"] == outcome.err.strip(), proof
            expect(desk.run(*args, keys=PEOPLE), 1, err="NOWHERE was not found", out="")
        for args in (RETRIEVE, EXPORT, ["verify", "/x.iso"]):
            outcome = desk.run("--json", "--data-dir", "/proc/nothing", *args, keys=PEOPLE)
            expect(outcome, 1, err="/proc/nothing")
            assert outcome.json()["state"] == "failed", outcome.out
            assert outcome.json()["error"] == outcome.err.strip(), outcome.out
            outcome = desk.run("--json", *args, "--wrong", keys=PEOPLE)
            expect(outcome, 2)
            assert outcome.out == "", outcome.out


def test_error_of_an_act_is_in_its_object():
    with Desk() as desk:
        desk.add_node()
        for args in (RETRIEVE, EXPORT, ["verify", "/x.iso"]):
            for fake in ("internal", "refused", "unreachable"):
                outcome = desk.run("--json", *args, fake=fake, keys=PEOPLE)
                assert outcome.json()["error"] == outcome.err.strip(), (outcome.out, outcome.err)
            for fake in ("succeeded", "incomplete", "unproven"):
                outcome = desk.run("--json", *args, fake=fake, keys=PEOPLE)
                assert outcome.json()["error"] is None, outcome.out


def test_images_that_are_here_under_another_patient_come_with_the_way_out():
    with Desk() as desk:
        desk.add_node()
        expect(desk.run(*RETRIEVE, fake="elsewhere"), 3,
               err=["IC000123 is incomplete", "courierctl studies remove --study UID"])


def test_items_that_failed_are_named_with_their_reasons():
    with Desk() as desk:
        desk.add_node()
        lines = desk.run(*RETRIEVE, fake="incomplete").err.splitlines()
        assert lines[:20] == [f"1.2.3.{i}: the reader stopped [31m" for i in range(1, 21)], lines
        assert lines[20] == "and 2 more" and "incomplete" in lines[21], lines
        outcome = desk.run("--json", *RETRIEVE, fake="incomplete")
        items = outcome.json()["items"]
        assert len(items) == 22 and items[21]["name"] == "1.2.3.22", items
        assert items[0]["reason"].startswith("the reader stopped"), items
        assert len(outcome.err.splitlines()) == 1, outcome.err
        assert desk.run("--json", *RETRIEVE, fake="succeeded").json()["items"] == []


def test_export_adds_profile_size_and_notices():
    with Desk() as desk:
        proof = desk.run("--json", *EXPORT, fake="succeeded", keys=PEOPLE).json()
        assert proof["profile"] == "General Purpose CD-R" and proof["size_bytes"] == 640000000
        assert proof["notices"] == ["a notice"] and proof["read_back"] == "cache-dropped"


def test_notices_are_told_on_screen_and_in_json():
    with Desk() as desk:
        desk.add_node()
        for args in (RETRIEVE, EXPORT):
            assert desk.run("--json", *args, fake="succeeded", keys=PEOPLE).json()["notices"] == \
                ["a notice"]
            for fake, code in (("succeeded", 0), ("incomplete", 3)):
                expect(desk.run(*args, fake=fake, keys=PEOPLE), code, out="a notice")


def test_proof_reads_in_words():
    with Desk() as desk:
        desk.add_node()
        expect(desk.run(*EXPORT, fake="succeeded", keys=PEOPLE), 0,
               out=["1,212 of 1,212 images proved.", "IC000123", "640 MB", "Read back", "Thorax"])
        expect(desk.run(*RETRIEVE, fake="incomplete"), 3, out="Incomplete: 1 image is missing.",
               err=["IC000123 is incomplete", "try again"])
        expect(desk.run(*RETRIEVE, fake="unproven"), 3, out=["Unproven: 1,211 images", "unknown"],
               err="IC000123 is not proved")
        expect(desk.run(*EXPORT, fake="refused", keys=PEOPLE), 4, err="safety rule stopped IC000123")
        outcome = desk.run(*RETRIEVE, fake="succeeded")
        assert "\033" not in outcome.out and "Written" not in outcome.out


def test_node_errors_name_the_node_and_what_to_try():
    with Desk() as desk:
        desk.add_node()
        desk.run("settings", "--our-aet", "DESK")
        outcome = desk.run("node", "echo", "PACS", fake="rejected")
        expect(outcome, 1, err="PACS answers, but does not know us as DESK")
        assert "\033" not in outcome.err
        expect(desk.run("node", "echo", "PACS", fake="unreachable"), 1,
               err=["PACS cannot be reached", "entered for it"])
        expect(desk.run(*EXPORT, "--from", "PACS", fake="unreachable", keys=PEOPLE), 1,
               err="PACS cannot be reached")
        expect(desk.run("node", "echo", "PACS", fake="succeeded"), 0,
               out=["PACS answers and knows us as DESK", " ms"])
        assert desk.run("node", "echo", "PACS", "--json", fake="succeeded").json()["node"] == "PACS"


def test_find_prints_valid_json_however_it_ends():
    with Desk() as desk:
        desk.add_node()
        for fake, code in (("succeeded", 0), ("internal", 1), ("unreachable", 1)):
            outcome = desk.run("--json", "find", "PACS", fake=fake)
            expect(outcome, code)
            rows = outcome.json()
            assert len(rows) == 2
            assert rows[0]["patient_name"] == "D\"OE^J\033ane=漢字^名"
            assert rows[0]["series_count"] == 4 and rows[0]["instance_count"] == 1212
            assert rows[1]["instance_count"] is None
            assert list(rows[0]) == ["patient_id", "patient_name", "birth_date", "sex", "study_uid",
                                     "study_date", "accession", "modalities", "description",
                                     "series_count", "instance_count"]
        rows = desk.run("--json", "find", "PACS", "--level", "image", "--study", "1.2", "--series",
                        "1.3", fake="succeeded").json()
        assert {"series_uid", "sop_instance_uid", "sop_class_uid"} <= set(rows[0])


def test_find_table_cannot_command_the_terminal():
    with Desk() as desk:
        desk.add_node()
        outcome = desk.run("find", "PACS", fake="succeeded")
        expect(outcome, 0, out=["14 Feb 2026", "1,212", "漢字"])
        assert "\033" not in outcome.out


def test_locale_changes_text_but_not_json():
    with Desk() as desk:
        desk.add_node()
        rows = desk.run("--json", "find", "PACS", fake="succeeded", LC_ALL="C").out
        assert "漢字" in rows
        assert json.loads(rows)[0]["patient_id"] == "P1"
        outcome = desk.run("find", "PACS", fake="succeeded", LC_ALL="C")
        assert outcome.out.isascii() and outcome.code == 0


def test_output_that_cannot_be_written_is_a_failure():
    with Desk() as desk:
        desk.add_node()
        with open("/dev/full", "w") as full:
            process = subprocess.run(desk.command(["find", "PACS"], "succeeded"), stdout=full,
                                     stderr=subprocess.PIPE, env=desk.environment("succeeded"),
                                     timeout=60)
        assert process.returncode in (1, 130), process


class Running:
    """courierctl at work, with or without a terminal for its progress."""

    def __init__(self, desk, args, fake, terminal, keyboard=False):
        self.master, slave = pty.openpty()
        self.text = b""
        self.process = subprocess.Popen(
            desk.command(args, fake), stdin=slave if keyboard else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=slave if terminal else subprocess.PIPE,
            env=desk.environment(fake))
        os.close(slave)
        if keyboard:
            os.write(self.master, PEOPLE.encode() + b"\4")
        else:
            self.process.stdin.write(PEOPLE.encode())
            self.process.stdin.close()
        self.source = self.master if terminal else self.process.stderr.fileno()

    def wait_for(self, text, timeout_s=20):
        self.wait_for_times(text, 1, timeout_s)

    def wait_for_times(self, text, count, timeout_s=20):
        end = time.monotonic() + timeout_s
        while self.text.count(text) < count:
            assert time.monotonic() < end, (text, self.text)
            if select.select([self.source], [], [], 0.1)[0]:
                self.text += os.read(self.source, 4096)

    def finish(self):
        out = self.process.stdout.read()
        code = self.process.wait(timeout=30)
        os.close(self.master)
        return code, out


def test_progress_is_shown_on_a_terminal_and_stops_on_ctrl_c():
    with Desk() as desk:
        desk.add_node()
        running = Running(desk, ["--json", *RETRIEVE], "slow", terminal=True)
        running.wait_for(b"working")
        assert b"[" in running.text and b"%" in running.text
        running.process.send_signal(signal.SIGINT)
        running.wait_for(b"Stopping.")
        code, out = running.finish()
        assert code == 130 and json.loads(out)["state"] == "cancelled", (code, out)


def test_sigterm_stops_too_and_find_stays_valid():
    with Desk() as desk:
        desk.add_node()
        running = Running(desk, ["--json", "find", "PACS"], "slow", terminal=False)
        time.sleep(0.5)
        assert running.process.poll() is None
        running.process.send_signal(signal.SIGTERM)
        running.wait_for(b"Stopped as asked")
        code, out = running.finish()
        assert code == 130 and len(json.loads(out)) == 2, (code, out)


def test_nothing_is_shown_without_a_terminal():
    with Desk() as desk:
        desk.add_node()
        assert desk.run("--json", *RETRIEVE, fake="succeeded").err == ""


def test_what_would_be_spoilt_is_stopped_only_when_asked_twice():
    with Desk() as desk:
        running = Running(desk, ["--json", *EXPORT], "spoiling", terminal=True)
        running.wait_for(b"working")
        running.process.send_signal(signal.SIGINT)
        running.wait_for(b"Not stopped: that would spoil the disc.")
        running.process.send_signal(signal.SIGINT)
        running.wait_for(b"Stopping.")
        code, out = running.finish()
        assert code == 1 and json.loads(out)["state"] == "running", (code, out)


def test_whoever_sits_at_the_terminal_is_asked_before_a_disc_is_spoilt():
    with Desk() as desk:
        running = Running(desk, ["--json", *EXPORT], "spoiling", terminal=True,
                          keyboard=True)
        running.wait_for(b"working")
        for answer, count, said in ((b"n", 1, b"Going on."), (b"y", 2, b"Stopping.")):
            running.process.send_signal(signal.SIGINT)
            running.wait_for_times(b"Stop all the same? [y/N]", count)
            os.write(running.master, answer + b"\n")
            running.wait_for(said)
        code, out = running.finish()
        assert code == 1 and json.loads(out)["state"] == "running", (code, out)


main(globals())
