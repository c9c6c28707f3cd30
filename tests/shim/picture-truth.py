#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decodes the first and last frame of each file below a folder with pydicom and NumPy, after GDCM has
undone a compression, and writes the samples to another folder as 32-bit floats, channels last; grey
as stored, colours as red, green and blue. One line for each: path, frame, columns, rows, channels,
the name of the file of samples, and how far another decoder may be away: 0 where nothing is lossy."""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import pydicom
from pydicom.pixel_data_handlers import util

LOSSLESS = {"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
            "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"}
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81",
         "1.2.840.10008.1.2.4.91"}
# What GDCM gets wrong; the test knows the right values of these.
NOT_BELIEVED = {"J2K_pixelrep_mismatch.dcm", "SC_rgb_jpeg_lossy_gdcm.dcm"}
ROUNDING_OF_COLOURS = 2
ROUNDING_OF_DCT = 4


def decode(path, scratch):
    """A data set with native pixels, and what the other decoder may be away."""
    dataset = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
        if not dataset.is_implicit_VR:
            dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax not in LOSSLESS | LOSSY:
        return dataset, 0
    native = scratch / "native.dcm"
    subprocess.run(["gdcmconv", "--raw", "--apply-planar-configuration", path, native], check=True,
                   capture_output=True)
    return pydicom.dcmread(native), ROUNDING_OF_DCT if syntax in LOSSY else 0


def colour(dataset, array):
    """@array as grey or RGB, and whether rounding may differ."""
    photometric = dataset.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        array = util.apply_color_lut(array, dataset)
        return (array >> 8 if array.dtype.itemsize > 1 else array), False
    if photometric.startswith("YBR_FULL"):
        return util.convert_color_space(array, photometric, "RGB"), True
    if dataset.SamplesPerPixel == 3 and dataset.BitsStored > 8:
        return array >> (dataset.BitsStored - 8), dataset.BitsStored > 24
    if "ModalityLUTSequence" in dataset:
        array = util.apply_modality_lut(array, dataset)
    return array, False


def frames_of(dataset):
    array = dataset.pixel_array
    count = int(dataset.get("NumberOfFrames") or 1)
    bits = int(dataset.BitsStored) - int(dataset.PixelRepresentation)
    if array.dtype.kind != "f" and array.max() >> bits > 0:
        raise ValueError("bits that are not stored, which pydicom takes for a part of the value")
    return array if count > 1 else array[numpy.newaxis]


def tell(path, folder, scratch):
    dataset, distance = decode(path, scratch)
    frames = frames_of(dataset)
    for number in sorted({0, len(frames) - 1}):
        array, is_rounded = colour(dataset, frames[number])
        channels = array.shape[2] if array.ndim == 3 else 1
        name = f"{len(list(folder.iterdir()))}.samples"
        (folder / name).write_bytes(array.astype("<f4").tobytes())
        allowed = max(distance, ROUNDING_OF_COLOURS if is_rounded else 0)
        print(path, number, array.shape[1], array.shape[0], channels, folder / name, allowed, sep="\t")


def main(top, folder):
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(pathlib.Path(top).rglob("*")):
            if not path.is_file() or path.name in NOT_BELIEVED:
                continue
            try:
                tell(path, folder, pathlib.Path(scratch))
            except Exception:  # whatever they cannot read says nothing about us
                continue


main(sys.argv[1], pathlib.Path(os.environ["IC_SAMPLES_FOLDER"]))
