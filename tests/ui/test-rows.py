#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of rows for screen readers, on a screen of its own: row-names.c has the tests."""
import contextlib
import os
import subprocess
import sys

import desktop
from desktop import courier


def main():
    with contextlib.ExitStack() as scene:
        try:
            os.environ["DISPLAY"] = desktop.start_server(scene, 800, 600)
        except courier.Skip as reason:
            print(f"1..0 # SKIP {reason}")
            return 0
        os.environ["GTK_A11Y"] = "test"
        return subprocess.run([os.environ["ROW_NAMES"]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
