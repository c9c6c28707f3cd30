#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every source file is compiled, and every test that stands in a folder is run: what meson knows of
the build is held against the files. Fuzz targets are built on demand only, so their list is read."""
import json
import os
import re

import lint


def read_info(build, name):
    with open(os.path.join(build, "meson-info", name), encoding="utf-8") as file:
        return json.load(file)


def targets_by_source(top, build):
    """Relative source path -> files that are built from it."""
    made_from = {}
    for target in read_info(build, "intro-targets.json"):
        for group in target.get("target_sources", []):
            for source in group.get("sources", []):
                built = made_from.setdefault(os.path.relpath(os.path.realpath(source), top), set())
                built.update(map(os.path.realpath, target["filename"]))
    return made_from


def words_run(build):
    """Every word on the command line of a test or benchmark."""
    words = set()
    for name in ("intro-tests.json", "intro-benchmarks.json"):
        for test in read_info(build, name):
            words.update(os.path.realpath(word) if "/" in word else word for word in test["cmd"])
    return words


def is_fuzz_target_listed(top, name):
    stem = re.sub(r"^fuzz-|\.(c|cc)$", "", os.path.basename(name))
    listing = os.path.join(os.path.dirname(name), "meson.build")
    if not os.path.exists(os.path.join(top, listing)):
        return False
    text = lint.read_text(top, listing)
    return f"'{stem}'" in text or f"'{os.path.basename(name)}'" in text


def check(top, build):
    top = os.path.realpath(top)
    made_from, words = targets_by_source(top, build), words_run(build)
    for name in lint.project_files(top, r"^(src|tests)/.*\.(c|cc)$"):
        if name.startswith("tests/fuzz/"):
            if not is_fuzz_target_listed(top, name):
                yield f"{name}: not in a meson.build"
        elif name not in made_from:
            yield f"{name}: not in a meson.build"
        elif os.path.basename(name).startswith("test-") and not made_from[name] & words:
            yield f"{name}: built, but not run as a test"
    for name in lint.project_files(top, r"^tests/.*/test[-_][^/]*\.(py|sh)$|^tests/.*/test-[^./]*$"):
        if os.path.join(top, name) not in words:
            yield f"{name}: not run as a test"


lint.main(check)
