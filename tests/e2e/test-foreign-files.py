#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's files make the way PACS, store, medium: each arrives as the PACS has it, or is named
with a reason. The files of python3-pydicom are used, and those of the folder IC_CORPUS."""
import collections
import importlib.util
import json
import os
import pathlib
import shutil
import tempfile
import urllib.error
import urllib.request
import warnings

import pydicom

import courier
import media
from courier import HOST, equal

warnings.filterwarnings("ignore")
TAGS = ["SpecificCharacterSet", "PatientID", "PatientName", "PatientBirthDate", "StudyInstanceUID",
        "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"]
NATIVE = {pydicom.uid.ImplicitVRLittleEndian, pydicom.uid.ExplicitVRLittleEndian,
          pydicom.uid.ExplicitVRBigEndian, pydicom.uid.DeflatedExplicitVRLittleEndian}
TRAILING_PADDING = 0xfffcfffc
HTJ2K = ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"]
# Fewer than these would mean that most files have stopped to arrive.
ORTHANC_AT_LEAST, PYDICOM_AT_LEAST = 135, 135


class Tally:
    """What became of each file."""

    def __init__(self):
        self.files = {}

    def put(self, path, what):
        self.files[str(path)] = what

    def count(self, what):
        return list(self.files.values()).count(what)

    def tell(self):
        for what, n in collections.Counter(self.files.values()).most_common():
            print(f"# {n:4} {what}")


def pydicom_files():
    spec = importlib.util.find_spec("pydicom.data")
    folder = pathlib.Path(spec.origin).parent
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()
             and path.suffix in (".dcm", "") and path.parent.name != "__pycache__"]
    if len(files) < 50:
        raise courier.Skip("pydicom is here without its files")
    return files


def read_identity(path):
    """The few elements that say what it is, or None with a reason."""
    if path.read_bytes()[128:132] != b"DICM":
        return None, "not offered: no preamble"
    try:
        file = pydicom.dcmread(path, specific_tags=TAGS, force=True)
        if "TransferSyntaxUID" not in getattr(file, "file_meta", {}):
            return None, "not offered: no meta header"
        for keyword in TAGS[4:]:
            if not file.get(keyword):
                return None, f"not offered: no {keyword}"
        return file, None
    except Exception as error:  # pylint: disable=broad-except
        return None, f"not offered: pydicom cannot read it ({type(error).__name__})"


def make_rounds(files, tally):
    """Lists of (path, identity): one store holds an instance once, and a study has one patient."""
    rounds = []
    for path in files:
        identity, reason = read_identity(path)
        if identity is None:
            tally.put(path, reason)
            continue
        patient = (str(identity.get("PatientID", "")), str(identity.get("PatientName", "")))
        for instances, owners, members in rounds:
            if (identity.SOPInstanceUID not in instances
                    and owners.get(identity.StudyInstanceUID, patient) == patient):
                break
        else:
            instances, owners, members = set(), {}, []
            rounds.append((instances, owners, members))
        instances.add(identity.SOPInstanceUID)
        owners[identity.StudyInstanceUID] = patient
        members.append((path, identity))
    return [members for _, _, members in rounds]


def value_of(data_set, element):
    """Words in little endian; everything else as it stands."""
    if element.VR == "OW" and not getattr(data_set, "is_little_endian", True):
        swapped = bytearray(element.value)
        swapped[::2], swapped[1::2] = element.value[1::2], element.value[::2]
        return bytes(swapped)
    return element.value


def differences(ours, theirs):
    """What two data sets say differently, whichever syntax they are in: group lengths and trailing
    padding are of no meaning."""
    tags = {tag for data_set in (ours, theirs) for tag in data_set.keys()
            if tag.element != 0 and tag != TRAILING_PADDING}
    for tag in sorted(tags):
        left, right = ours.get(tag), theirs.get(tag)
        if left is None or right is None:
            yield f"{tag} is only on one side"
        elif left.VR == right.VR == "SQ":
            if len(left.value) != len(right.value):
                yield f"{tag} has not as many items"
            for one, other in zip(left.value, right.value):
                yield from differences(one, other)
        elif value_of(ours, left) != value_of(theirs, right) and not (
                left.is_empty and right.is_empty):
            yield f"{tag} {left.VR} {right.VR}: {str(left.value)[:40]!r}, {str(right.value)[:40]!r}"


def compare(ours, theirs):
    """Every difference of two files. One that is not compressed may change its encoding when the
    PACS likes to; every other syntax stays."""
    left, right = pydicom.dcmread(ours, force=True), pydicom.dcmread(theirs, force=True)
    syntaxes = {left.file_meta.TransferSyntaxUID, right.file_meta.TransferSyntaxUID}
    if len(syntaxes) > 1 and not syntaxes <= NATIVE:
        return [f"syntaxes {syntaxes}"]
    return list(differences(left, right))


def reason_of(answer):
    """Why an export did not succeed, without what differs from file to file."""
    sentence = answer.stderr.strip().splitlines()[-1] if answer.stderr.strip() else ""
    equal(sentence != "", True, "a sentence")
    state = answer.json["state"] if answer.json else "usage"
    remark = answer.json["remark"] if answer.json else sentence
    for word in set(remark.split()):
        if word[0].isdigit() and "." in word:
            remark = remark.replace(word, "…")
    return f"{state}: {remark}"


def export_study(desk, node, study, identity, output):
    keys = {"patient-id": str(identity.get("PatientID", "")).strip(),
            "patient-name": str(identity.get("PatientName", "")).strip(),
            "birth-date": str(identity.get("PatientBirthDate", "")).strip(), **media.RECIPIENT}
    keys = {key: value for key, value in keys.items() if value}
    answer = desk.run(*media.order([study], "folder", output, node), keys=keys, timeout=120)
    equal(answer.code in (0, 1, 2, 3, 4), True, f"{answer}")
    return answer


def check_study(desk, answer, members, output, what_pacs_has, tally):
    """Each file of one study is on the medium as the PACS has it, or named as missing."""
    if not (output / "DICOMDIR").exists():
        for path, _ in members:
            tally.put(path, reason_of(answer))
        return
    shown = desk.ctl("log", "show", answer.json["transfer"]).json
    sent = {instance["sop_instance_uid"]: instance for instance in shown["instances"]
            if instance["file_id"]}
    media.check_manifest(output)
    for path, identity in members:
        uid = str(identity.SOPInstanceUID)
        if uid in sent:
            found = compare(output / sent[uid]["file_id"], what_pacs_has(path, uid))
            for difference in found:
                print(f"# {path.name}: {difference}")
            tally.put(path, "DIFFERENT" if found else "identical on the medium")
        else:
            equal(uid in answer.json["missing"], True, f"{path} is not named: {answer}")
            tally.put(path, f"named: {reason_of(answer)}")


def make_round_trip(scene, desk, node, members, what_pacs_has, tally):
    studies = collections.defaultdict(list)
    for path, identity in members:
        studies[str(identity.StudyInstanceUID)].append((path, identity))
    for study, files in studies.items():
        output = pathlib.Path(tempfile.mkdtemp(dir=scene.folder)) / "out"
        answer = export_study(desk, node, study, files[0][1], output)
        check_study(desk, answer, files, output, what_pacs_has, tally)
        shutil.rmtree(output.parent)
    desk.check_store()


class Orthanc:
    """An Orthanc that takes files by HTTP, which says of each whether it is accepted."""

    def __init__(self, scene):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scene.folder))
        self.http, self.port = courier.free_port(), courier.free_port()
        (self.folder / "config.json").write_text(json.dumps({
            "StorageDirectory": str(self.folder), "IndexDirectory": str(self.folder), "Plugins": [],
            "HttpServerEnabled": True, "HttpPort": self.http, "RemoteAccessAllowed": False,
            "DicomPort": self.port, "DicomAet": "ORTHANC", "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowGet": True, "LimitFindResults": 0, "LimitFindInstances": 0}))
        scene.serve([courier.need("Orthanc"), self.folder / "config.json"], self.port,
                    self.folder / "log")
        courier.wait_for(lambda: courier.is_listening(self.http), "Orthanc's HTTP")
        self.ids = {}

    def ask(self, path, data=None):
        request = urllib.request.Request(f"http://{HOST}:{self.http}{path}", data)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def store(self, path, uid):
        """Why it is not accepted, or None."""
        try:
            self.ids[uid] = json.loads(self.ask("/instances", path.read_bytes()))["ID"]
            return None
        except urllib.error.HTTPError as error:
            return f"Orthanc does not accept it ({error.code})"

    def copy_of(self, uid):
        copy = self.folder / "copy.dcm"
        copy.write_bytes(self.ask(f"/instances/{self.ids[uid]}/file"))
        return copy


def test_every_file_that_orthanc_accepts_reaches_the_medium_as_it_is(scene):
    tally = Tally()
    for members in make_rounds(pydicom_files(), tally):
        orthanc, accepted = Orthanc(scene), []
        for path, identity in members:
            reason = orthanc.store(path, str(identity.SOPInstanceUID))
            if reason:
                tally.put(path, reason)
            else:
                accepted.append((path, identity))
        desk = scene.desk()
        node = desk.add_node("ORTHANC", orthanc.port, "ORTHANC")
        make_round_trip(scene, desk, node, accepted,
                        lambda path, uid, orthanc=orthanc: orthanc.copy_of(uid), tally)
    tally.tell()
    equal(tally.count("DIFFERENT"), 0, "files that differ")
    equal(tally.count("identical on the medium") >= ORTHANC_AT_LEAST, True, "files that arrived")


def serve_round(scene, members):
    """A desk and a PACS that has these files and nothing else."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=scene.folder))
    for number, (path, _) in enumerate(members):
        shutil.copyfile(path, folder / f"{number:04}.dcm")
    desk = scene.desk()
    return desk, scene.rude(desk, folder)


