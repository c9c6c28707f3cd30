# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings, nodes, and what is read from the store and the log."""
import os
import subprocess

from courier_test import Desk, expect, main

STUDY_KEYS = {"patient_id", "patient_name", "birth_date", "sex", "study_uid", "study_date",
              "accession", "modalities", "description", "series_count", "instance_count"}
PROOF_KEYS = {"transfer", "state", "basis", "expected", "retrieved", "written", "verified",
              "output", "log_head", "missing", "extra", "series"}


def test_settings_are_kept_and_have_defaults():
    with Desk() as desk:
        first = desk.run("settings", "--json").json()
        assert (first["our_aet"], first["port"], first["institution"]) == ("COURIER", 11113, "")
        assert first["address"] == "0.0.0.0"
        expect(desk.run("settings", "--our-aet", "DESK", "--port", "0104", "--institution",
                        "St. Elsewhere"), 0, out=["DESK", "104", "St. Elsewhere", desk.path])
        second = desk.run("settings", "--json").json()
        assert second["our_aet"] == "DESK" and second["port"] == 104
        assert second["contact"] == "" and second["data_dir"] == desk.path
        assert desk.run("log", "verify", "--json").json()["events"] == 1


def test_certificates_of_the_listener_make_the_round_trip():
    with Desk() as desk:
        empty = desk.run("settings", "--json").json()
        assert (empty["tls_cert"], empty["tls_key"], empty["tls_ca"]) == ("", "", "")
        expect(desk.run("settings", "--tls-cert", "c.pem", "--tls-key", "/k.pem"), 0,
               out=[os.path.abspath("c.pem"), "/k.pem"])
        expect(desk.run("settings", "--tls-ca", "/ca.pem"), 0, out="/ca.pem")
        for args, err in ((["--tls-key", ""], "come together"),
                          (["--tls-cert", ""], "come together"),
                          (["--tls-cert", "", "--tls-key", ""], "only where there is one of ours"),
                          (["--tls-cert", "two\nlines"], "more than one line")):
            expect(desk.run("settings", *args), 2, err=err)
        kept = desk.run("settings", "--json").json()
        assert (kept["tls_cert"], kept["tls_key"], kept["tls_ca"]) == (
            os.path.abspath("c.pem"), "/k.pem", "/ca.pem")
        expect(desk.run("settings", "--tls-cert=", "--tls-key=", "--tls-ca="), 0)
        assert desk.run("settings", "--json").json() == empty
        assert desk.run("log", "verify", "--json").json()["events"] == 3


def test_settings_that_make_no_sense_change_nothing():
    with Desk() as desk:
        for args in (["--our-aet", "SEVENTEENLETTERSX"], ["--our-aet", ""], ["--our-aet", "A\\B"],
                     ["--port", "0"], ["--port", "65536"], ["--port", "-1"], ["--port", "x"],
                     ["--address", "pacs.example"], ["--address", "::1"], ["--address", ""]):
            expect(desk.run("settings", "--institution", "changed", *args), 2)
        assert desk.run("settings", "--json").json()["institution"] == ""


def test_node_makes_the_round_trip():
    with Desk() as desk:
        expect(desk.run("node", "list"), 0, out="node add")
        expect(desk.run("node", "add", "--aet", "ARCHIVE", "PACS", "--host", "pacs.example.org",
                        "--port", "2762", "--tls", "--tls-ca", "ca.pem", "--tls-cert", "c.pem",
                        "--tls-key", "/k.pem", "--our-aet", "DESK", "--associations", "3"), 0,
               out="PACS")
        assert desk.run("node", "list", "--json").json() == [{
            "name": "PACS", "aet": "ARCHIVE", "host": "pacs.example.org", "port": 2762,
            "our_aet": "DESK", "retrieve": "get", "max_associations": 3, "tls": True,
            "tls_ca": os.path.abspath("ca.pem"),
            "tls_cert": os.path.abspath("c.pem"), "tls_key": "/k.pem"}]
        expect(desk.run("node", "list"), 0, out=["ARCHIVE", "2762"])
        expect(desk.run("node", "remove", "PACS"), 0)
        expect(desk.run("node", "add", "PACS", "--aet", "A", "--host", "h", "--port", "104",
                        "--retrieve", "move"), 0)
        assert desk.run("node", "list", "--json").json()[0]["retrieve"] == "move"
        expect(desk.run("node", "remove", "PACS"), 0)
        assert desk.run("node", "list", "--json").json() == []
        assert desk.run("log", "verify", "--json").json()["events"] == 4


