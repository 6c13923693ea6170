"""Asks the proxy script of every ring about each case, in engines that nobody here wrote, and compares with the policy.

    check.py STANCHION POLICY BUNDLE

pacparser (an engine in C) and Node's own engine are asked with the text of the URL as it stands. pac-resolver first
reads a URL as a browser does, which turns `0x0a.0.0.1` into `10.0.0.1`: there the policy is asked about that.
"""

import functools
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pacparser

HERE = Path(__file__).resolve().parent
STANCHION, POLICY, BUNDLE = sys.argv[1:]
WORDS = {"refused": "PROXY reject.docker.internal:1234", "direct": "DIRECT", "proxied": "PROXY 10.0.0.8:3128"}

# What people write who have no compiler for it. Each must be caught, or the cases prove nothing.
NAIVE = """
function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, "docker.io")) return "PROXY 10.0.0.8:3128";
  if (shExpMatch(url, "*ghcr.io*") || dnsDomainIs(host, "northwind.example")) return "DIRECT";
  if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";
  return "PROXY reject.docker.internal:1234";
}
"""
MUTANTS = [
    ('to.place != place("" + host)', "false"),
    ('listed(deny, to)', "false"),
    ('zeros < 4', "zeros < 0"),
    ('.toLowerCase()', ""),
    ('text.charAt(0) == "0"', "false"),
    ('"00000000000000000000ffff"', '""'),
    ('to.place.substring(dot)', "to.place.substring(dot + 1)"),
    ('name.charAt(name.length - 1) == "."', "false"),
]


def host_of(url):
    """The host that an honest caller gives beside a URL."""
    authority = url.partition("://")[2] or url
    for end in "/?#":
        authority = authority.partition(end)[0]
    authority = authority.rpartition("@")[2]
    return authority[1:].partition("]")[0] if authority.startswith("[") else authority.partition(":")[0]


def cases():
    for line in (HERE / "cases.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            url, host, word = line.split("\t")
            yield url, host or host_of(url), WORDS[word]


def random_urls(count):
    """More of the same, put together from pieces; the seed makes a failure come back."""
    dice = random.Random(8)
    hosts = ["ghcr.io", "GHCR.IO", "docker.io", "auth.docker.io", "evil.example", "a.northwind.example", "localhost",
             "10.0.0.1", "010.0.0.1", "10.1", "192.168.65.2", "[::1]", "[fd12:3456::9]", "[::ffff:10.0.0.1]", "[::10.0.0.1]"]
    for _ in range(count):
        host = dice.choice(hosts)
        if dice.random() < 0.3:
            at = dice.randrange(len(host) + 1)
            host = host[:at] + dice.choice([".", ":", "@", "-", "0", "x", "[", "]", "evil.", "%2e"]) + host[at:]
        user = dice.choice(["", "", "", "", "docker.io@", "a:b@"])
        port = dice.choice([":80", ":443", ":5000", "", ":", ":0443", ":99999"])
        yield dice.choice(["http", "https", "https", "HTTPS", "ftp"]) + "://" + user + host + port + dice.choice(["", "", "/", "/v2/", "?a", "#a"])


@functools.cache
def policy(ring, url):
    """What the policy means, as its author is told."""
    arguments = [STANCHION, "explain", "--policy", POLICY, "--ring", ring, "--platform", "linux", f"--url={url}"]
    told = subprocess.run(arguments, capture_output=True, text=True)
    if told.returncode == 2 and "is no URL of a pull or a request" in told.stderr:
        return WORDS["refused"]
    told.check_returncode()
    line = told.stdout.splitlines()[1]
    if " is let through, directly" in line:
        return "DIRECT"
    return line.rpartition(" is let through, by ")[2] if " is let through, by " in line else WORDS["refused"]


def by_pacparser(script, questions):
    pacparser.init()
    pacparser.parse_pac_string(script)
    # About an empty host it refuses to ask at all.
    answers = [pacparser.find_proxy(url, host) if host else None for url, host in questions]
    pacparser.cleanup()
    return answers


def by_node(script, questions):
    """Per question: Node's own answer; the URL as a browser reads it, and pac-resolver's answer, or two times nothing."""
    path = Path(os.environ["SCRATCH"]) / "script.pac"
    path.write_text(script)
    text = "".join(json.dumps(question) + "\n" for question in questions)
    out = subprocess.run(["node", HERE / "ask.mjs", path], input=text, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def disagreements(script, rows):
    """Rows are (URL, host, answer); what each engine says otherwise."""
    questions = [(url, host) for url, host, _ in rows]
    wrong = []
    for (url, host, meant), theirs, (node, _, _) in zip(rows, by_pacparser(script, questions), by_node(script, questions)):
        wrong += [f"{url} {host}: {who} says {said}, the policy {meant}" for who, said in (("pacparser", theirs), ("Node", node)) if said not in (meant, None)]
    return wrong


def main():
    wrong, count = [], 0
    for ring in sorted(path.name for path in Path(BUNDLE).iterdir() if (path / "linux").is_dir()):
        settings = json.loads((Path(BUNDLE) / ring / "linux/admin-settings.json").read_text())
        script = settings["containersProxy"]["embeddedPac"]
        known = list(cases()) if ring == "default" else []
        for url, host, meant in known:
            # Of what has no scheme `explain` takes it that a browser's address bar was meant.
            if host == host_of(url) and "://" in url and policy(ring, url) != meant:
                wrong.append(f"{url}: explain says {policy(ring, url)}, the case {meant}")
        urls = [*dict.fromkeys(random_urls(150))] + [url for url, *_ in cases() if "://" in url]
        rows = [(url, host_of(url), policy(ring, url)) for url in urls]
        rows += known
        wrong += [f"{ring}: {text}" for text in disagreements(script, rows)]
        read = by_node(script, [(url, host) for url, host, _ in rows])
        for normal, said in {(normal, said) for _, normal, said in read if normal is not None}:
            if policy(ring, normal) != said:
                wrong.append(f"{ring}: {normal}: pac-resolver says {said}, the policy {policy(ring, normal)}")
        count += len(rows)
        if ring == "default":
            for name, mutant in [("a naive script", NAIVE)] + [(old, script.replace(old, new)) for old, new in MUTANTS]:
                if mutant == script or not disagreements(mutant, known):
                    wrong.append(f"no case notices what is wrong with {name}")
    print("\n".join(wrong[:40]) or f"{count} questions: the engines and the policy agree, and {len(MUTANTS) + 1} wrong scripts are noticed")
    return 1 if wrong else 0


sys.exit(main())
