# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two commands fairly: they run alternately, each pair gives one ratio, and the median of
the ratios is the result. Wall time and the CPU time of the command with all its children are
measured; what a hook does before a run (dropping caches, removing output) is not.

    pairs = bench.compare(["ours", ...], ["theirs", ...], n=7, before=hook)
    sys.exit(0 if bench.report("iso", pairs, limit=1.3) else 1)
"""
import ctypes
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)

# Who stops a benchmark wants what it began to end as well: context managers see to that.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))


@dataclass
class Run:
    wall: float  # seconds
    cpu: float  # user + system seconds, children included
    peak_kb: int  # largest resident set


def reap(pid, process):
    """Waits for @process, then for what it left behind, whose CPU time nobody else would count."""
    _, status, usage = os.wait4(pid, 0)
    end = time.monotonic()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return end, cpu, peak
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss)


def measure(command, stdout):
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.monotonic()
    process = subprocess.Popen(command, shell=isinstance(command, str), stdout=stdout,
                               stderr=None if stdout == subprocess.DEVNULL else stdout)
    end, cpu, peak = reap(process.pid, process)
    return [process.returncode, end - start, cpu, peak]


def run(command, stdout=subprocess.DEVNULL):
    """One run of @command, a list or a shell line; its output is dropped or goes to the file
    @stdout, a failure ends us. A process between us and it sees that no child escapes."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, json.dumps(measure(command, stdout)).encode())
        finally:
            os._exit(0)  # whatever happens: what we inherited is for our parent to clean up
    os.close(writer)
    with os.fdopen(reader) as answer:
        code, wall, cpu, peak = json.load(answer)
    os.waitpid(pid, 0)
    if code != 0:
        sys.exit(f"{command} ended with {code}")
    return Run(wall, cpu, peak)


def compare(ours, theirs, n=7, before=None, warm_up=True, stdout=subprocess.DEVNULL):
    """@n pairs (ours, theirs) of Run; who goes first alternates. @before("ours"|"theirs") is
    called before each run. One unmeasured pair goes first unless @warm_up is False."""
    pairs = []
    for i in range(-1 if warm_up else 0, n):
        results = {}
        order = ["ours", "theirs"] if i % 2 == 0 else ["theirs", "ours"]
        for side in order:
            if before:
                before(side)
            results[side] = run(ours if side == "ours" else theirs, stdout)
        if i >= 0:
            pairs.append((results["ours"], results["theirs"]))
    return pairs


def spread(values):
    return f"{statistics.median(values):.3f} ({min(values):.3f}..{max(values):.3f})"


def judge(what, value, bar, at_least=False):
    """Prints whether @value keeps within @bar; a miss is told, it does not end us."""
    met = value >= bar if at_least else value <= bar
    print(f"  bar      {what} {'>=' if at_least else '<='} {bar:g}: {value:.3f} "
          f"{'PASS' if met else 'MISSED'}", flush=True)
    return met


def report(name, pairs, limit=None, cpu_limit=None, faster=None):
    """Prints medians and ratios with their spread; False when a median ratio exceeds its limit.
    @faster asks that theirs takes that many times as long as ours."""
    wall = [a.wall / b.wall for a, b in pairs]
    cpu = [a.cpu / b.cpu for a, b in pairs if b.cpu > 0] or [0]
    speed = [1 / ratio for ratio in wall]
    print(f"{name}: {len(pairs)} pairs, load {os.getloadavg()[0]:.1f}")
    print(f"  wall s   ours {spread([a.wall for a, _ in pairs])}"
          f"   theirs {spread([b.wall for _, b in pairs])}")
    print(f"  cpu s    ours {spread([a.cpu for a, _ in pairs])}"
          f"   theirs {spread([b.cpu for _, b in pairs])}")
    print(f"  peak MB  ours {max(a.peak_kb for a, _ in pairs) / 1024:.0f}"
          f"   theirs {max(b.peak_kb for _, b in pairs) / 1024:.0f}")
    print(f"  ratio    wall {spread(wall)}   cpu {spread(cpu)}   faster by {spread(speed)}",
          flush=True)
    good = faster is None or judge("times faster", statistics.median(speed), faster, at_least=True)
    for what, values, bar in (("wall", wall, limit), ("cpu", cpu, cpu_limit)):
        if bar is not None:
            good = judge(what, statistics.median(values), bar) and good
    return good


def drop_cache(path):
    """Makes the kernel forget one file, or every file below a folder."""
    paths = [path]
    if os.path.isdir(path):
        paths = [os.path.join(d, f) for d, _, files in os.walk(path) for f in files]
    for name in paths:
        fd = os.open(name, os.O_RDONLY)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def flush_disk(path):
    """Waits until the file system of @path has nothing left to write from an earlier run."""
    fd = os.open(path, os.O_RDONLY)
    libc.syncfs(fd)
    os.close(fd)


def make_tree(root, total_bytes, n_files):
    """A file-set like tree of @n_files incompressible files of 512 KB or what @total_bytes asks."""
    size = total_bytes // n_files
    block = os.urandom(size + n_files)
    os.makedirs(root, exist_ok=True)
    with open(os.path.join(root, "DICOMDIR"), "wb") as file:
        file.write(block[:n_files * 200])
    for i in range(n_files):
        folder = os.path.join(root, "DICOM", "S0001", f"SE{i // 500 + 1:04d}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"I{i % 500 + 1:07d}"), "wb") as file:
            file.write(block[i:i + size])


def environment_size():
    """(bytes, files) of a benchmark: IC_BENCH_MB (default 1024) and IC_BENCH_FILES (2000)."""
    return (int(os.environ.get("IC_BENCH_MB", "1024")) << 20,
            int(os.environ.get("IC_BENCH_FILES", "2000")))


def environment_pairs():
    return int(os.environ.get("IC_BENCH_PAIRS", "7"))