def make_round_trips(scene, files):
    """The way of @files through a PACS that sends every syntax as it is."""
    tally = Tally()
    for members in make_rounds(files, tally):
        try:
            desk, node = serve_round(scene, members)
        except ValueError:
            for path, _ in members:
                tally.put(path, "not offered: DCMTK cannot read it")
            continue
        make_round_trip(scene, desk, node, members, lambda path, uid: path, tally)
    tally.tell()
    equal(tally.count("DIFFERENT"), 0, "files that differ")
    return tally


def test_every_file_in_every_syntax_reaches_the_medium_as_it_is(scene):
    tally = make_round_trips(scene, pydicom_files())
    equal(tally.count("identical on the medium") >= PYDICOM_AT_LEAST, True, "files that arrived")


def test_every_file_of_the_corpus_arrives_or_is_named(scene):
    if "IC_CORPUS" not in os.environ:
        raise courier.Skip("IC_CORPUS names no folder")
    files = [path for path in sorted(pathlib.Path(os.environ["IC_CORPUS"]).rglob("*"))
             if path.is_file()]
    tally = make_round_trips(scene, files)
    equal(tally.files.keys(), {str(path) for path in files}, "files that became something")
    equal(tally.count("identical on the medium") > 0, True, "files that arrived")


def replace_syntax(path, old, new):
    """In the bytes: pydicom here knows HTJ2K as little as DCMTK does."""
    data, old, new = path.read_bytes(), old.encode(), new.encode()
    old, new = old + b"\0" * (len(old) % 2), new + b"\0" * (len(new) % 2)
    at = data.index(b"\2\0\x10\0UI") + 6
    length = 144 + int.from_bytes(data[140:144], "little")
    meta = data[:at] + len(new).to_bytes(2, "little") + new + data[at + 2 + len(old):length]
    meta = meta[:140] + (len(meta) - 144).to_bytes(4, "little") + meta[144:]
    path.write_bytes(meta + data[length:])


