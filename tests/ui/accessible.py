# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application tells a screen reader (AT-SPI), read level by level with all questions of a
level under way at once: libatspi waits for every answer, which takes long on a busy machine, and asks
for children by numbers that may be out of date by then."""
import contextlib
import os

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # pylint: disable=wrong-import-position

ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
ROOT = "/org/a11y/atspi/accessible/root"
ANSWER_MS = 60000
CONNECT = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
           | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
IN_WINDOW = GLib.Variant("(u)", (int(Atspi.CoordType.WINDOW),))


class Bus:
    """The accessibility bus of the session in the environment."""

    def __init__(self):
        session = connect(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        answer = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                   None, None, Gio.DBusCallFlags.NONE, ANSWER_MS, None)
        self.connection = connect(answer.unpack()[0])

    def ask(self, questions):
        """The answers to all @questions – (name, path, interface, method, Variant or None) –, None
        where there is none because what was asked has gone."""
        answers, left = [None] * len(questions), len(questions)

        def answered(connection, result, index):
            nonlocal left
            left -= 1
            with contextlib.suppress(GLib.Error):
                answers[index] = connection.call_finish(result).unpack()

        for index, question in enumerate(questions):
            self.connection.call(*question, None, Gio.DBusCallFlags.NO_AUTO_START, ANSWER_MS, None,
                                 answered, index)
        while left > 0:
            GLib.MainContext.default().iteration(True)
        return answers

    def find_application(self, process):
        """The root object of @process, or None while it has none."""
        [answer] = self.ask([("org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren", None)])
        for name, path in answer[0] if answer else []:
            [owner] = self.ask([("org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                                 GLib.Variant("(s)", (name,)))])
            if owner and owner[0] == process:
                return Object(self, name, path)
        return None


def connect(address):
    return Gio.DBusConnection.new_for_address_sync(address, CONNECT, None, None)


class Object:
    """Something on that bus, with what it said when it was read."""

    def __init__(self, bus, name, path, parent=None):
        self.bus, self.address, self.parent = bus, (name, path), parent
        self.depth = parent.depth + 1 if parent else 0
        self.role, self.name, self.n_children, self.children = "", "", 0, []
        self.is_visible = True

    def question(self, interface, method, parameters=None):
        return (*self.address, interface, method, parameters)

    def property(self, interface, name):
        return self.question("org.freedesktop.DBus.Properties", "Get",
                             GLib.Variant("(ss)", (interface, name)))

    def ask(self, interface, method, parameters=None):
        """The answer, or None when it has gone or knows nothing of that."""
        [answer] = self.bus.ask([self.question(interface, method, parameters)])
        return answer

    def get(self, interface, name):
        [answer] = self.bus.ask([self.property(interface, name)])
        return answer and answer[0]

    def has(self, state):
        """"checked", "sensitive", "selected", "expanded", …"""
        answer = self.ask(ACCESSIBLE, "GetState")
        return bool(answer) and is_set(answer[0], state)

    def box(self):
        """Its x, y, width and height inside its window; None where it has no place, as the pages of
        a stack."""
        answer = self.ask(COMPONENT, "GetExtents", IN_WINDOW)
        return answer and answer[0]

    def facts(self):
        return [self.question(ACCESSIBLE, "GetRole"),
                self.question("org.freedesktop.DBus.Properties", "GetAll",
                              GLib.Variant("(s)", (ACCESSIBLE,))),
                self.question(ACCESSIBLE, "GetState"),
                self.question(COMPONENT, "GetExtents", IN_WINDOW)]

    def learn(self, role, properties, state, box):
        self.is_visible = bool(role and properties and state and is_set(state[0], "visible")
                               and not (box and 0 in box[0][2:]))
        if self.is_visible:
            self.role = Atspi.role_get_name(Atspi.Role(role[0]))
            self.name, self.n_children = (properties[0].get("Name", ""),
                                          properties[0].get("ChildCount", 0))

    def numbered_children(self):
        return [self.question(ACCESSIBLE, "GetChildAtIndex", GLib.Variant("(i)", (index,)))
                for index in range(self.n_children)]

    def read(self):
        """Everything inside that is visible and has a place, in order. The toolkit (4.8) does not
        say whether a page of a stack is the one in front: look inside the page."""
        level = self.read_top()
        while level:
            facts = iter(self.bus.ask([fact for item in level for fact in item.facts()]))
            for item in level:
                item.learn(*(next(facts) for _ in range(4)))
            level = [item for item in level if item.is_visible]
            found = iter(self.bus.ask([question for item in level
                                       for question in item.numbered_children()]))
            for item in level:
                item.adopt([next(found) for _ in range(item.n_children)])
            level = [child for item in level for child in item.children]
        return [item for child in self.children for item in child.flatten()]

    def read_top(self):
        """The children to begin with: windows come by the list of them, which is never out of date;
        those of a stack are its pages in the numbers only."""
        if self.address[1] == ROOT:
            answer = self.ask(ACCESSIBLE, "GetChildren")
            self.adopt([(child,) for child in answer[0]] if answer else [])
        else:
            self.n_children = self.get(ACCESSIBLE, "ChildCount") or 0
            self.adopt(self.bus.ask(self.numbered_children()))
        return self.children

    def adopt(self, answers):
        self.children = [Object(self.bus, *answer[0], parent=self) for answer in answers
                         if answer and answer[0][1] != "/org/a11y/atspi/null"]

    def flatten(self):
        if self.is_visible:
            yield self
            for child in self.children:
                yield from child.flatten()


def is_set(states, name):
    number = int(getattr(Atspi.StateType, name.upper()))
    return bool(states[number // 32] >> number % 32 & 1)
