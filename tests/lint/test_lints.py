#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants one fault at a time in a small project and sees that the lint for it goes red, by name; and
that it is green without."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
SKIP = 77

PO_HEAD = ('msgid ""\nmsgstr ""\n"Language: de\\n"\n"MIME-Version: 1.0\\n"\n'
           '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
           '"Project-Id-Version: x\\n"\n"PO-Revision-Date: 2026-02-14 12:00+0000\\n"\n'
           '"Last-Translator: x\\n"\n"Language-Team: x\\n"\n'
           '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n')
TEXTS = LICENCE + "const char *\ntext (void)\n{\n  return _ (%s);\n}\n"

GOOD = {
    "src/core/ic-error.h": LICENCE + "#pragma once\n\nint ic_error (void);\n",
    "src/core/ic-error.c": LICENCE + '#include "core/ic-error.h"\n\n'
                           "int\nic_error (void)\n{\n  return 0; /* goto is not said here */\n}\n",
    "src/domain/ic-name.h": LICENCE + "#pragma once\n",
    "src/store/ic-name-repo.c": LICENCE + 'const char *sql = "SELECT name FROM person";\n',
    "src/core/ic-text.c": TEXTS % '"%s images"',
    "po/LINGUAS": "de\n",
    "po/POTFILES": "# files\nsrc/core/ic-text.c\n",
    "po/de.po": PO_HEAD + 'msgid "%s images"\nmsgstr "%s Bilder"\n',
    "tests/core/test-error.c": LICENCE + "int\nmain (void)\n{\n  return 0;\n}\n",
    "tests/fuzz/fuzz-name.c": LICENCE + "int fuzz;\n",
    "tests/fuzz/meson.build": "foreach name : ['name']\nendforeach\n",
    "README.md": "What it is.\n",
    ".clang-format": "BasedOnStyle: GNU\n",
}


def function_of(lines):
    return "int\nlong_one (int n)\n{\n" + "  n++;\n" * (lines - 5) + "  return n;\n}\n"


