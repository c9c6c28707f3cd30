#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending to nodes that take images in one syntax only: what is converted on the way is the same
object there, as other people's decoders see it, and the log says so."""
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

import courier
from courier import contains, equal
from sending import Sender
from unpacked import LOSSY, check_unpacked

JPEG_LOSSLESS = "PR190001"  # 6 CT
JPEG_LS = "PR230001"  # 8 MR
BASELINE = "PR170001"  # a US still
RLE = "PR250003"  # CT
RLE_CINE = "PR240002"
J2K = "PR220001"  # DX
VERIFICATION = "1.2.840.10008.1.1"
MIXED = "PR250001"  # CT, a report and a letter, Explicit VR Little Endian


def received(folder):
    return {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID: path
            for path in courier.dicom_files(folder)}


def only(scene, syntax):
    """The options of a storescp that takes every class in @syntax and nothing else."""
    classes = sorted({header.SOPClassUID for header in courier.phantom_headers().values()})
    config = scene.folder / "only.cfg"
    contexts = "".join(f"PresentationContext{n} = {uid}\\Only\n"
                       for n, uid in enumerate(classes, 1))
    config.write_text(f"[[TransferSyntaxes]]\n[Only]\nTransferSyntax1 = {syntax}\n"
                      "[Echo]\nTransferSyntax1 = LittleEndianImplicit\n"
                      f"[[PresentationContexts]]\n[All]\n{contexts}"
                      f"PresentationContext{len(classes) + 1} = {VERIFICATION}\\Echo\n"
                      "[[Profiles]]\n[Default]\nPresentationContexts = All\n")
    return ("--config-file", config, "Default")


def check_arrived(scene, sender, folder, wanted):
    """All is there in the syntax @wanted, and what had it before byte for byte. Returns how many
    were converted."""
    there, converted = received(folder), 0
    equal(set(there), set(sender.uids), "arrived")
    for uid, path in there.items():
        original = sender.paths[uid]
        if courier.phantom_headers()[original].file_meta.TransferSyntaxUID == wanted:
            equal(courier.sha256_of_data_set(path), courier.sha256_of_data_set(original), uid)
        else:
            check_unpacked(scene, original, path, wanted)
            converted += 1
    return converted


def check_told(sender, answer, converted, wanted):
    """The answer, the log and the manifest name what was converted, and the digest of what went."""
    notices = " ".join(answer.json["notices"])
    contains(notices, "does not take these as they are stored; converted: ")
    contains(notices, f"to {wanted.name}")
    events = sender.desk.rows("SELECT details FROM audit_event WHERE action='instances-converted'")
    equal(len(events), 1, "events")
    contains(events[0][0], "STORE")
    remarks = sender.desk.rows("SELECT remark, sha256 FROM transfer_instance WHERE transfer ="
                               " (SELECT max(id) FROM transfer) AND remark <> ''")
    equal(len(remarks), converted, "remarks")
    for remark, digest in remarks:
        contains(remark, "converted from ")
        contains(remark, f" to {wanted.name}")
        equal(len(digest), 64)


def convert(scene, accession, options, wanted):
    sender = Sender(scene, accession)
    port, folder = scene.storescp("+B", *options)
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=3)  # it takes them all and lists none
    sender.check(answer, "unproven", verified=0)
    converted = check_arrived(scene, sender, folder, wanted)
    equal(converted > 0, True, "converted")
    check_told(sender, answer, converted, wanted)
    equal(sender.desk.leftovers(), [], "in the spool")


def implicit(scene, accession):
    convert(scene, accession, ("+xi",), ImplicitVRLittleEndian)


def explicit(scene, accession):
    convert(scene, accession, only(scene, "LittleEndianExplicit"), ExplicitVRLittleEndian)


def test_jpeg_lossless_goes_as_implicit(scene):
    implicit(scene, JPEG_LOSSLESS)


def test_jpeg_lossless_goes_as_explicit(scene):
    explicit(scene, JPEG_LOSSLESS)


def test_jpeg_ls_goes_as_implicit(scene):
    implicit(scene, JPEG_LS)


