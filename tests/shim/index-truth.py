#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what pydicom finds in the header of each file below a folder: one line a file that has a SOP
class and instance: its path, then the fields of IcHeader in their order, hexadecimal UTF-8; "-" for
an empty one, "?" where pydicom guesses or knows nothing."""
import os
import sys

import pydicom

FIELDS = """SOPClassUID SOPInstanceUID . SpecificCharacterSet PatientID IssuerOfPatientID PatientName
PatientBirthDate PatientSex StudyInstanceUID StudyDate StudyTime AccessionNumber StudyID
StudyDescription ReferringPhysicianName SeriesInstanceUID SeriesNumber Modality SeriesDescription
BodyPartExamined InstanceNumber NumberOfFrames Rows Columns""".split()
DECODED = {"PN", "LO", "SH"}


def text_of(value):
    if value is None:
        return ""
    if isinstance(value, pydicom.multival.MultiValue):
        return "\\".join(str(v) for v in value)
    return str(value)


def field(dataset, keyword):
    if keyword == ".":
        return str(getattr(dataset.file_meta, "TransferSyntaxUID", "?"))
    if keyword not in dataset:
        return ""
    raw = dataset.get_item(pydicom.datadict.tag_for_keyword(keyword))
    data = raw.value if isinstance(raw.value, bytes) else None
    vr = pydicom.datadict.dictionary_VR(keyword)
    if data is not None and vr not in ("US",) and all(32 <= b < 127 or b == 0 for b in data):
        return data.decode("ascii").strip(" \0")
    charset = dataset.get("SpecificCharacterSet")
    if data is not None and vr in DECODED and not charset:
        return "?"
    return text_of(dataset[keyword].value).strip(" \0")


def line(path):
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    values = [field(dataset, keyword) for keyword in FIELDS]
    if not values[0] or not values[1] or "DirectoryRecordSequence" in dataset:
        return None
    return "\t".join([path] + [v if v == "?" else v.encode("utf-8").hex() or "-" for v in values])


for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        try:
            found = line(os.path.join(folder, name))
        except Exception:  # whatever pydicom cannot read says nothing about us
            found = None
        if found:
            print(found)
