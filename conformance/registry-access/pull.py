"""Pulls images through an HTTP proxy on loopback that asks the proxy script, as Docker Desktop's own proxy would.

    pull.py admin-settings.json

One server plays every registry, token server and layer store: it answers by the name that a client asks for. The client
knows only its proxy; the proxy asks the script about `https://host:443`, and connects, goes through a second proxy,
or refuses. A pull is a challenge, a token, a manifest, and a layer to which the registry redirects.
"""

import hashlib
import http.client
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pacparser

LAYER = b"a layer\n"
DIGEST = "sha256:" + hashlib.sha256(LAYER).hexdigest()

# Where each registry sends its clients: for a token, and for a layer.
REGISTRIES = {
    "registry-1.docker.io": ("auth.docker.io", "production.cloudflare.docker.com"),
    "ghcr.io": ("ghcr.io", "pkg-containers.githubusercontent.com"),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com": (None, "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"),
    "registry.northwind.example": (None, None),
    # Allowed by the policy, and sends its clients where the policy does not.
    "mirror.northwind.example": (None, "layers.evil.example"),
    "quay.io": ("quay.io", "cdn01.quay.io"),
}


class Everybody(http.server.BaseHTTPRequestHandler):
    """Every registry, token server and layer store."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        host, path = self.headers["Host"].partition(":")[0], urlsplit(self.path).path
        tokens, layers = REGISTRIES.get(host, (None, None))
        if path == "/token":
            self.answer(200, json.dumps({"token": "t"}).encode())
        elif path == "/layer":
            self.answer(200, LAYER)
        elif tokens and self.headers["Authorization"] != "Bearer t":
            self.answer(401, WWW_Authenticate=f'Bearer realm="https://{tokens}/token",service="{host}"')
        elif path.endswith("/manifests/latest"):
            self.answer(200, json.dumps({"layers": [{"digest": DIGEST}]}).encode())
        elif path.endswith(f"/blobs/{DIGEST}"):
            self.answer(307, Location=f"https://{layers}/layer") if layers else self.answer(200, LAYER)
        else:
            self.answer(404)

    def log_message(self, *_):
        pass


class Proxy(http.server.BaseHTTPRequestHandler):
    """A proxy that opens tunnels. With a script it asks first; without one it is the organization's proxy."""

    def do_CONNECT(self):
        host = self.path.rpartition(":")[0]
        answer = self.server.ask(f"https://{self.path}", host)
        self.server.seen.append((host, answer))
        if "reject.docker.internal" in answer:
            self.send_error(403)
            return
        # Whatever the name, its owner is played by the one server; the second proxy is on loopback too.
        through = self.server.upstream if answer.startswith("PROXY") else None
        far = socket.create_connection(("127.0.0.1", through or self.server.everybody))
        if through:
            far.sendall(f"CONNECT {self.path} HTTP/1.1\r\nHost: {self.path}\r\n\r\n".encode())
            if b" 200 " not in far.recv(4096):
                self.send_error(502)
                return
        self.send_response(200)
        self.end_headers()
        ways = [threading.Thread(target=pump, args=pair) for pair in ((self.connection, far), (far, self.connection))]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        self.close_connection = True

    def log_message(self, *_):
        pass


def pump(source, sink):
    """Carries bytes until one side ends, then ends the other."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(handler, **about):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.__dict__.update(about)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def certificate(names):
    """A certificate for all names, and contexts that serve with it and trust nothing else."""
    key, chain = (Path(os.environ["SCRATCH"]) / name for name in ("key.pem", "chain.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=loopback", "-keyout", key,
                    "-out", chain, "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)], check=True, capture_output=True)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(chain, key)
    return served, ssl.create_default_context(cafile=chain)


def get(proxy, trusted, url, token=None):
    """One request through the proxy; its status, headers and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.server_address[1], context=trusted, timeout=10)
    connection.set_tunnel(parts.hostname, parts.port or 443)
    try:
        connection.request("GET", parts.path or "/", headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def pull(proxy, trusted, registry):
    """What a client does for an image of one layer: "pulled", or where it was refused."""
    at = f"https://{registry}/v2/app"
    try:
        step, token = "challenge", None
        status, headers, _ = get(proxy, trusted, f"https://{registry}/v2/app/manifests/latest")
        if status == 401:
            step = "token"
            realm = headers["WWW-Authenticate"].split('realm="')[1].split('"')[0]
            token = json.loads(get(proxy, trusted, realm)[2])["token"]
        step = "manifest"
        digest = json.loads(get(proxy, trusted, f"{at}/manifests/latest", token)[2])["layers"][0]["digest"]
        step = "layer"
        status, headers, body = get(proxy, trusted, f"{at}/blobs/{digest}", token)
        if status == 307:
            status, _, body = get(proxy, trusted, headers["Location"])
        return "pulled" if DIGEST == "sha256:" + hashlib.sha256(body).hexdigest() else f"broken {step}"
    except OSError as error:
        assert "403" in str(error), error
        return f"refused {step}"


def main():
    script = json.loads(Path(sys.argv[1]).read_text())["containersProxy"]["embeddedPac"]
    # The engine belongs to the thread that made it.
    engine = ThreadPoolExecutor(max_workers=1)
    engine.submit(pacparser.init).result()
    engine.submit(pacparser.parse_pac_string, script).result()

    def ask(url, host):
        return engine.submit(pacparser.find_proxy, url, host).result()

    names = set(REGISTRIES) | {name for both in REGISTRIES.values() for name in both if name}
    served, trusted = certificate(sorted(names))
    everybody = serve(Everybody)
    everybody.socket = served.wrap_socket(everybody.socket, server_side=True)
    port = everybody.server_address[1]
    organization = serve(Proxy, ask=lambda *_: "DIRECT", seen=[], everybody=port, upstream=None)
    desktop = serve(Proxy, ask=ask, seen=[], everybody=port, upstream=organization.server_address[1])

    wrong = []
    for registry, meant in {
        "registry-1.docker.io": "pulled",
        "ghcr.io": "pulled",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "pulled",
        "registry.northwind.example": "pulled",
        "mirror.northwind.example": "refused layer",
        "quay.io": "refused challenge",
    }.items():
        if (said := pull(desktop, trusted, registry)) != meant:
            wrong.append(f"{registry}: {said}, not {meant}")
    by_organization = {host for host, _ in organization.seen}
    if by_organization != {"registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com"}:
        wrong.append(f"through the organization's proxy went {sorted(by_organization)}")

    # The harness must see a pull that a script lets through against the policy.
    desktop.ask = lambda *_: "DIRECT"
    if pull(desktop, trusted, "quay.io") != "pulled":
        wrong.append("a script that allows everything does not let a pull through: the harness proves nothing")
    print("\n".join(wrong) or "pulls end where the policy says, by the way that it says")
    return 1 if wrong else 0


sys.exit(main())