def test_jpeg_ls_goes_as_explicit(scene):
    explicit(scene, JPEG_LS)


def test_rle_goes_as_implicit(scene):
    implicit(scene, RLE)


def test_rle_frames_in_colour_go_as_explicit(scene):
    explicit(scene, RLE_CINE)


def test_jpeg_2000_goes_as_implicit(scene):
    implicit(scene, J2K)


def test_jpeg_2000_goes_as_explicit(scene):
    explicit(scene, J2K)


def test_objects_without_pixels_go_as_implicit_too(scene):
    implicit(scene, MIXED)


def lossy(scene, options, wanted):
    """What was lost stays lost, and says so."""
    sender = Sender(scene, BASELINE)
    original = sender.headers[0]
    equal(original.file_meta.TransferSyntaxUID in LOSSY, True)
    port, folder = scene.storescp(*options)
    sender.desk.add_node("STORE", port, "STORESCP")
    sender.check(sender.send("STORE", code=3), "unproven", verified=0)
    there = pydicom.dcmread(received(folder)[sender.uids[0]])
    check_arrived(scene, sender, folder, wanted)
    equal(there.LossyImageCompression, "01")
    for keyword in ("LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        equal(there.get(keyword), original.get(keyword), keyword)


def test_lossy_jpeg_stays_called_lossy_as_implicit(scene):
    lossy(scene, ("+xi", "+B"), ImplicitVRLittleEndian)


def test_lossy_jpeg_stays_called_lossy_as_explicit(scene):
    lossy(scene, only(scene, "LittleEndianExplicit"), ExplicitVRLittleEndian)


def test_node_that_takes_no_native_syntax_gets_nothing_converted(scene):
    sender = Sender(scene, JPEG_LOSSLESS)
    port, folder = scene.storescp(*only(scene, "JPEGBaseline"))
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=3)
    sender.check(answer, "incomplete", failed=range(1, 7))
    for reason in sender.reasons(answer).values():
        contains(reason, "does not take class 1.2.840.10008.5.1.4.1.1.2 in JPEG")
    contains(answer.stderr, "that STORE did not take")
    equal(received(folder), {}, "arrived")


def test_image_that_cannot_be_converted_stays_and_the_others_go(scene):
    files = scene.copy_phantoms(JPEG_LOSSLESS)
    path = courier.dicom_files(files)[2]
    file = pydicom.dcmread(path)
    file.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.100"  # MPEG-2
    file.save_as(path)
    sender = Sender(scene, JPEG_LOSSLESS, files=files)
    port, folder = scene.storescp("+xi")
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.send("STORE", code=3)
    number = sender.uids.index(file.SOPInstanceUID) + 1
    sender.check(answer, "incomplete", failed=[number], verified=0)
    equal(set(sender.reasons(answer)), {file.SOPInstanceUID})
    reason = sender.reasons(answer)[file.SOPInstanceUID]
    contains(reason, "does not take class 1.2.840.10008.5.1.4.1.1.2 in MPEG2")
    contains(reason, "and it cannot be converted: ")
    equal(set(received(folder)), set(sender.uids) - {file.SOPInstanceUID}, "arrived")


def test_stored_image_that_changed_is_not_made_good_by_converting_it(scene):
    sender = Sender(scene, JPEG_LOSSLESS)
    uid, path = sorted(sender.desk.stored().items())[0]
    content = bytearray(path.read_bytes())
    content[-len(content) // 3] ^= 1
    path.write_bytes(content)
    port, folder = scene.storescp("+xi")
    sender.desk.add_node("STORE", port, "STORESCP")
    answer = sender.desk.ctl(*sender.words("STORE"), keys=sender.keys(), code=3)
    sender.check(answer, "incomplete", failed=[sender.uids.index(uid) + 1], verified=0)
    contains(sender.reasons(answer)[uid], "damaged in the store")
    equal(set(received(folder)), set(sender.uids) - {uid}, "arrived")


if __name__ == "__main__":
    courier.main(globals().copy())
