#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes, the queue and the history, as somebody works with them."""
import socket

import desktop
import wizard
from desktop import courier

GONE = "00000000-0000-4000-8000-000000000000"  # a session of nobody who lives


def silent_port(scene):
    """A port that takes connections and never says a word."""
    server = socket.socket()
    scene.callback(server.close)
    server.bind(("127.0.0.1", 0))
    server.listen(20)
    return server.getsockname()[1]


def fill_editor(application, **fields):
    titles = {"name": "Name", "aet": "AE title", "host": "Host name or address", "port": "Port"}
    application.find("push button", "Save and Test")
    for field, value in fields.items():
        application.find("text", titles[field]).click()
        application.press("ctrl+a")
        application.type(value)
    save = application.find("push button", "Save and Test")
    application.wait(lambda: save.has("sensitive"), "what was entered to make sense")
    save.click()


def test_wrong_port_is_explained_and_mended(scene):
    desk = scene.desk()
    port = scene.dcmqrscp(courier.phantoms(), aet="PRACTICE")
    screen = desktop.Desktop(scene)
    application = screen.open(desk)
    application.page("Nodes")
    application.find("push button", "Add Node…").click()
    fill_editor(application, name="Archive", aet="PRACTICE", host="127.0.0.1",
                port=str(courier.free_port()))
    application.says("its machine answers, but no program listens there")
    application.find("list item", "Nodes, 1 waiting")
    application.find("push button", "Change Archive").click()
    fill_editor(application, port=str(port))
    application.says("knows us as COURIER and can be searched")
    application.find("list item", "Nodes")
    application.find(None, "Thumbnails of what is only on Archive").click()
    courier.wait_for(lambda: desk.rows("SELECT value FROM setting WHERE name = 'previews/Archive'")
                     == [("off",)], "the setting")
    application.find("push button", "Remove Archive").click()
    application.gone("push button", "Test Archive")
    application.close()


def test_certificate_and_key_of_ours_are_given_up_together(scene):
    desk = scene.desk()
    desk.ctl("settings", "--tls-cert=/keys/desk.pem", "--tls-key=/keys/desk.key")
    application = desktop.Desktop(scene).open(desk)
    application.find("push button", "Main menu")
    application.press("ctrl+comma")
    application.says("desk.key")
    buttons = application.all("push button", "Use no file")
    courier.equal(len(buttons), 3, "files that can be forgotten")
    buttons[0].click()
    application.says("Our certificate and its key come together.")
    courier.equal(desk.ctl("settings").json["tls_cert"], "/keys/desk.pem", "kept until then")
    buttons[1].click()
    courier.wait_for(lambda: desk.ctl("settings").json["tls_cert"] == "", "the settings")
    courier.equal(desk.ctl("settings").json["tls_key"], "")
    application.press("Escape")
    application.gone("push button", "Use no file")
    application.close()


def keep_orders(desk, orders):
    """As a program leaves them that was killed."""
    with desk.database() as database, database:
        for position, (kind, state, name) in enumerate(orders, 1):
            database.execute(
                "INSERT INTO job_order VALUES (?, ?, ?, ?, ?, 'routine', 'somebody', 1790000000, "
                "'Silent', '', '123', '', ?, '19610312', 'F', 'Dr. Weber', 'second opinion', ?, ?)",
                (f"order-{position}", GONE, state, position, kind, name,
                 "/dev/null" if kind == "export" else "",
                 "{'route': <'disc'>, 'profile': <'as-stored'>}" if kind == "export" else "{}"))
            database.execute("INSERT INTO job_order_study VALUES (?, 0, ?)",
                             (f"order-{position}", f"1.2.3.{position}"))


