# SPDX-License-Identifier: GPL-3.0-or-later
"""Media as programs that are not ours see them, and the order that makes one. Each reader gives what
it found; the tests compare."""
import datetime
import hashlib
import pathlib
import re
import shutil
import subprocess

import pydicom

from courier import contains, equal, need, sha256

RECIPIENT = {"recipient": "Riverside Hospital, Cardiology", "reason": "Second opinion"}
MADE_FILES = {"DICOMDIR", "INDEX.HTM", "MANIFEST.TXT", "README.TXT"}

# Three patients of the phantom generator: identity and accession numbers.
MULLER = {"patient-id": "PRACTICE-0001", "birth-date": "19580314"}
SAKURABA = {"patient-id": "PRACTICE-0003", "birth-date": "19840723"}


def run(*words, **options):
    """Somebody else's program to its end; what it printed, both ways."""
    done = subprocess.run([need(words[0]), *map(str, words[1:])], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False, **options)
    return done.returncode, done.stdout.decode(errors="replace")


def check(*words, **options):
    """The same; it must end with 0."""
    code, output = run(*words, **options)
    equal(code, 0, f"exit of {words[0]}: {output}")
    return output


# Making one

def studies_of(desk, node, patient_id):
    """Accession number -> Study Instance UID."""
    rows = desk.ctl("find", node, keys={"patient-id": patient_id}).json
    return {row["accession"]: row["study_uid"] for row in rows}


def order(studies, route, output, node=None, more=()):
    """The words of an export."""
    return ["export", *(f"--study={uid}" for uid in studies), "--to", route, "--output", output,
            *(["--from", node] if node else []), *more]


def export(desk, studies, route, output, node=None, patient=None, code=0, **keys):
    return desk.ctl(*order(studies, route, output, node), code=code,
                    keys={**(MULLER if patient is None else patient), **RECIPIENT, **keys})


# Reading one

def list_images(folder):
    """Relative paths of the files that the DICOMDIR names."""
    return {name for name in list_tree(folder) if name.startswith("DICOM/")}


def list_tree(folder):
    """Relative paths of all files, and nothing but files and folders may be there."""
    paths = [path for path in pathlib.Path(folder).rglob("*") if not path.is_dir()]
    equal([path for path in paths if path.is_symlink() or not path.is_file()], [], "no files")
    return {path.relative_to(folder).as_posix() for path in paths}


def list_by_isoinfo(image, *tree):
    """Names in the plain, Joliet (-J) or Rock Ridge (-R) tree, without folders."""
    names = check("isoinfo", "-i", image, "-f", *tree).splitlines()
    names = [name[1:] for name in names if name.startswith("/")]
    folders = {name.rsplit("/", depth)[0] for name in names for depth in range(1, 9) if "/" in name}
    return {name for name in names if name not in folders}


def extract_by_osirrox(image, folder):
    check("osirrox", "-indev", image, "-extract", "/", folder)
    check("chmod", "-R", "u+w", folder)


def extract_by_7z(image, folder):
    check("7z", "t", image)
    check("7z", "x", "-bso0", "-bsp0", f"-o{folder}", image)


def volume_id(image):
    return re.search(r"^Volume id: (.*)$", check("isoinfo", "-d", "-i", image), re.M).group(1)


def read_manifest(folder):
    """Path -> SHA-256, from lines as sha256sum writes them."""
    lines = (pathlib.Path(folder) / "MANIFEST.TXT").read_text(encoding="ascii").splitlines()
    return {line[66:]: line[:64] for line in lines}


def check_manifest(folder):
    """sha256sum agrees, and only the manifest itself is not listed."""
    check("sha256sum", "-c", "--quiet", "--strict", "MANIFEST.TXT", cwd=folder)
    equal(set(read_manifest(folder)) | {"MANIFEST.TXT"}, list_tree(folder), "files of the manifest")


def records(dicomdir):
    """(patient, study, series, leaf) for every leaf record, by their place in the file."""
    above, leaves = {}, []
    for record in dicomdir.DirectoryRecordSequence:
        kind = record.DirectoryRecordType
        if kind in ("PATIENT", "STUDY", "SERIES"):
            above[kind] = record
        else:
            leaves.append((above["PATIENT"], above["STUDY"], above["SERIES"], record))
    return leaves


