# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lints share: which files belong to the project, and how a finding is told.

A lint is run as NAME.py SOURCE-FOLDER BUILD-FOLDER. It prints one finding a line and ends with 1 when
there was one, with 77 when a tool that it needs is missing.
"""
import os
import re
import subprocess
import sys

SKIP = 77
C_FILE = re.compile(r"\.(c|cc|h|hh)$")


def list_by_git(top):
    command = ["git", "-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in answer.decode().split("\0") if name]


def list_by_walking(top):
    names = []
    for folder, below, files in os.walk(top):
        below[:] = [b for b in below if not b.startswith(("_build", "build", ".git", "__pycache__"))]
        names += [os.path.relpath(os.path.join(folder, file), top) for file in files]
    return names


def project_files(top, pattern=None):
    """Paths relative to top, sorted; those that git ignores are not of the project."""
    names = list_by_git(top) if os.path.exists(os.path.join(top, ".git")) else None
    if names is None:
        names = list_by_walking(top)
    return sorted(name for name in names
                  if os.path.isfile(os.path.join(top, name))
                  and (pattern is None or re.search(pattern, name)))


def read_text(top, name):
    """None when the file is not text."""
    with open(os.path.join(top, name), "rb") as file:
        data = file.read()
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


def without_comments(text, keep_strings=False):
    """C text with comments (and what stands in string literals) blanked, line numbers kept."""
    def blank(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found if keep_strings else found[0] * 2
        return "\n" * found.count("\n") or " "
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.DOTALL)


def main(check):
    """Runs check(top, build), which yields findings, or None when it cannot look."""
    top, build = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    findings = check(top, build)
    if findings is None:
        sys.exit(SKIP)
    findings = list(findings)
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
