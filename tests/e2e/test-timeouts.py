#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""PACSs that never answer: the limits are 30 s for an association, 60 s for a request, and 120 s for a
C-MOVE of which neither an answer nor an image comes."""
import time

import courier

GRACE = 15


def test_silence_ends_in_time_with_a_sentence(scene):
    desk = scene.desk()
    files = scene.copy_phantoms("PR230001")
    study = next(row["study_uid"] for row in courier.phantom_list()
                 if row["accession"] == "PR230001")
    limits = {scene.rude(desk, files, "--hang-association", name="DEAF"): 30,
              scene.rude(desk, files, "--hang", name="DUMB"): 60}
    port = desk.listen_at(courier.free_port())
    stuck = scene.rude(desk, files, f"--destination=COURIER={port}", "--no-pending",
                       f"--gate={desk.folder / 'never'}", name="STUCK")
    limits[stuck] = 120
    ways = {stuck: "move"}
    started_at = time.monotonic()
    running = {node: desk.start("retrieve", node, f"--study={study}",
                                f"--method={ways.get(node, 'get')}") for node in limits}
    for node, limit in limits.items():
        answer = desk.finish(running[node], timeout=limit + GRACE)
        took = time.monotonic() - started_at
        if not limit - 1 < took < limit + GRACE:
            raise AssertionError(f"{node} took {took:.1f} s")
        courier.equal(answer.code, 1, answer)
        courier.equal(answer.json["state"], "failed")
        courier.contains(answer.stderr, f"{node} did not answer in time")
        courier.equal(answer.json["retrieved"], 2 if node == stuck else 0, "images that came before")
        courier.contains(answer.stderr, "try again")
        desk.check_logged(answer)
    desk.check_store()


courier.main(globals())
