# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests have in common: a TAP writer, a desk (data directory and courierctl),
and PACSs on loopback that are started for one test and end with it. Programs are named by the
environment (tests/e2e/meson.build); only processes started here are ended, by their id."""
import contextlib
import fcntl
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

import pydicom

HOST = "127.0.0.1"
TIMEOUT = 60
QUICK = {"TCP_NODELAY": "1"}  # DCMTK waits 40 ms an image without

MEMBERS_OF_TRANSFER = {
    "transfer", "state", "basis", "expected", "retrieved", "written", "verified", "output",
    "log_head", "missing", "extra", "series"}
MEMBERS_OF_STUDY = {
    "patient_id", "patient_name", "birth_date", "sex", "study_uid", "study_date", "accession",
    "modalities", "description", "series_count", "instance_count"}


class Skip(Exception):
    """Raised by a test that lacks something of this machine."""


def program(name):
    """The path of a program of ours, which meson puts into the environment."""
    return os.environ[name]


def need(name):
    """The path of somebody else's program, or the test is skipped."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if found is None:
        raise Skip(f"{name} is not installed")
    return found


def equal(actual, expected, what=""):
    if actual != expected:
        raise AssertionError(f"{what or 'value'}: {repr(actual)[:2000]}, "
                             f"expected {repr(expected)[:2000]}")


def contains(text, part):
    if part not in text:
        raise AssertionError(f"{part!r} is not in {text!r}")


def wait_for(condition, what, seconds=TIMEOUT, pause=0.02):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(pause)
    raise AssertionError(f"waited {seconds} s for {what}")


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


# TAP

def main(names):
    """Runs every test_… function of @names (or those named on the command line), each with a fresh
    Scene, and ends the program."""
    tests = [(name, what) for name, what in names.items() if name.startswith("test_")]
    if len(sys.argv) > 1:
        tests = [(name, what) for name, what in tests if name in sys.argv[1:]]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        started_at = time.monotonic()
        verdict, note = run_one(function)
        failed += verdict == "not ok"
        print(f"# {name}: {time.monotonic() - started_at:.1f} s")
        print(f"{verdict} {number} - {name}{note}", flush=True)
    sys.exit(1 if failed else 0)


def run_one(function):
    try:
        with Scene() as scene:
            function(scene)
    except Skip as skip:
        return "ok", f" # SKIP {skip}"
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()  # to stderr: of a failed program meson prints no more
        return "not ok", ""
    return "ok", ""


# Invented patients