def check_record(folder, patient, study, series, leaf):
    """The record tells what the file says. Returns the path of the file."""
    path = "/".join([leaf.ReferencedFileID] if isinstance(leaf.ReferencedFileID, str)
                    else leaf.ReferencedFileID)
    file = pydicom.dcmread(pathlib.Path(folder) / path, stop_before_pixels=True, force=True)
    equal(leaf.ReferencedSOPInstanceUIDInFile, file.SOPInstanceUID, path)
    equal(leaf.ReferencedSOPClassUIDInFile, file.SOPClassUID, path)
    equal(leaf.ReferencedTransferSyntaxUIDInFile, file.file_meta.TransferSyntaxUID, path)
    equal(series.SeriesInstanceUID, file.SeriesInstanceUID, path)
    equal(study.StudyInstanceUID, file.StudyInstanceUID, path)
    if file.get("PatientID"):
        equal(patient.PatientID, file.PatientID, path)
    return path


def check_directory(folder, n_instances):
    """The DICOMDIR names every image once, as it is. Returns its file-set ID."""
    dicomdir = pydicom.dcmread(pathlib.Path(folder) / "DICOMDIR")
    leaves = records(dicomdir)
    paths = [check_record(folder, *leaf) for leaf in leaves]
    equal(len(paths), n_instances, "images in the DICOMDIR")
    equal(set(paths), list_images(folder), "files of the DICOMDIR")
    equal(len({leaf[0].PatientID for leaf in leaves}), 1, "patients")
    return dicomdir.FileSetID


def validate_directory(folder):
    """What dcdirdmp and dciodvfy say."""
    dicomdir = pathlib.Path(folder) / "DICOMDIR"
    check("dcdirdmp", dicomdir)
    _, said = run("dciodvfy", dicomdir)
    equal([line for line in said.splitlines() if line.startswith("Error")], [], "dciodvfy")


def keys_dcmmkdir_makes_up(folder, output):
    """What DCMTK finds lacking when it makes a DICOMDIR of the same files: keywords, and complaints
    about anything else. That a syntax is outside its one profile is none."""
    code, said = run("dcmmkdir", "-Pgp", "+r", "+I", "-Nxc", "+D", output, "DICOM", cwd=folder)
    lines = [line for line in said.splitlines() if line[:2] in ("W:", "E:", "F:")]
    made_up = {found.group(1) for line in lines if (found := re.search(r" inventing (\w+):", line))}
    others = [line for line in lines if not re.search(r" inventing \w+:| expected but .* found:", line)]
    return made_up, others + ([] if code == 0 else [f"exit {code}"])


def read_file_set(folder, scratch):
    """Loads the DICOMDIR with pydicom, which wants files it may write beside. The number of
    instances, studies and series."""
    copy = pathlib.Path(scratch) / "file-set"
    shutil.copytree(folder, copy)
    from pydicom.fileset import FileSet  # pylint: disable=import-outside-toplevel
    file_set = FileSet(copy / "DICOMDIR")
    found = (len(file_set), len(file_set.find_values("StudyInstanceUID")),
             len(file_set.find_values("SeriesInstanceUID")))
    for instance in file_set:
        equal(instance.load().SOPInstanceUID, instance.SOPInstanceUID, instance.path)
    shutil.rmtree(copy)
    return found


def data_set_digest(path):
    """SHA-256 of what follows the meta header, which whoever writes a file makes anew."""
    data = pathlib.Path(path).read_bytes()
    equal(data[128:138], b"DICM\2\0\0\0UL", f"begin of {path}")
    return hashlib.sha256(data[144 + int.from_bytes(data[140:144], "little"):]).hexdigest()


def check_images(desk, folder, shown):
    """Files of the medium = files of the store, by what the log says of each."""
    stored = desk.stored()
    for instance in shown["instances"]:
        path = pathlib.Path(folder) / instance["file_id"]
        equal(sha256(path), instance["sha256"], instance["file_id"])
        equal(sha256(stored[instance["sop_instance_uid"]]), instance["sha256"], "in the store")
    equal({i["file_id"] for i in shown["instances"]}, list_images(folder), "File IDs")


def check_readme(folder, number, *texts):
    """Lines end as Windows wants them. Returns the log head on it as N:HASH."""
    data = (pathlib.Path(folder) / "README.TXT").read_bytes()
    equal(data.count(b"\n"), data.count(b"\r\n"), "line ends of README.TXT")
    text = data.decode("utf-8")
    for part in (number, datetime.date.today().strftime("%Y"), "Not for diagnosis", *texts):
        contains(text, part)
    head = re.search(r"^Log head: +(\d+), ([0-9a-f]{64})\r$", text, re.M)
    return f"{head.group(1)}:{head.group(2)}"
