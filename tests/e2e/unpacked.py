# SPDX-License-Identifier: GPL-3.0-or-later
"""What images look like that were unpacked, against the decoders of others."""
import subprocess

import numpy
import pydicom
from pydicom.uid import ExplicitVRLittleEndian

import courier
from courier import equal

DECODERS = {
    "1.2.840.10008.1.2.4.50": ("dcmdjpeg",),
    "1.2.840.10008.1.2.4.51": ("dcmdjpeg",),
    "1.2.840.10008.1.2.4.57": ("dcmdjpeg",),
    "1.2.840.10008.1.2.4.70": ("dcmdjpeg",),
    "1.2.840.10008.1.2.4.80": ("dcmdjpls",),
    "1.2.840.10008.1.2.4.90": ("gdcmconv", "--raw"),
    "1.2.840.10008.1.2.5": ("dcmdrle",),
}
# What describes the encoding and nothing else.
ENCODING = {"PixelData", "PhotometricInterpretation", "PlanarConfiguration",
            "LossyImageCompression"}
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
ROUNDING_OF_DCT = 4
OUTLIERS_OF_EDGES = 0.025  # decoders differ in how they spread halved colours


def decode_by_others(scene, path, syntax):
    """The samples of a file, decoded by a program that is not ours."""
    if syntax not in DECODERS:
        return as_colours(pydicom.dcmread(path))
    output = scene.folder / "decoded.dcm"
    subprocess.run([courier.need(DECODERS[syntax][0]), *DECODERS[syntax][1:], path, output],
                   check=True, capture_output=True)
    return as_colours(pydicom.dcmread(output))


def as_colours(file):
    array = file.pixel_array
    if file.SamplesPerPixel == 3:
        return pydicom.pixel_data_handlers.util.convert_color_space(
            array, file.PhotometricInterpretation, "RGB")
    return array


def attributes(file):
    return {(element.tag, element.VR, str(element.value)) for element in file.iterall()
            if element.keyword not in ENCODING}


def check_unpacked(scene, original, path, wanted=ExplicitVRLittleEndian):
    """The same object in the transfer syntax @wanted."""
    before, after = pydicom.dcmread(original), pydicom.dcmread(path)
    syntax = before.file_meta.TransferSyntaxUID
    equal(after.file_meta.TransferSyntaxUID, wanted, path)
    equal(after.file_meta.MediaStorageSOPInstanceUID, after.SOPInstanceUID, "meta header")
    equal(attributes(after) ^ attributes(before), set(), f"attributes of {path}")
    if "PixelData" not in before:
        return
    away = numpy.abs(as_colours(after).astype(int) - decode_by_others(scene, original, syntax))
    allowed = ROUNDING_OF_DCT if syntax in LOSSY else 0
    outliers = numpy.count_nonzero(away > allowed) / away.size
    equal(outliers <= (OUTLIERS_OF_EDGES if syntax in LOSSY else 0), True,
          f"samples of {syntax}: {outliers:.4f} differ, by up to {away.max()}")
