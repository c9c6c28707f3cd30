# SPDX-License-Identifier: GPL-3.0-or-later
"""How a command line is read: verbs, options, keys, the data directory."""
import os

from courier_test import Desk, expect, main

VERBS = ["settings", "node", "node add", "node list", "node remove", "node echo", "find",
         "retrieve", "studies", "studies list", "studies remove", "export", "send",
         "commitment", "commitment list", "commitment ask", "verify", "log", "log list", "log show", "log verify",
         "practice", "practice start", "practice stop", "practice status"]
EXPORT = ["export", "--study", "1.2.3", "--to", "iso", "--output", "x.iso"]
PEOPLE = "patient-id=P1\npatient-name=DOE^JANE\nrecipient=St. Elsewhere\nreason=opinion\n"


def test_every_verb_has_help_with_its_usage():
    with Desk() as desk:
        expect(desk.run("--help"), 0, out=["courierctl [OPTION", "export", "Exit codes"])
        for verb in VERBS:
            expect(desk.run(*verb.split(), "--help"), 0,
                   out=[f"courierctl {verb} [OPTION", "--data-dir", "--json"])
        assert not os.path.exists(desk.path)


def test_version_needs_no_verb():
    with Desk() as desk:
        expect(desk.run("--version"), 0, out="courierctl ")
        expect(desk.run("find", "--version"), 0, out="courierctl ")


def test_wrong_usage_ends_with_2_and_names_the_help():
    cases = [
        ([], "A verb is missing"), (["node"], "A verb is missing"), (["frobnicate"], "frobnicate"),
        (["node", "frobnicate"], "'courierctl node --help'"), (["find"], "NAME is missing"),
        (["find", "A", "B"], "a word too many"), (["find", "A", "--limit", "x"], "--limit"),
        (["--frobnicate", "find"], "--frobnicate"), (["retrieve", "A"], "--study is missing"),
        (["retrieve", "A", "--study", "abc"], "wants a UID"),
        (["retrieve", "A", "--study"], "--study"),
        (["retrieve", "A", "--study", "1.2", "--method", "fetch"], "one of get, move"), (["verify"], "PATH|DRIVE"),
        (["find", "A", "--level", "planet"], "patient, study, series, image"),
        (["find", "A", "--series", "1.2"], "--level"),
        (["find", "A", "--level", "series"], "one --study"),
        (["find", "A", "--level", "image", "--study", "1.2"], "--series is needed"),
        (["find", "A", "--level", "series", "--study", "1.2", "--patient-id", "1"], "--study"),
        (["find", "A", "--level", "patient", "--study-date", "20260101"], "patient level"),
        (["send", "--to", "PACS"], "--study is missing"),
        (["send", "--study", "1.2.3"], "--to is missing"),
        (["send", "--study", "1.2.3", "--to", "PACS", "--wait", "999"], "--wait"),
        (["send", "--study", "1.2.3", "--to", "PACS", "--urgency", "soon"], "--urgency"),
        (["send", "--study", "1.2.3", "--to", "PACS"], "patient-id is missing"),
        (["node", "add", "A", "--aet", "A", "--host", "h", "--port", "1", "--associations", "99"],
         "--associations"),
        (["commitment", "list", "A"], "a word too many"),
        (["log", "show", "twelve"], "IC000012"), (["log", "--state", "happy"], "incomplete"),
        (["log", "--from", "yesterday"], "--from is not a date"),
        (["log", "verify", "--anchor", "12"], "nchor"), (["studies", "list", "A"], "a word too many"),
        (["studies", "remove"], "--study is missing"),
        (["studies", "remove", "--study", "1.2.x"], "--study"),
    ]
    with Desk() as desk:
        for args, text in cases:
            expect(desk.run(*args), 2, err=[text, "--help'"])


def test_options_stand_before_and_after_words_and_verbs():
    with Desk() as desk:
        desk.add_node()
        for args in (["--json", "node", "list"], ["node", "--json", "list"],
                     ["node", "list", "--json"]):
            assert desk.run(*args).json()[0]["name"] == "PACS"
        for args in (["--study", "1.2", "PACS", "--json"], ["PACS", "--json", "--study=1.2"]):
            outcome = desk.run("retrieve", *args, fake="succeeded")
            assert outcome.json()["state"] == "succeeded", outcome.err


def test_log_without_verb_lists():
    with Desk() as desk:
        assert desk.run("log", "--json").json() == []
        assert desk.run("--json", "log", "--state", "failed").json() == []
        expect(desk.run("log"), 0, out="Nothing was found.")


