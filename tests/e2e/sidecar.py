# SPDX-License-Identifier: GPL-3.0-or-later
"""What the viewer on a medium reads, decoded by nothing of ours: json, base64, zlib and numpy."""
import base64
import functools
import io
import json
import pathlib
import re
import zlib

import numpy
import pydicom

CALL = re.compile(r"IC\.(\w+)\((.*)\);\n", re.DOTALL)
COMMENT = re.compile(r"function\(\)\{/\*([A-Za-z0-9+/=]*)\*/\}")


def read_call(path):
    """Name and arguments of the one call that a script makes; it must be ASCII. A function stands for
    the base64 in its comment."""
    text = pathlib.Path(path).read_bytes().decode("ascii")
    match = CALL.fullmatch(text)
    if match is None:
        raise AssertionError(f"{path} is not one call: {text[:80]!r}")
    arguments = COMMENT.sub(r'"\1"', match[2])
    return match[1], json.loads(f"[{arguments}]")


def inflate(data):
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    result = inflater.decompress(data) + inflater.flush()
    if not inflater.eof or inflater.unused_data:
        raise AssertionError("a stream does not end where it should")
    return result


def undo_prediction(folded, dtype):
    """One plane of samples; @folded are the differences, sign in the lowest bit. What is outside counts
    as 0, which makes the first row expect what is left of it and the first column what is above.
    Goes from one diagonal to the next, all of which is known by then."""
    wide = folded.astype(numpy.int64)
    difference = (wide >> 1) ^ -(wide & 1)
    rows, columns = folded.shape
    mask = (1 << dtype.itemsize * 8) - 1
    diagonals = numpy.zeros((rows + columns + 1, rows + 1), numpy.int64)
    skewed = numpy.zeros((rows + columns, rows), numpy.int64)
    for y in range(rows):
        skewed[y:y + columns, y] = difference[y]
    for d in range(rows + columns - 1):
        first, last = max(0, d - columns + 1), min(rows, d + 1)
        left = diagonals[d + 1, first + 1:last + 1]
        above, corner = diagonals[d + 1, first:last], diagonals[d, first:last]
        guess = numpy.clip(left + above - corner, numpy.minimum(left, above),
                           numpy.maximum(left, above))
        diagonals[d + 2, first + 1:last + 1] = (guess + skewed[d, first:last]) & mask
    values = numpy.empty((rows, columns), dtype)
    for y in range(rows):
        values[y] = diagonals[y + 2:y + 2 + columns, y + 1]
    return values


def decode_samples(packed, image):
    """rows × columns × samples of a frame with encoding "med"."""
    shape = image["samples"], image["bytes"], image["rows"], image["columns"]
    planes = numpy.frombuffer(inflate(packed), numpy.uint8).reshape(shape)
    dtype = numpy.dtype(f"<u{image['bytes']}")
    folded = sum(planes[:, i].astype(numpy.uint64) << numpy.uint64(8 * i)
                 for i in range(image["bytes"]))
    return numpy.stack([undo_prediction(plane, dtype) for plane in folded], axis=-1)


class Image:
    """One instance: its header as a data set, its frames as bytes."""

    def __init__(self, series, entry):
        self.series, self.entry = series, entry
        self.file, self.encoding = entry["file"], entry["encoding"]

    @functools.cached_property
    def header(self):
        offset, length = self.entry["header"]
        return self.series.headers[offset:offset + length]

    def parse_header(self):
        """As an ordinary file, whose data set is in Explicit VR Little Endian whatever it says."""
        content = self.header
        start = 144 + int.from_bytes(content[140:144], "little")
        return pydicom.dcmread(io.BytesIO(content), force=True) if start >= len(content) else \
            pydicom.filereader.read_dataset(io.BytesIO(content[start:]), False, True)

    def frames(self):
        for chunk, offset, length in self.entry["frames"]:
            data = self.series.chunk(chunk)[offset:offset + length]
            if len(data) != length:
                raise AssertionError(f"{self.file}: a frame reaches beyond its chunk")
            yield data


class Series:
    """One folder below VIEWER/DATA."""

    def __init__(self, folder):
        self.folder = folder
        name, (key, content) = read_call(folder / "SERIES.JS")
        if (name, key) != ("series", folder.name):
            raise AssertionError(f"{folder} calls {name} ({key})")
        self.content = content
        self.images = [Image(self, entry) for entry in content["images"]]

    @functools.cached_property
    def headers(self):
        headers = inflate(base64.b64decode(self.content["headers"]["data"], validate=True))
        if len(headers) != self.content["headers"]["size"]:
            raise AssertionError(f"{self.folder}: size of the headers")
        return headers

    @functools.lru_cache(maxsize=None)
    def chunk(self, number):
        entry = self.content["chunks"][number]
        name, (key, data) = read_call(self.folder / f"{entry['file']}.JS")
        if (name, key) != ("chunk", f"{self.folder.name}/{entry['file']}"):
            raise AssertionError(f"{self.folder} {entry} calls {name} ({key})")
        payload = base64.b64decode(data, validate=True)
        if (len(payload), zlib.crc32(payload)) != (entry["size"], entry["crc32"]):
            raise AssertionError(f"{self.folder} {entry}: size or CRC")
        return payload


class Sidecar:
    """VIEWER of one medium, whose files are below @folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        name, (self.index,) = read_call(self.folder / "VIEWER/DATA/INDEX.JS")
        if name != "index":
            raise AssertionError(f"INDEX.JS calls {name}")

    def series(self):
        """Pairs: what the index says of each series, and its Series."""
        for study in self.index["studies"]:
            for entry in study["series"]:
                yield entry, Series(self.folder / "VIEWER/DATA" / entry["folder"])
