"""Static rules for generated scripts. A rule is a function that names what is wrong with a script, and a way to break a
good script that it must notice."""

import re

from values import parse

LIMIT = 200_000

# What Constrained Language Mode, Windows PowerShell 5.1 and a reader who has to approve the script can all live with.
CMDLETS = {
    "Compare-Object", "ForEach-Object", "Get-Acl", "Get-ChildItem", "Get-Content", "Get-Item", "Get-ItemProperty",
    "New-Guid", "New-Item", "Remove-Item", "Rename-Item", "Set-Content", "Set-ItemProperty", "Set-StrictMode",
    "Split-Path", "Where-Object", "Write-Output",
}


def nodes(tree):
    todo = [tree.root_node]
    while todo:
        node = todo.pop()
        yield node
        todo += node.children


def of_kind(script, *kinds):
    return [node for node in nodes(parse(script)) if node.type in kinds]


def code(script):
    """The script without comments and strings, to look for words in."""
    blanked = bytearray(script)
    for node in of_kind(script, "comment", "verbatim_string_characters"):
        blanked[node.start_byte : node.end_byte] = b" " * (node.end_byte - node.start_byte)
    return blanked.decode("ascii", "replace")


def grammar(script):
    for node in nodes(parse(script)):
        if node.is_error or node.is_missing:
            return f"line {node.start_point[0] + 1} does not parse"


def ascii_only(script):
    for number, line in enumerate(script.split(b"\n"), 1):
        if not line.isascii():
            return f"line {number} is not ASCII: PowerShell 5.1 would read it in the machine's code page"


def line_ends(script):
    if re.search(rb"(?<!\r)\n|\r(?!\n)", script) or not script.endswith(b"\r\n"):
        return "a line does not end with CRLF"


def size(script):
    if len(script) > LIMIT:
        return f"{len(script)} bytes, and Intune takes {LIMIT}"


def holes(script):
    if found := re.search(rb"'@[A-Z_]+@'", script):
        return f"{found[0].decode()} was not filled"


def requires(script):
    if not script.startswith(b"#Requires -Version 5.1"):
        return "does not start with #Requires -Version 5.1"


def strict(script):
    if not re.search(r"^Set-StrictMode -Version 2\.0\r?$", code(script), re.M):
        return "no Set-StrictMode"
    if not re.search(rb"^\$ErrorActionPreference = 'Stop'\r?$", script, re.M):
        return "errors do not stop the script"


def relaunch(script):
    text = script.decode("ascii", "replace")
    if "$env:PROCESSOR_ARCHITEW6432" not in text or "SysNative" not in text:
        return "does not start itself again where a 32-bit host runs it"
    if "AMD64" in text:
        return "asks for AMD64, which machines with ARM64 are not"


def ends(script):
    last = [line for line in code(script).split("\n") if line.strip()][-1].strip()
    if not re.fullmatch(r"exit (\$\w+|\d)", last):
        return f"the last statement is no exit: {last}"


def encoding(script):
    if found := re.search(r"-Encoding\s+(?!ASCII\b)\S+", code(script), re.I):
        return f"{found[0]}: in 5.1 it adds a byte-order mark or does not exist"
    if found := re.search(r"\b(Out-File|Export-\w+)\b|(?<![2\d])>(?!&)", code(script)):
        return f"{found[0]} writes UTF-16"


def newer(script):
    text = code(script)
    if found := re.search(r"&&|\|\||\?\?|\?\.|-Parallel\b|-AsByteStream\b|\bclean\s*\{", text):
        return f"{found[0]} needs PowerShell 7"
    if of_kind(script, "ternary_expression", "null_coalesce_expression") or re.search(r"\s\?\s", text):
        return "an operator of PowerShell 7"


def commands(script):
    own = {node.text.decode() for node in of_kind(script, "function_name")}
    for node in of_kind(script, "command_name"):
        name = node.text.decode()
        if name not in CMDLETS and name not in own:
            return f"line {node.start_point[0] + 1}: {name} is an alias, a cmdlet off the list, or a program without a path"


