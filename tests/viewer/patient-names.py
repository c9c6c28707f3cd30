#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patient's names as pydicom decodes them: a JSON object of file name and name, for the files named
as arguments."""
import json
import pathlib
import sys

import pydicom

names = {}
for path in map(pathlib.Path, sys.argv[1:]):
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    dataset.decode()
    names[path.name] = str(dataset.get("PatientName", ""))
print(json.dumps(names))
