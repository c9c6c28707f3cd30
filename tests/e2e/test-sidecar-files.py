#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of all kinds as the viewer on a medium gets them, against pydicom: implicit, big endian and
deflated ones, many depths and colours, single bits, documents; the examples of python3-pydicom, and
what IC_CORPUS has."""
import functools
import io
import json
import os
import pathlib
import subprocess

import numpy
import pydicom
import pydicom.data
from pydicom.uid import ExplicitVRLittleEndian

import courier
import sidecar
from courier import equal

EMPTY = pydicom.tag.Tag(0x00420011)
# Not what pydicom itself can read as pixels, or made to be wrong.
NOT_BELIEVED = {"badVR.dcm", "J2K_pixelrep_mismatch.dcm"}


class Packed:
    """One file, packed."""

    def __init__(self, path, entry, content):
        self.path, self.entry, self.encoding = path, entry, entry["encoding"]
        self.header, at, self.frames = content[:entry["header"]], entry["header"], []
        for size in entry["sizes"]:
            self.frames.append(content[at:at + size])
            equal(len(self.frames[-1]), size, f"a frame of {path}")
            at += size


def pack(scene, quality, paths):
    folder = scene.folder / quality
    folder.mkdir(exist_ok=True)
    done = subprocess.run([courier.program("PACK_FOR_VIEWER"), quality, folder, *paths], check=True,
                          capture_output=True, text=True)
    lines = done.stdout.splitlines()
    equal(len(lines), len(paths))
    for number, (path, line) in enumerate(zip(paths, lines)):
        content = (folder / str(number)).read_bytes()
        (folder / str(number)).unlink()
        yield Packed(path, json.loads(line), content)


@functools.cache
def example_files():
    folders = [pathlib.Path(pydicom.data.DATA_ROOT) / "test_files",
               pathlib.Path(os.environ.get("IC_CORPUS", "/nonexistent"))]
    return [path for folder in folders for path in courier.dicom_files(folder)
            if path.name not in NOT_BELIEVED and "DICOMDIR" not in path.name.upper()]


def read_header(content):
    """The data set of a header, which is in Explicit VR Little Endian whatever its meta header says."""
    start = 144 + int.from_bytes(content[140:144], "little")
    return pydicom.filereader.read_dataset(io.BytesIO(content[start:]), False, True)


def texts_of(elements):
    return {element.tag: str(element.value) for element in elements
            if 8 <= element.tag.group < 0x7fe0 and not element.tag.is_private and
            element.tag.element != 0 and element.VR not in ("UN", "SQ")}


def check_header(packed, file):
    """What stands in front of the pixels, but for long values where there are none."""
    before, after = texts_of(file), texts_of(read_header(packed.header))
    for tag, value in before.items():
        if tag == EMPTY or (len(file[tag].value or "") if file[tag].VR in ("OB", "OW", "UT") else
                            0) > 65536 and "PixelData" not in file:
            continue
        equal(after.get(tag), value, f"{tag} of {packed.path}")


def native_samples(file):
    """Unsigned samples as they are stored, one row a frame."""
    depth = file.BitsAllocated // 8
    order = "<" if file.is_little_endian else ">"
    data = file.PixelData
    if depth == 1 and order == ">" and file["PixelData"].VR == "OW":
        data = numpy.frombuffer(data, "<u2").byteswap().tobytes()
    frames = int(file.get("NumberOfFrames") or 1)
    size = file.Rows * file.Columns * file.SamplesPerPixel
    return numpy.frombuffer(data, f"{order}u{depth}")[:frames * size].reshape(frames, size)


def check_samples(packed, file):
    entry = packed.entry
    shape = file.Rows, file.Columns
    equal((entry["rows"], entry["columns"], entry["samples"]), (*shape, file.SamplesPerPixel))
    for number, (stored, frame) in enumerate(zip(native_samples(file), packed.frames)):
        if file.get("PlanarConfiguration", 0) == 1 and file.SamplesPerPixel > 1:
            stored = numpy.moveaxis(stored.reshape(-1, *shape), 0, -1)
        decoded = sidecar.decode_samples(frame, entry)
        equal(numpy.array_equal(decoded.ravel(), stored.ravel()), True,
              f"frame {number} of {packed.path}")


def check_bits(packed, file):
    """Single bits begin with the frame; the rest is as it stands in the file."""
    frames = int(file.get("NumberOfFrames") or 1)
    whole = [sidecar.inflate(frame) for frame in packed.frames]
    equal(len(whole), frames, packed.path)
    if file.get("BitsAllocated") == 1:
        size = file.Rows * file.Columns
        bits = numpy.unpackbits(numpy.frombuffer(file.PixelData, numpy.uint8), bitorder="little")
        for number, frame in enumerate(whole):
            found = numpy.unpackbits(numpy.frombuffer(frame, numpy.uint8), bitorder="little")
            equal(numpy.array_equal(found[:size], bits[number * size:(number + 1) * size]), True,
                  f"frame {number} of {packed.path}")
            equal(int(found[size:].sum()), 0, "behind the frame")
        return
    keyword = next(name for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
                   if name in file)
    joined = b"".join(whole)
    equal(joined, file[keyword].value[:len(joined)], packed.path)
    equal(len(file[keyword].value) - len(joined) < 2, True, packed.path)


def check_source(packed, file):
    """Every frame stands in the file as it is."""
    equal(packed.entry["syntax"], file.file_meta.TransferSyntaxUID)
    content = pathlib.Path(packed.path).read_bytes()
    for frame in packed.frames:
        equal(frame[:64] in content and frame[-64:] in content, True, packed.path)
    equal(len(packed.frames), int(file.get("NumberOfFrames") or 1), packed.path)


def check_decoded(packed, file):
    """What no browser decodes, against GDCM."""
    native = pathlib.Path(packed.path)
    equal(len(packed.frames), int(file.get("NumberOfFrames") or 1), native)
    for frame in packed.frames:
        equal(sidecar.decode_samples(frame, packed.entry).shape,
              (file.Rows, file.Columns, file.SamplesPerPixel))


def check(packed):
    file = pydicom.dcmread(packed.path, force=True)
    if packed.header:
        check_header(packed, file)
    if packed.encoding == "source":
        check_source(packed, file)
    elif packed.encoding == "bits":
        check_bits(packed, file)
    elif packed.encoding == "med" and file.file_meta.TransferSyntaxUID.is_compressed and \
            not file.file_meta.TransferSyntaxUID.is_deflated:
        check_decoded(packed, file)
    elif packed.encoding == "med":
        check_samples(packed, file)
    return packed.encoding + packed.entry["reason"]


def test_examples_of_all_kinds_have_every_value(scene):
    found = [check(packed) for packed in pack(scene, "lossless", example_files())]
    for kind in ("med", "source", "bits", "noneno-pixels"):
        equal(kind in found, True, f"{kind} among {sorted(set(found))}")


def test_examples_of_all_kinds_have_a_preview(scene):
    found = set()
    for packed in pack(scene, "preview", example_files()):
        found.add(packed.encoding)
        for frame in packed.frames if packed.encoding == "jpeg8" else []:
            equal(frame[:2], b"\xff\xd8", packed.path)
    equal("jpeg8" in found and "med" not in found, True, f"{found}")


def test_a_file_without_meta_header_gets_one(scene):
    path = next(path for path, header in courier.phantom_headers().items()
                if header.Modality == "SR")
    bare = scene.folder / "bare"
    bare.write_bytes(courier.data_set(path))
    packed = next(pack(scene, "lossless", [bare]))
    equal(packed.header[128:132], b"DICM")
    equal(packed.header.endswith(courier.data_set(path)), True)


def test_frames_of_single_bits_begin_at_a_byte(scene):
    file = pydicom.dcmread(next(path for path, header in courier.phantom_headers().items()
                                if header.Modality == "CT" and
                                header.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian))
    file.BitsAllocated, file.BitsStored, file.HighBit = 1, 1, 0
    file.Rows, file.Columns, file.NumberOfFrames = 3, 5, 4
    file.PixelRepresentation = 0
    bits = numpy.arange(60) * 7 % 5 % 2
    file.PixelData = numpy.packbits(bits, bitorder="little").tobytes()
    file.save_as(scene.folder / "bits")
    packed = next(pack(scene, "lossless", [scene.folder / "bits"]))
    equal(packed.encoding, "bits")
    check(packed)


def test_long_values_stay_behind_where_there_are_no_pixels(scene):
    path = next(path for path, header in courier.phantom_headers().items()
                if header.Modality == "SR")
    file = pydicom.dcmread(path)
    block = file.private_block(0x0099, "TEST", create=True)
    block.add_new(1, "OB", b"x" * 100000)
    file.save_as(scene.folder / "long")
    packed = next(pack(scene, "lossless", [scene.folder / "long"]))
    equal(len(packed.header) < 90000, True)
    equal(texts_of(read_header(packed.header)), texts_of(pydicom.dcmread(path)))


if __name__ == "__main__":
    courier.main(globals().copy())