def test_node_errors_say_what_is_wrong():
    full = ["node", "add", "PACS", "--aet", "ARCHIVE", "--host", "h", "--port", "104"]
    with Desk() as desk:
        expect(desk.run(*full), 0)
        expect(desk.run(*full), 1, err=["PACS", "there already"])
        expect(desk.run("node", "remove", "NOPE"), 1, err="NOPE was not found")
        expect(desk.run("node", "echo", "NOPE"), 1, err="NOPE was not found")
        expect(desk.run("retrieve", "NOPE", "--study", "1.2"), 1, err="NOPE was not found")
        expect(desk.run("node", "add", "X", "--host", "h", "--port", "1"), 2, err="--aet")
        expect(desk.run("node", "add", "X", "--aet", "A", "--port", "1"), 2, err="--host")
        expect(desk.run("node", "add", "X", "--aet", "A", "--host", "h"), 2, err="--port")
        expect(desk.run("node", "add", "", "--aet", "A", "--host", "h", "--port", "1"), 2)
        expect(desk.run(*full[:-1], "99999"), 2, err="port")
        expect(desk.run(*full, "--tls-ca", "x"), 2, err="--tls")
        expect(desk.run(*full, "--retrieve", "fetch"), 2, err="one of get, move")
        expect(desk.run(*full, "--tls", "--tls-cert", "x"), 2, err="key")
        assert len(desk.run("node", "list", "--json").json()) == 1


def test_empty_store_lists_nothing():
    with Desk() as desk:
        assert desk.run("studies", "--json").json() == []
        assert desk.run("log", "--json").json() == []
        expect(desk.run("studies"), 0, out="Nothing was found.")
        report = desk.run("log", "verify", "--json").json()
        assert report["events"] == 0 and report["log_head"] == "0:" + 64 * "0"


def test_studies_have_the_members_of_find():
    with Desk(filled=True) as desk:
        studies = {study["study_uid"]: study for study in desk.run("studies", "--json").json()}
        assert set(studies) == {"1.2.3", "1.2.4"}
        assert set(studies["1.2.3"]) == STUDY_KEYS | {"size_bytes", "retrieved_at"}
        assert studies["1.2.3"]["instance_count"] == 2 and studies["1.2.3"]["series_count"] == 1
        assert studies["1.2.3"]["size_bytes"] == 200
        assert studies["1.2.3"]["retrieved_at"] == "2026-01-01T00:00:00Z"
        expect(desk.run("studies"), 0, out=["Müller, Jörg", "2 Jan 2026", "1.2.3"])


def test_studies_are_filtered():
    filters = [(["--patient-id", "P2"], "1.2.4"), (["--patient-name", "muller*"], "1.2.3"),
               (["--study", "1.2.4"], "1.2.4")]
    with Desk(filled=True) as desk:
        for args, uid in filters:
            found = desk.run("studies", "--json", *args).json()
            assert [study["study_uid"] for study in found] == [uid], (args, found)
        assert desk.run("studies", "--json", "--study-date", "20260103-").json() == []
        assert len(desk.run("studies", "--json", "--study-date", "-20260102").json()) == 2
        assert len(desk.run("studies", "--json", "--limit", "1").json()) == 1
        found = desk.run("studies", "--json", "--keys", "-", keys="patient-id=P2\n").json()
        assert [study["study_uid"] for study in found] == ["1.2.4"]


def test_removed_study_is_gone_with_its_files_and_logged():
    with Desk(filled=True) as desk:
        events = desk.run("log", "verify", "--json").json()["events"]
        expect(desk.run("studies", "remove", "--study", "1.2.9"), 1, err="1.2.9 was not found")
        expect(desk.run("studies", "remove", "--study", "1.2.3"), 0, out="Study 1.2.3 was removed")
        studies = desk.run("studies", "--json").json()
        assert [study["study_uid"] for study in studies] == ["1.2.4"], studies
        assert desk.run("log", "verify", "--json").json()["events"] == events + 1
        removed = desk.run("--json", "studies", "remove", "--study", "1.2.4").json()
        assert removed == {"removed": ["1.2.4"]}
        assert len(desk.run("log", "--json").json()) == 2


