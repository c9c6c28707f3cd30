#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""First images as the viewer shows them, against DCMTK's: colours in every arrangement that there is,
palettes, the practice archive's modalities, and whatever IC_CORPUS holds."""
import os
import pathlib
import subprocess
import sys

import numpy
import pydicom
from PIL import Image
from pydicom.uid import ExplicitVRLittleEndian

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import courier  # pylint: disable=wrong-import-position

SHADE = 1            # for rounding
SHADES_OF_COLOUR = 2  # where YBR becomes RGB
SHADES_OF_DCT = 4    # between two decoders
OUTLIERS = 0.025     # of the samples of a lossy picture: edges of halved colours
COLUMNS, ROWS = 64, 48


# Ours and theirs

def window_of_frame(dataset):
    """That of the first frame of an enhanced image, which DCMTK does not look for."""
    for name in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        for group in dataset.get(name, [])[:1]:
            for item in group.get("FrameVOILUTSequence", []):
                return str(item.WindowCenter), str(item.WindowWidth)
    return None


def look_of(dataset):
    """What the file itself proposes, in DCMTK's options."""
    if window_of_frame(dataset):
        return ["+Ww", *window_of_frame(dataset)]
    if "VOILUTSequence" in dataset:
        return ["+Wl", "1"]
    if dataset.get("WindowCenter") is not None:
        return ["+Wi", "1"]
    return ["+Wm"] if dataset.get("BitsStored", 8) > 8 else []