@functools.cache
def phantoms():
    """The folder of the generator's files, made once for each build of the generator."""
    stat = os.stat(program("COURIER_PHANTOM"))
    folder = pathlib.Path(program("E2E_CACHE")) / "e2e-phantoms"
    stamp, wanted = folder / "made-by", f"{stat.st_mtime_ns} {stat.st_size}"
    with open(f"{folder}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([program("COURIER_PHANTOM"), folder / "files"], check=True)
            stamp.write_text(wanted)
    return folder / "files"


@functools.cache
def phantom_list():
    """One dict a study, as courier-phantom --list says."""
    output = subprocess.run([program("COURIER_PHANTOM"), "--list"], check=True,
                            capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


@functools.cache
def phantom_headers():
    """Path of each of the generator's files -> its pydicom data set without pixels."""
    return {path: pydicom.dcmread(path, stop_before_pixels=True)
            for path in dicom_files(phantoms())}


def personal_data():
    """What stands for an invented patient and must not turn up where it does not belong."""
    words = set()
    for header in phantom_headers().values():
        words.update({str(header.PatientID), header.PatientBirthDate})
        words.update(part for part in re.split(r"[\^=. ]", str(header.PatientName)) if len(part) > 3)
    return words - {"Practice"}


def dicom_files(folder):
    return sorted(path for path in pathlib.Path(folder).rglob("*")
                  if path.is_file() and path.read_bytes()[128:132] == b"DICM")


def data_set(path):
    """The bytes of a file behind its meta header."""
    content = pathlib.Path(path).read_bytes()
    length = int.from_bytes(content[140:144], "little")  # (0002,0000) comes first
    return content[144 + length:]


def sha256_of_data_set(path):
    return hashlib.sha256(data_set(path)).hexdigest()


def mount(scene, folder, size):
    """A tmpfs at @folder that goes with the test; only root may."""
    if os.geteuid() != 0:
        raise Skip("only root may mount")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "e2e", folder],
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise Skip("a tmpfs cannot be mounted here")
    scene.callback(subprocess.run, ["umount", folder], check=True)


# courierctl

class Answer:
    """How courierctl ended: code, stdout, stderr, and json where it printed any."""

    def __init__(self, code, stdout, stderr):
        self.code, self.stdout, self.stderr = code, stdout, stderr
        self.json = json.loads(stdout) if stdout.lstrip()[:1] in ("{", "[") else None

    def __repr__(self):
        return f"<exit {self.code}; {self.stderr.strip()}; {self.stdout[:2000]}>"


class Desk:
    """A data directory and the courierctl that works on it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.tmp = self.folder / "tmp"
        self.tmp.mkdir(parents=True)
        self.stderr, self.extra_environment = [], {}

    def environment(self):
        return {**os.environ, "IC_DATA_DIR": str(self.data), "TMPDIR": str(self.tmp),
                **self.extra_environment}

    def start(self, *words, keys=None):
        """courierctl --json WORDS, running; @keys are the lines of --keys -."""
        words = [*map(str, words), *(["--keys", "-"] if keys else [])]
        process = subprocess.Popen(
            [program("COURIERCTL"), "--json", *words], env=self.environment(), text=True,
            stdin=subprocess.PIPE if keys else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        if keys:
            process.stdin.write("".join(f"{key}={value}\n" for key, value in keys.items()))
            process.stdin.close()
            process.stdin = None
        return process

    def finish(self, process, timeout=TIMEOUT):
        """The Answer of a courierctl that was started."""
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"courierctl hangs: {stdout} {stderr}") from None
        self.stderr.append(stderr)
        return Answer(process.returncode, stdout, stderr)

    def run(self, *words, keys=None, timeout=TIMEOUT):
        """courierctl --json WORDS to its end, whatever that is."""
        return self.finish(self.start(*words, keys=keys), timeout)

    def ctl(self, *words, keys=None, code=0, timeout=TIMEOUT):
        """The same; it must end with @code. Returns the Answer."""
        answer = self.run(*words, keys=keys, timeout=timeout)
        if answer.code != code:
            raise AssertionError(f"{words} was to end with {code}: {answer}")
        return answer

    def add_node(self, name, port, aet, *options):
        self.ctl("node", "add", name, "--aet", aet, "--host", HOST, "--port", port, *options)
        return name

    def retrieve(self, node, *studies, code=0, timeout=TIMEOUT, method=None):
        words = [f"--method={method}"] if method else []
        return self.ctl("retrieve", node, *(f"--study={uid}" for uid in studies), *words, code=code,
                        timeout=timeout)

    def listen_at(self, port):
        """Nodes send to us there, on loopback only. Returns the port."""
        self.ctl("settings", "--port", port, "--address", HOST)
        return port

    def database(self):
        return contextlib.closing(sqlite3.connect(self.data / "courier.sqlite", timeout=10))

    def processes(self):
        """The ids of courierctl on this desk and of its workers, which inherit its environment."""
        mark = f"IC_DATA_DIR={self.data}".encode()
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def workers(self, word):
        """Those of them that were started with @word, such as "--net"."""
        found = []
        for number in self.processes():
            with contextlib.suppress(OSError):
                words = pathlib.Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
                found.extend([number] if word.encode() in words else [])
        return found

    def hold(self, process, is_time):
        """Makes courierctl and its workers stand still as soon as @is_time, so that what follows
        does not race with them; without effect on what has ended. Returns their ids."""
        wait_for(lambda: is_time() or process.poll() is not None, "the moment", pause=0.001)
        return self.signal(signal.SIGSTOP)

    def release(self):
        self.signal(signal.SIGCONT)

    def signal(self, number):
        """Sends it to courierctl and its workers and returns their ids."""
        found = self.processes()
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        return found

    def check_logged(self, answer):
        """The log says of a transfer what courierctl said, and no more of the patient in its
        details and on stderr than is meant to stand there: nothing."""
        entry = self.ctl("log", "show", answer.json["transfer"]).json
        for member in ("state", "basis", "expected", "retrieved", "written", "verified", "missing",
                       "extra"):
            equal(entry[member], answer.json[member], f"{member} in the log")
        lines = [line for line in answer.stderr.splitlines() if not line.startswith("{")]
        if answer.code != 0:
            equal(len(lines), 1, "lines of stderr, without messages to whom is waited for")
            contains(answer.stderr, ".")
        for word in personal_data():
            for text in (answer.stderr, *(str(row) for row in self.rows(
                    "SELECT action, details, personal, hash FROM audit_event"))):
                if word in text:
                    raise AssertionError(f"{word!r} is in {text!r}")
        return entry

    def rows(self, sql, *values):
        with self.database() as database:
            return database.execute(sql, values).fetchall()

    def stored(self):
        """SOP Instance UID -> path of its file, by the rows of the store."""
        return {uid: self.path_of(number)
                for number, uid in self.rows("SELECT id, sop_instance_uid FROM instance")}

    def path_of(self, number):
        return self.data / "dicom" / f"{number // 1000:04}" / f"{number:08}.dcm"

    def leftovers(self):
        """Files that are half-done: there must be none when no courierctl runs."""
        return [path for folder in ("incoming", "spool") for path in (self.data / folder).rglob("*")]

    def check_store(self):
        """Every row has its file with the right SHA-256, every file its row; nothing is half-done
        and nothing is left in TMPDIR; the log verifies."""
        equal(self.leftovers(), [], "leftovers")
        rows = self.rows("SELECT id, sha256, size_bytes FROM instance")
        files = {path for path in (self.data / "dicom").rglob("*") if path.is_file()}
        equal({self.path_of(row[0]) for row in rows} ^ files, set(), "files without row or back")
        for number, digest, size in rows:
            equal(self.path_of(number).stat().st_size, size, f"size of {number}")
            equal(sha256(self.path_of(number)), digest, f"digest of {number}")
        equal(self.rows("SELECT count (*) FROM reservation"), [(0,)], "reservations")
        equal(self.rows("PRAGMA integrity_check"), [("ok",)], "database")
        equal(list(self.tmp.iterdir()), [], "temporary files")
        self.ctl("log", "verify")


# PACSs

def free_port():
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return sock.getsockname()[1]


def is_listening(port):
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex((HOST, port)) == 0


class Scene(contextlib.ExitStack):
    """The temporary folder of one test and the processes that end with it."""

    def __enter__(self):
        super().__enter__()
        self.folder = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory(prefix="e2e-")))
        self.desks, self.servers = 0, {}
        return self

    def desk(self):
        self.desks += 1
        return Desk(self.folder / f"desk{self.desks}")

    def copy_phantoms(self, *accessions):
        """A folder with the phantoms of some studies (all without any), in the order of the list."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="files-", dir=self.folder))
        for path, header in phantom_headers().items():
            if not accessions or header.AccessionNumber in accessions:
                shutil.copyfile(path, folder / path.name)
        return folder

    def spawn(self, words, preload=None, **options):
        """A server that ends with the test. @preload keeps it on loopback."""
        environment = {**os.environ, **QUICK}
        if preload:
            environment["LD_PRELOAD"] = preload
        process = subprocess.Popen([*map(str, words)], env=environment, stdin=subprocess.DEVNULL,
                                   start_new_session=True, **options)
        self.callback(self.stop, process)
        return process

    def stop(self, process):
        """Ends a server and what it forked, which is in its session."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdout:
            process.stdout.close()

    def serve(self, words, port, log):
        with open(log, "wb") as output:
            process = self.spawn(words, preload=program("LOOPBACK"), stdout=output, stderr=output)
        wait_for(lambda: is_listening(port) or process.poll() is not None, f"{words[0]} to listen")
        if process.poll() is not None:
            raise AssertionError(f"{words}: {pathlib.Path(log).read_text(errors='replace')}")
        return process

    def rude_process(self, files, *options, port=0):
        """Starts the PACS with bad manners. Returns its process and port."""
        process = self.spawn([program("RUDE_PACS"), f"--port={port}", *options, files],
                             stdout=subprocess.PIPE)
        return process, int(process.stdout.readline())

    def rude(self, desk, files, *options, name="RUDE"):
        """The same, known to @desk as @name."""
        _, port = self.rude_process(files, *options)
        return desk.add_node(name, port, "RUDE")

    def practice(self, desk):
        """The practice PACS of @desk. Returns its node name."""
        self.callback(desk.run, "practice", "stop")
        return desk.ctl("practice", "start").json["node"]

    def phantom_node(self, desk, name="PRACTICE"):
        """A node that is like the practice PACS, without making its patients anew; the node name."""
        return desk.add_node(name, self.dcmqrscp(phantoms(), aet="PRACTICE"), "PRACTICE")

    def orthanc(self, files, aet="ORTHANC", **settings):
        """An Orthanc that has @files (None: sends nothing). Returns its port."""
        port, folder = free_port(), pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        settings = {
            "StorageDirectory": str(folder), "IndexDirectory": str(folder), "Plugins": [],
            "HttpServerEnabled": False, "DicomPort": port, "DicomAet": aet,
            "DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True, "LimitFindInstances": 0,
            "LimitFindResults": 0, "DefaultEncoding": "Utf8", **settings}
        (folder / "config.json").write_text(json.dumps(settings))
        self.servers[port] = self.serve([need("Orthanc"), folder / "config.json"], port,
                                        folder / "log")
        if files:
            self.send(files, port, aet)
        return port

    def stop_now(self, port):
        """Ends the server at @port before the test ends."""
        self.stop(self.servers.pop(port))

    def dcmqrscp(self, files, aet="QRSCP", options=(), destinations=()):
        """A dcmqrscp of DCMTK that has @files, in any syntax, and may send to @destinations, which are
        pairs of AE title and port. Returns its port."""
        port, folder = free_port(), pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        hosts = "".join(f"host{number} = ({title}, {HOST}, {where})\n"
                        for number, (title, where) in enumerate(destinations))
        (folder / "config").write_text(
            f"MaxPDUSize = 16384\nMaxAssociations = 16\nHostTable BEGIN\n{hosts}HostTable END\n"
            "VendorTable BEGIN\nVendorTable END\n"
            f"AETable BEGIN\n{aet} {folder} RW (500, 1024mb) ANY\nAETable END\n")
        (folder / "profile").write_bytes(subprocess.run(
            [program("COURIER_PHANTOM"), "--association-profile"], check=True,
            capture_output=True).stdout)
        copies = [shutil.copy(path, folder) for path in dicom_files(files)]
        subprocess.run([need("dcmqridx"), folder, *copies], check=True, capture_output=True)
        words = [need("dcmqrscp"), "-c", folder / "config", "-xf", folder / "profile", "Archive", "Sender",
                 *options, port]
        self.serve(words, port, folder / "log")
        return port

    def storescp(self, *options, aet="STORESCP"):
        """A storescp. Returns its port and the folder that it stores to."""
        port, folder = free_port(), pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        self.serve([need("storescp"), "-aet", aet, "-od", folder, *options, port], port,
                   f"{folder}.log")
        return port, folder

    def send(self, files, port, aet, *options):
        """Sends @files with DCMTK's dcmsend, in the syntaxes they have."""
        subprocess.run([need("dcmsend"), "-dn", "-aec", aet, *options, HOST, str(port), "+sd", "+r",
                        str(files)], env={**os.environ, **QUICK}, check=True, capture_output=True,
                       timeout=120)