def make_htj2k(scene):
    """JPEG 2000 files with the UIDs of HTJ2K, one a series, in one study."""
    source = next(path for path in courier.dicom_files(courier.phantoms())
                  if pydicom.dcmread(path, stop_before_pixels=True)
                  .file_meta.TransferSyntaxUID == pydicom.uid.JPEG2000Lossless)
    members = []
    for number, syntax in enumerate(HTJ2K):
        file = pydicom.dcmread(source)
        file.StudyInstanceUID, file.SeriesInstanceUID = "1.2.826.0.8", f"1.2.826.0.8.{number}"
        file.SOPInstanceUID = f"1.2.826.0.8.{number}.1"
        file.file_meta.MediaStorageSOPInstanceUID = file.SOPInstanceUID
        path = scene.folder / f"{syntax}.dcm"
        file.save_as(path)
        replace_syntax(path, pydicom.uid.JPEG2000Lossless, syntax)
        members.append((path, file))
    return members


def test_htj2k_is_carried_as_it_is_and_never_called_native(scene):
    members = make_htj2k(scene)
    desk, node = serve_round(scene, members)
    output = scene.folder / "out"
    answer = export_study(desk, node, "1.2.826.0.8", members[0][1], output)
    equal(answer.json["state"], "succeeded", f"{answer}")
    tally = Tally()
    check_study(desk, answer, members, output, lambda path, uid: path, tally)
    equal(tally.count("identical on the medium"), len(HTJ2K))
    leaves = media.records(pydicom.dcmread(output / "DICOMDIR"))
    equal(sorted(leaf[3].ReferencedTransferSyntaxUIDInFile for leaf in leaves), HTJ2K)
    for text in (answer.json["profile"], (output / "README.TXT").read_text()):
        courier.contains(text, "no standard profile")
        equal("Little Endian" in text or "native" in text.lower(), False, text)
        for syntax in HTJ2K:
            courier.contains(text, syntax)


courier.main(globals())
