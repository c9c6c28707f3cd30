# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own for each test – X server, window manager, D-Bus, accessibility bus – and the
application on it, driven as a person does: what is on the screen is found through AT-SPI by role and
name, keys and clicks go through the X server. Only processes started here are ended, by their id."""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import accessible  # pylint: disable=wrong-import-position
import courier  # pylint: disable=wrong-import-position
from gi.repository import GLib  # pylint: disable=wrong-import-position

SECONDS = 60  # a busy machine is slow
MOMENT = 0.1
FOCUS_SECONDS = 2
LAUNCHER = "/usr/libexec/at-spi-bus-launcher"


def start(scene, *words, **options):
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, **options)
    scene.callback(end, process)
    return process


def end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_server(scene, width, height):
    """Xvfb chooses a free number itself and says which."""
    courier.need("Xvfb")
    reader, writer = os.pipe()
    start(scene, "Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24",
          "-nolisten", "tcp", pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return f":{pipe.readline().strip()}"


def start_bus(scene):
    courier.need("dbus-daemon")
    bus = start(scene, "dbus-daemon", "--session", "--nofork", "--print-address",
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return bus.stdout.readline().strip()


class Desktop:
    """Screen, buses and window manager; one a process, because AT-SPI keeps its first bus."""

    def __init__(self, scene, width=1366, height=768):
        self.scene = scene
        os.environ["DISPLAY"] = start_server(scene, width, height)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = start_bus(scene)
        os.environ.update({"GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "LC_ALL": "C.UTF-8",
                           "GSETTINGS_BACKEND": "memory", "ADW_DISABLE_PORTAL": "1",
                           "GTK_USE_PORTAL": "0"})
        start(scene, LAUNCHER, "--launch-immediately", stdout=subprocess.DEVNULL,
              stderr=subprocess.DEVNULL)
        start(scene, courier.need("openbox"), stderr=subprocess.DEVNULL)
        self.bus = accessible.Bus()

    def open(self, desk, **environment):
        """The application on the data directory of @desk."""
        log = open(desk.folder / "application.log", "wb")
        self.scene.callback(log.close)
        process = start(self.scene, courier.program("IMAGING_COURIER"), stderr=log, stdout=log,
                        env={**desk.environment(), **environment})
        application = Application(self, process, desk.folder / "application.log")
        application.find("frame")
        return application

    def press(self, keys):
        """"ctrl+k", "Return", …"""
        subprocess.run([courier.need("xdotool"), "key", "--clearmodifiers", keys], check=True)

    def type(self, text):
        subprocess.run([courier.need("xdotool"), "type", "--clearmodifiers", "--delay", "20", text],
                       check=True)

    def screenshot(self, path):
        subprocess.run([courier.need("import"), "-window", "root", str(path)], check=True)


class Application:
    """The running application: what it shows, and whether it is well."""

    def __init__(self, desktop, process, log):
        self.desktop, self.process, self.log = desktop, process, log
        self.root = None

    def all(self, role=None, name=None, inside=None):
        """Everything that is showing, as Elements, in order."""
        self.root = self.root or self.desktop.bus.find_application(self.process.pid)
        top = inside.object if inside is not None else self.root
        found = top.read(lambda item: fits(item, role, name)) if top else []
        return [Element(self, item) for item in found]

    def find(self, role=None, name=None, inside=None, seconds=SECONDS):
        """The first that is showing; waits for it, and until it stands still. @name: the whole name,
        or a function of it."""
        def look():
            found = next(iter(self.all(role, name, inside)), None)
            return found and found.stands_still() and found

        return self.wait(look, f"{role} {name if isinstance(name, str) else ''}", seconds)

    def wait(self, condition, what, seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            began = time.monotonic()
            result = condition()
            if result:
                return result
            time.sleep(max(MOMENT, time.monotonic() - began))  # it answers, or it works
        raise AssertionError(f"waited {seconds} s for {what}; there is:\n{self.describe()}")

    def gone(self, role=None, name=None, seconds=SECONDS):
        self.wait(lambda: not self.all(role, name), f"{role} {name if isinstance(name, str) else ''} to go", seconds)

    def says(self, text, seconds=SECONDS):
        """Waits until something that shows has @text in its name."""
        return self.find(None, lambda name: text in name, seconds=seconds)

    def check(self):
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}:\n"
                                 f"{self.log.read_text(errors='replace')[-4000:]}")

    def page(self, title):
        """The page of the window that is called @title, brought to the front."""
        self.find("list item", lambda name: name == title or name.startswith(title + ",")).click()
        return self.find("panel", title)

    def origin(self, window):
        """Where the window of that name begins on the screen."""
        found = subprocess.run([courier.need("xdotool"), "search", "--onlyvisible", "--name",
                                f"^{re.escape(window)}$"], check=True, capture_output=True,
                               text=True).stdout.split()
        place = subprocess.run(["xdotool", "getwindowgeometry", "--shell", found[-1]], check=True,
                               capture_output=True, text=True).stdout
        return tuple(int(re.search(rf"^{axis}=(-?\d+)", place, re.MULTILINE)[1]) for axis in "XY")

    def describe(self):
        return "\n".join(f"{'  ' * element.depth}{element.role}: {element.name}"
                         for element in self.all())[-12000:]

    def has_keys(self):
        found = subprocess.run([courier.need("xdotool"), "getactivewindow", "getwindowpid"], check=False,
                               capture_output=True, text=True).stdout
        return found.strip() == str(self.process.pid)

    def wait_for_keys(self):
        """When a window goes, the window manager takes a moment to give the keys to another; where it
        gives them to none they go to the window under the pointer."""
        deadline = time.monotonic() + FOCUS_SECONDS
        while not self.has_keys() and time.monotonic() < deadline:
            time.sleep(MOMENT)

    def press(self, keys):
        self.wait_for_keys()
        self.desktop.press(keys)

    def type(self, text):
        self.wait_for_keys()
        self.desktop.type(text)

    def close(self):
        """As with the button of the window; it must end well."""
        self.press("ctrl+q")
        try:
            code = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not close:\n{self.describe()}") from None
        courier.equal(code, 0, self.log.read_text(errors="replace")[-4000:])


def fits(item, role, name):
    if role is not None and item.role != role:
        return False
    return name is None or (name(item.name) if callable(name) else item.name == name)


class Element:
    """Something on the screen."""

    def __init__(self, application, item):
        self.application, self.object = application, item
        self.role, self.name, self.depth = item.role, item.name, item.depth

    def __repr__(self):
        return f"<{self.role} {self.name!r}>"

    def stands_still(self):
        """Whether a moment later it is there still, at the same place."""
        before = self.object.box()
        time.sleep(MOMENT)
        return self.object.is_there() and self.object.box() == before

    def is_inside(self, role):
        """Whether it is a part of something else, such as the button of a drop down."""
        parent = self.object.parent
        while parent is not None and parent.role != role:
            parent = parent.parent
        return parent is not None

    def has(self, state):
        """"checked", "sensitive", "selected", "expanded", …"""
        return self.object.has(state)

    def text(self):
        """What stands in an entry."""
        end = self.object.get("org.a11y.atspi.Text", "CharacterCount")
        answer = self.object.ask("org.a11y.atspi.Text", "GetText", GLib.Variant("(ii)", (0, end)))
        return answer[0]

    def click(self, button=1, times=1):
        """Does what a click does; with the mouse where there is no other way (check boxes, drop
        downs, rows), or where another button is asked for."""
        if button != 1 or times != 1 or not self.object.get("org.a11y.atspi.Action", "NActions"):
            x, y = self.middle()
            subprocess.run([courier.need("xdotool"), "mousemove", str(x), str(y), "click",
                            "--repeat", str(times), str(button)], check=True)
        elif self.object.ask("org.a11y.atspi.Action", "DoAction",
                             GLib.Variant("(i)", (0,))) != (True,):
            raise AssertionError(f"{self} cannot be clicked")
        return self

    def middle(self):
        """On the screen; the toolkit knows places inside its window only."""
        x, y, width, height = self.object.box()
        window = self.object
        while window.depth > 1:
            window = window.parent
        left, top = self.application.origin(window.name)
        return left + x + width // 2, top + y + height // 2

    def enter(self, text):
        """Puts @text into an entry instead of what it holds."""
        self.object.ask("org.a11y.atspi.EditableText", "SetTextContents",
                        GLib.Variant("(s)", (text,)))
        return self


def main(names):
    """Every test in a process of its own: AT-SPI stays with the bus it met first."""
    courier.main({name: in_own_process(name, what) if name.startswith("test_") else what
                  for name, what in names.items()})


def in_own_process(name, function):
    def run(scene):
        if os.environ.get("IC_UI_TEST") == name:
            function(scene)
            return
        done = subprocess.run([sys.executable, sys.argv[0], name], check=False, text=True,
                              env={**os.environ, "IC_UI_TEST": name}, stdout=subprocess.PIPE)
        if "# SKIP" in done.stdout:
            raise courier.Skip(done.stdout.split("# SKIP ", 1)[1].strip())
        if done.returncode != 0:
            raise AssertionError(f"{name} failed; see above")
    return run
