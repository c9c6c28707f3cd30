#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""PACSs that others wrote, as they come: Orthanc with many studies and with names in UTF-8, storescp
and Orthanc behind TLS."""
import pathlib
import tempfile

import pydicom
import pydicom.uid

import certificates
import courier

N_STUDIES = 300
N_IMAGES = 60
NAMES = ["Grün^Änne", "Łuczak^Michał", "Παπαδόπουλος^Νίκος", "山田^太郎", "Nguyễn^Thị"]


def make_image(folder, study, number):
    """A small CT of our own; the study is a number, its patient follows from it."""
    image = pydicom.Dataset()
    image.SpecificCharacterSet = "ISO_IR 192"
    image.SOPClassUID = pydicom.uid.CTImageStorage
    image.SOPInstanceUID = f"1.2.826.0.1.3680043.2.1125.{study}.1.{number}"
    image.SeriesInstanceUID = f"1.2.826.0.1.3680043.2.1125.{study}.1"
    image.StudyInstanceUID = f"1.2.826.0.1.3680043.2.1125.{study}"
    image.PatientID, image.PatientName = f"PEER-{study:04}", NAMES[study % len(NAMES)]
    image.PatientBirthDate, image.PatientSex = "19700101", "O"
    image.StudyDate, image.StudyTime = f"2025{1 + study % 12:02}15", "120000"
    image.AccessionNumber, image.StudyID, image.Modality = f"PEER{study}", "1", "CT"
    image.SeriesNumber, image.InstanceNumber = 1, number
    image.Rows = image.Columns = 16
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation, image.SamplesPerPixel = 15, 0, 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.PixelData = number.to_bytes(2, "little") * 256
    image.file_meta = pydicom.dataset.FileMetaDataset()
    image.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    image.is_little_endian, image.is_implicit_VR = True, False
    path = folder / f"{study:04}-{number:04}.dcm"
    image.save_as(path, write_like_original=False)
    return path


def check_identical(desk, files):
    originals = {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID: path
                 for path in courier.dicom_files(files)}
    courier.equal(set(desk.stored()), set(originals), "stored")
    for uid, path in desk.stored().items():
        original, came = pydicom.dcmread(originals[uid]), pydicom.dcmread(path)
        courier.equal(came.file_meta.TransferSyntaxUID, original.file_meta.TransferSyntaxUID, uid)
        courier.equal(came, original, uid)


def test_orthanc_finds_hundreds_and_gives_all(scene):
    files = pathlib.Path(tempfile.mkdtemp(dir=scene.folder))
    one = pathlib.Path(tempfile.mkdtemp(dir=scene.folder))
    for study in range(1, N_STUDIES):
        make_image(files, study, 1)
    for number in range(1, N_IMAGES + 1):
        (files / make_image(one, 0, number).name).write_bytes(
            (one / f"0000-{number:04}.dcm").read_bytes())
    desk = scene.desk()
    desk.add_node("ORTHANC", scene.orthanc(files), "ORTHANC")
    studies = desk.ctl("find", "ORTHANC").json
    courier.equal(len(studies), N_STUDIES, "studies")
    courier.equal({study["patient_name"] for study in studies}, set(NAMES), "names")
    counts = {study["study_uid"]: study["instance_count"] for study in studies}
    courier.equal(sorted(counts.values()), [1] * (N_STUDIES - 1) + [N_IMAGES], "counts")
    courier.equal({study["modalities"] for study in studies}, {"CT"})
    courier.equal(len(desk.ctl("find", "ORTHANC", "--modality=CT").json), N_STUDIES)
    courier.equal(desk.ctl("find", "ORTHANC", "--modality=MR").json, [])
    found = desk.ctl("find", "ORTHANC", keys={"patient-name": "山田*"}).json
    courier.equal(len(found), N_STUDIES // len(NAMES), "by a name in UTF-8")
    study = next(uid for uid, count in counts.items() if count == N_IMAGES)
    answer = desk.retrieve("ORTHANC", study)
    courier.equal((answer.json["state"], answer.json["retrieved"]), ("succeeded", N_IMAGES))
    check_identical(desk, one)
    desk.check_logged(answer)
    desk.check_store()


def test_orthanc_gives_compressed_images_as_they_are(scene):
    files = scene.copy_phantoms("PR170001", "PR190001", "PR220001", "PR230001", "PR240002",
                                "PR250003")
    studies = {pydicom.dcmread(path, stop_before_pixels=True).StudyInstanceUID
               for path in courier.dicom_files(files)}
    desk = scene.desk()
    desk.add_node("ORTHANC", scene.orthanc(files), "ORTHANC")
    answer = desk.retrieve("ORTHANC", *studies)
    courier.equal(answer.json["state"], "succeeded")
    check_identical(desk, files)
    desk.check_logged(answer)
    desk.check_store()


# TLS

def add_tls_nodes(desk, port, aet, keys):
    """The node as it should be known, and as it is often known."""
    ours = ("--tls-cert", keys / "client.pem", "--tls-key", keys / "client.key")
    desk.add_node("GOOD", port, aet, "--tls", "--tls-ca", keys / "ca.pem", *ours)
    desk.add_node("STRANGER", port, aet, "--tls", "--tls-ca", keys / "stranger.pem", *ours)
    desk.add_node("NAMELESS", port, aet, "--tls", "--tls-ca", keys / "ca.pem")
    desk.add_node("PLAIN", port, aet)


def test_orthanc_behind_tls(scene):
    keys = certificates.make(scene)
    plain = scene.folder / "index"
    files = scene.copy_phantoms("PR250003")
    settings = {"StorageDirectory": str(plain), "IndexDirectory": str(plain)}
    plain.mkdir()
    scene.stop_now(scene.orthanc(files, **settings))
    port = scene.orthanc(None, **settings, DicomTlsEnabled=True,
                         DicomTlsCertificate=str(keys / "server.pem"),
                         DicomTlsPrivateKey=str(keys / "server.key"),
                         DicomTlsTrustedCertificates=str(keys / "ca.pem"),
                         DicomTlsRemoteCertificateRequired=True)
    desk = scene.desk()
    add_tls_nodes(desk, port, "ORTHANC", keys)
    desk.ctl("node", "echo", "GOOD")
    studies = desk.ctl("find", "GOOD").json
    courier.equal(len(studies), 1)
    answer = desk.retrieve("GOOD", studies[0]["study_uid"])
    courier.equal(answer.json["state"], "succeeded")
    check_identical(desk, files)
    check_refusals(desk, studies[0]["study_uid"])
    desk.check_store()


def check_refusals(desk, study):
    for node in ("STRANGER", "NAMELESS", "PLAIN"):
        for words in (["node", "echo", node], ["find", node], ["retrieve", node, f"--study={study}"]):
            answer = desk.ctl(*words, code=1)
            courier.contains(answer.stderr, node)
            courier.equal(answer.stderr.strip().count("\n"), 0, "lines")
            if node != "PLAIN":
                courier.contains(answer.stderr, "No secure connection")
                courier.contains(answer.stderr, "those entered for the node")


def test_tls_to_a_plain_node_says_so(scene):
    keys = certificates.make(scene)
    desk = scene.desk()
    _, port = scene.rude_process(scene.copy_phantoms("PR250003"))
    add_tls_nodes(desk, port, "RUDE", keys)
    answer = desk.ctl("find", "GOOD", code=1, timeout=90)
    courier.contains(answer.stderr, "No secure connection to GOOD")
    courier.contains(answer.stderr, "those entered for the node")
    courier.equal(len(desk.ctl("find", "PLAIN").json), 1)
    broken = desk.folder / "broken.pem"
    broken.write_text("not a certificate")
    desk.add_node("BROKEN", port, "RUDE", "--tls", "--tls-ca", broken)
    desk.add_node("ABSENT", port, "RUDE", "--tls", "--tls-ca", desk.folder / "absent.pem")
    for node in ("BROKEN", "ABSENT"):
        courier.contains(desk.ctl("find", node, code=1).stderr, "check the certificates")


courier.main(globals())
