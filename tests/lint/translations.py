#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""po/POTFILES lists exactly the files that have texts for people, and every language of po/LINGUAS has
all of them: nothing untranslated, nothing fuzzy, format strings and plural forms right."""
import os
import re
import shutil
import subprocess
import tempfile

import lint

TOOLS = ("xgettext", "msgmerge", "msgfmt", "msgattrib")
CANDIDATES = r"^src/.*\.(c|h)$|^ui/.*\.ui$|^data/.*\.(desktop|metainfo\.xml)\.in$"
# those of the preset 'glib' that po/meson.build asks meson for
EXTRACTION = ["xgettext", "--from-code=UTF-8", "--add-comments", "--add-location=file",
              "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
              "--keyword=g_dcgettext:2", "--keyword=g_dngettext:2,3", "--keyword=g_dpgettext2:2c,3",
              "--flag=N_:1:pass-c-format", "--flag=C_:2:pass-c-format",
              "--flag=NC_:2:pass-c-format", "--flag=g_dngettext:2:pass-c-format",
              "--flag=g_strdup_printf:1:c-format", "--flag=g_string_printf:2:c-format",
              "--flag=g_string_append_printf:2:c-format", "--flag=g_set_error:4:c-format"]


def read_list(top, name):
    lines = (lint.read_text(top, name) or "").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def extract(top, names, template):
    """What xgettext says against the texts."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    answer = run([*EXTRACTION, "--output", template, *names], cwd=top, env=environment)
    return answer.stderr if answer.returncode != 0 else ""


def files_with_texts(template):
    if not os.path.exists(template):
        return set()
    with open(template, encoding="utf-8") as file:
        return {name for line in file if line.startswith("#: ") for name in line[3:].split()}


def check_listing(top, template):
    listed, found = read_list(top, "po/POTFILES"), files_with_texts(template)
    if listed != sorted(listed):
        yield "po/POTFILES: not in order"
    for name in sorted(found - set(listed)):
        yield f"po/POTFILES: {name} has texts, but is not listed"
    for name in sorted(set(listed) - found):
        yield f"po/POTFILES: {name} is listed, but has no texts"


def texts_of(answer):
    """The first words of each entry in the output of msgattrib."""
    entries = re.findall(r'^msgid ("(?:.*)"(?:\n".*")*)', answer, re.MULTILINE)
    texts = ["".join(re.findall(r'"(.*)"', entry)) for entry in entries]
    return [text[:60] for text in texts if text]


def check_language(top, language, template, merged):
    name = f"po/{language}.po"
    path = os.path.join(top, name)
    if not os.path.exists(path):
        yield f"{name}: listed in po/LINGUAS, but not there"
        return
    answer = run(["msgfmt", "--check", "--output-file=/dev/null", path])
    if answer.returncode != 0:
        yield f"{name}: {answer.stderr.strip()}"
    for text in texts_of(run(["msgattrib", "--only-fuzzy", "--no-obsolete", path]).stdout):
        yield f"{name}: fuzzy: {text}"
    run(["msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", merged, path, template])
    for text in texts_of(run(["msgattrib", "--untranslated", merged]).stdout):
        yield f"{name}: not translated: {text}"


def check_all(top):
    with tempfile.TemporaryDirectory(prefix="ic-lint-") as folder:
        template = os.path.join(folder, "template.pot")
        said = extract(top, lint.project_files(top, CANDIDATES), template)
        if said:
            yield f"xgettext: {said}"
        yield from check_listing(top, template)
        for language in read_list(top, "po/LINGUAS"):
            yield from check_language(top, language, template, os.path.join(folder, language))


def check(top, build):
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"# no {', '.join(missing)}")
        return None
    return check_all(top)


lint.main(check)
