#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of images that the practice patients do not have, on media that courierctl exports:

  make-kinds.py FOLDER      FOLDER/lossless, FOLDER/preview and FOLDER/none: one image a series, the
                            series called after its kind

Numbers: sample i of a float image is i / 3 - 100 as its format holds it. The environment is that of the
end-to-end tests, and IC_VIEWER_DIR names the folder of VIEWER.JS."""
import pathlib
import subprocess
import sys

import numpy
import pydicom

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))

import courier  # noqa: E402
import media  # noqa: E402

ROOT = "1.2.826.0.1.3680043.8.498.77"
ROWS, COLUMNS = 96, 128
CT = "1.2.840.10008.5.1.4.1.1.2"
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
PATIENT = {"patient-id": "KINDS-1", "birth-date": "19700101"}


def base(number, kind, sop_class):
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = f"{ROOT}.{number}.1"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.PatientName, dataset.PatientID = "Kinds^Many", PATIENT["patient-id"]
    dataset.PatientBirthDate, dataset.PatientSex = PATIENT["birth-date"], "O"
    dataset.StudyInstanceUID, dataset.StudyDate = ROOT, "20260101"
    dataset.StudyTime, dataset.StudyID, dataset.AccessionNumber = "101500", "1", "KINDS"
    dataset.SeriesInstanceUID, dataset.SeriesNumber = f"{ROOT}.{number}", number
    dataset.SeriesDescription, dataset.Modality = kind, "CT" if sop_class == CT else "MR"
    dataset.InstanceNumber = 1
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = ROWS, COLUMNS, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    return dataset


def samples(frames=1):
    """Smooth, so that a preview is like it; 12 bits."""
    y, x = numpy.mgrid[0:ROWS, 0:COLUMNS]
    shade = (1000 + 900 * numpy.sin(x / 19) * numpy.cos(y / 23)).astype("<u2")
    return numpy.stack([shade + 40 * frame for frame in range(frames)])


def ct(number, kind, frames=1):
    dataset = base(number, kind, CT)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
    dataset.WindowCenter, dataset.WindowWidth = 0, 1600
    dataset.PixelData = samples(frames).tobytes()
    if frames > 1:
        dataset.NumberOfFrames = frames
    return dataset


def drawing(rows, columns, turn=0):
    y, x = numpy.mgrid[0:rows, 0:columns]
    return ((x + turn) % 7 == 0) | ((y * 2 + x) % 11 == 0)


def add_overlay(dataset, group, planes, origin):
    bits = numpy.packbits(numpy.concatenate([plane.ravel() for plane in planes]), bitorder="little")
    rows, columns = planes[0].shape
    dataset.add_new((group, 0x0010), "US", rows)
    dataset.add_new((group, 0x0011), "US", columns)
    if len(planes) > 1:
        dataset.add_new((group, 0x0015), "IS", len(planes))
        dataset.add_new((group, 0x0051), "US", 1)
    dataset.add_new((group, 0x0040), "CS", "G")
    dataset.add_new((group, 0x0050), "SS", list(origin))
    dataset.add_new((group, 0x0100), "US", 1)
    dataset.add_new((group, 0x0102), "US", 0)
    data = bits.tobytes()
    dataset.add_new((group, 0x3000), "OW", data + b"\0" * (len(data) % 2))


def overlaid(number):
    dataset = ct(number, "overlays")
    add_overlay(dataset, 0x6000, [drawing(20, 31)], (5, 9))
    add_overlay(dataset, 0x6002, [drawing(40, 200, 3)], (80, -20))
    return dataset


def overlaid_frames(number):
    dataset = ct(number, "frames with overlays", 2)
    add_overlay(dataset, 0x6000, [drawing(ROWS, COLUMNS), drawing(ROWS, COLUMNS, 3)], (1, 1))
    return dataset


def embedded(number):
    """As old files have it: in a bit of the pixels that holds no value."""
    dataset = ct(number, "embedded overlay")
    dataset.PixelData = (samples()[0] | (drawing(ROWS, COLUMNS).astype("<u2") << 13)).tobytes()
    dataset.add_new((0x6000, 0x0010), "US", ROWS)
    dataset.add_new((0x6000, 0x0011), "US", COLUMNS)
    dataset.add_new((0x6000, 0x0040), "CS", "G")
    dataset.add_new((0x6000, 0x0050), "SS", [1, 1])
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 13)
    return dataset


def numbers(number, kind, bits):
    dataset = base(number, kind, PARAMETRIC_MAP)
    dataset.BitsAllocated = bits
    values = (numpy.arange(ROWS * COLUMNS) / 3 - 100).astype(f"<f{bits // 8}").tobytes()
    if bits == 32:
        dataset.FloatPixelData = values
    else:
        dataset.DoubleFloatPixelData = values
    return dataset


def make_files(folder):
    folder.mkdir(parents=True)
    made = [ct(1, "plain"), overlaid(2), overlaid_frames(3), embedded(4), numbers(5, "float", 32),
            numbers(6, "double", 64), ct(7, "JPEG lossless")]
    for dataset in made:
        dataset.save_as(folder / f"{dataset.SeriesNumber}.dcm", write_like_original=False)
    lossless = folder / "7.dcm"
    subprocess.run(["dcmcjpeg", "+e1", "+un", lossless, lossless], check=True)
    return folder


def main(folder):
    with courier.Scene() as scene:
        desk = scene.desk()
        node = scene.rude(desk, make_files(scene.folder / "files"))
        for quality in ("lossless", "preview", "none"):
            order = media.order([ROOT], "folder", folder / quality, node,
                                ("--profile", "as-stored", "--viewer", quality))
            answer = desk.ctl(*order, keys={**PATIENT, **media.RECIPIENT}).json
            courier.equal(answer["state"], "succeeded")


main(pathlib.Path(sys.argv[1]))
