#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom, and what may stand where."""
import re

import lint

BELOW_OPS = ["store", "dicom", "disc", "route", "picture", "sidecar", "domain", "core"]

# A file may include what stands in its own folder and in these.
MAY_INCLUDE = {
    "core": [],
    "domain": ["core"],
    "wire": ["core"],
    "medium": ["core"],
    "picture": ["core"],
    "sidecar": ["core"],
    "store": ["domain", "core"],
    "dicom": ["wire", "picture", "domain", "core"],
    "dicom/shim": ["picture", "sidecar", "domain", "core"],
    "disc": ["wire", "picture", "sidecar", "domain", "core"],
    "disc/writer": ["core"],
    "route": ["domain", "core"],
    "ops": BELOW_OPS,
    "words": ["disc", "domain", "core"],
    "paper": ["words", "domain", "core"],
    "model": ["words", "ops"] + BELOW_OPS,
    "ui": ["model", "paper", "words", "ops"] + BELOW_OPS,
    "cli": ["words", "ops", "practice"] + BELOW_OPS,
    "practice": ["dicom/shim", "domain", "core"],
    "worker": ["wire", "medium", "picture", "sidecar", "dicom/shim", "disc/writer", "domain", "core"],
}

# Single headers that a folder may include beside its layers.
ALSO = {
    ("dicom/shim", "disc/ic-directory-table.h"),  # reader and writer of a DICOMDIR share one table
    ("ops", "medium/ic-medium.h"),  # ic_medium_drop_cache() only, see below
    ("ops", "medium/ic-zip-writer.h"),  # our own files only
}

# Foreign headers, and where alone they belong.
FOREIGN = [
    (r"dcmtk/", r"^src/dicom/shim/.*\.(cc|hh)$|^tests/(fakes|practice)/.*\.(cc|hh)$"),
    (r"(libburn|libisofs)/|(libburn|libisofs)\.h", r"^src/disc/writer/"),
    (r"openjpeg\.h", r"^src/dicom/shim/.*\.cc$|^src/practice/"),
    (r"jpeglib\.h", r"^src/picture/"),
    (r"libdeflate\.h", r"^src/sidecar/|^tests/bench/"),
    (r"sqlite3\.h", r"^src/store/|^tests/store/"),
    (r"gtk/|adwaita|gdk/", r"^src/ui/|^tests/ui/"),
    (r"archive\.h|archive_entry\.h", r"^src/medium/|^tests/medium/"),
]

SQL = re.compile(r'"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|'
                 r'CREATE\s+(TABLE|INDEX|VIRTUAL|TRIGGER)\s|PRAGMA\s|BEGIN\s+IMMEDIATE|VACUUM\b)')


def folder_of(name):
    """The layer a file of src/ belongs to: "disc/writer" before "disc"."""
    parts = name.split("/")[1:-1]
    for length in range(len(parts), 0, -1):
        if "/".join(parts[:length]) in MAY_INCLUDE:
            return "/".join(parts[:length])
    return None


def check_own_includes(name, text):
    layer = folder_of(name)
    if layer is None:
        if name.count("/") > 1:
            yield f"{name}: folder unknown to tests/lint/boundaries.py"
        return
    for header in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.MULTILINE):
        if (layer, header) in ALSO or "/" not in header:
            continue  # the second: generated, beside the file
        theirs = folder_of("src/" + header)
        if theirs != layer and theirs not in MAY_INCLUDE[layer]:
            yield f"{name}: src/{layer} may not include {header}"


def check_foreign_includes(name, text):
    for header in re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', text, re.MULTILINE):
        for pattern, home in FOREIGN:
            if re.match(pattern, header) and not re.search(home, name):
                yield f"{name}: {header} does not belong here"


def check_text(name, text):
    bare = lint.without_comments(text)
    if name.startswith("src/ops/") and re.search(r"\bic_medium_(?!reader_|drop_cache\b)\w+\s*\(", bare):
        yield f"{name}: media are read by the worker only"
    if re.search(r"\bgoto\b", bare):
        yield f"{name}: goto"
    if name.startswith("src/") and not name.startswith("src/store/"):
        if SQL.search(lint.without_comments(text, keep_strings=True)):
            yield f"{name}: SQL outside src/store"
    if name.startswith("src/") and not name.startswith("src/ui/"):
        if re.search(r"\bic_\w+_get_default\s*\(", bare):
            yield f"{name}: singleton below src/ui"


def check_name(name):
    if re.search(r"(^|[-_/])utils?[-_.]", name):
        yield f"{name}: a helper lives with its noun, not among utilities"
    if re.search(r"\.(cc|hh)$", name) and not re.match(r"src/dicom/shim/|tests/(fakes|fuzz|practice)/", name):
        yield f"{name}: C++ belongs to src/dicom/shim"


def check(top, build):
    for name in lint.project_files(top):
        yield from check_name(name)
        if not lint.C_FILE.search(name):
            continue
        text = lint.read_text(top, name)
        if name.startswith("src/"):
            yield from check_own_includes(name, text)
        yield from check_foreign_includes(name, text)
        yield from check_text(name, text)


lint.main(check)
