# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application tells a screen reader (AT-SPI). Nearly all comes in one answer, as screen readers
fill their caches: libatspi waits for an answer to each question, which takes long on a busy machine, and
asks for children by numbers that may be out of date by then."""
import collections
import contextlib
import functools
import os

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # pylint: disable=wrong-import-position

ACCESSIBLE = "org.a11y.atspi.Accessible"
CACHE = "org.a11y.atspi.Cache"
COMPONENT = "org.a11y.atspi.Component"
CACHE_PATH = "/org/a11y/atspi/cache"
NOTHING = "/org/a11y/atspi/null"
ROOT = "/org/a11y/atspi/accessible/root"
ANSWER_MS = 60000
CONNECT = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
           | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
IN_WINDOW = GLib.Variant("(u)", (int(Atspi.CoordType.WINDOW),))

Item = collections.namedtuple("Item", "path parent n_children name role is_visible")


class Bus:
    """The accessibility bus of the session in the environment."""

    def __init__(self):
        session = connect(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        answer = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                   None, None, Gio.DBusCallFlags.NONE, ANSWER_MS, None)
        self.connection = connect(answer.unpack()[0])

    def ask(self, questions, unpack=GLib.Variant.unpack):
        """The answers to all @questions – (name, path, interface, method, Variant or None) –, None
        where there is none because what was asked has gone."""
        answers, left = [None] * len(questions), len(questions)

        def answered(connection, result, index):
            nonlocal left
            left -= 1
            with contextlib.suppress(GLib.Error):
                answers[index] = unpack(connection.call_finish(result))

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

    def read_items(self, name):
        """What the application of that name has in its cache."""
        [items] = self.ask([(name, CACHE_PATH, CACHE, "GetItems", None)], read_items)
        return items or []


def connect(address):
    return Gio.DBusConnection.new_for_address_sync(address, CONNECT, None, None)


class Object:
    """Something on that bus, with what it said when it was read."""

    def __init__(self, bus, name, path, parent=None, item=None):
        self.bus, self.address, self.parent = bus, (name, path), parent
        self.depth = parent.depth + 1 if parent else 0
        self.role, self.name = (role_name(item.role), item.name) if item else ("", "")

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

    def is_there(self):
        return self.ask(ACCESSIBLE, "GetRole") is not None

    def box(self):
        """Its x, y, width and height inside its window; None where it has no place, as the pages of
        a stack."""
        answer = self.ask(COMPONENT, "GetExtents", IN_WINDOW)
        return answer and answer[0]

    def read(self, is_wanted=lambda item: True):
        """What @is_wanted of everything inside that is visible and has room, in order. The toolkit
        (4.8) does not say whether a page of a stack is the one in front: look inside the page."""
        reading = Reading(self)
        return reading.in_view(filter(is_wanted, reading.found))

    def facts(self):
        return [self.question(ACCESSIBLE, "GetRole"),
                self.question("org.freedesktop.DBus.Properties", "GetAll",
                              GLib.Variant("(s)", (ACCESSIBLE,))),
                self.question(ACCESSIBLE, "GetState")]

    def descend(self, items, children):
        """What is visible inside of it, in order."""
        for path in children.get(self.address[1], ()):
            if path in items and items[path].is_visible:
                child = Object(self.bus, self.address[0], path, self, items[path])
                yield child
                yield from child.descend(items, children)

    def up_to(self, top):
        """It and what it is inside of, below @top."""
        part = self
        while part is not top:
            yield part
            part = part.parent


class Reading:
    """One look at what is inside of @top. The toolkit (4.8) has in its cache all that somebody has asked
    for by its number once, even what is hidden now: what is a child is what has a number."""

    def __init__(self, top):
        self.top, self.found, self.has_room = top, [], {}
        self.items = {item.path: item for item in top.bus.read_items(top.address[0])}
        windows = self.object(ROOT).ask(ACCESSIBLE, "GetChildren")
        self.children = {ROOT: [path for _, path in windows[0]] if windows else []}
        self.learn(self.children[ROOT])
        asked_once = {item.parent for item in self.items.values()}
        self.ask_for_children([path for path in self.items if path in asked_once and path != ROOT])
        while self.go_deeper():
            pass

    def object(self, path):
        return Object(self.top.bus, self.top.address[0], path)

    def go_deeper(self):
        """Whether something in view was asked for its children for the first time."""
        self.found = list(self.top.descend(self.items, self.children))
        others = self.in_view(item for item in (self.top, *self.found)
                              if item.address[1] in self.items
                              and item.address[1] not in self.children
                              and self.items[item.address[1]].n_children > 0)
        self.ask_for_children([item.address[1] for item in others])
        return bool(others)

    def ask_for_children(self, parents):
        numbers = [(path, number) for path in parents
                   for number in range(self.items[path].n_children)]
        answers = self.top.bus.ask([self.object(path).question(ACCESSIBLE, "GetChildAtIndex",
                                                               GLib.Variant("(i)", (number,)))
                                    for path, number in numbers])
        self.children.update((path, {}) for path in parents)
        for (path, _), answer in zip(numbers, answers):
            if answer:
                self.children[path][answer[0][1]] = True  # once, should its number have changed
        self.learn(child for path in parents for child in self.children[path])

    def learn(self, paths):
        """What is not in the cache yet is asked itself what it is."""
        new = [self.object(path) for path in paths if path not in self.items and path != NOTHING]
        answers = iter(self.top.bus.ask([question for item in new for question in item.facts()]))
        for item in new:
            role, properties, states = next(answers), next(answers), next(answers)
            if role and properties and states:
                self.items[item.address[1]] = Item(
                    item.address[1], None, properties[0].get("ChildCount", 0),
                    properties[0].get("Name", ""), role[0], is_set(states[0], "visible"))

    def in_view(self, objects):
        """Those that have room, as has everything that they are inside of."""
        objects = list(objects)
        parts = {part.address[1]: part for item in objects for part in item.up_to(self.top)
                 if part.address[1] not in self.has_room}
        boxes = self.top.bus.ask([part.question(COMPONENT, "GetExtents", IN_WINDOW)
                                  for part in parts.values()])
        self.has_room.update((path, not (box and 0 in box[0][2:]))
                             for path, box in zip(parts, boxes))
        return [item for item in objects
                if all(self.has_room[part.address[1]] for part in item.up_to(self.top))]


def read_items(answer):
    """The Items of an answer. Variant.unpack() takes ten times as long."""
    array = answer.get_child_value(0)
    items = []
    for row in map(array.get_child_value, range(array.n_children())):
        states = row.get_child_value(9).get_child_value(0).get_uint32()
        items.append(Item(
            path=row.get_child_value(0).get_child_value(1).get_string(),
            parent=row.get_child_value(2).get_child_value(1).get_string(),
            n_children=row.get_child_value(4).get_int32(),
            name=row.get_child_value(6).get_string(),
            role=row.get_child_value(7).get_uint32(),
            is_visible=bool(states >> int(Atspi.StateType.VISIBLE) & 1)))
    return items


@functools.cache
def role_name(number):
    return Atspi.role_get_name(Atspi.Role(number))


def is_set(states, name):
    number = int(getattr(Atspi.StateType, name.upper()))
    return bool(states[number // 32] >> number % 32 & 1)