# lint, what the fault is, file, its text, what the lint must say
FAULTS = [
    ("boundaries", "core includes domain", "src/core/ic-error.c",
     LICENCE + '#include "domain/ic-name.h"\n', "may not include domain/ic-name.h"),
    ("boundaries", "store includes dicom", "src/store/ic-a.c",
     LICENCE + '#include "dicom/ic-net.h"\n', "may not include dicom/ic-net.h"),
    ("boundaries", "a layer nobody knows", "src/misc/ic-a.c", LICENCE, "folder unknown"),
    ("boundaries", "dcmtk in C", "src/core/ic-a.c",
     LICENCE + "#include <dcmtk/dcmdata/dctk.h>\n", "dcmtk/dcmdata/dctk.h does not belong"),
    ("boundaries", "libburn outside the writer", "src/ops/ic-a.c",
     LICENCE + "#include <libburn/libburn.h>\n", "libburn/libburn.h does not belong"),
    ("boundaries", "GTK below the interface", "src/core/ic-a.c",
     LICENCE + "#include <gtk/gtk.h>\n", "gtk/gtk.h does not belong"),
    ("boundaries", "SQL outside the store", "src/domain/ic-a.c",
     LICENCE + 'const char *s = "SELECT x FROM y";\n', "SQL outside src/store"),
    ("boundaries", "goto", "src/core/ic-a.c", LICENCE + "void f (void) { goto out; out:; }\n", "goto"),
    ("boundaries", "a utils file", "src/core/ic-utils.c", LICENCE, "lives with its noun"),
    ("boundaries", "C++ in core", "src/core/ic-a.cc", LICENCE, "C++ belongs"),
    ("boundaries", "a singleton", "src/core/ic-a.c",
     LICENCE + "void *ic_store_get_default (void);\n", "singleton"),
    ("boundaries", "a medium read outside the worker", "src/ops/ic-a.c",
     LICENCE + "void *m (void) { return ic_medium_open_image (3); }\n", "by the worker only"),
    ("words", "no licence", "src/core/ic-a.c", "int a;\n", "not the licence"),
    ("words", "a machine path", "README.md", "See /wo" + "rk/main.\n", "a path of one machine"),
    ("words", "a path outside", "README.md", "See ../sha" + "red/x.\n", "outside the project"),
    ("words", "how it was made", "README.md", "Done in one sit" + "ting.\n", "how the work"),
    ("words", "a registry", "README.md", "From py" + "pi.org.\n", "a package registry"),
    ("words", "left for later", "src/core/ic-a.c", LICENCE + "/* TO" + "DO */\n", "unfinished"),
    ("words", "an object file", "src/core/ic-a.o", "x", "generated"),
    ("words", "a generated text", "src/core/ic-a.c", LICENCE + "/* DO NOT ED" + "IT */\n",
     "generated"),
    ("lengths", "a long function", "src/core/ic-a.c", LICENCE + function_of(102),
     "long_one has 101 lines"),
    ("lengths", "a long file", "src/core/ic-a.c", LICENCE + "\n" * 800, "801 lines"),
    ("layout", "another layout", "src/core/ic-a.c", LICENCE + "int a(void){return 0;}\n",
     "clang-format would change it"),
    ("registered", "a source that is not built", "src/core/ic-a.c", LICENCE, "not in a meson.build"),
    ("registered", "a test that is built but not run", "tests/core/test-idle.c", LICENCE,
     "built, but not run"),
    ("registered", "a script that is not run", "tests/core/test-idle.py", "", "not run as a test"),
    ("registered", "a fuzz target that is not listed", "tests/fuzz/fuzz-idle.c", LICENCE,
     "not in a meson.build"),
    ("translations", "a file that is not listed", "src/core/ic-a.c", TEXTS % '"%s images"',
     "src/core/ic-a.c has texts, but is not listed"),
    ("translations", "a listed file without texts", "po/POTFILES",
     "src/core/ic-error.c\nsrc/core/ic-text.c\n", "src/core/ic-error.c is listed, but has no texts"),
    ("translations", "a text without a translation", "src/core/ic-text.c",
     TEXTS % '"%s images"' + (TEXTS % '"Study"')[len(LICENCE):].replace("text (", "other ("),
     "not translated: Study"),
    ("translations", "a fuzzy translation", "po/de.po",
     PO_HEAD + '#, fuzzy\nmsgid "%s images"\nmsgstr "%s Bilder"\n', "fuzzy: %s images"),
    ("translations", "a wrong format", "po/de.po",
     PO_HEAD + '#, c-format\nmsgid "%s images"\nmsgstr "%u Bilder"\n', "msgstr"),
    ("translations", "a language without its file", "po/LINGUAS", "de\nfr\n", "po/fr.po"),
]


def write(top, name, text):
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_build(top):
    """What meson would have written about GOOD and test-idle.c."""
    sources = [n for n in GOOD if n.endswith(".c") and "fuzz" not in n] + ["tests/core/test-idle.c"]
    targets = [{"filename": [f"/build/{os.path.basename(name)[:-2]}"],
                "target_sources": [{"sources": [os.path.join(os.path.realpath(top), name)]}]}
               for name in sources]
    write(top, "_build/meson-info/intro-targets.json", json.dumps(targets))
    write(top, "_build/meson-info/intro-tests.json", json.dumps([{"cmd": ["/build/test-error"]}]))
    write(top, "_build/meson-info/intro-benchmarks.json", "[]")


def run(lint, extra):
    with tempfile.TemporaryDirectory(prefix="ic-lint-") as top:
        write_build(top)
        for name, text in {**GOOD, **extra}.items():
            write(top, name, text)
        command = [sys.executable, "-B", os.path.join(HERE, lint + ".py"), top, top + "/_build"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        return answer.returncode, answer.stdout + answer.stderr


def main():
    lints = sorted({fault[0] for fault in FAULTS})
    cases = [(lint, f"{lint} is green without a fault", {}, 0, "") for lint in lints]
    cases += [(lint, f"{lint} finds {what}", {name: text}, 1, said)
              for lint, what, name, text, said in FAULTS]
    print(f"1..{len(cases)}")
    bad = 0
    for number, (lint, title, extra, expected, said) in enumerate(cases, 1):
        code, output = run(lint, extra)
        good = code == expected and said in output
        if code == SKIP:
            print(f"ok {number} {title} # SKIP its tool is missing")
            continue
        bad += not good
        print(f"{'ok' if good else 'not ok'} {number} {title}")
        if not good:
            print("\n".join("# " + line for line in [f"ended with {code}"] + output.splitlines()))
    return 1 if bad else 0


sys.exit(main())