def test_several_studies_follow_one_option():
    with Desk() as desk:
        outcome = desk.run("export", "--study", "1.2.3", "1.2.4", "--to", "iso", "--study", "1.2.5",
                           "--output", "x", "--keys", "-", "--json", fake="succeeded", keys=PEOPLE)
        assert outcome.json()["remark"].startswith("1.2.3,1.2.4,1.2.5|iso|"), outcome.out
        expect(desk.run("find", "--level", "patient", "PACS", "1.2.3"), 2, err="a word too many")


def test_data_dir_option_goes_before_environment():
    with Desk() as desk, Desk() as other:
        desk.add_node("HERE")
        other.add_node("THERE")
        assert [node["name"] for node in desk.run("node", "list", "--json").json()] == ["HERE"]
        for args in (["--data-dir", other.path, "node", "list", "--json"],
                     ["node", "list", "--json", f"--data-dir={other.path}"]):
            assert [node["name"] for node in desk.run(*args).json()] == ["THERE"]


def test_data_directory_that_cannot_be_is_explained():
    with Desk() as desk:
        outcome = desk.run("--data-dir", "/proc/nothing", "log")
        expect(outcome, 1, err="/proc/nothing")


def test_keys_come_from_standard_input():
    with Desk() as desk:
        keys = "patient-id = P1\r\n\npatient-name=DOE^JÄNE\nbirth-date=1961-03-12\n" \
               "recipient=a=b\nreason=opinion"
        outcome = desk.run(*EXPORT, "--json", "--keys", "-", "--urgency", "urgent",
                           fake="succeeded", keys=keys)
        expect(outcome, 0)
        assert outcome.json()["remark"] == \
            "1.2.3|iso|P1|DOE^JÄNE|19610312|a=b|opinion|urgent", outcome.out
        assert outcome.json()["output"] == os.path.abspath("x.iso")


def test_keys_given_twice_must_agree():
    with Desk() as desk:
        expect(desk.run(*EXPORT, "--keys", "-", "--patient-id", "P1", fake="succeeded",
                        keys=PEOPLE), 0)
        expect(desk.run(*EXPORT, "--keys", "-", "--birth-date", "19610312", fake="succeeded",
                        keys=PEOPLE + "birth-date=1961-03-12\n"), 0)
        outcome = desk.run(*EXPORT, "--keys", "-", "--patient-id", "SECRET", keys=PEOPLE)
        expect(outcome, 2, err="patient-id is given twice")
        expect(desk.run(*EXPORT, "--keys", "-", keys=PEOPLE + "reason=other\n"), 2, err="reason")
        assert "SECRET" not in outcome.err


def test_bad_keys_are_named_by_line_and_not_repeated():
    for keys in ("patient-id=P1\nDOE^SECRET\n", "patient-id=P1\nSECRET=x\n",
                 "patient-id=P1\naccession=SECRET\n"):
        with Desk() as desk:
            outcome = desk.run(*EXPORT, "--keys", "-", keys=keys)
            expect(outcome, 2, err="line 2")
            assert "SECRET" not in outcome.err
    with Desk() as desk:
        expect(desk.run(*EXPORT, "--keys", "-", keys=b"patient-id=\xff"), 2, err="UTF-8")
        expect(desk.run(*EXPORT, "--keys", "-", keys="patient-id=a\x01b"), 2, err="control")
        expect(desk.run(*EXPORT, "--keys", "file", keys=PEOPLE), 2, err="--keys -")
        expect(desk.run(*EXPORT, "--keys", "-", keys="reason=" + "x" * 100000), 2)


def test_an_empty_key_is_refused_and_does_not_mean_any():
    with Desk() as desk:
        desk.add_node()
        for verb in (["find", "PACS"], ["studies"], ["log"]):
            for value in ("", " ", "\t"):
                expect(desk.run(*verb, "--keys", "-", keys=f"patient-id={value}\n"), 2,
                       err="the key patient-id is empty")
                expect(desk.run(*verb, f"--patient-name={value}"), 2,
                       err="the key patient-name is empty")
        expect(desk.run("find", "PACS", "--birth-date="), 2, err="the key birth-date is empty")
        expect(desk.run("find", "PACS", "--accession", ""), 2, err="the key accession is empty")
        for verb in (["find", "PACS"], ["studies"]):
            expect(desk.run(*verb, "--modality="), 2, err="--modality is empty")
        expect(desk.run(*EXPORT, "--keys", "-", keys=PEOPLE + "birth-date=\n"), 2,
               err="the key birth-date is empty")