def test_log_lists_newest_first_and_filters():
    with Desk(filled=True) as desk:
        log = desk.run("log", "--json").json()
        assert [entry["transfer"] for entry in log] == ["IC000002", "IC000001"]
        assert log[1]["state"] == "incomplete" and log[1]["recipient"] == "St. Elsewhere"
        assert log[1]["patient_name"] == "Müller^Jörg"
        assert log[1]["started_at"] == "2026-01-01T00:00:00Z"
        for args, n in ((["--state", "failed"], 1), (["--text", "elsewh"], 2),
                        (["--recipient", "st. else*"], 2), (["--patient-id", "P2"], 0),
                        (["--study", "1.2.3"], 2), (["--study", "1.2.9"], 0),
                        (["--from", "2026-01-01", "--to", "20260101"], 2),
                        (["--to", "20251231"], 0), (["--from", "20260102"], 0)):
            assert len(desk.run("log", "--json", *args).json()) == n, args
        outcome = desk.run("log", "--json", "--limit", "1")
        assert [entry["transfer"] for entry in outcome.json()] == ["IC000002"]
        assert "--limit 0" in outcome.err
        expect(desk.run("log"), 0, out=["IC000001", "Müller, Jörg", "1 of 2"])


def test_log_show_has_proof_images_and_events():
    with Desk(filled=True) as desk:
        for name in ("IC000001", "ic1", "1"):
            record = desk.run("log", "show", name, "--json").json()
            assert PROOF_KEYS <= set(record)
            assert record["missing"] == ["1.2.3.1.2"] and record["extra"] == []
            assert record["series"][0]["series_uid"] == "1.2.3.1"
            assert record["instances"][0]["state"] == "missing"
            actions = [event["action"] for event in record["events"]]
            assert actions[0] == "request-opened" and actions[-1] == "transfer-ended", actions
            assert record["events"][-1]["details"]["state"] == "incomplete"
        expect(desk.run("log", "show", "1"), 0,
               out=["IC000001", "Müller, Jörg", "2 Jan 1970", "Incomplete: 1 image is missing.",
                    "transfer-ended", "1.2.3.1.2"])
        expect(desk.run("log", "show", "9"), 1, err="9 was not found")


def test_log_show_names_what_changed_at_the_source():
    with Desk(filled=True) as desk:
        assert desk.run("log", "show", "1", "--json").json()["readings"] == {
            "before": 2, "after": 3, "only_before": ["1.2.3.1.1"],
            "only_after": ["1.2.3.1.3", "1.2.3.1.4"]}
        expect(desk.run("log", "show", "1"), 0,
               out=["named 2 images before they were fetched and 3 after", "1.2.3.1.4"])
        assert desk.run("log", "show", "2", "--json").json()["readings"] == {
            "before": None, "after": None, "only_before": [], "only_after": []}
        assert "Only before" not in desk.run("log", "show", "2").out


def test_path_that_is_not_there_was_not_found():
    with Desk() as desk:
        expect(desk.run("verify", "/nonexistent/x.iso"), 1, err="/nonexistent/x.iso was not found")


def test_log_verify_checks_chain_and_anchor():
    with Desk(filled=True) as desk:
        head = desk.run("log", "show", "1", "--json").json()["log_head"]
        expect(desk.run("log", "verify", "--anchor", head), 0, out=["whole", "anchor"])
        n = head.split(":")[0]
        expect(desk.run("log", "verify", "--anchor", n + ":" + 64 * "0"), 1, err="damaged")
        database = os.path.join(desk.path, "courier.sqlite")
        script = "import sqlite3, sys; c = sqlite3.connect (sys.argv[1]); " \
                 "c.execute (\"UPDATE transfer SET expected = 1 WHERE id = 1\"); c.commit ()"
        subprocess.run(["/usr/bin/python3", "-c", script, database], check=True)
        outcome = desk.run("log", "verify", "--json")
        expect(outcome, 1, err=["The log is damaged"])
        assert outcome.out == ""


def test_practice_pacs_that_does_not_run_says_so():
    with Desk() as desk:
        for verb in ("status", "stop"):
            expect(desk.run("practice", verb), 0, out="does not run")
            assert desk.run("practice", verb, "--json").json()["running"] is False


main(globals())
