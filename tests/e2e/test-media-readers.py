#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media that courierctl writes, read by programs that are not ours."""
import re
import shutil
import xml.etree.ElementTree

import pydicom

import courier
import media
from courier import contains, equal

HOSTILE_NAME = "<script>alert(1)</script>&\"'^]]>%s$(id)\u00e9"
CONTACT = "Desk <5> & \"co\", +44 1632 960960"
INSTITUTION = "St Elsewhere & Sons"


def series_of(shown):
    return {instance["series_uid"] for instance in shown["instances"]}


def check_answer(answer, route, output, count):
    """What --json has to say of a transfer that succeeded."""
    equal(courier.MEMBERS_OF_TRANSFER - answer.keys(), set(), "members that are missing")
    equal(answer["state"], "succeeded")
    equal(answer["basis"], "uid-list")
    for name in ("expected", "retrieved", "written", "verified"):
        equal(answer[name], count, name)
    equal((answer["missing"], answer["extra"]), ([], []))
    equal(answer["output"], f"stdio:{output}" if route == "disc" else str(output))
    equal(re.fullmatch(r"\d+:[0-9a-f]{64}", answer["log_head"]) is not None, True, "log head")
    for name in ("expected", "retrieved", "written", "verified"):
        equal(sum(series[name] for series in answer["series"]), count, f"{name} of the series")


def check_page(folder, name):
    """Well-formed, without a script; every link leads to a file of the medium, every picture is one
    and is described. Returns the tree and the pictures."""
    page = folder / name
    root = xml.etree.ElementTree.fromstring(page.read_bytes())
    names = {element.tag.rsplit("}")[-1].lower() for element in root.iter()}
    equal(names & {"script", "object", "embed", "iframe", "link"}, set(), "elements")
    pictures = []
    for element in root.iter():
        equal([key for key in element.attrib if key.lower().startswith("on")], [], "attributes")
        for key in ("href", "src"):
            if key in element.attrib:
                target = (page.parent / element.attrib[key].split("#")[0]).resolve()
                equal((target.is_file(), folder.resolve() in target.parents), (True, True), str(target))
        if element.tag.endswith("img"):
            pictures.append(page.parent / element.attrib["src"])
            equal(pictures[-1].read_bytes()[:2], b"\xff\xd8", "start of a JPEG")
            contains(element.attrib["alt"], "One image of Series")
    return root, pictures


def check_index(folder, *texts):
    """The contents with every name as text, and one picture of each series that has images."""
    root, pictures = check_page(folder, "INDEX.HTM")
    shown = "".join(root.itertext())
    for text in texts:
        contains(shown, text)
    made = sorted((folder / "IHE_PDI").glob("*/*.JPG"))
    equal(sorted(pictures), made, "pictures that are shown")
    series = [path for path in (folder / "DICOM").glob("*/*") if path.is_dir()]
    equal(len(made) + shown.count("No picture: "), len(series), "pictures and reasons")
    without = [path for path in series
               if "PixelData" not in pydicom.dcmread(next(path.iterdir()), defer_size=1024)]
    equal(shown.count("No picture: "), len(without), "series without a picture")
    for page in (folder / "IHE_PDI").glob("*/INDEX.HTM"):
        root, _ = check_page(folder, page.relative_to(folder))
        contains("".join(root.itertext()), "not for diagnosis")


def check_folder(scene, desk, folder, number, count):
    """Everything that can be asked of the tree, wherever it was extracted from."""
    shown = desk.ctl("log", "show", number).json
    equal(len(shown["instances"]), count)
    equal({name for name in media.list_tree(folder) if "/" not in name}, media.MADE_FILES)
    equal({name.split("/")[0] for name in media.list_tree(folder) if "/" in name}, {"DICOM", "IHE_PDI"})
    media.check_images(desk, folder, shown)
    media.check_manifest(folder)
    equal(media.check_directory(folder, count), f"{number}_1", "file-set ID")
    media.validate_directory(folder)
    studies = {instance["study_uid"] for instance in shown["instances"]}
    equal(media.read_file_set(folder, scene.folder), (count, len(studies), len(series_of(shown))))
    anchor = media.check_readme(folder, number, INSTITUTION, CONTACT)
    desk.ctl("log", "verify", "--anchor", anchor)
    check_index(folder, INSTITUTION, CONTACT, number)
    return shown


def check_generated_keys(scene, folder, shown):
    """DCMTK misses in the files just what the log calls made up."""
    made_up, others = media.keys_dcmmkdir_makes_up(folder, scene.folder / "by-dcmmkdir")
    told = "".join(event["details"].get("keys", "") for event in shown["events"]
                   if event["action"] == "directory-keys-generated")
    for keyword in made_up:
        contains(told, keyword)
    equal(others, [], "other complaints of dcmmkdir")
    return made_up


def check_names(image, folder, volume):
    """One set of names in all three trees, and nothing about the patient in the volume ID."""
    names = media.list_tree(folder)
    for name in names:
        equal(re.fullmatch(r"([A-Z0-9_]{1,8}/){0,7}[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?", name) is not None,
              True, name)
    plain = media.list_by_isoinfo(image)
    equal({name[:-2] for name in plain if name.endswith(";1")}, {n + "." * ("." not in n)
          for n in names} if any(n.endswith(".;1") for n in plain) else names, "plain tree")
    equal(media.list_by_isoinfo(image, "-J"), names, "Joliet tree")
    equal(media.list_by_isoinfo(image, "-R"), names, "Rock Ridge tree")
    contains(media.check("isovfy", image), "No errors")
    equal(media.volume_id(image), volume)


