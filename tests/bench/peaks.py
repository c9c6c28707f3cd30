# SPDX-License-Identifier: GPL-3.0-or-later
"""The largest resident set of every process of courierctl while tiny images in one series are retrieved,
written as a folder and as a disc image, without the viewer and with it, and verified."""
import os
import shutil
import subprocess
import sys
import time

import peers
import studies

POLL_S = 0.01
KEYS = f"patient-id={studies.PATIENT_ID}\npatient-name={studies.PATIENT_NAME}\n" \
       "recipient=Benchmark\nreason=benchmark\n"

# what each is called, and what courierctl is told; all but the last are deleted at once
EXPORTS = {
    "folder": ("--to", "folder", "--viewer", "none"),
    "iso with the viewer": ("--to", "iso", "--viewer", "lossless"),
    "iso": ("--to", "iso", "--viewer", "none"),
}


def read_processes(root):
    """{pid: (name, peak in kB)} of @root and what descends from it."""
    parents, found = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
                fields = dict(line.split(":", 1) for line in file)
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                words = file.read().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(pid)] = int(fields["PPid"])
        if "VmHWM" in fields:
            name = " ".join([os.path.basename(words[0]), *words[1:2]])
            found[int(pid)] = (name, int(fields["VmHWM"].split()[0]))
    return {pid: value for pid, value in found.items() if is_below(pid, root, parents)}


def is_below(pid, root, parents):
    while pid in parents and pid != root:
        pid = parents[pid]
    return pid == root


def watch(act, command, peaks, keys=""):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    process.stdin.write(keys)
    process.stdin.close()
    while process.poll() is None:
        for name, peak in read_processes(process.pid).values():
            # between fork and exec a child is a copy of its parent
            if name.startswith("courier-") or name.startswith("courierctl"):
                key = f"{act}, {name.split(' --data-dir')[0]}"
                peaks[key] = max(peaks.get(key, 0), peak)
        time.sleep(POLL_S)
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}")


def make_viewer(folder):
    """A viewer that does nothing: its data is what takes memory."""
    os.makedirs(folder)
    for name in ("VIEWER.JS", "PDF.JS", "LICENSE.TXT"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(f"/* {name} */\n")
    os.environ["IC_VIEWER_DIR"] = folder


def measure(top, n_images, more_exports=None):
    """{"export to iso, courierctl": kB, ...}, with files in the folder @top."""
    os.makedirs(top, exist_ok=True)
    peaks = {}
    study = studies.make(os.path.join(top, "study"), 1, n_images, side=8)
    courier = peers.Courier(os.path.join(top, "data"))
    output = os.path.join(top, "output")
    with peers.rude_pacs(study.folder) as port:
        courier.reset(port, "RUDE")
        watch("retrieve", courier.command("retrieve", "PACS", "--study", study.uid), peaks)
    make_viewer(os.path.join(top, "viewer"))
    for name, words in {**(more_exports or {}), **EXPORTS}.items():
        shutil.rmtree(output, ignore_errors=True)
        os.makedirs(output)
        watch(f"export to {name}",
              courier.command("export", "--study", study.uid, *words, "--keys", "-",
                              "--output", os.path.join(output, "medium")), peaks, KEYS)
    watch("verify", courier.command("verify", os.path.join(output, "medium")), peaks)
    return peaks
