# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk that sends what it has to a node, and what is said of that."""
import courier


class Sender:
    """A desk that has the studies of @accessions, all of one patient, as they are or as @files has
    them, and sends them."""

    def __init__(self, scene, *accessions, files=None):
        self.scene = scene
        self.files = files or scene.copy_phantoms(*accessions)
        self.paths = {header.SOPInstanceUID: path
                      for path, header in courier.phantom_headers().items()
                      if header.AccessionNumber in accessions}
        self.headers = [header for header in courier.phantom_headers().values()
                        if header.AccessionNumber in accessions]
        self.uids = [header.SOPInstanceUID for header in self.headers]  # in the order of the paths
        self.studies = list(dict.fromkeys(header.StudyInstanceUID for header in self.headers))
        self.desk = scene.desk()
        self.desk.retrieve(scene.rude(self.desk, self.files, name="SOURCE"), *self.studies)
        self.entry = None

    def keys(self, **changes):
        keys = {"patient-id": self.headers[0].PatientID, "recipient": "Riverside Hospital",
                "birth-date": self.headers[0].PatientBirthDate, "reason": "Second opinion"}
        return {**keys, **{key.replace("_", "-"): value for key, value in changes.items()}}

    def words(self, node, *options):
        return ["send", "--to", node, "--wait=0", *options,
                *(f"--study={uid}" for uid in self.studies)]

    def send(self, node, *options, code):
        answer = self.desk.ctl(*self.words(node, *options), keys=self.keys(), code=code)
        self.entry = self.desk.check_logged(answer)
        self.desk.check_store()
        return answer

    def check(self, answer, state, missing=(), failed=(), written=None, verified=None):
        """@missing and @failed are numbers of instances."""
        result, count = answer.json, len(self.uids)
        courier.equal(result["state"], state, "state")
        courier.equal((result["expected"], result["retrieved"]), (count, count))
        for member, numbers in (("missing", missing), ("failed", failed)):
            courier.equal(sorted(result[member]), sorted(self.uids[n - 1] for n in numbers), member)
        accepted = count - len(failed)
        courier.equal(result["written"], accepted if written is None else written, "written")
        courier.equal(result["verified"],
                      accepted - len(missing) if verified is None else verified, "verified")
        for member in ("expected", "retrieved", "written", "verified"):
            courier.equal(sum(series[member] for series in result["series"]), result[member],
                          member)
        return result

    def reasons(self, answer):
        """SOP Instance UID -> why it did not go."""
        return {item["name"]: item["reason"] for item in answer.json["items"]}
