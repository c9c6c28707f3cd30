# SPDX-License-Identifier: GPL-3.0-or-later
"""A node that opens an association of its own to report on storage commitment (PS3.4 J.3.3), byte by
byte: what others' libraries would not let us say can be said as well."""
import socket
import struct

import courier

PUSH_MODEL = "1.2.840.10008.1.20.1"
INSTANCE = "1.2.840.10008.1.20.1.1"
IMPLICIT = "1.2.840.10008.1.2"
NOT_KEPT = 0x0112


class Refused(Exception):
    """The association was rejected."""


def uid_bytes(uid):
    return uid.encode() + b"\0" * (len(uid) % 2)


def element(tag, value):
    return struct.pack("<HHI", tag >> 16, tag & 0xffff, len(value)) + value


def item(kind, content):
    return struct.pack(">BBH", kind, 0, len(content)) + content


def association_request(called, calling, role):
    """@role: SCU and SCP role as 0 or 1, or None to say nothing of roles."""
    context = b"\1\0\0\0" + item(0x30, PUSH_MODEL.encode()) + item(0x40, IMPLICIT.encode())
    user = item(0x51, struct.pack(">I", 16384)) + item(0x52, b"2.25.4713")
    if role:
        user += item(0x54, struct.pack(">H", len(PUSH_MODEL)) + PUSH_MODEL.encode() + bytes(role))
    body = struct.pack(">HH", 1, 0) + called.encode().ljust(16) + calling.encode().ljust(16) + \
        bytes(32) + item(0x10, b"1.2.840.10008.3.1.1.1") + item(0x20, context) + item(0x50, user)
    return struct.pack(">BBI", 1, 0, len(body)) + body


def receive(connection):
    """Kind and content of the next PDU."""
    head = read(connection, 6)
    kind, _, length = struct.unpack(">BBI", head)
    return kind, read(connection, length)


def read(connection, size):
    content = b""
    while len(content) < size:
        piece = connection.recv(size - len(content))
        if not piece:
            raise EOFError
        content += piece
    return content


def data_pdu(control, content):
    value = struct.pack(">IBB", len(content) + 2, 1, control) + content
    return struct.pack(">BBI", 4, 0, len(value)) + value


def report_message(transaction, kept, not_kept, instance, event):
    command = (element(0x00000002, uid_bytes(PUSH_MODEL))
               + element(0x00000100, struct.pack("<H", 0x0100))
               + element(0x00000110, struct.pack("<H", 7))
               + element(0x00000800, struct.pack("<H", 0))
               + element(0x00001000, uid_bytes(instance))
               + element(0x00001002, struct.pack("<H", event)))
    command = element(0x00000000, struct.pack("<I", len(command))) + command
    data = element(0x00081195, uid_bytes(transaction))
    for tag, uids, reason in ((0x00081198, not_kept, NOT_KEPT), (0x00081199, kept, None)):
        items = b""
        for uid in uids:
            content = element(0x00081150, uid_bytes("1.2.840.10008.5.1.4.1.1.4")) + \
                element(0x00081155, uid_bytes(uid))
            if reason:
                content += element(0x00081197, struct.pack("<H", reason))
            items += element(0xfffee000, content)
        if uids:
            data += element(tag, items)
    return data_pdu(3, command), data_pdu(2, data)


def release(connection):
    """Whoever waited for the report may have ended as soon as it had it, and the listener with it."""
    try:
        connection.sendall(struct.pack(">BBII", 5, 0, 4, 0))
        answer = receive(connection)[0]
    except (ConnectionError, EOFError):
        return
    courier.equal(answer, 6, "release is answered")


def report(port, transaction, kept=(), not_kept=(), *, called="COURIER", calling="RUDE",
           role=(0, 1), instance=INSTANCE, event=None):
    """Reports, and returns the status that answers it."""
    with socket.create_connection((courier.HOST, port), timeout=60) as connection:
        connection.sendall(association_request(called, calling, role))
        kind, content = receive(connection)
        if kind != 2:
            raise Refused(kind)
        if role and item(0x54, struct.pack(">H", len(PUSH_MODEL)) + PUSH_MODEL.encode()
                         + bytes(role)) not in content:
            raise AssertionError("the role was not accepted")
        for pdu in report_message(transaction, kept, not_kept, instance,
                                  event or (2 if not_kept else 1)):
            connection.sendall(pdu)
        kind, content = receive(connection)
        courier.equal(kind, 4, "kind of PDU")
        status = content.index(struct.pack("<HHI", 0, 0x0900, 2)) + 8
        release(connection)
        return struct.unpack_from("<H", content, status)[0]
