# SPDX-License-Identifier: GPL-3.0-or-later
"""Invented studies for the benchmarks: Explicit VR Little Endian, fixed seed, named as on a medium.

    studies.make(folder, n_series=4, n_images=125)            CT of 512 x 512 x 16 bits
    studies.make(folder, n_series=40, n_images=250, side=32)  tiny images
"""
import os
import struct
from dataclasses import dataclass

ROOT = "1.2.826.0.1.3680043.10.9999"
FRAMES_UID = f"{ROOT}.2"
CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
PATIENT_ID = "BENCH1"
PATIENT_NAME = "Bench^Mark"
LONG_VRS = ("OB", "OW", "SQ", "UN")


@dataclass
class Study:
    folder: str
    uid: str
    files: list
    size_bytes: int


def element(tag, vr, value):
    if isinstance(value, str):
        value = value.encode("latin-1")
        value += (b"\0" if vr == "UI" else b" ") * (len(value) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    if vr in LONG_VRS:
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def item(*elements):
    content = b"".join(elements)
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def number(tag, value):
    return element(tag, "US", struct.pack("<H", value))


def meta_header(sop_uid):
    body = (element(0x00020001, "OB", b"\0\1") + element(0x00020002, "UI", CT)
            + element(0x00020003, "UI", sop_uid) + element(0x00020010, "UI", EXPLICIT_LE)
            + element(0x00020012, "UI", ROOT + ".0.1"))
    length = element(0x00020000, "UL", struct.pack("<I", len(body)))
    return bytes(128) + b"DICM" + length + body


def identification(study_uid, series_uid, series, sop_uid, index):
    """What a CT scanner writes before the pixels: about 100 elements, with sequences and a private
    group, of which few are of interest."""
    code = item(element(0x00080100, "SH", "RPID23"), element(0x00080102, "SH", "RADLEX"),
                element(0x00080104, "LO", "CT thorax with contrast"))
    request = item(element(0x00400007, "LO", "CT"), element(0x00400009, "SH", "1"),
                   element(0x00401001, "SH", "1"))
    day, hour = "20260102", "101112.000"
    return b"".join([
        element(0x00080005, "CS", "ISO_IR 100"), element(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        element(0x00080012, "DA", day), element(0x00080013, "TM", hour),
        element(0x00080016, "UI", CT), element(0x00080018, "UI", sop_uid),
        *(element(tag, "DA", day) for tag in range(0x00080020, 0x00080024)),
        *(element(tag, "TM", hour) for tag in range(0x00080030, 0x00080034)),
        element(0x00080050, "SH", "A1"), element(0x00080060, "CS", "CT"),
        element(0x00080070, "LO", "SYNTHETIC"), element(0x00080080, "LO", "Test Hospital"),
        element(0x00080081, "ST", "Teststrasse 1, 12345 Teststadt"),
        element(0x00080090, "PN", "Referrer^Rita"), element(0x00081010, "SH", "STATION1"),
        element(0x00081030, "LO", "CT Thorax"), element(0x00081032, "SQ", code),
        element(0x0008103E, "LO", f"CT series {series}"), element(0x00081040, "LO", "Radiologie"),
        element(0x00081048, "PN", "Record^Rolf"), element(0x00081070, "PN", "Op^Erik"),
        element(0x00081090, "LO", "Perf 64"),
        element(0x00100010, "PN", PATIENT_NAME), element(0x00100020, "LO", PATIENT_ID),
        element(0x00100030, "DA", "19500115"), element(0x00100040, "CS", "F"),
        element(0x00101010, "AS", "055Y"), element(0x00101020, "DS", "1.75"),
        element(0x00101030, "DS", "75"),
        element(0x00180015, "CS", "CHEST"), element(0x00180050, "DS", "1.0"),
        element(0x00180060, "DS", "120"), element(0x00180090, "DS", "500"),
        element(0x00181000, "LO", "4711"), element(0x00181020, "LO", "VA1.0"),
        element(0x00181030, "LO", "Standard"), element(0x00181100, "DS", "400"),
        element(0x00181120, "DS", "0"), element(0x00181130, "DS", "160"),
        element(0x00181140, "CS", "CW"), element(0x00181150, "IS", "500"),
        element(0x00181151, "IS", "250"), element(0x00181152, "IS", "150"),
        element(0x00181160, "SH", "0"), element(0x00181170, "IS", "50"),
        element(0x00181190, "DS", "1.2"), element(0x00181200, "DA", day),
        element(0x00181201, "TM", "060000"), element(0x00181210, "SH", "B30f"),
        element(0x00185100, "CS", "HFS"),
        element(0x00190010, "LO", "BENCH PRIVATE 1"), element(0x00191001, "LO", "private text value"),
        element(0x00191002, "OB", bytes(1024)), element(0x00191003, "DS", "\\".join(["1.0"] * 16)),
        element(0x0020000D, "UI", study_uid), element(0x0020000E, "UI", series_uid),
        element(0x00200010, "SH", "1"), element(0x00200011, "IS", str(series)),
        element(0x00200012, "IS", "1"), element(0x00200013, "IS", str(index)),
        element(0x00200032, "DS", f"-200\\-200\\{index}.0"),
        element(0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
        element(0x00200052, "UI", study_uid + ".9"), element(0x00201040, "LO", ""),
        element(0x00201041, "DS", f"{index}.0"),
    ]), b"".join([
        element(0x00400244, "DA", day), element(0x00400245, "TM", "101000"),
        element(0x00400253, "SH", "PPS1"), element(0x00400275, "SQ", request),
    ])


def picture(columns, rows, after, pixels, n_frames=None):
    frames = element(0x00280008, "IS", str(n_frames)) if n_frames else b""
    return b"".join([
        number(0x00280002, 1), element(0x00280004, "CS", "MONOCHROME2"), frames,
        number(0x00280010, rows),
        number(0x00280011, columns), element(0x00280030, "DS", "0.78125\\0.78125"),
        number(0x00280100, 16), number(0x00280101, 12), number(0x00280102, 11),
        number(0x00280103, 0), element(0x00281050, "DS", "40"), element(0x00281051, "DS", "400"),
        element(0x00281052, "DS", "-1024"), element(0x00281053, "DS", "1"),
        element(0x00281054, "LO", "HU"), after,
        element(0x7FE00010, "OW", pixels),
    ])


def noise(n_bytes):
    """Twelve bits of every two bytes, the same each time."""
    import random

    words = random.Random(1).randbytes(n_bytes)
    return bytes(byte & 0x0F if i % 2 else byte for i, byte in enumerate(words))


def tissue(n_bytes, side):
    """Smooth shapes with the noise of a CT, which compress as a CT does."""
    import math
    import random

    chance, words = random.Random(1), []
    for i in range(n_bytes // 2):
        x, y = i % side / side, i // side % side / side
        words.append(int(1024 + 600 * math.sin(9 * x) * math.cos(7 * y) + chance.gauss(0, 12)))
    return struct.pack(f"<{len(words)}H", *words)


def make(folder, n_series, n_images, side=512, study=1, prefix="", rows=None, like_tissue=False):
    """A study of @n_series series of @n_images images, @side wide and @rows (or as much) high."""
    rows = rows or side
    size = side * rows * 2
    pixels = tissue(size + 4096, side) if like_tissue else noise(size + 4096)
    study_uid = f"{ROOT}.1.{study}"
    result = Study(folder, study_uid, [], 0)
    for series in range(1, n_series + 1):
        path = os.path.join(folder, "DICOM", prefix, f"SE{series:04d}")
        os.makedirs(path, exist_ok=True)
        series_uid = f"{study_uid}.{series}"
        for index in range(1, n_images + 1):
            sop_uid = f"{series_uid}.{index}"
            start = (series * n_images + index) % 2048 * 2
            before, after = identification(study_uid, series_uid, series, sop_uid, index)
            content = (meta_header(sop_uid) + before
                       + picture(side, rows, after, pixels[start:start + size]))
            name = os.path.join(path, f"I{index:07d}")
            with open(name, "wb") as file:
                file.write(content)
            result.files.append(name)
            result.size_bytes += len(content)
    return result


def make_frames(path, n_frames, side=512):
    """One file with so many frames, the same pixels as those of make() with @like_tissue."""
    size = side * side * 2
    pixels = tissue(size + 4096, side)
    frames = b"".join(pixels[start * 2:start * 2 + size]
                      for start in (i % 2048 for i in range(n_frames)))
    sop_uid = f"{FRAMES_UID}.1.1"
    before, after = identification(FRAMES_UID, f"{FRAMES_UID}.1", 1, sop_uid, 1)
    with open(path, "wb") as file:
        file.write(meta_header(sop_uid) + before
                   + picture(side, side, after, frames, n_frames))
