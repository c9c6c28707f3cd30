#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions of at most 100 lines, files of at most 800; functions over 60 lines are named."""
import json
import shutil
import subprocess

import lint

FUNCTION_LINES = 100
FUNCTION_LINES_TOLD = 60
FILE_LINES = 800


def list_functions(top, names):
    command = ["ctags", "-L", "-", "--languages=C,C++", "--kinds-C=f", "--kinds-C++=f",
               "--map-C=-.h", "--map-C++=+.h.hh", "--fields=+ne", "--output-format=json", "-f", "-"]
    answer = subprocess.run(command, cwd=top, input="\n".join(names), capture_output=True,
                            text=True, check=True).stdout
    for line in answer.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["end"] - tag["line"] + 1, tag["path"], tag["name"]


def check_functions(top):
    lengths = sorted(list_functions(top, lint.project_files(top, lint.C_FILE)), reverse=True)
    if lengths:
        print(f"# {len(lengths)} functions, median {lengths[len(lengths) // 2][0]} lines, "
              f"95 % at most {lengths[len(lengths) // 20][0]}")
    for length, path, name in lengths:
        if length > FUNCTION_LINES:
            yield f"{path}: {name} has {length} lines"
        elif length > FUNCTION_LINES_TOLD:
            print(f"# long: {path}: {name}, {length} lines")


def check_files(top):
    for name in lint.project_files(top, r"\.(c|cc|h|hh|py|ts|ui|sql)$"):
        lines = (lint.read_text(top, name) or "").count("\n")
        if lines > FILE_LINES:
            yield f"{name}: {lines} lines"


def can_count():
    if shutil.which("ctags") is None:
        return False
    answer = subprocess.run(["ctags", "--list-features"], capture_output=True, text=True, check=False)
    return "json" in answer.stdout


def check(top, build):
    if not can_count():
        print("# no ctags that writes JSON")
        return None
    return list(check_files(top)) + list(check_functions(top))


lint.main(check)