def check_image(scene, desk, image, number, count):
    by_osirrox, by_7z = scene.folder / f"{number}-osirrox", scene.folder / f"{number}-7z"
    media.extract_by_osirrox(image, by_osirrox)
    media.extract_by_7z(image, by_7z)
    media.check("diff", "-r", by_osirrox, by_7z)
    shown = check_folder(scene, desk, by_osirrox, number, count)
    check_names(image, by_osirrox, f"{number}_1")
    return by_osirrox, shown


def check_against_pacs(desk, folder):
    """The images of the medium are those of the practice PACS, byte for byte."""
    archive = {media.data_set_digest(path) for path in courier.dicom_files(desk.data / "practice")}
    sent = {media.data_set_digest(path) for path in courier.dicom_files(folder / "DICOM")}
    equal(sent - archive, set(), "images that the PACS does not have")


def make_desk(scene):
    desk = scene.desk()
    node = scene.practice(desk)
    desk.ctl("settings", "--institution", INSTITUTION, "--contact", CONTACT)
    return desk, node


def test_every_kind_of_medium_is_read_by_other_programs(scene):
    desk, node = make_desk(scene)
    studies = media.studies_of(desk, node, "PRACTICE-0001")
    chosen = [studies[name] for name in ("PR190001", "PR170001", "PR150001", "PR220001")]
    outputs = {"iso": scene.folder / "a.iso", "folder": scene.folder / "a-folder",
               "disc": scene.folder / "a.img"}
    trees = []
    for route, output in outputs.items():
        where = f"stdio:{output}" if route == "disc" else output
        answer = media.export(desk, chosen, route, where, node).json
        count = answer["expected"]
        check_answer(answer, route, output, count)
        if route == "folder":
            shown = check_folder(scene, desk, output, answer["transfer"], count)
            trees.append(output)
        else:
            tree, shown = check_image(scene, desk, output, answer["transfer"], count)
            trees.append(tree)
        check_against_pacs(desk, trees[-1])
        equal(desk.ctl("verify", where).json["state"], "succeeded")
    for tree in trees[1:]:
        media.check("diff", "-r", trees[0] / "DICOM", tree / "DICOM")
    desk.check_store()


def test_every_phantom_makes_a_disc(scene):
    """Also names in Cyrillic and Japanese, a report, a document, every compressed syntax."""
    desk, node = make_desk(scene)
    births = {row["patient_id"]: row["birth_date"] for row in courier.phantom_list()}
    for patient, birth in births.items():
        studies = media.studies_of(desk, node, patient)
        image = scene.folder / f"{patient}.iso"
        answer = media.export(desk, studies.values(), "iso", image, node,
                              {"patient-id": patient, "birth-date": birth}).json
        equal(answer["expected"], sum(row["instance_count"] for row in courier.phantom_list()
                                      if row["patient_id"] == patient))
        folder, shown = check_image(scene, desk, image, answer["transfer"], answer["expected"])
        check_generated_keys(scene, folder, shown)
        image.unlink()
        shutil.rmtree(folder)


def make_hostile_study(scene):
    """A phantom under a name that would be markup, without what a DICOMDIR needs of it."""
    folder = scene.folder / "hostile"
    folder.mkdir()
    for number in (1, 2):
        file = pydicom.dcmread(courier.dicom_files(courier.phantoms())[0])
        file.SpecificCharacterSet = "ISO_IR 192"
        file.PatientName = HOSTILE_NAME
        file.PatientID = "<b>1&2</b>"
        file.StudyDescription = "</title><img src=x onerror=alert(1)>"
        file.SeriesDescription = "<!-- & -->"
        file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.{number}"
        file.StudyInstanceUID, file.SeriesInstanceUID = "1.2.826.0.2", "1.2.826.0.3"
        for keyword in ("StudyID", "SeriesNumber", "InstanceNumber"):
            file[keyword].value = None
        file.save_as(folder / f"{number}.dcm")
    return folder


def test_a_hostile_name_stays_text_and_missing_keys_are_made_up_in_the_dicomdir_only(scene):
    desk = scene.desk()
    node = scene.rude(desk, make_hostile_study(scene))
    desk.ctl("settings", "--institution", INSTITUTION, "--contact", CONTACT)
    image = scene.folder / "a.iso"
    answer = media.export(desk, ["1.2.826.0.2"], "iso", image, node,
                          {"patient-id": "<b>1&2</b>", "patient-name": HOSTILE_NAME}).json
    equal(answer["expected"], 2)
    folder, shown = check_image(scene, desk, image, answer["transfer"], 2)
    check_index(folder, "<script>alert(1)</script>&", "<b>1&2</b>", "onerror=alert(1)", "<!-- & -->")
    told = [event["details"]["keys"] for event in shown["events"]
            if event["action"] == "directory-keys-generated"]
    equal(len(told), 1, "events about keys that were made up")
    for keyword in ("StudyID", "SeriesNumber", "InstanceNumber"):
        contains(told[0], keyword)
        contains((folder / "README.TXT").read_text(), keyword)
    equal(check_generated_keys(scene, folder, shown),
          {"StudyID", "SeriesNumber", "InstanceNumber"}, "keys that DCMTK makes up")
    contains(image.read_bytes().decode("latin-1")[0x8000:0x8800], f"{answer['transfer']}_1")
    equal(b"alert" in image.read_bytes()[:0x9800], False, "patient data in the volume descriptors")


courier.main(globals())
