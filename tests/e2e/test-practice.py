#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice PACS: everything in it is found and comes back as it was made."""
import courier


def test_every_study_comes_back_byte_identical(scene):
    desk = scene.desk()
    node = scene.practice(desk)
    studies = {}
    for series in courier.phantom_list():
        studies.setdefault(series["study_uid"], []).extend(series["sop_instance_uids"])
    answer = desk.retrieve(node, *studies)
    expected = {uid for uids in studies.values() for uid in uids}
    courier.equal(answer.json["state"], "succeeded")
    courier.equal(answer.json["basis"], "uid-list")
    for count in ("expected", "retrieved"):
        courier.equal(answer.json[count], len(expected), count)
    courier.equal(set(desk.stored()), expected)
    desk.check_store()


courier.main(globals())
