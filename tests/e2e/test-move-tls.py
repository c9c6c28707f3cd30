#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nodes send to us by C-MOVE comes with TLS where a certificate is set, and then not without;
who does not get through is told apart, in the log and to whoever waits."""
import contextlib
import json
import os
import shutil
import socket
import subprocess

import certificates
import courier
from courier import contains, equal

SMALL = "PR230001"  # one series of MR, 8 images
LARGER = "PR240001"  # two series of MR, 44 images
HELLO = bytes([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])  # as it begins


def study_of(accession):
    return next(row["study_uid"] for row in courier.phantom_list() if row["accession"] == accession)


def uids_of(accession):
    return {header.SOPInstanceUID for header in courier.phantom_headers().values()
            if header.AccessionNumber == accession}


class Case:
    """A desk that listens with TLS, and rude PACSs that send to it through tunnels."""

    def __init__(self, scene):
        self.scene = scene
        self.keys = certificates.make(scene)
        self.desk = scene.desk()
        self.port = self.desk.listen_at(courier.free_port())
        certificates.secure(self.desk, self.keys)

    def tunnel(self, **options):
        return certificates.Tunnel(self.scene, self.port, self.keys, **options).port

    def add(self, port, *options, accession=SMALL, name="RUDE"):
        """A PACS that sends to @port."""
        return self.scene.rude(self.desk, self.scene.copy_phantoms(accession),
                               f"--destination=COURIER={port}", *options, name=name)

    def words(self, node="RUDE", accession=SMALL):
        return ("retrieve", node, "--method=move", f"--study={study_of(accession)}")

    def retrieve(self, *arguments, code=0):
        return self.desk.ctl(*self.words(*arguments), code=code)

    def refusals(self):
        return [json.loads(details) for details, in self.desk.rows(
            "SELECT details FROM audit_event WHERE action = 'peer-refused'")]

    def settle(self):
        courier.wait_for(lambda: not self.desk.processes(), "all to end", 15)
        self.desk.check_store()

    def check_succeeded(self, answer, accession=SMALL):
        equal((answer.json["state"], answer.json["retrieved"]),
              ("succeeded", len(uids_of(accession))), answer)
        self.desk.check_logged(answer)

    def check_turned_away(self, reason, sentence):
        """The transfer came to nothing, and both it and the log say why."""
        answer = self.desk.run(*self.words())
        equal((answer.json["state"] in ("failed", "incomplete"), answer.json["retrieved"]),
              (True, 0), answer)
        equal(answer.code != 0, True, answer)
        contains(answer.stderr + answer.json["remark"], sentence)
        self.desk.check_logged(answer)
        found = [row for row in self.refusals() if row["reason"] == reason]
        equal([row["address"] for row in found], [courier.HOST], self.refusals())
        contains(found[0]["detail"], sentence)
        self.settle()


class Gate:
    """What a rude PACS waits for after two images."""

    def __init__(self, scene, name="RUDE"):
        self.path = scene.folder / f"gate-{name}"
        self.option = f"--gate={self.path}"

    def open(self):
        self.path.touch()


def start_gated(scene, *options):
    """A case of which two images are here, its courierctl, and the gate for the rest."""
    case, gate = Case(scene), Gate(scene)
    case.add(case.tunnel(), gate.option, *options, accession=LARGER)
    process = case.desk.start(*case.words(accession=LARGER))
    courier.wait_for(lambda: case.desk.data.joinpath("courier.sqlite").exists()
                     and case.desk.stored(), "the first images")
    return case, process, gate


def test_orthanc_sends_all_with_tls(scene):
    case = Case(scene)
    node = add_orthanc(case)
    for accession in (SMALL, LARGER):
        case.check_succeeded(case.retrieve(node, accession), accession)
    case.settle()


def add_orthanc(case):
    """It speaks TLS in both directions; the name of its node."""
    folder, keys = case.scene.folder / "index", case.keys
    folder.mkdir()
    settings = {"StorageDirectory": str(folder), "IndexDirectory": str(folder)}
    case.scene.stop_now(case.scene.orthanc(case.scene.copy_phantoms(SMALL, LARGER), **settings))
    courierd = {"AET": "COURIER", "Host": courier.HOST, "Port": case.port, "UseDicomTls": True}
    port = case.scene.orthanc(None, **settings, DicomTlsEnabled=True,
                              DicomTlsCertificate=str(keys / "server.pem"),
                              DicomTlsPrivateKey=str(keys / "server.key"),
                              DicomTlsTrustedCertificates=str(keys / "ca.pem"),
                              DicomTlsRemoteCertificateRequired=True,
                              DicomModalities={"courier": courierd})
    return case.desk.add_node("ORTHANC", port, "ORTHANC", "--retrieve=move", "--tls",
                              "--tls-ca", keys / "ca.pem", "--tls-cert", keys / "client.pem",
                              "--tls-key", keys / "client.key")


def test_node_with_tls_is_not_asked_to_send_in_clear(scene):
    case = Case(scene)
    node = add_orthanc(case)
    case.desk.ctl("settings", "--tls-cert=", "--tls-key=", "--tls-ca=")
    answer = case.retrieve(node, code=1)
    contains(answer.stderr, "ORTHANC cannot send images here")
    contains(answer.stderr, "would come in clear by C-MOVE")
    contains(answer.stderr, "check certificate and private key in the settings")
    equal(case.desk.stored(), {})
    case.check_succeeded(case.desk.retrieve(node, study_of(SMALL), method="get"))
    case.settle()


def test_images_come_through_tls_and_the_key_stays_where_it_is(scene):
    case = Case(scene)
    case.add(case.tunnel())
    case.check_succeeded(case.retrieve())
    secret = (case.keys / "server.key").read_text().splitlines()[2]
    for path in case.desk.data.rglob("*"):
        if path.is_file() and secret.encode() in path.read_bytes():
            raise AssertionError(f"the private key is in {path}")
    case.settle()


def test_without_a_ca_nobody_has_to_show_a_certificate(scene):
    case = Case(scene)
    certificates.secure(case.desk, case.keys, ca=None)
    case.add(case.tunnel(name=None))
    case.check_succeeded(case.retrieve())
    case.settle()


def test_pacs_in_clear_is_turned_away_and_named(scene):
    case = Case(scene)
    case.add(case.port)
    case.check_turned_away("tls-missing", "it does not speak TLS, which is asked for here")


def test_pacs_that_speaks_tls_is_told_apart_where_none_is_set(scene):
    case = Case(scene)
    case.desk.ctl("settings", "--tls-cert=", "--tls-key=", "--tls-ca=")
    case.add(case.tunnel())
    case.check_turned_away("tls-unexpected", "it speaks TLS, for which no certificate is set here")


def test_pacs_without_a_certificate_is_turned_away(scene):
    case = Case(scene)
    case.add(case.tunnel(name=None))
    case.check_turned_away("tls-certificate", "its certificate is not accepted: it shows none")


def test_pacs_with_a_certificate_of_others_is_turned_away(scene):
    case = Case(scene)
    case.add(case.tunnel(name="stranger"))
    case.check_turned_away("tls-certificate", "its certificate is not accepted: self-signed")


def test_pacs_with_a_certificate_of_yesterday_is_turned_away(scene):
    case = Case(scene)
    case.add(case.tunnel(name="expired"))
    case.check_turned_away("tls-certificate", "its certificate is not accepted: certificate has "
                           "expired")


def check_useless(case, sentence):
    answer = case.retrieve(code=1)
    equal(answer.json["state"], "failed")
    contains(answer.stderr, "RUDE cannot send images here (the listener: ")
    contains(answer.stderr, sentence)
    contains(answer.stderr, "check certificate and private key in the settings")
    case.settle()


def test_certificates_that_are_of_no_use_are_named(scene):
    case = Case(scene)
    case.add(case.tunnel())
    open_key, absent = case.keys / "open.key", case.keys / "absent.key"
    shutil.copyfile(case.keys / "server.key", open_key)
    os.chmod(open_key, 0o644)
    for key, sentence in ((open_key, f"everybody on this machine may use the private key {open_key}"),
                          (absent, f"the file {absent} cannot be read"),
                          (case.keys / "client.key", "cannot be used together")):
        case.desk.ctl("settings", "--tls-key", key)
        check_useless(case, sentence)
    certificates.secure(case.desk, case.keys, name="expired")
    check_useless(case, "our certificate has expired")
    certificates.secure(case.desk, case.keys, ca="absent")
    check_useless(case, "absent.pem cannot be read")
    certificates.secure(case.desk, case.keys)
    case.check_succeeded(case.retrieve())
    case.settle()


def test_an_empty_file_lets_in_nobody_whom_a_full_one_would_not(scene):
    """As one that is just being renewed."""
    case = Case(scene)
    case.add(case.port)
    for name in ("empty.pem", "empty.key"):
        case.keys.joinpath(name).touch(0o600)
    certificates.secure(case.desk, case.keys, name="empty", ca=None)
    check_useless(case, "empty.pem is empty")
    case.add(case.tunnel(name=None), name="TUNNEL")
    certificates.secure(case.desk, case.keys, ca="empty")
    answer = case.retrieve("TUNNEL", code=1)
    contains(answer.stderr, "empty.pem is empty")
    equal(case.desk.stored(), {})
    case.settle()


# Others at the port meanwhile

def dcmtk(case, program, *words, name="client", ca="ca"):
    """A tool of DCMTK that connects to us as @name, with TLS unless that is None."""
    tls = ["+tls", case.keys / f"{name}.key", case.keys / f"{name}.pem", "+cf",
           case.keys / f"{ca}.pem"] if name else []
    done = subprocess.run([courier.need(program), *map(str, tls), "-aet", "RUDE", "-aec", "COURIER",
                           courier.HOST, str(case.port), *map(str, words)], capture_output=True,
                          text=True, timeout=60)
    return done.returncode


def test_administrators_can_test_us_with_dcmtk(scene):
    case, process, gate = start_gated(scene)
    equal(dcmtk(case, "echoscu"), 0)
    for options in ({"name": None}, {"name": "stranger"}, {"ca": "stranger"}):
        equal(dcmtk(case, "echoscu", **options) != 0, True, options)
    gate.open()
    case.check_succeeded(case.desk.finish(process), LARGER)
    equal({row["reason"] for row in case.refusals()},
          {"tls-missing", "tls-certificate", "tls-distrusted"})
    case.settle()


def test_image_that_storescu_sends_with_tls_is_taken(scene):
    case, process, gate = start_gated(scene, "--drop=44")
    files = courier.dicom_files(case.scene.copy_phantoms(LARGER))
    equal(dcmtk(case, "storescu", sorted(files)[43]), 0)
    gate.open()
    case.check_succeeded(case.desk.finish(process), LARGER)
    case.settle()


def test_connection_that_failed_stands_beside_what_is_missing(scene):
    case, process, gate = start_gated(scene, "--success-with-fewer=2")
    equal(dcmtk(case, "echoscu", name=None) != 0, True)
    gate.open()
    answer = case.desk.finish(process)
    equal((answer.json["state"], answer.json["retrieved"]), ("incomplete", 42), answer)
    contains(answer.json["remark"], "when the source connected to us: it does not speak TLS")
    case.settle()


def test_handshakes_that_dribble_hold_up_nobody(scene):
    with contextlib.ExitStack() as stack:
        case, process, gate = start_gated(scene)
        for number in range(20):
            source = "127.0.0.1" if number < 8 else "127.0.0.2"
            sock = stack.enter_context(socket.create_connection(
                (courier.HOST, case.port), source_address=(source, 0)))
            with contextlib.suppress(OSError):
                sock.sendall(HELLO)
        equal(dcmtk(case, "echoscu"), 0)
        courier.wait_for(lambda: any(row["reason"] == "tls-slow" for row in case.refusals()),
                         "the slow ones to be hung up on")
        gate.open()
        case.check_succeeded(case.desk.finish(process), LARGER)
    case.settle()


# Several programs, and settings that change

def test_programs_share_a_listener_with_tls(scene):
    case, first, gate = start_gated(scene)
    case.add(case.tunnel(), accession=SMALL, name="TWO")
    case.check_succeeded(case.retrieve("TWO"))
    gate.open()
    case.check_succeeded(case.desk.finish(first), LARGER)
    case.settle()


def test_changed_certificates_count_when_nobody_waits_with_the_old_ones(scene):
    case, first, gate = start_gated(scene)
    case.add(case.tunnel(), accession=SMALL, name="TWO")
    case.add(case.port, accession=SMALL, name="CLEAR")
    certificates.secure(case.desk, case.keys, name="client")
    answer = case.retrieve("TWO", code=1)
    contains(answer.stderr, "still wait with the old ones")
    case.desk.ctl("settings", "--tls-cert=", "--tls-key=", "--tls-ca=")
    answer = case.retrieve("CLEAR", code=1)
    contains(answer.stderr, "still wait with the old ones")
    gate.open()
    case.check_succeeded(case.desk.finish(first), LARGER)
    courier.wait_for(lambda: not case.desk.processes(), "the listener to end", 15)
    case.check_succeeded(case.retrieve("CLEAR"))
    courier.wait_for(lambda: not case.desk.processes(), "the listener to end", 15)
    certificates.secure(case.desk, case.keys, name="client")
    case.check_succeeded(case.retrieve("TWO"))
    case.settle()


courier.main(globals())