def test_texts_are_lines_of_some_length():
    long = "x" * 201
    with Desk() as desk:
        for option in ("--institution", "--contact"):
            expect(desk.run("settings", option, "Zürich"), 0)
            expect(desk.run("settings", option, long), 2,
                   err=f"{option} is longer than 200 characters")
            expect(desk.run("settings", option, "one\ntwo"), 2, err="more than one line")
        assert desk.run("settings", "--json").json()["institution"] == "Zürich"
        people = "".join(line for line in PEOPLE.splitlines(True) if not line.startswith("rec"))
        expect(desk.run(*EXPORT, "--keys", "-", keys=f"{people}recipient={long}"), 2,
               err="the key recipient is longer than 200 characters")
        people = people.replace("reason=opinion\n", "recipient=St. Elsewhere\n")
        expect(desk.run(*EXPORT, "--keys", "-", keys=f"{people}reason={'x' * 501}"), 2,
               err="the key reason is longer than 500 characters")
        expect(desk.run(*EXPORT, "--keys", "-", keys=f"{people}reason={'x' * 500}",
                        fake="succeeded"), 0)
        expect(desk.run("studies", "--patient-id", "1" * 65), 2, err="longer than 64 characters")
        for name in ("N" * 33, "a\tb"):
            expect(desk.run("node", "add", name, "--aet", "A", "--host", "h", "--port", "1"), 2,
                   err="the name of a node")
        expect(desk.run("node", "add", "N" * 32, "--aet", "A", "--host", "h" * 254, "--port", "1"),
               2, err="the host is longer than 253 characters")


def test_export_needs_patient_twice_recipient_and_reason():
    with Desk() as desk:
        for missing in ("patient-id", "patient-name", "recipient", "reason"):
            keys = "".join(line + "\n" for line in PEOPLE.splitlines()
                           if not line.startswith(missing))
            expect(desk.run(*EXPORT, "--keys", "-", keys=keys), 2, err=missing)
        expect(desk.run(*EXPORT, "--keys", "-", keys=PEOPLE.replace("patient-name=DOE^JANE",
                                                                    "birth-date=19610312"),
                        fake="succeeded"), 0)
        expect(desk.run(*EXPORT[:3], "--to", "paper", "--output", "x"), 2, err="iso, folder, zip, disc")
        expect(desk.run(*EXPORT[:5], "--keys", "-", keys=PEOPLE), 2, err="--output")
        expect(desk.run(*EXPORT, "--keys", "-", "--urgency", "soon", keys=PEOPLE), 2, err="urgent")


def test_drive_that_is_a_file_gets_an_absolute_path():
    with Desk() as desk:
        outcome = desk.run("export", "--study", "1.2.3", "--to", "disc", "--output", "stdio:x",
                           "--keys", "-", "--json", keys=PEOPLE, fake="succeeded")
        assert outcome.json()["output"] == "stdio:" + os.path.abspath("x")


def test_dates_are_days_that_exist():
    good = ["20260214", "2026-02-14", "20260101-20260214", "2026-01-01-2026-02-14", "20260101-",
            "-20260214", "-2026-02-14", "20240229"]
    bad = ["20260230", "2026-13-01", "20250229", "26", "-", "--", "20260214-20260101", "tomorrow",
           "20260101-20260102-20260103", "2026-1-1", "20260101-x", "", "202601011"]
    with Desk() as desk:
        for date in good:
            expect(desk.run("studies", f"--study-date={date}"), 0)
        for date in bad:
            expect(desk.run("studies", f"--study-date={date}"), 2, err="not a date")
        outcome = desk.run("studies", "--birth-date", "SECRET")
        expect(outcome, 2, err="birth date is not a date")
        assert "SECRET" not in outcome.err


def test_hostile_words_are_refused_without_repeating_them():
    with Desk() as desk:
        expect(desk.run("find", b"PACS\xff"), 2, err="word 2 is not text in UTF-8")
        expect(desk.run("studies", b"--patient-name=\xc0\x80"), 2, err="UTF-8")
        outcome = desk.run("find", "--patient-nmae=SECRET", "PACS")
        expect(outcome, 2, err="--patient-nmae")
        assert "SECRET" not in outcome.err
        outcome = desk.run("find", "PACS", "--patient-name", "DOE", "SECRET")
        expect(outcome, 2)
        assert "SECRET" not in outcome.err
        outcome = desk.run("node", "echo", "\033[31mred\u202e\n")
        expect(outcome, 1, err="was not found")
        assert "\033" not in outcome.err and "\u202e" not in outcome.err
        assert outcome.err.count("\n") == 1
        expect(desk.run("studies", "--patient-name", "%s%n%*d"), 0)
        expect(desk.run("node", "echo", "%s%n"), 1, err="%s%n")
        expect(desk.run("studies", "--patient-id", "' OR 1=1 --"), 0)
        expect(desk.run("log", "--text", "\" OR *"), 0)
        expect(desk.run("find", "A" * 100000), 1)


main(globals())
