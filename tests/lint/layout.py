#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-format owns the layout of C and C++. Versions differ, so only one is asked."""
import re
import subprocess

import lint

VERSION = "14"


def find_program():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        try:
            answer = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        if re.search(rf"version {VERSION}\.", answer.stdout):
            return name
    return None


def check(top, build):
    program = find_program()
    if program is None:
        print(f"# no clang-format {VERSION}")
        return None
    names = lint.project_files(top, lint.C_FILE)
    answer = subprocess.run([program, "--dry-run", "-Werror", "--style=file", *names], cwd=top,
                            capture_output=True, text=True, check=False)
    findings = set(re.findall(r"^([^:\n]+):\d+:\d+: error", answer.stderr, re.MULTILINE))
    if answer.returncode != 0 and not findings:
        return [answer.stderr]
    return [f"{name}: clang-format would change it" for name in sorted(findings)]


lint.main(check)
