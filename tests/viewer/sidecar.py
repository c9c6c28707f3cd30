#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a disc for the viewer, slowly and by the book: a second opinion on the format of VIEWER/DATA.

  sidecar.py DICOM-FOLDER DISC-FOLDER

The files are copied to DISC/DICOM; the index names one patient, whoever is in them."""
import base64
import collections
import io
import json
import pathlib
import shutil
import sys
import zlib

import numpy
import pydicom
from pydicom.encaps import generate_pixel_data_frame
from pydicom.filewriter import write_dataset, write_file_meta_info

CHUNK = 1 << 20
NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99",
          "1.2.840.10008.1.2.2"}
DECODABLE = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 57, 70, 80, 81, 90, 91, 201, 202, 203)}
DECODABLE.add("1.2.840.10008.1.2.5")


def deflate(data):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def predict(plane):
    """The median edge prediction of every sample, from its neighbours."""
    wide = plane.astype(numpy.int64)
    left, above, corner = (numpy.zeros_like(wide) for _ in range(3))
    left[:, 1:] = wide[:, :-1]
    above[1:] = wide[:-1]
    corner[1:, 1:] = wide[:-1, :-1]
    low, high = numpy.minimum(left, above), numpy.maximum(left, above)
    middle = numpy.where(corner >= high, low, numpy.where(corner <= low, high, left + above - corner))
    middle[0] = left[0]
    middle[:, 0] = above[:, 0]
    return middle


def fold(plane):
    """Residuals modulo the width, folded so that small ones of both signs are small."""
    bits = plane.dtype.itemsize * 8
    residual = (plane.astype(numpy.int64) - predict(plane)) % (1 << bits)
    signed = numpy.where(residual >= 1 << (bits - 1), residual - (1 << bits), residual)
    return ((signed << 1) ^ (signed >> (bits - 1))).astype(f"<u{bits // 8}")


def encode_med(planes):
    parts = []
    for plane in planes:
        folded = fold(plane).tobytes()
        parts += [folded[byte::plane.dtype.itemsize] for byte in range(plane.dtype.itemsize)]
    return deflate(b"".join(parts))


def header_of(path, dataset, syntax):
    """The file up to its pixels, in Explicit VR Little Endian."""
    if syntax not in NATIVE or syntax == "1.2.840.10008.1.2.1":
        with open(path, "rb") as file:
            pydicom.dcmread(file, stop_before_pixels=True)
            end = file.tell()
            file.seek(0)
            return file.read(end)
    out = pydicom.filebase.DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    out.write(b"\0" * 128 + b"DICM")
    write_file_meta_info(out, dataset.file_meta, enforce_standard=False)
    bare = pydicom.Dataset({tag: dataset[tag] for tag in dataset.keys() if tag < 0x7FE00000})
    write_dataset(out, bare)
    return out.getvalue()


def native_frames(dataset, count):
    """Planes of samples where the pixels are plain, else the bytes of each frame."""
    allocated, samples = dataset.BitsAllocated, dataset.SamplesPerPixel
    size = dataset.Rows * dataset.Columns * samples
    is_plain = (allocated in (8, 16, 32) and "PixelData" in dataset
                and not dataset.PhotometricInterpretation.endswith("_422"))
    if not is_plain:
        data = dataset.get("PixelData") or dataset.get("FloatPixelData") or dataset.DoubleFloatPixelData
        length = len(data) // count
        return "bits", [deflate(data[n * length:(n + 1) * length]) for n in range(count)]
    order = "<" if dataset.is_little_endian else ">"
    values = numpy.frombuffer(dataset.PixelData, f"{order}u{allocated // 8}", size * count)
    values = values.astype(f"<u{allocated // 8}").reshape(count, -1)
    is_planar = samples > 1 and dataset.PlanarConfiguration == 1
    shape = (samples, -1) if is_planar else (-1, samples)
    frames = []
    for frame in values:
        planes = frame.reshape(shape) if is_planar else frame.reshape(shape).T
        frames.append(encode_med([p.reshape(dataset.Rows, dataset.Columns) for p in planes]))
    return "med", frames


def encode(dataset, syntax):
    """How the frames are encoded, and each of them; a reason when there are none."""
    if "EncapsulatedDocument" in dataset:
        return "file", [dataset.EncapsulatedDocument], ""
    if not {"PixelData", "FloatPixelData", "DoubleFloatPixelData"} & set(dataset.dir()):
        return "none", [], "no-pixels"
    count = int(dataset.get("NumberOfFrames") or 1)
    if syntax in NATIVE:
        return *native_frames(dataset, count), ""
    if syntax not in DECODABLE:
        return "none", [], "unsupported-syntax"
    return "source", list(generate_pixel_data_frame(dataset.PixelData, count)), ""


class Series:
    """One folder of VIEWER/DATA."""

    def __init__(self, folder, name):
        self.folder, self.name = folder / name, name
        self.folder.mkdir(parents=True)
        self.images, self.headers, self.chunks, self.open = [], io.BytesIO(), [], b""

    def add(self, path, on_disc):
        dataset = pydicom.dcmread(path)
        syntax = str(dataset.file_meta.TransferSyntaxUID)
        header = header_of(path, dataset, syntax)
        encoding, frames, reason = encode(dataset, syntax)
        self.images.append({
            "file": on_disc, "uid": str(dataset.SOPInstanceUID),
            "header": [self.headers.tell(), len(header)], "encoding": encoding,
            "bytes": int(dataset.get("BitsAllocated", 8)) // 8 or 1,
            "samples": int(dataset.get("SamplesPerPixel", 1)),
            "columns": int(dataset.get("Columns", 0)), "rows": int(dataset.get("Rows", 0)),
            "syntax": syntax, "frames": [self.put(frame) for frame in frames], "reason": reason})
        self.headers.write(header)
        return dataset

    def put(self, frame):
        if self.open and len(self.open) + len(frame) > CHUNK:
            self.flush()
        place = [len(self.chunks), len(self.open), len(frame)]
        self.open += frame
        return place

    def flush(self):
        name = f"C{len(self.chunks) + 1:04}"
        text = base64.b64encode(self.open).decode()
        (self.folder / f"{name}.JS").write_text(f'IC.chunk("{self.name}/{name}","{text}");\n')
        self.chunks.append({"file": name, "size": len(self.open), "crc32": zlib.crc32(self.open)})
        self.open = b""

    def close(self):
        if self.open:
            self.flush()
        headers = self.headers.getvalue()
        content = {"headers": {"size": len(headers),
                               "data": base64.b64encode(deflate(headers)).decode()},
                   "chunks": self.chunks, "images": self.images}
        text = f'IC.series("{self.name}",{json.dumps(content)});\n'
        (self.folder / "SERIES.JS").write_text(text)


def by_series(folder):
    found = collections.OrderedDict()
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and path.name != "DICOMDIR":
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            key = (str(dataset.StudyInstanceUID), str(dataset.SeriesInstanceUID))
            found.setdefault(key, []).append((int(dataset.get("InstanceNumber") or 0), path))
    return found


def write_series(number, paths, disc):
    series, on_disc = Series(disc / "VIEWER/DATA", f"S{number:04}"), ""
    for count, (_, path) in enumerate(sorted(paths), 1):
        on_disc = f"DICOM/S{number:04}/I{count:07}"
        (disc / on_disc).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, disc / on_disc)
        dataset = series.add(path, on_disc)
    series.close()
    record = {
        "uid": str(dataset.SeriesInstanceUID), "number": str(dataset.get("SeriesNumber", "")),
        "modality": dataset.Modality, "description": str(dataset.get("SeriesDescription", "")),
        "bodyPart": "", "images": len(series.images),
        "frames": sum(len(i["frames"]) for i in series.images if i["encoding"] != "file"),
        "folder": series.name, "files": str(pathlib.PurePath(on_disc).parent), "picture": "",
        "bytes": 0, "pixelBytes": 0}
    return dataset, record


def main(dicom, disc):
    disc = pathlib.Path(disc)
    studies = collections.OrderedDict()
    for number, ((study, _), paths) in enumerate(by_series(dicom).items(), 1):
        dataset, record = write_series(number, paths, disc)
        studies.setdefault(study, {
            "uid": study, "date": str(dataset.get("StudyDate", "")), "time": "",
            "description": str(dataset.get("StudyDescription", "")), "accession": "",
            "series": []})["series"].append(record)
    index = {
        "format": 1, "fileSet": "TEST_1", "transfer": "TEST", "volume": {"number": 1, "of": 1},
        "created": "2026-01-01T00:00:00+00:00", "institution": "", "contact": "", "recipient": "",
        "notice": "", "quality": "lossless",
        "patient": {"name": "Test^Patient", "id": "T", "birthDate": "", "sex": ""},
        "studies": list(studies.values())}
    (disc / "VIEWER/DATA/INDEX.JS").write_text(f"IC.index({json.dumps(index)});\n")
    (disc / "INDEX.HTM").write_text(
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        "content=\"connect-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-src 'none'\"><title>Disc</title></head><body><p>Plain page</p>"
        '<script type="text/javascript" src="VIEWER/VIEWER.JS" charset="utf-8"></script>'
        "</body></html>\n")


main(sys.argv[1], sys.argv[2])
