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
import courier  # pylint: disable=wrong-import-position

SECONDS = 60  # a busy machine is slow
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


def load_atspi():
    """Only now: it looks for the bus in the environment."""
    import gi  # pylint: disable=import-outside-toplevel
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi  # pylint: disable=import-outside-toplevel
    return Atspi


class Vanished(Exception):
    """What was found is on the screen no more."""


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
        self.atspi = load_atspi()

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

    def root(self):
        """Its object on the accessibility bus, or None while it is not there."""
        desktop = self.desktop.atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.process.pid:
                return child
        return None

    def all(self, role=None, name=None, inside=None):
        """Everything that is showing, as Elements, in order."""
        with contextlib.suppress(Exception):  # things vanish while they are looked at
            top = inside.raw if inside is not None else self.root()
            return [element for element in walk(self, top) if element.fits(role, name)]
        return []

    def find(self, role=None, name=None, inside=None, seconds=SECONDS):
        """The first that is showing; waits for it. @name: the whole name, or a function of it."""
        return self.wait(lambda: next(iter(self.all(role, name, inside)), None),
                         f"{role} {name if isinstance(name, str) else ''}", seconds)

    def wait(self, condition, what, seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            result = condition()
            if result:
                return result
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s for {what}; there is:\n{self.describe()}")

    def gone(self, role=None, name=None, seconds=SECONDS):
        self.wait(lambda: not self.all(role, name), f"{role} {name} to go", seconds)

    def says(self, text, seconds=SECONDS):
        """Waits until something that shows has @text in its name."""
        return self.find(None, lambda name: text in name, seconds=seconds)

    def check(self):
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}:\n"
                                 f"{self.log.read_text(errors='replace')[-4000:]}")

    def page(self, title):
        """The page of the window that is called @title, brought to the front."""
        def show():
            with contextlib.suppress(Vanished):  # the row that was found may be a former one
                return self.find("list item", lambda name: re.match(rf"{title}(,|$)", name)).click()
            return None
        self.wait(show, f"the page {title}")
        return self.find("panel", title)

    def origin(self, raw):
        """Where the window that @raw stands in begins on the screen."""
        parent = raw.get_parent()
        while parent is not None and parent.get_role_name() != "application":
            raw, parent = parent, parent.get_parent()
        if parent is None:
            raise Vanished
        found = subprocess.run([courier.need("xdotool"), "search", "--onlyvisible", "--name",
                                f"^{re.escape(raw.get_name())}$"], check=True, capture_output=True,
                               text=True).stdout.split()
        place = subprocess.run(["xdotool", "getwindowgeometry", "--shell", found[-1]], check=True,
                               capture_output=True, text=True).stdout
        return tuple(int(re.search(rf"^{axis}=(-?\d+)", place, re.MULTILINE)[1]) for axis in "XY")

    def describe(self):
        return "\n".join(f"{'  ' * element.depth}{element.role}: {element.name}"
                         for element in self.all())[-6000:]

    def press(self, keys):
        self.desktop.press(keys)

    def type(self, text):
        self.desktop.type(text)

    def close(self):
        """As with the button of the window; it must end well."""
        self.press("ctrl+q")
        try:
            code = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not close:\n{self.describe()}") from None
        courier.equal(code, 0, self.log.read_text(errors="replace")[-4000:])


class Element:
    """Something on the screen."""

    def __init__(self, application, raw, depth):
        self.application, self.raw, self.depth = application, raw, depth
        self.role, self.name = raw.get_role_name(), raw.get_name() or ""

    def __repr__(self):
        return f"<{self.role} {self.name!r}>"

    def is_inside(self, role):
        """Whether it is a part of something else, such as the button of a drop down."""
        raw = self.raw.get_parent()
        while raw is not None and raw.get_role_name() not in (role, "application"):
            raw = raw.get_parent()
        return raw is not None and raw.get_role_name() == role

    def fits(self, role, name):
        if role is not None and self.role != role:
            return False
        return name is None or (name(self.name) if callable(name) else self.name == name)

    def has(self, state):
        """"checked", "sensitive", "selected", "expanded", …"""
        states = self.raw.get_state_set()
        return states.contains(getattr(self.application.desktop.atspi.StateType, state.upper()))

    def text(self):
        """What stands in an entry."""
        text = self.raw.get_text_iface()
        return text.get_text(0, text.get_character_count())

    def click(self, button=1, times=1):
        """Does what a click does; with the mouse where there is no other way (check boxes, drop
        downs, rows), or where another button is asked for."""
        action = self.raw.get_action_iface()
        if button != 1 or times != 1 or action is None or action.get_n_actions() == 0:
            x, y = self.middle()
            subprocess.run([courier.need("xdotool"), "mousemove", str(x), str(y), "click",
                            "--repeat", str(times), str(button)], check=True)
        elif not action.do_action(0):
            raise AssertionError(f"{self} cannot be clicked")
        return self

    def middle(self):
        """On the screen; the toolkit knows places inside its window only."""
        box = extents(self.application, self.raw)
        left, top = self.application.origin(self.raw)
        return left + box.x + box.width // 2, top + box.y + box.height // 2

    def enter(self, text):
        """Puts @text into an entry instead of what it holds."""
        self.raw.get_editable_text_iface().set_text_contents(text)
        return self


def extents(application, raw):
    """Inside the window; None where it has no place, as the pages of a stack."""
    component = raw.get_component_iface()
    return component and component.get_extents(application.desktop.atspi.CoordType.WINDOW)


def walk(application, raw, depth=0):
    """What is visible and has a place. The toolkit (4.8) does not say whether a page of a stack is
    the one in front: look inside the page."""
    if raw is None:
        return
    if depth > 0 and not raw.get_state_set().contains(
            application.desktop.atspi.StateType.VISIBLE):
        return
    box = extents(application, raw) if depth > 0 else None
    if box is not None and (box.width == 0 or box.height == 0):
        return
    if depth > 0:
        yield Element(application, raw, depth)
    for index in range(raw.get_child_count()):
        yield from walk(application, raw.get_child_at_index(index), depth + 1)


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
