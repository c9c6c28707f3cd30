# SPDX-License-Identifier: GPL-3.0-or-later
"""The transfer wizard, driven step by step: what its tests have in common."""
import configparser
import functools
import getpass
import io

import desktop
from desktop import courier

RECIPIENT, REASON = "Dr Adams", "Second opinion"


def keep_draft(desk, chosen, source="", **answers):
    """Leaves @chosen studies as the draft of whoever runs this, as
    somebody does who has chosen them and closed the application."""
    headers = {str(header.StudyInstanceUID): header
               for header in courier.phantom_headers().values()}
    draft = configparser.RawConfigParser()
    draft.optionxform = str
    first = headers[chosen[0]["study_uid"]]
    draft["patient"] = {"id": first.PatientID, "issuer": "", "name": str(first.PatientName),
                        "born": first.PatientBirthDate, "sex": first.PatientSex}
    for number, study in enumerate(chosen):
        draft[f"study {number}"] = {
            "uid": study["study_uid"], "source": source, "date": "20260214",
            "description": "Practice", "modalities": "CT", "series": 1,
            "instances": study["instances"], "size": 0}
    draft["answers"] = {name.replace("_", "-"): text for name, text in answers.items()}
    text = io.StringIO()
    draft.write(text, space_around_delimiters=False)
    with desk.database() as database:
        database.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)",
                         (f"transfer-draft/{getpass.getuser()}", text.getvalue()))
        database.commit()


@functools.cache
def studies():
    """One dict a study of the generator's."""
    found = {}
    for row in courier.phantom_list():
        study = found.setdefault(row["study_uid"], {**row, "instances": 0, "series": 0})
        study["instances"] += row["instance_count"]
        study["series"] += 1
    return list(found.values())


def small_study():
    return min((study for study in studies() if study["instances"] > 2),
               key=lambda study: study["instances"])


def open_wizard(scene, desk):
    screen = desktop.Desktop(scene)
    application = screen.open(desk)
    begin(application)
    application.says("What goes?")
    return application


def begin(application):
    """With the key, once the draft that was kept is there."""
    application.wait(lambda: any(button.has("sensitive") for button in
                                 application.all("push button", "Transfer…")), "the draft")
    application.press("ctrl+b")


def go_on(application, button="Next"):
    found = application.wait(
        lambda: next((element for element in application.all("push button", button)
                      if element.has("sensitive")), None), f"{button} to be possible")
    found.click()


def entry(application, title):
    """The text of a row that is called so."""
    for element in application.all("text", title) + application.all("entry", title):
        return element
    return None


def fill(application, title, text):
    application.wait(lambda: entry(application, title), f"the entry {title}").enter(text)


def answer_whom(application):
    application.says("To whom does it go?")
    fill(application, "Recipient", RECIPIENT)
    fill(application, "Reason", REASON)


def go_to_check(application, image):
    go_on(application)
    answer_whom(application)
    go_on(application)
    application.says("By which way?")
    fill(application, "Disc image file", str(image))
    go_on(application)
