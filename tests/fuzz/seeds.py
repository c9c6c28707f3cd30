#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""seeds.py FOLDER COURIER-PHANTOM: a folder of seeds for each fuzz target, from what is at hand: the practice
phantoms, the files of python3-pydicom, and those below IC_CORPUS where that is set."""
import glob
import hashlib
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

import pydicom
import pydicom.data
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

SIZE_MAX = 48 * 1024
SYSTEM_AREA = 16 * 2048
HEADER_FIELDS = """SOPClassUID SOPInstanceUID - SpecificCharacterSet PatientID IssuerOfPatientID PatientName
PatientBirthDate PatientSex StudyInstanceUID StudyDate StudyTime AccessionNumber StudyID StudyDescription
ReferringPhysicianName SeriesInstanceUID SeriesNumber Modality SeriesDescription BodyPartExamined InstanceNumber
NumberOfFrames Rows Columns""".split()
LEVEL_KEYS = [
    "SpecificCharacterSet PatientName PatientID PatientBirthDate PatientSex",
    "SpecificCharacterSet StudyDate StudyTime AccessionNumber StudyDescription StudyInstanceUID StudyID",
    "SpecificCharacterSet Modality InstitutionName SeriesInstanceUID SeriesNumber",
    "SpecificCharacterSet ImageType ReferencedImageSequence InstanceNumber ImagePositionPatient Rows Columns",
]


class Seeds:
    def __init__(self, top):
        self.top = top

    def add(self, target, data):
        folder = os.path.join(self.top, target)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as file:
            file.write(data)


def encode(dataset, explicit=True):
    """The elements of @dataset that can be encoded, Little Endian."""
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, not explicit
    write_dataset(out, dataset)
    return out.getvalue()


def find_files(phantom, folder):
    subprocess.run([phantom, folder], check=True, stdout=subprocess.DEVNULL)
    names = glob.glob(os.path.join(folder, "**", "*"), recursive=True)[::40]
    names += pydicom.data.get_testdata_files()
    if os.environ.get("IC_CORPUS"):
        names += glob.glob(os.path.join(os.environ["IC_CORPUS"], "**", "*"), recursive=True)
    return [name for name in names if os.path.isfile(name) and not name.endswith(".py")]


def add_index(seeds, data):
    """Pixel data say nothing: a long file counts as its beginning, too."""
    seeds.add("index", data[:SIZE_MAX] if len(data) > SIZE_MAX else data)
    if len(data) > 8192:
        seeds.add("index", data[:8192])


def add_whole(seeds, data):
    if len(data) <= 4 * SIZE_MAX:
        seeds.add("picture", data)
        seeds.add("viewer", data)
    seeds.add("describe", data[:SIZE_MAX])


def add_commitment(seeds):
    report = pydicom.Dataset()
    report.TransactionUID = "1.2.3.4"
    kept, refused = pydicom.Dataset(), pydicom.Dataset()
    for item, uid in ((kept, "1.2.3.5"), (refused, "1.2.3.6")):
        item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        item.ReferencedSOPInstanceUID = uid
    refused.FailureReason = 0x0112
    report.ReferencedSOPSequence = [kept]
    for failed in (None, [refused], [refused] * 3):
        if failed:
            report.FailedSOPSequence = failed
        for explicit in (False, True):
            seeds.add("commitment", bytes([explicit]) + encode(report, explicit))


def pick(dataset, keywords):
    picked = pydicom.Dataset()
    for keyword in keywords:
        if keyword in dataset:
            picked[keyword] = dataset[keyword]
    return picked


def add_header(seeds, dataset):
    values = [str(dataset.get(keyword, "")).replace("\0", "") for keyword in HEADER_FIELDS]
    values[2] = "1.2.840.10008.1.2.1"
    packed = "".join(value + "\0" for value in values).encode(errors="replace")
    for keys in LEVEL_KEYS:
        blob = encode(pick(dataset, keys.split()))
        packed += struct.pack("<I", len(blob)) + blob
    seeds.add("header", packed)


def add_identifier(seeds, dataset):
    for explicit in (False, True):
        seeds.add("identifier", bytes([explicit]) + encode(dataset, explicit)[:SIZE_MAX])


def add_charset(seeds, dataset):
    terms = dataset.get("SpecificCharacterSet", "")
    terms = "\\".join(terms) if isinstance(terms, pydicom.multival.MultiValue) else terms or ""
    for element in dataset.iterall():
        value = element.value if element.VR != "PN" else getattr(element.value, "original_string", b"")
        if isinstance(value, str) and element.VR in ("LO", "SH", "ST", "LT", "UT"):
            value = value.encode(errors="replace")
        if isinstance(value, bytes) and 0 < len(value) < 200 and element.VR != "OB":
            for kind in range(3):
                seeds.add("charset", bytes([kind]) + terms.encode() + b"\n" + value)


def add_file(seeds, name):
    with open(name, "rb") as file:
        data = file.read()
    try:
        dataset = pydicom.dcmread(name, force=True, stop_before_pixels=True)
        if "DirectoryRecordSequence" in dataset:
            if len(data) < 4 * SIZE_MAX:
                seeds.add("directory", data)
            return
        add_index(seeds, data)
        add_whole(seeds, data)
        dataset.remove_private_tags()
        add_charset(seeds, dataset)
        add_identifier(seeds, dataset)
        dataset.walk(lambda _, element: element.value, recursive=True)
        add_header(seeds, dataset)
    except Exception as error:  # whatever pydicom makes of a file that is broken on purpose
        print(f"{os.path.basename(name)}: {type(error).__name__}", file=sys.stderr)
        add_index(seeds, data)


def element(tag, value):
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def uid(text):
    return (text + "\0" * (len(text) % 2)).encode()


def us(number):
    return struct.pack("<H", number)


def piece(flags, context, data):
    return struct.pack(">BBH", flags, context, len(data)) + data


def command(context, *elements):
    body = b"".join(element(*e) for e in elements)
    return piece(3, context, element(0, struct.pack("<I", len(body))) + body)


def response(context, field, status, *more, data=None):
    answer = command(context, (0x100, us(field)), (0x120, us(1)),
                     (0x800, us(0x101 if data is None else 0)), (0x900, us(status)), *more)
    return answer if data is None else answer + piece(2, context, data)


def store_request(message_id, instance, data):
    return command(7, (2, uid("1.2.840.10008.5.1.4.1.1.2")), (0x100, us(1)), (0x110, us(message_id)),
                   (0x700, us(0)), (0x800, us(0)), (0x1000, uid(instance))) + data


def add_association(seeds):
    study = pydicom.Dataset()
    study.SpecificCharacterSet = "ISO_IR 100"
    study.QueryRetrieveLevel = "STUDY"
    study.PatientName = "M\u00fcller^J\u00fcrgen"
    study.StudyInstanceUID = "1.2.3"
    study.ModalitiesInStudy = ["CT", "SR"]
    row = encode(study, explicit=False)
    counts = [(0x1020, us(1)), (0x1021, us(1)), (0x1022, us(0)), (0x1023, us(0))]
    failed = element(0x00080058, uid("1.2.3.4\\1.2.3.5"))
    pieces = [piece(0, 7, b"x" * 100), piece(2, 7, b"y" * 100)]
    stored = store_request(1, "1.2.3.4", b"".join(pieces))
    answers = {
        0: [response(1, 0x8030, 0), response(1, 0x8030, 0x122)],
        1: [response(3, 0x8020, 0xFF00, data=row) * 3 + response(3, 0x8020, 0),
            response(3, 0x8020, 0xFF01, data=row) + response(3, 0x8020, 0xA700),
            response(3, 0x8020, 0xFF00, data=row) * 101 + response(3, 0x8020, 0xFE00)],
        2: [stored + response(5, 0x8010, 0xFF00, *counts) + response(5, 0x8010, 0, *counts),
            response(5, 0x8010, 0xB000, *counts, data=failed),
            store_request(1, "not a uid", pieces[1]) + stored + response(5, 0x8010, 0),
            stored + stored + response(5, 0x8010, 0xFE00, *counts)],
    }
    for verb, list_ in answers.items():
        for answer in list_:
            seeds.add("association", bytes([verb]) + answer)
    seeds.add("association", bytes([0x80]) + bytes.fromhex("03000000000400010103"))
    seeds.add("association", bytes([0x80]) + bytes.fromhex("07000000000400000200"))
    seeds.add("association", bytes([0x81]) + accept() + bytes.fromhex("07000000000400000200"))
    seeds.add("association", bytes([0x82]) + accept() + bytes.fromhex("05000000000400000000"))


def item(kind, content):
    return struct.pack(">BBH", kind, 0, len(content)) + content


def accept():
    """An A-ASSOCIATE-AC (PS3.8 9.3.3)."""
    contexts = b"".join(item(0x21, bytes([number, 0, 0, 0]) + item(0x40, b"1.2.840.10008.1.2"))
                        for number in (1, 3, 5, 7))
    user = item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.3") + item(0x55, b"VERSION") + \
        item(0x54, struct.pack(">H", 5) + b"1.2.3" + b"\x01\x01")
    body = struct.pack(">HH64s", 1, 0, b"PEER            COURIER         ") + \
        item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + item(0x50, user)
    return struct.pack(">BBI", 2, 0, len(body)) + body


def add_manifest(seeds):
    lines = [f"{hashlib.sha256(bytes([i])).hexdigest()}  DICOM/S0001/SE0001/I{i:07}\n" for i in range(3)]
    for text in ("", lines[0], "".join(lines), lines[0] * 2, lines[0].replace("  ", " *"), lines[0][:-1],
                 lines[0].replace("DICOM/", "../")):
        seeds.add("manifest", text.encode())


def make_tree(folder):
    for name, content in {"DICOMDIR": b"x" * 100, "README.TXT": b"text",
                          "DICOM/S0001/SE0001/I0000001": b"y" * 3000,
                          "DICOM/Ordner mit Ümläuten/a long name.dcm": b""}.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    os.link(os.path.join(folder, "README.TXT"), os.path.join(folder, "LINK.TXT"))
    os.symlink("README.TXT", os.path.join(folder, "symlink"))


def add_images(seeds, folder):
    tree, image = os.path.join(folder, "tree"), os.path.join(folder, "image")
    make_tree(tree)
    by_genisoimage, by_xorriso = ["genisoimage"], ["xorriso", "-as", "mkisofs"]
    kinds = [[*by_genisoimage, *options] for options in (
        [], ["-J"], ["-R"], ["-J", "-R"], ["-J", "-R", "-z"], ["-iso-level", "4"])]
    kinds += [[*by_xorriso, *options] for options in (["-J", "-R"], ["-J", "-iso-level", "3"])]
    for command in kinds:
        subprocess.run([*command, "-quiet", "-no-pad", "-o", image, tree], check=True,
                       stderr=subprocess.DEVNULL)
        with open(image, "rb") as file:
            seeds.add("medium", file.read()[SYSTEM_AREA:])


def add_zips(seeds, folder):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        name = os.path.join(folder, "zip")
        with zipfile.ZipFile(name, "w", method) as archive:
            archive.writestr("DICOMDIR", b"x" * 100)
            archive.writestr("a/Größe.dcm", b"abc" * 1000)
            archive.writestr("empty/", b"")
        with open(name, "rb") as file:
            seeds.add("medium", file.read())


def main():
    top, phantom = sys.argv[1:]
    seeds = Seeds(top)
    with tempfile.TemporaryDirectory() as folder:
        for name in find_files(phantom, os.path.join(folder, "phantoms")):
            add_file(seeds, name)
        add_images(seeds, folder)
        add_zips(seeds, folder)
    add_association(seeds)
    add_commitment(seeds)
    add_manifest(seeds)
    for target in sorted(os.listdir(top)):
        print(f"{target}: {len(os.listdir(os.path.join(top, target)))} seeds")


main()