def test_queue_goes_on_stops_and_tries_again(scene):
    desk = scene.desk()
    desk.add_node("Silent", silent_port(scene), "SILENT")
    keep_orders(desk, [("retrieve", "waiting", "DOE^Jane"), ("retrieve", "waiting", "ROE^Richard"),
                       ("export", "waiting", "POE^Edgar")])
    screen = desktop.Desktop(scene)
    application = screen.open(desk)
    page = application.page("Queue")
    running = application.find("list", "Running", inside=page)
    application.find("list item", "Retrieve images of DOE, Jane", inside=running)
    waiting = application.find("list", "Waiting", inside=page)
    application.find("list item", "Retrieve images of ROE, Richard", inside=waiting)
    needing = application.find("list", "Needs you", inside=page)
    application.find("list item", "Disc for POE, Edgar", inside=needing)
    application.find("list item", "Queue, 2 waiting")
    application.find("push button", "Stop", inside=waiting).click()
    application.gone("list", "Waiting")
    finished = application.find("list", "Finished", inside=page)
    application.find("list item", "Retrieve images of ROE, Richard", inside=finished)
    application.find("push button", "Put away; the history keeps it", inside=needing).click()
    application.find("push button", "Stop", inside=running).click()
    application.gone("list", "Running")
    application.find("push button", "Retry", inside=finished).click()
    application.find("list", "Running", inside=page)
    application.find("push button", "Stop",
                     inside=application.find("list", "Running", inside=page)).click()
    application.gone("list", "Running")
    application.close()


def test_history_finds_and_shows(scene):
    desk = scene.desk()
    name = scene.phantom_node(desk)
    desk.retrieve(name, desk.ctl("find", name).json[0]["study_uid"])
    screen = desktop.Desktop(scene)
    application = screen.open(desk)
    application.page("History")
    application.says("IC000001")
    application.find("entry", "Search the history").click()
    application.type("nobody at all")
    application.says("No transfer fits")
    application.press("ctrl+a")
    application.type("practice")
    line = application.says("IC000001")
    line.click(times=2)  # with the mouse: what a label does by itself is something else
    application.says("images proved.")
    application.find("page tab", "Events").click(times=2)
    application.says("Transfer ended")
    application.find("push button", "Repeat…").click()
    wizard = application.find("frame", "Transfer")
    application.find(None, lambda name: "Müller, Jürgen" in name, inside=wizard)
    application.press("Escape")
    application.gone("frame", "Transfer")
    application.find("push button", "Verify the log").click()
    application.says("The log is whole")
    application.press("Escape")
    application.gone("dialog")
    application.close()


def test_studies_go_after_a_while_unless_a_job_needs_them(scene):
    desk = scene.desk()
    node = scene.phantom_node(desk)
    gone, needed, fresh = (study["study_uid"] for study in
                           sorted(wizard.studies(), key=lambda study: study["instances"])[:3])
    for uid in (gone, needed, fresh):
        desk.retrieve(node, uid)
    with desk.database() as database, database:
        database.execute("UPDATE study SET retrieved_at = 1000 WHERE study_uid != ?", (fresh,))
        database.execute("UPDATE transfer SET started_at = 1000, ended_at = 1000 WHERE id NOT IN "
                         "(SELECT transfer FROM transfer_series WHERE study_uid = ?)", (fresh,))
    keep_orders(desk, [("export", "waiting", "POE^Edgar")])
    with desk.database() as database, database:
        database.execute("UPDATE job_order SET source = ''")
        database.execute("UPDATE job_order_study SET study_uid = ?", (needed,))
    application = desktop.Desktop(scene).open(desk)
    application.find("push button", "Main menu")
    application.press("ctrl+comma")
    application.find("page tab", "Storage").click(times=2)
    application.find(None, "Remove studies after a while").click()
    application.says("1 study (")
    application.press("Escape")
    application.gone(None, "Remove studies after a while")
    courier.wait_for(lambda: desk.rows("SELECT value FROM setting WHERE name = 'keep-days'")
                     == [("30",)], "the setting")
    application.close()
    courier.equal(len(desk.rows("SELECT 1 FROM study")), 3, "studies before the next start")
    application = application.desktop.open(desk)
    courier.wait_for(lambda: {row[0] for row in desk.rows("SELECT study_uid FROM study")}
                     == {needed, fresh}, "the old one to go")
    courier.equal([row for row in desk.rows("SELECT details FROM audit_event WHERE action = "
                                            "'study-removed'") if gone not in row[0]], [])
    application.close()
    courier.equal(len([path for path in (desk.data / "dicom").rglob("*") if path.is_file()]),
                  len(desk.stored()), "files")


desktop.main(globals())