def draw(words, output):
    """What the program draws into @output, or None when it cannot."""
    done = subprocess.run([*words, str(output)], check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
    if done.returncode != 0 or not output.exists() or output.stat().st_size == 0:
        return None
    with Image.open(output) as image:
        return numpy.asarray(image.convert("RGB")).astype(int)


def draw_theirs(path, dataset, folder):
    for number, program in enumerate(("dcmj2pnm", "dcml2pnm")):
        found = draw([courier.need(program), "-O", *look_of(dataset), str(path)],
                     folder / f"theirs{number}.ppm")
        if found is not None:
            return found
    return None


def allowed(dataset):
    """Shades, and what part of the samples may be further away."""
    syntax = dataset.file_meta.get("TransferSyntaxUID", ExplicitVRLittleEndian)
    lossy = syntax in ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81")
    if lossy:
        return SHADES_OF_DCT, OUTLIERS
    colours = dataset.get("PhotometricInterpretation", "").startswith("YBR")
    return SHADES_OF_COLOUR if colours else SHADE, 0


def compare(path, folder):
    """None when one of the two cannot draw it; else what is wrong, or ""."""
    dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    if dataset.get("BitsAllocated") == 1:
        return None  # DCMTK's white is grey then
    theirs = draw_theirs(path, dataset, folder)
    ours = draw([courier.program("FRAME_PROBE"), str(path)], folder / "ours.ppm")
    for name in ("theirs0.ppm", "theirs1.ppm", "ours.ppm"):
        (folder / name).unlink(missing_ok=True)
    if theirs is None or ours is None:
        return None
    if ours.shape != theirs.shape:
        return f"{ours.shape} instead of {theirs.shape}"
    shades, part = allowed(dataset)
    far = (abs(ours - theirs) > shades).mean()
    return f"{far:.2%} differ by more than {shades}, at most {abs(ours - theirs).max()}" \
        if far > part else ""


# Colours

def picture():
    """Red, green and blue, each in ways of its own."""
    y, x = numpy.mgrid[:ROWS, :COLUMNS]
    return numpy.stack([x * 255 // (COLUMNS - 1), y * 255 // (ROWS - 1), (x * 5 + y * 3) % 256],
                       axis=2).astype(numpy.uint8)


def write(path, photometric, pixels, planar=0, **more):
    """A secondary capture with those bytes."""
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3"
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.PhotometricInterpretation = photometric
    dataset.SamplesPerPixel = 1 if photometric == "PALETTE COLOR" else 3
    if dataset.SamplesPerPixel == 3:
        dataset.PlanarConfiguration = planar
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    for name, value in more.items():
        setattr(dataset, name, value)
    dataset.add_new(0x7FE00010, "OB" if dataset.BitsAllocated == 8 else "OW", pixels)
    dataset.save_as(path, write_like_original=False)


def to_ybr(rgb):
    """PS3.3 C.7.6.3.1.2"""
    matrix = numpy.array([[0.2990, 0.5870, 0.1140], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    ybr = rgb @ matrix.T + [0, 128, 128]
    return ybr.round().clip(0, 255).astype(numpy.uint8)


def by_plane(pixels):
    return pixels.transpose(2, 0, 1).tobytes()


def halve(ybr):
    """Two of Y, then one of each colour, for two pixels: YBR_FULL_422."""
    pairs = ybr.reshape(ROWS, COLUMNS // 2, 2, 3)
    return numpy.stack([pairs[:, :, 0, 0], pairs[:, :, 1, 0], pairs[:, :, 0, 1], pairs[:, :, 0, 2]],
                       axis=2).tobytes()


def palette(path, bits):
    """Indices of 8 or 16 bits into tables of 16 bits, of which the first is not of number 0."""
    first, n = 16, 200
    table = numpy.arange(n) * 65535 // (n - 1)
    tables = {"Red": table, "Green": table[::-1], "Blue": table * 7 % 65536}
    more = {"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1}
    for name, values in tables.items():
        more[f"{name}PaletteColorLookupTableDescriptor"] = [n, first, 16]
        more[f"{name}PaletteColorLookupTableData"] = values.astype("<u2").tobytes()
    y, x = numpy.mgrid[:ROWS, :COLUMNS]
    indices = (x * 3 + y) % 256
    write(path, "PALETTE COLOR", indices.astype("<u2" if bits == 16 else "u1").tobytes(), **more)


def check(path, folder):
    wrong = compare(path, folder)
    if wrong is None:
        raise AssertionError(f"{path.name} was not drawn")
    courier.equal(wrong, "", path.name)


def test_colours_by_pixel_and_by_plane_are_dcmtks(scene):
    folder = scene.desk().folder
    rgb = picture()
    write(folder / "rgb-0", "RGB", rgb.tobytes())
    write(folder / "rgb-1", "RGB", by_plane(rgb), planar=1)
    write(folder / "ybr-0", "YBR_FULL", to_ybr(rgb).tobytes())
    write(folder / "ybr-1", "YBR_FULL", by_plane(to_ybr(rgb)), planar=1)
    for name in ("rgb-0", "rgb-1", "ybr-0", "ybr-1"):
        check(folder / name, folder)


def test_halved_colours_are_dcmtks(scene):
    folder = scene.desk().folder
    write(folder / "ybr-422", "YBR_FULL_422", halve(to_ybr(picture())))
    check(folder / "ybr-422", folder)


def test_palettes_of_8_and_16_bits_are_dcmtks(scene):
    folder = scene.desk().folder
    for bits in (8, 16):
        palette(folder / f"palette-{bits}", bits)
        check(folder / f"palette-{bits}", folder)


# Files

def check_files(paths, folder, at_least):
    wrong, n_compared = [], 0
    for path in paths:
        try:
            found = compare(path, folder)
        except (pydicom.errors.InvalidDicomError, AttributeError, TypeError, ValueError):
            continue  # not even its header can be read
        n_compared += found is not None
        if found:
            wrong.append(f"{path}: {found}")
    print(f"# {n_compared} of {len(paths)} compared")
    courier.equal(wrong, [])
    if n_compared < at_least:
        raise AssertionError(f"only {n_compared} files could be compared")


def test_first_images_of_the_practice_archive_are_dcmtks(scene):
    firsts = {row["sop_instance_uids"][0] for row in courier.phantom_list()}
    paths = [path for path, header in courier.phantom_headers().items()
             if header.SOPInstanceUID in firsts and "Rows" in header]
    modalities = {courier.phantom_headers()[path].Modality for path in paths}
    courier.contains(sorted(modalities), "US")
    check_files(paths, scene.desk().folder, 8)


def test_first_images_of_the_corpus_are_dcmtks(scene):
    if "IC_CORPUS" not in os.environ:
        raise courier.Skip("IC_CORPUS is not set")
    paths = sorted(path for path in pathlib.Path(os.environ["IC_CORPUS"]).rglob("*")
                   if path.is_file())
    check_files(paths, scene.desk().folder, 20)


courier.main(globals())
