#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what pydicom decodes: one line for each text element of each file below the folders given,
in sequence items too: character set, VR, bytes of the file, UTF-8; the last three in hexadecimal."""
import os
import sys

import pydicom
from pydicom.charset import convert_encodings

TEXT = {"PN", "LO", "SH", "UC", "ST", "LT", "UT"}


def text_of(value):
    if isinstance(value, (list, pydicom.multival.MultiValue)):
        return "\\".join(str(v) for v in value)
    return "" if value is None else str(value)


def charset_of(dataset, inherited):
    element = dataset.get_item(0x00080005)
    if element is None or element.value is None:
        return inherited
    value = element.value
    if isinstance(value, bytes):
        return value.decode("ascii").strip(" \0")
    return text_of(value)


def walk(dataset, inherited):
    charset = charset_of(dataset, inherited)
    for tag in list(dataset.keys()):
        raw = dataset.get_item(tag)
        data = raw.value if isinstance(raw.value, bytes) else None
        element = dataset[tag]
        if element.VR == "SQ":
            for item in element.value:
                walk(item, charset)
        elif element.VR in TEXT and data:
            # A correct copy with the set in force: pydicom 2.3 forgets it for some items.
            element = pydicom.dataelem.DataElement_from_raw(
                pydicom.dataelem.RawDataElement(
                    element.tag, element.VR, len(data), data, 0, False, True),
                convert_encodings(charset.split("\\")))
            text = text_of(element.value)
            print(charset, element.VR, data.hex(), text.encode("utf-8").hex() or "-", sep="\t")


for folder in sys.argv[1:]:
    for name in sorted(os.listdir(folder)):
        if name.endswith(".dcm"):
            walk(pydicom.dcmread(os.path.join(folder, name)), "")
