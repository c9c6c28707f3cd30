# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates made for one test, a listener that uses them, and a tunnel that speaks TLS for peers
that do not."""
import asyncio
import pathlib
import ssl
import subprocess
import tempfile
import threading

import courier

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def openssl(folder, *words):
    subprocess.run([courier.need("openssl"), *words], cwd=folder, check=True, capture_output=True)


def make(scene):
    """A folder: ca signs server, client and expired, whose time is over; stranger signs itself."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="keys-", dir=scene.folder))
    for name in ("ca", "stranger"):
        openssl(folder, "req", "-x509", *NEW_KEY, "-nodes", "-days", "2", "-subj",
                f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    for name, days in (("server", "2"), ("client", "2"), ("expired", "-1")):
        openssl(folder, "req", *NEW_KEY, "-nodes", "-subj", f"/CN={name}", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", f"{name}.key", "-out",
                f"{name}.csr")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", days, "-copy_extensions", "copy", "-out", f"{name}.pem")
    return folder


def secure(desk, keys, name="server", ca="ca"):
    """What comes to @desk comes with TLS from now on; without @ca nobody has to show a
    certificate."""
    desk.ctl("settings", "--tls-cert", keys / f"{name}.pem", "--tls-key", keys / f"{name}.key",
             "--tls-ca", keys / f"{ca}.pem" if ca else "")


class Tunnel:
    """A port for peers that speak no TLS; what they say goes on to @target with TLS. @name: of the
    certificate that is shown, or None; @ca: who must have signed the other's."""

    def __init__(self, scene, target, keys, name="client", ca="ca"):
        self.target = target
        self.context = ssl.create_default_context(cafile=keys / f"{ca}.pem")
        if name:
            self.context.load_cert_chain(keys / f"{name}.pem", keys / f"{name}.key")
        self.loop = asyncio.new_event_loop()
        self.port = None
        ready = threading.Event()
        thread = threading.Thread(target=self.run, args=(ready,))
        thread.start()
        scene.callback(thread.join)
        scene.callback(lambda: self.loop.call_soon_threadsafe(self.loop.stop))
        ready.wait()

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        self.loop.set_exception_handler(lambda loop, context: None)
        server = self.loop.run_until_complete(
            asyncio.start_server(self.serve, courier.HOST, 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        server.close()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(courier.HOST, self.target,
                                                                   ssl=self.context)
        except OSError:  # of which ssl.SSLError is one
            writer.close()
            return
        await asyncio.gather(self.pump(reader, far_writer), self.pump(far_reader, writer))

    async def pump(self, reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()
