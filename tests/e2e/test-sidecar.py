#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The viewer on a medium: what it reads holds every header and every pixel of the DICOM files beside
it, or says why not; it is part of the proof; it is left out when it is not wanted."""
import itertools
import pathlib
import shutil

import numpy
import pydicom

import courier
import media
import sidecar
from courier import contains, equal

POLICY = ("connect-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
                "frame-src 'none'")
SCRIPT = ('<script type="text/javascript" src="VIEWER/VIEWER.JS" charset="utf-8"></script>\n'
          "</body>\n</html>\n")
COMPRESSED = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
              "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"}
CHUNK_MAX = 2 * 1024 * 1024


def open_desk(scene, files=None):
    """A desk with a viewer that does nothing, and a node that has @files."""
    program = scene.folder / "program"
    program.mkdir()
    for name in ("VIEWER.JS", "PDF.JS", "LICENSE.TXT"):
        (program / name).write_text(f"/* {name} */\n", encoding="ascii")
    desk = scene.desk()
    desk.extra_environment["IC_VIEWER_DIR"] = str(program)
    return desk, scene.rude(desk, files or courier.phantoms())


def patients():
    """Identity and studies of each invented patient."""
    rows = sorted(courier.phantom_list(), key=lambda row: row["patient_id"])
    for patient, series in itertools.groupby(rows, key=lambda row: row["patient_id"]):
        series = list(series)
        yield ({"patient-id": patient, "birth-date": series[0]["birth_date"]},
               sorted({row["study_uid"] for row in series}))


def export(desk, node, patient, studies, route, output, *more, code=0):
    return desk.ctl(*media.order(studies, route, output, node, more), code=code,
                    keys={**patient, **media.RECIPIENT})


def muller_ct(desk, node):
    """One study with a CT of 36 images."""
    return [media.studies_of(desk, node, media.MULLER["patient-id"])["PR250001"]]


def tree_of(scene, image):
    folder = scene.folder / f"{image.name}-tree"
    media.extract_by_osirrox(image, folder)
    return folder


# Comparing

def elements_of(file):
    return {element.tag: str(element.value) for element in file if 8 <= element.tag.group < 0x7fe0}


def check_header(image, file):
    """Every element up to the pixels, in the same bytes where the file says it is explicit."""
    content = pathlib.Path(file.filename).read_bytes()
    if file.file_meta.TransferSyntaxUID.is_implicit_VR or image.encoding == "file":
        before = elements_of(file)
        before.pop(pydicom.tag.Tag("EncapsulatedDocument"), None)
        equal(elements_of(image.parse_header()), before, image.file)
    else:
        equal(content.startswith(image.header), True, f"header of {image.file}")
        after = content[len(image.header):]
        equal(after == b"" or after.startswith(b"\xe0\x7f"), True, f"end of header of {image.file}")


def fragments_of(file):
    frames = int(file.get("NumberOfFrames", 1))
    if frames == 1:
        return [b"".join(pydicom.encaps.generate_pixel_data_fragment(
            skip_offsets(file.PixelData)))]
    return list(pydicom.encaps.generate_pixel_data_frame(file.PixelData, frames))


def skip_offsets(data):
    """A stream behind the basic offset table."""
    stream = pydicom.filebase.DicomBytesIO(data)
    stream.is_little_endian = True
    pydicom.encaps.get_frame_offsets(stream)
    return stream


def check_samples(image, file):
    """Every bit of every sample."""
    entry, depth = image.entry, file.BitsAllocated // 8
    array = numpy.frombuffer(file.PixelData, f"<u{depth}")
    shape = file.Rows, file.Columns
    frames = int(file.get("NumberOfFrames", 1))
    size = shape[0] * shape[1] * file.SamplesPerPixel
    equal((entry["bytes"], entry["samples"], entry["rows"], entry["columns"],
           len(entry["frames"])), (depth, file.SamplesPerPixel, *shape, frames), image.file)
    for number, packed in enumerate(image.frames()):
        frame = array[number * size:(number + 1) * size]
        if file.get("PlanarConfiguration", 0) == 1:
            frame = numpy.moveaxis(frame.reshape(-1, *shape), 0, -1)
        equal(numpy.array_equal(sidecar.decode_samples(packed, entry).ravel(), frame.ravel()), True,
              f"frame {number} of {image.file}")


def check_image(image, path):
    file = pydicom.dcmread(path)
    equal(image.entry["uid"], file.SOPInstanceUID)
    check_header(image, file)
    if image.encoding == "med":
        check_samples(image, file)
    elif image.encoding == "source":
        equal(image.entry["syntax"], file.file_meta.TransferSyntaxUID, image.file)
        equal(list(image.frames()) == fragments_of(file), True, f"frames of {image.file}")
    elif image.encoding == "file":
        equal(list(image.frames()), [file.EncapsulatedDocument], image.file)
    else:
        equal((image.encoding, image.entry["reason"], "PixelData" in file),
              ("none", "no-pixels", False), image.file)
    return image.encoding


def check_chunks(series):
    """The first has one frame, of the image in the middle; the others are worth a seek."""
    frames = [frame for image in series.images for frame in image.entry["frames"]]
    chunks = series.content["chunks"]
    if not frames:
        equal(chunks, [])
        return
    shown = [image for image in series.images if image.entry["frames"]]
    middle = shown[len(shown) // 2].entry["frames"]
    first = [frame for frame in frames if frame[0] == 0]
    equal(first, [middle[len(middle) // 2]], "in the first chunk")
    for number, chunk in enumerate(chunks):
        inside = [frame for frame in frames if frame[0] == number]
        equal(sum(frame[2] for frame in inside), chunk["size"], "all of it is used")
        equal(chunk["size"] <= CHUNK_MAX or len(inside) == 1, True, f"{chunk} is too large")
        if 0 < number < len(chunks) - 1:
            equal(chunk["size"] >= CHUNK_MAX // 4, True, f"{chunk} is too small")


def check_index(folder, index, quality):
    """What the index says of files is so."""
    equal((index["format"], index["quality"], index["account"]), (1, quality, None))
    for study in index["studies"]:
        for series in study["series"]:
            names = [path.name for path in sorted((folder / series["files"]).iterdir())]
            equal(len(names), series["images"], series["files"])
            place = folder / "VIEWER/DATA" / series["folder"]
            equal(sum(path.stat().st_size for path in place.iterdir()), series["bytes"])
            if series["picture"]:
                equal((folder / series["picture"]).is_file(), True, series["picture"])


def check_medium(folder, quality="lossless"):
    """Returns how the images are encoded."""
    found = sidecar.Sidecar(folder)
    check_index(folder, found.index, quality)
    encodings = []
    for entry, series in found.series():
        check_chunks(series)
        equal([image.file for image in series.images],
              sorted(str(path.relative_to(folder)) for path in (folder / entry["files"]).iterdir()))
        if quality == "lossless":
            encodings += [check_image(image, folder / image.file) for image in series.images]
        else:
            encodings += [image.encoding for image in series.images]
    return encodings


# Tests

def test_every_pixel_of_every_series_is_in_the_viewer_of_its_disc(scene):
    desk, node = open_desk(scene)
    encodings = []
    for patient, studies in patients():
        output = scene.folder / f"{patient['patient-id']}.iso"
        answer = export(desk, node, patient, studies, "iso", output).json
        equal(answer["state"], "succeeded")
        folder = tree_of(scene, output)
        media.check_manifest(folder)
        media.validate_directory(folder)
        page = (folder / "INDEX.HTM").read_text(encoding="utf-8")
        equal(page.endswith(SCRIPT), True, page[-200:])
        contains(page, POLICY)
        contains((folder / "README.TXT").read_text(encoding="utf-8"), "VIEWER ")
        equal((folder / "VIEWER/LICENSE.TXT").read_text(encoding="ascii"), "/* LICENSE.TXT */\n")
        encodings += check_medium(folder)
        equal(desk.leftovers(), [], "in the spool")
    equal(set(encodings), {"med", "source", "file", "none"})
    equal(encodings.count("source") >= 5, True, f"{encodings}")


def test_previews_are_jpeg_of_the_same_size_and_much_smaller(scene):
    desk, node = open_desk(scene)
    studies = muller_ct(desk, node)
    sizes = {}
    for quality in ("lossless", "preview"):
        folder = scene.folder / quality
        answer = export(desk, node, media.MULLER, studies, "folder", folder,
                        "--viewer", quality).json
        sizes[quality] = answer["viewer_bytes"]
        encodings = check_medium(folder, quality)
    equal(set(encodings), {"jpeg8", "none", "file"})
    equal(sizes["preview"] * 3 < sizes["lossless"], True, f"{sizes}")
    contains((folder / "README.TXT").read_text(encoding="utf-8"), "previews of 8 bits only")
    series = next(sidecar.Sidecar(folder).series())[1]
    image = series.images[0]
    frame = next(image.frames())
    equal(frame[:2] + frame[-2:], b"\xff\xd8\xff\xd9", "JPEG")
    header = image.parse_header()
    equal((image.entry["rows"], image.entry["columns"], image.entry["bytes"]),
          (header.Rows, header.Columns, 1))


def test_without_a_viewer_there_is_no_script_at_all(scene):
    desk, node = open_desk(scene)
    studies = muller_ct(desk, node)
    desk.ctl("settings", "--viewer", "none")
    for name, more in (("by-setting", ()), ("by-word", ("--viewer", "none"))):
        folder = scene.folder / name
        export(desk, node, media.MULLER, studies, "folder", folder, *more)
        equal((folder / "VIEWER").exists(), False)
        page = (folder / "INDEX.HTM").read_text(encoding="utf-8")
        equal("<script" in page or "Content-Security" in page or "VIEWER" in page, False, page)
        contains(page, "No viewer was put on this medium.")
    equal("VIEWER" in (folder / "README.TXT").read_text(encoding="utf-8"), False)


def test_a_viewer_that_is_not_installed_is_told_and_stops_nothing(scene):
    desk, node = open_desk(scene)
    studies = muller_ct(desk, node)
    (scene.folder / "program" / "LICENSE.TXT").unlink()
    folder = scene.folder / "out"
    answer = export(desk, node, media.MULLER, studies, "folder", folder).json
    equal(answer["state"], "succeeded")
    contains(" ".join(answer["notices"]), "the viewer is not installed")
    equal((folder / "VIEWER").exists(), False)


def test_one_changed_byte_of_the_viewer_is_found(scene):
    desk, node = open_desk(scene)
    studies = muller_ct(desk, node)
    folder = scene.folder / "out"
    export(desk, node, media.MULLER, studies, "folder", folder)
    equal(desk.ctl("verify", folder).json["state"], "succeeded")
    for name in ("VIEWER/VIEWER.JS", "VIEWER/DATA/INDEX.JS", "VIEWER/DATA/S0001/C0001.JS"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-5] + b"x" + whole[-4:])
        equal(desk.run("verify", folder).code, 3, name)
        (folder / name).write_bytes(whole)
    equal(desk.ctl("verify", folder).json["state"], "succeeded")
    shutil.rmtree(folder / "VIEWER/DATA/S0002")
    equal(desk.run("verify", folder).code, 3, "a missing series")


def damage(path, kind):
    """Makes a file that a viewer cannot show."""
    file = pydicom.dcmread(path)
    if kind == "cut":
        file.PixelData = file.PixelData[:len(file.PixelData) // 2]
    elif kind == "syntax":
        file.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
        file.PixelData = pydicom.encaps.encapsulate([b"\0" * 100])
        file["PixelData"].is_undefined_length = True
    elif kind == "frames":
        file.NumberOfFrames = 4000000
    file.save_as(path)
    return file.SOPInstanceUID


def copy_ct(folder, count):
    """@count images of one CT, native, as 0.dcm, 1.dcm …; their study."""
    folder.mkdir()
    uid = next(row["study_uid"] for row in courier.phantom_list()
               if row["transfer_syntax_uid"] == "1.2.840.10008.1.2.1" and row["modality"] == "CT")
    sources = [path for path, header in courier.phantom_headers().items()
               if header.StudyInstanceUID == uid and header.Modality == "CT"]
    for number, path in enumerate(sources[:count]):
        shutil.copy(path, folder / f"{number}.dcm")
    return uid


def export_files(desk, node, files, uid, output, *more):
    patient = pydicom.dcmread(files / "0.dcm", stop_before_pixels=True)
    return export(desk, node, {"patient-id": patient.PatientID,
                               "birth-date": patient.PatientBirthDate}, [uid], "folder", output,
                  *more)


def test_what_cannot_be_shown_costs_itself_only_and_is_named(scene):
    files, folder = scene.folder / "files", scene.folder / "out"
    uid = copy_ct(files, 8)
    reasons = {damage(files / "1.dcm", "cut"): "damaged",
               damage(files / "3.dcm", "syntax"): "unsupported-syntax",
               damage(files / "5.dcm", "frames"): "too-large"}
    desk, node = open_desk(scene, files)
    answer = export_files(desk, node, files, uid, folder)
    equal(answer.json["state"], "succeeded")
    contains(" ".join(answer.json["notices"]), "3 images cannot be shown")
    found = {}
    for _, series in sidecar.Sidecar(folder).series():
        for image in series.images:
            if image.encoding == "none":
                found[image.entry["uid"]] = image.entry["reason"]
                equal(image.parse_header().SOPInstanceUID, image.entry["uid"])
            else:
                check_image(image, folder / image.file)
    equal(found, reasons)


def shorten(path):
    """Takes one row off the picture. Its UID, and how many bytes are left."""
    file = pydicom.dcmread(path)
    file.Rows -= 1
    file.PixelData = file.PixelData[:file.Rows * file.Columns * 2]
    file.save_as(path)
    return file.SOPInstanceUID, len(file.PixelData)


def test_a_file_that_kills_the_packer_goes_out_and_is_proved_all_the_same(scene):
    files, folder = scene.folder / "files", scene.folder / "out"
    uid = copy_ct(files, 8)
    killer, n_bytes = shorten(files / "2.dcm")
    desk, node = open_desk(scene, files)
    desk.retrieve(node, uid)
    desk.extra_environment.update(LD_PRELOAD=courier.program("KILLER_DEFLATE"),
                                  KILLER_BYTES=str(n_bytes),
                                  ASAN_OPTIONS="verify_asan_link_order=0")
    answer = export_files(desk, None, files, uid, folder)
    equal((answer.json["state"], answer.json["expected"], answer.json["verified"]),
          ("succeeded", 8, 8))
    contains(" ".join(answer.json["notices"]),
             "1 image cannot be shown by the viewer on the medium, which says why; "
             "it goes out all the same")
    images = [image for _, series in sidecar.Sidecar(folder).series() for image in series.images]
    equal([(image.entry["uid"], image.entry["reason"]) for image in images
           if image.encoding == "none"], [(killer, "damaged")])
    for image in images:
        equal(pydicom.dcmread(folder / image.file).SOPInstanceUID, image.entry["uid"])
        if image.entry["uid"] != killer:
            check_image(image, folder / image.file)
    equal(len(images), 8)
    media.check_manifest(folder)
    equal(desk.ctl("verify", folder).json["state"], "succeeded")
    equal(desk.leftovers(), [], "in the spool")


def test_a_medium_that_is_too_small_for_the_viewer_only_is_told_with_three_sizes(scene):
    desk, node = open_desk(scene)
    studies = muller_ct(desk, node)
    desk.retrieve(node, *studies)
    files = scene.folder / "plain"
    plain = export(desk, None, media.MULLER, studies, "folder", files, "--viewer", "none").json
    capacity = plain["size_bytes"] + plain["size_bytes"] // 5
    output = scene.folder / "a.iso"
    answer = export(desk, None, media.MULLER, studies, "iso", output, "--capacity", capacity,
                    code=1)
    contains(answer.stderr, "--viewer preview")
    equal(answer.stderr.count(" MB"), 4, answer.stderr)
    equal(output.exists(), False)
    equal(desk.leftovers(), [])
    for quality in ("preview", "none"):
        export(desk, None, media.MULLER, studies, "iso", scene.folder / f"{quality}.iso",
               "--capacity", capacity, "--viewer", quality)


def test_each_of_several_discs_has_a_viewer_of_its_own(scene):
    desk, node = open_desk(scene)
    studies = muller_ct(desk, node)
    output = scene.folder / "disc.iso"
    answer = export(desk, node, media.MULLER, studies, "iso", output, "--capacity", 24000000).json
    equal(answer["state"], "succeeded")
    equal(len(answer["volumes"]) >= 2, True, f"{answer['volumes']}")
    for number, volume in enumerate(answer["volumes"], 1):
        equal(volume["size_bytes"] <= 24000000, True, f"{volume}")
        folder = tree_of(scene, pathlib.Path(volume["output"]))
        check_medium(folder)
        index = sidecar.Sidecar(folder).index
        equal(index["volume"], {"number": number, "of": len(answer["volumes"])})


if __name__ == "__main__":
    courier.main(globals().copy())