def methods(script):
    for node in of_kind(script, "invokation_expression", "invocation_expression", "cast_expression", "type_literal"):
        if node.text != b"[string[]]":
            return f"line {node.start_point[0] + 1}: {node.text.decode()[:40]} fails in Constrained Language Mode"


def programs(script):
    for node in of_kind(script, "command_name_expr", "path_command_name"):
        if not node.text.startswith(b'"$env:SystemRoot\\'):
            return f"line {node.start_point[0] + 1}: {node.text.decode()[:40]} is found by PATH"


def prompts(script):
    if found := re.search(r"\b(Read-Host|Pause|Restart-Computer|Write-Error|Write-Host|Invoke-Expression)\b", code(script)):
        return f"{found[0]} waits, writes to another stream, or runs text"


def literal_paths(script):
    for node in of_kind(script, "command"):
        text = node.text.decode()
        if re.match(r"(Get-(Acl|ChildItem|Content|Item|ItemProperty)|Set-(Content|ItemProperty)|Re(move|name)-Item)\b", text):
            if "-LiteralPath" not in text.split("|")[0]:
                return f"line {node.start_point[0] + 1}: [ and ] in the path would be wildcards"


def recursion(script):
    if found := re.search(r"-Recurse\b|/T\b|/S\b", script.decode("ascii", "replace")):
        return f"{found[0]} follows what a user has put there"


def after(anchor, added):
    """Breaks a script by adding something behind a line that it has."""
    return lambda script: script.replace(anchor, anchor + added, 1)


def swap(old, new):
    return lambda script: script.replace(old, new, 1)


LINE = b"Set-StrictMode -Version 2.0\r\n"

RULES = [
    (grammar, swap(b"exit $code", b"exit $code }")),
    (ascii_only, after(LINE, "# \u2019\r\n".encode())),
    (ascii_only, lambda script: b"\xef\xbb\xbf" + script),
    (line_ends, swap(b"\r\n", b"\n")),
    (line_ends, lambda script: script.removesuffix(b"\r\n")),
    (size, after(LINE, b"#" * LIMIT + b"\r\n")),
    (holes, after(LINE, b"$Hole = '@HOLE@'\r\n")),
    (requires, swap(b"#Requires -Version 5.1", b"# 5.1")),
    (strict, swap(LINE, b"")),
    (strict, swap(b"$ErrorActionPreference = 'Stop'\r\n", b"")),
    (relaunch, swap(b"SysNative", b"System32")),
    (relaunch, swap(b"if ($env:PROCESSOR_ARCHITEW6432)", b"if ($env:PROCESSOR_ARCHITECTURE -ne 'AMD64')")),
    (ends, swap(b"exit $code", b"return $code")),
    (ends, after(b"exit $code\r\n", b"Write-Output 'done'\r\n")),
    (encoding, after(LINE, b"Set-Content -LiteralPath $a -Value $b -Encoding UTF8\r\n")),
    (encoding, after(LINE, b"Get-Item -LiteralPath $a > $b\r\n")),
    (newer, after(LINE, b"Get-Item -LiteralPath $a && exit 1\r\n")),
    (newer, after(LINE, b"$a = $b ?? 1\r\n")),
    (newer, after(LINE, b"$a = $b ? 1 : 2\r\n")),
    (commands, after(LINE, b"gci -LiteralPath $a\r\n")),
    (commands, after(LINE, b"Write-Output 1 | % { $_ }\r\n")),
    (commands, after(LINE, b"New-Object Net.WebClient\r\n")),
    (commands, after(LINE, b"icacls.exe $a /reset\r\n")),
    (methods, after(LINE, b"[IO.File]::WriteAllText($a, $b)\r\n")),
    (methods, after(LINE, b"$a.ToUpper()\r\n")),
    (methods, after(LINE, b"$a = [IO.FileAttributes]::Hidden\r\n")),
    (programs, after(LINE, b"& 'reg.exe' query\r\n")),
    (prompts, after(LINE, b"$a = Read-Host\r\n")),
    (literal_paths, after(LINE, b"Remove-Item $a\r\n")),
    (recursion, after(LINE, b"Remove-Item -LiteralPath $a -Recurse\r\n")),
]
