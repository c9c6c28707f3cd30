# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs courierctl as people do and looks at what it prints; reports in TAP.

Usage of a test file: functions named test_*, then courier_test.main (globals ()).
Its command line: COURIERCTL COURIERCTL-WITH-FAKE-JOBS FILL-DATA-DIR.
"""
import json
import os
import subprocess
import sys
import tempfile
import traceback

COURIERCTL, FAKE, FILL = sys.argv[1:4]


class Outcome:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout.decode("utf-8")
        self.err = process.stderr.decode("utf-8")

    def json(self):
        return json.loads(self.out)


class Desk:
    """A data directory of its own that is gone after the test."""

    def __init__(self, filled=False):
        self.folder = tempfile.TemporaryDirectory(prefix="courierctl-")
        self.path = os.path.join(self.folder.name, "data")
        if filled:
            subprocess.run([FILL, self.path], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.folder.cleanup()

    def environment(self, fake=None, **more):
        env = {**os.environ, "IC_DATA_DIR": self.path, "LC_ALL": "C.UTF-8", "TZ": "UTC", **more}
        if fake is not None:
            env["IC_FAKE"] = fake
        return env

    def command(self, args, fake=None):
        return [COURIERCTL if fake is None else FAKE, *args]

    def run(self, *args, fake=None, keys="", **more):
        stdin = keys if isinstance(keys, bytes) else keys.encode("utf-8")
        return Outcome(subprocess.run(self.command(args, fake), input=stdin, timeout=60,
                                      capture_output=True, env=self.environment(fake, **more)))

    def add_node(self, name="PACS"):
        outcome = self.run("node", "add", name, "--aet", "ARCHIVE", "--host", "127.0.0.1",
                           "--port", "104")
        assert outcome.code == 0, outcome.err


def expect(outcome, code, *, err=None, out=None):
    """The exit code, and one sentence on standard error or none."""
    assert outcome.code == code, (outcome.code, outcome.out, outcome.err)
    if code != 0:
        lines = outcome.err.splitlines()
        assert len(lines) >= 1 and lines[-1].endswith("."), outcome.err
    else:
        assert outcome.err == "", outcome.err
    for text in [err] if isinstance(err, str) else err or []:
        assert text.lower() in outcome.err.lower(), (text, outcome.err)
    for text in [out] if isinstance(out, str) else out or []:
        assert text in outcome.out, (text, outcome.out)


def main(names):
    tests = [(name, call) for name, call in names.items() if name.startswith("test_")]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, call) in enumerate(tests, 1):
        try:
            call()
            print(f"ok {number} {name}", flush=True)
        except Exception:  # a test that goes wrong in any way has failed
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} {name}", flush=True)
    sys.exit(1 if failed else 0)
