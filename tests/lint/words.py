#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licence line, nothing that is true on one machine only, and nothing generated."""
import re

import lint

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
LICENSED = re.compile(r"\.(c|cc|h|hh|py|sql|ts)$|^scripts/|^\.ci/run$")

# The brackets keep these lines from finding themselves.
FORBIDDEN = [
    (r"(?<![\w.])/wor[k]/", "a path of one machine"),
    (r"(?<![\w.])/tmp/[w]/", "a path of one machine"),
    (r"(?<![\w.])/(home|Users)/[a-z]\w+/", "a path of one machine"),
    (r"\.\./share[d]\b", "a path outside the project"),
    (r"\bsitting[s]?\b", "how the work is organised"),
    (r"\bissues? #?\d", "how the work is organised"),
    (r"\bissues sho[w]\b", "how the work is organised"),
    (r"\bworktre[e]s?\b", "how the work is organised"),
    (r"\b(pypi\.or[g]|registry\.npmjs|crates\.i[o]|proxy\.golang|deb\.debian\.or[g]|rubygems\.or[g])",
     "a package registry"),
    (r"\b(TOD[O]|FIXM[E]|XX[X])\b", "unfinished"),
]
ALLOWED = {(".ci/run", "a path outside the project")}

GENERATED_NAME = re.compile(r"\.(o|a|so|pyc|orig|rej|log|iso|gresource|profraw|gcda|gcno)$|~$|"
                            r"(^|/)(compile_commands\.json|core|__pycache__/.*)$")
GENERATED_TEXT = re.compile(r"DO NOT EDI[T]|[Tt]his file is generate[d]|autogenerate[d]")


def check_lines(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in FORBIDDEN:
            found = re.search(pattern, line)
            if found and (name, what) not in ALLOWED:
                yield f"{name}:{number}: {what}: {found.group(0)}"


def check_licence(name, text):
    lines = text.splitlines()
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    if LICENSED.search(name) and (not lines or LICENCE not in lines[0]):
        yield f"{name}: the first line is not the licence"


def check(top, build):
    for name in lint.project_files(top):
        if GENERATED_NAME.search(name):
            yield f"{name}: generated"
        text = lint.read_text(top, name)
        if text is None or name == "LICENSE":
            continue
        yield from check_licence(name, text)
        yield from check_lines(name, text)
        if GENERATED_TEXT.search(text[:2000]):
            yield f"{name}: generated"


lint.main(check)
