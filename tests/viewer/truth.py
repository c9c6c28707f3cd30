#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What DCMTK shows of frames. Reads a JSON list of {id, path, frame, voi, overlays} from standard
input, where overlays says whether they are drawn and voi is [centre, width, function], "lut" or null for colours; frames count from 0. Writes, for each
that DCMTK can show, a line {id, columns, rows, channels, crc32, pixels}, pixels being a file in the
folder given as argument. What DCMTK cannot decode is made native by GDCM first."""
import concurrent.futures
import functools
import json
import os
import pathlib
import subprocess
import sys
import zlib

import pydicom

BY_GDCM = {"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"}
JPEG_LS = {"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"}
TOOL = {syntax: "dcml2pnm" for syntax in JPEG_LS}
FOLDER = pathlib.Path(sys.argv[1])


@functools.lru_cache(maxsize=None)
def as_dcmtk_reads_it(path):
    """The file, or one with the same pixels, and the tool that shows it."""
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if syntax not in BY_GDCM:
        return path, TOOL.get(syntax, "dcmj2pnm")
    native = FOLDER / f"{zlib.crc32(path.encode())}.dcm"
    subprocess.run(["gdcmconv", "--raw", path, native], check=True, capture_output=True)
    return str(native), "dcmj2pnm"


def words_of(voi):
    if voi is None:
        return []
    if voi == "lut":
        return ["+Wl", "1"]
    centre, width, function = voi
    kind = "+Wfs" if function == "sigmoid" else "+Wfl"
    return ["+Ww", repr(centre), repr(width), kind]


def split(path):
    """Three lines of header, then the pixels."""
    kind, size, limit, pixels = path.read_bytes().split(b"\n", 3)
    columns, rows = map(int, size.split())
    return kind, columns, rows, limit, pixels


def render(order):
    path, tool = as_dcmtk_reads_it(order["path"])
    output = FOLDER / f"{order['id']}.pnm"
    frame = str(order["frame"] + 1)
    overlays = ["+O", "0"] if order.get("overlays") else ["-O"]
    command = [tool, "-q", *overlays, "+F", frame, *words_of(order["voi"]), path, output]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    kind, columns, rows, limit, pixels = split(output)
    if limit != b"255":
        raise ValueError("not of eight bits")
    output.write_bytes(pixels)
    return {"id": order["id"], "columns": columns, "rows": rows,
            "channels": 3 if kind == b"P6" else 1, "crc32": zlib.crc32(pixels),
            "pixels": str(output)}


def try_to_render(order):
    try:
        return render(order)
    except Exception:  # what DCMTK cannot show says nothing about the viewer
        return None


def main():
    orders = json.load(sys.stdin)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(try_to_render, orders):
            if found is not None:
                print(json.dumps(found), flush=True)


main()
