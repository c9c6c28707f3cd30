# SPDX-License-Identifier: GPL-3.0-or-later
"""Counterparts of the benchmarks, on loopback: archives that hold a study, and courierctl with a data
directory of its own. Each is a context manager and ends what it began."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import bench

PR_SET_PDEATHSIG = 1
START_TIMEOUT_S = 60
STUDIES_MAX = 500  # compiled into dcmqrscp


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(nodelay):
    """DCMTK leaves Nagle's algorithm on unless TCP_NODELAY is 1."""
    result = {key: value for key, value in os.environ.items() if key != "TCP_NODELAY"}
    return {**result, "TCP_NODELAY": "1"} if nodelay else result


def answers(port, aet):
    command = ["echoscu", "-to", "2", "-aec", aet, "127.0.0.1", str(port)]
    return subprocess.run(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def spawn(command, **options):
    """A server in a session of its own, which even so does not outlive us."""
    return subprocess.Popen(command, start_new_session=True, **options,
                            preexec_fn=lambda: bench.libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM))


@contextmanager
def server(command, port, aet, nodelay=False):
    process = spawn(command, env=environment(nodelay), stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not answers(port, aet):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{command[0]} does not answer")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def dcmqrscp(folder, study, nodelay=False, destinations=()):
    """Stock dcmqrscp, its index of the files of @study in @folder, that may send to @destinations, pairs
    of AE title and port; yields the port, called ARCHIVE."""
    port = free_port()
    storage, config = os.path.join(folder, "archive"), os.path.join(folder, "dcmqrscp.cfg")
    if not os.path.isdir(storage):
        os.makedirs(storage)
        for start in range(0, len(study.files), 1000):
            subprocess.run(["dcmqridx", storage, *study.files[start:start + 1000]], check=True,
                           stdout=subprocess.DEVNULL)
    with open(config, "w", encoding="ascii") as file:
        hosts = "".join(f"{aet} = ({aet}, localhost, {where})\n" for aet, where in destinations)
        file.write(f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
                   f"HostTable BEGIN\n{hosts}HostTable END\nVendorTable BEGIN\nVendorTable END\n"
                   f"AETable BEGIN\nARCHIVE \"{storage}\" RW ({STUDIES_MAX}, 4096mb) ANY\n"
                   "AETable END\n")
    with server(["dcmqrscp", "-c", config], port, "ARCHIVE", nodelay):
        yield port


@contextmanager
def orthanc(folder, study, nodelay=False, destinations=()):
    """Orthanc without plugins, holding @study; the rest as above."""
    port, storage = free_port(), os.path.join(folder, "orthanc")
    config = os.path.join(folder, "orthanc.json")
    is_new = not os.path.isdir(storage)
    os.makedirs(storage, exist_ok=True)
    with open(config, "w", encoding="ascii") as file:
        json.dump({"StorageDirectory": storage, "IndexDirectory": storage, "Plugins": [],
                   "HttpServerEnabled": False, "DicomPort": port, "DicomAet": "ARCHIVE",
                   "DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True,
                   "DicomModalities": {aet: [aet, "127.0.0.1", where]
                                       for aet, where in destinations}}, file)
    command = [shutil.which("Orthanc") or "/usr/sbin/Orthanc", config]
    if is_new:
        with server(command, port, "ARCHIVE", nodelay=True):
            subprocess.run(["dcmsend", "-q", "-aec", "ARCHIVE", "+sd", "+r", "127.0.0.1", str(port),
                            study.folder], env=environment(True), check=True)
    with server(command, port, "ARCHIVE", nodelay):
        yield port


def send_files(listener, content, n_files):
    """To everybody who connects: @content so many times, each when the one before was taken."""
    while True:
        try:
            with listener.accept()[0] as peer:
                for _ in range(n_files):
                    peer.sendall(content)
                    peer.recv(1)
        except OSError:
            return


@contextmanager
def bare_sender(content, n_files):
    """For bench-floor; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=send_files, args=(listener, content, n_files), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def rude_pacs(folder, *options):
    """The test PACS over @folder; yields the port, called RUDE."""
    process = spawn([os.environ["IC_RUDE_PACS"], *options, folder], stdout=subprocess.PIPE)
    try:
        yield int(process.stdout.readline().split()[-1])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Receiver:
    """A program that takes what it is sent, called ARCHIVE: "storescp" or "orthanc", emptied and
    started anew before each run, because what it has already makes it faster or slower."""

    def __init__(self, folder, program, nodelay):
        self.folder, self.program, self.nodelay = folder, program, nodelay
        self.port, self.running = free_port(), None

    def command(self):
        storage = os.path.join(self.folder, "received")
        shutil.rmtree(storage, ignore_errors=True)
        os.makedirs(storage)
        if self.program == "storescp":
            return ["storescp", "-aet", "ARCHIVE", "-od", storage, str(self.port)]
        config = os.path.join(self.folder, "receiver.json")
        with open(config, "w", encoding="ascii") as file:
            json.dump({"StorageDirectory": storage, "IndexDirectory": storage, "Plugins": [],
                       "HttpServerEnabled": False, "DicomPort": self.port, "DicomAet": "ARCHIVE",
                       "DicomAlwaysAllowFind": True, "DicomAlwaysAllowStore": True}, file)
        return [shutil.which("Orthanc") or "/usr/sbin/Orthanc", config]

    def restart(self):
        self.stop()
        self.running = server(self.command(), self.port, "ARCHIVE", self.nodelay)
        self.running.__enter__()

    def stop(self):
        if self.running is not None:
            self.running.__exit__(None, None, None)
        self.running = None


class Courier:
    """courierctl with a data directory of its own and one node, PACS."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.node = None

    def reset(self, port, aet="ARCHIVE", listen_at=None):
        """A fresh data directory that knows the node, and is sent to at a port."""
        shutil.rmtree(self.data_dir, ignore_errors=True)
        self.know("PACS", port, aet)
        if listen_at:
            subprocess.run(self.command("settings", "--address", "127.0.0.1", "--port",
                                        str(listen_at)), check=True, stdout=subprocess.DEVNULL)

    def know(self, name, port, aet="ARCHIVE"):
        """One node more."""
        subprocess.run(self.command("node", "add", name, "--aet", aet, "--host", "127.0.0.1",
                                    "--port", str(port)), check=True, stdout=subprocess.DEVNULL)

    def command(self, *words):
        return [os.environ["IC_COURIERCTL"], "--data-dir", self.data_dir, *words]
