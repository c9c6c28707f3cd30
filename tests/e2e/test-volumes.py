#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Studies that take several media: every image on exactly one, each a file-set of its own that other
programs read, one proof over all, and what is left of it when one of them goes wrong."""
import json
import re

import courier
import drive
import media
from courier import contains, equal

CAPACITY = 20_000_000
SECTORS = CAPACITY // drive.SECTOR
STUDY = next(row for row in courier.phantom_list() if row["accession"] == "PR250001")
BOTH = ["PR150001", "PR250001"]


def open_desk(scene, *accessions):
    desk = scene.desk()
    node = scene.rude(desk, scene.copy_phantoms(*accessions or BOTH))
    studies = media.studies_of(desk, node, STUDY["patient_id"])
    desk.retrieve(node, *studies.values())
    return desk, list(studies.values())


def export(desk, studies, route, output, *more, code=0):
    return desk.ctl(*media.order(studies, route, output, more=(f"--capacity={CAPACITY}", *more)),
                    code=code, keys={**media.MULLER, **media.RECIPIENT})


def unpack(scene, path, route):
    if route == "folder":
        return path
    folder = scene.folder / f"{path.name}-tree"
    if route == "zip":
        media.check("7z", "x", "-bso0", "-bsp0", f"-o{folder}", path)
    else:
        media.extract_by_osirrox(path, folder)
    return folder


def check_volume(scene, desk, volume, shown, route, place):
    """What others find on one of them. Returns its SOP Instance UIDs."""
    path = scene.folder / volume["output"]
    if route == "iso":
        equal(path.stat().st_size <= CAPACITY, True, f"{path.stat().st_size} bytes")
        equal(media.volume_id(path), volume["volume"])
        for tree in ((), ("-J",), ("-R",)):
            equal(len(media.list_by_isoinfo(path, *tree)) > volume["images"], True, tree)
    folder = unpack(scene, path, route)
    equal(sum(path.stat().st_size for path in folder.rglob("*")), volume["size_bytes"] + sum(
        path.stat().st_size for path in folder.rglob("*") if path.is_dir()), "size")
    media.check_manifest(folder)
    media.validate_directory(folder)
    equal(media.check_directory(folder, volume["images"]), volume["volume"])
    number = int(volume["volume"].rsplit("_", 1)[1])
    here = [one for one in shown["instances"] if one["volume"] == number]
    media.check_images(desk, folder, {"instances": here})
    check_pages(folder, place)
    answer = desk.ctl("verify", path).json
    equal((answer["state"], answer["verified"]), ("succeeded", volume["images"]))
    contains(answer["remark"], place.lower())
    return {one["sop_instance_uid"] for one in here}


def check_pages(folder, place):
    readme = (folder / "README.TXT").read_text("utf-8")
    page = (folder / "INDEX.HTM").read_text("utf-8")
    for text in (readme, page):
        contains(text, f"{place}: ")
    contains(readme, "The other discs")
    contains(page, "On the other discs")
    pictures = set(re.findall(r'src="(IHE_PDI/[^"]+)"', page))
    equal(pictures != set() and all((folder / name).is_file() for name in pictures), True, pictures)
    for study in (folder / "IHE_PDI").iterdir():
        for name in re.findall(r"file (DICOM/[A-Z0-9/]+)", (study / "INDEX.HTM").read_text("utf-8")):
            equal((folder / name).is_file(), True, name)


def check_volumes(scene, desk, answer, route, at_least=3):
    volumes = answer.json["volumes"]
    n = len(volumes)
    equal(n >= at_least, True, f"{n} volumes")
    equal([volume["state"] for volume in volumes], ["proved"] * n)
    equal([volume["volume"] for volume in volumes],
          [f"{answer.json['transfer']}_{i + 1}" for i in range(n)])
    shown = desk.ctl("log", "show", answer.json["transfer"]).json
    found = [check_volume(scene, desk, volume, shown, route, f"Disc {i + 1} of {n}")
             for i, volume in enumerate(volumes)]
    equal(sum(map(len, found)), len(set().union(*found)), "each image is there once")
    equal(set().union(*found), set(desk.stored()), "all images are there")
    desk.check_logged(answer)
    desk.check_store()


def check_route(scene, route, output, names):
    desk, studies = open_desk(scene)
    answer = export(desk, studies, route, scene.folder / output)
    equal((answer.json["state"], answer.json["verified"]), ("succeeded", answer.json["expected"]))
    equal([volume["output"] for volume in answer.json["volumes"]],
          [str(scene.folder / names.format(i + 1)) for i in range(len(answer.json["volumes"]))])
    contains(" ".join(answer.json["notices"]), "discs are needed")
    contains(json.loads(answer.stderr.splitlines()[0])["message"], "discs are needed")
    equal((scene.folder / output).exists(), False)
    check_volumes(scene, desk, answer, route)


def test_images_are_spread_over_disc_images(scene):
    check_route(scene, "iso", "out.iso", "out_{}.iso")


def test_images_are_spread_over_folders(scene):
    check_route(scene, "folder", "out.d", "out.d_{}")


def test_images_are_spread_over_archives(scene):
    check_route(scene, "zip", "out.zip", "out_{}.zip")


def test_what_fits_on_one_keeps_its_name(scene):
    desk, studies = open_desk(scene, "PR150001")
    answer = export(desk, studies, "iso", scene.folder / "out.iso")
    equal(answer.json["volumes"], [{
        "volume": f"{answer.json['transfer']}_1", "output": str(scene.folder / "out.iso"),
        "images": answer.json["expected"], "size_bytes": answer.json["size_bytes"],
        "state": "proved"}])
    equal(answer.stderr, "")
    equal(desk.ctl("verify", scene.folder / "out.iso").json["remark"], "")


def test_an_image_that_fits_on_no_medium_is_refused_before_anything_is_written(scene):
    desk, studies = open_desk(scene, "PR150001")
    answer = desk.ctl(*media.order(studies, "iso", scene.folder / "out.iso",
                                   more=("--capacity=8388608",)), code=1,
                      keys={**media.MULLER, **media.RECIPIENT})
    contains(answer.stderr, "is larger than the medium")
    equal(list(scene.folder.glob("out*")), [])
    equal(answer.json["state"], "failed")


def test_a_name_that_is_taken_is_refused_before_anything_is_written(scene):
    desk, studies = open_desk(scene)
    (scene.folder / "out_2.iso").write_text("somebody's")
    answer = export(desk, studies, "iso", scene.folder / "out.iso", code=4)
    equal({path.name for path in scene.folder.glob("out*")}, {"out_2.iso"})
    equal([volume["state"] for volume in answer.json["volumes"]].count("planned"),
          len(answer.json["volumes"]))
    equal((scene.folder / "out_2.iso").read_text(), "somebody's")


def test_a_capacity_is_a_name_or_a_size(scene):
    desk = scene.desk()
    for wrong in ("floppy", "1000", "-5", ""):
        answer = desk.run("export", "--study=1.2.3", "--to=iso", "--output=a.iso",
                          f"--capacity={wrong}", keys={**media.MULLER, **media.RECIPIENT})
        equal(answer.code, 2, wrong)


def test_a_changed_byte_on_the_second_is_found_there_only(scene):
    desk, studies = open_desk(scene)
    export(desk, studies, "iso", scene.folder / "out.iso")
    second = scene.folder / "out_2.iso"
    with open(second, "r+b") as file:
        file.seek(CAPACITY // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    equal(desk.ctl("verify", second, code=3).json["state"], "incomplete")
    equal(desk.ctl("verify", scene.folder / "out_1.iso").json["state"], "succeeded")


# Discs in a drive

def start_burning(scene, *more):
    burner = drive.Burner(scene, study=STUDY, capacity=SECTORS)
    return burner, burner.start(*more)


def change_disc(burner, number, **changes):
    """For disc @number of those that are burned, when the drive has given out the one before."""
    burner.drive.wait_for("eject", 2 * (number - 1))  # to be read back, then to be changed
    burner.drive.insert(drive.CD_R, capacity=SECTORS, **changes)


def test_discs_are_asked_for_one_after_another(scene):
    burner, running = start_burning(scene)
    images = []
    for number in (2, 3):
        burner.drive.wait_for("eject", 2 * (number - 1))
        images.append(burner.drive.image(scene.folder).rename(scene.folder / f"{number - 1}.iso"))
        burner.drive.insert(drive.CD_R, capacity=SECTORS)
    answer = burner.desk.finish(running)
    burner.check_good(answer, "CD-R")
    images.append(burner.drive.image(scene.folder))
    equal(answer.json["good_copies"], 1)
    told = [json.loads(line)["message"] for line in answer.stderr.splitlines()]
    equal(told[1:], ["Insert an empty disc for disc 2 of 3", "Insert an empty disc for disc 3 of 3"])
    proved = burner.events(answer, "disc-proved")
    equal([event["disc"] for event in proved], ["1 of 3", "2 of 3", "3 of 3"])
    for volume, image in zip(answer.json["volumes"], images, strict=True):
        volume["output"] = image.name
    check_volumes(scene, burner.desk, answer, "iso")


def test_copies_of_several_discs(scene):
    burner, running = start_burning(scene, "--copies=2")
    for number in range(2, 7):
        change_disc(burner, number)
    answer = burner.desk.finish(running)
    burner.check_good(answer, "CD-R")
    equal(answer.json["good_copies"], 2)
    equal([(event["disc"], event["copy"]) for event in burner.events(answer, "disc-proved")],
          [(f"{disc} of 3", f"{copy} of 2") for copy in (1, 2) for disc in (1, 2, 3)])


def check_first_alone(burner, answer, image):
    """Disc 1 was proved and stays good by itself."""
    equal([volume["state"] for volume in answer.json["volumes"]][0], "proved")
    verified = burner.desk.ctl("verify", image).json
    equal((verified["state"], verified["verified"]),
          ("succeeded", answer.json["volumes"][0]["images"]))
    contains(verified["remark"], "disc 1 of 3; the transfer itself ended as incomplete")


def fail_second(scene, **changes):
    burner, running = start_burning(scene)
    burner.drive.wait_for("eject", 2)
    first = burner.drive.image(scene.folder)
    burner.drive.insert(drive.CD_R, capacity=SECTORS, **changes)
    answer = burner.desk.finish(running)
    equal((answer.code, answer.json["state"], answer.json["spoilt"]), (3, "incomplete", True),
          repr(answer))
    equal(answer.json["good_copies"], 0)
    equal([event["disc"] for event in burner.events(answer, "disc-spoilt")], ["2 of 3"])
    burner.desk.check_logged(answer)
    check_first_alone(burner, answer, first)
    return answer


def test_a_second_disc_that_reads_back_differently_leaves_the_first_proved(scene):
    answer = fail_second(scene, flip_read=drive.MIDDLE)
    equal([volume["state"] for volume in answer.json["volumes"]], ["proved", "damaged", "planned"])
    contains(answer.json["remark"], "disc 2 of 3 reads back differently")
    equal(len(answer.json["failed"]), 1)


def test_a_second_disc_that_cannot_be_written_leaves_the_first_proved(scene):
    answer = fail_second(scene, fail_write=drive.MIDDLE)
    equal([volume["state"] for volume in answer.json["volumes"]], ["proved", "failed", "planned"])
    contains(answer.json["remark"], "disc 1 is proved, but disc 2 of 3 was not made")
    equal(len(answer.json["missing"]),
          answer.json["expected"] - answer.json["volumes"][0]["images"])


def test_an_unfit_second_disc_is_given_out_again(scene):
    burner, running = start_burning(scene)
    burner.drive.wait_for("eject", 2)
    burner.drive.insert(drive.CD_R, capacity=1000)
    burner.drive.wait_for("eject", 3)
    burner.drive.insert(drive.CD_R, capacity=SECTORS)
    burner.drive.wait_for("eject", 5)
    burner.drive.insert(drive.CD_R, capacity=SECTORS)
    burner.check_good(burner.desk.finish(running), "CD-R")


if __name__ == "__main__":
    courier.main(globals())
