#Requires -Version 5.1
# Detects: says whether this machine holds what the policy says. Changes nothing.
# For Windows PowerShell 5.1 as SYSTEM. Uses cmdlets, icacls.exe, reg.exe and cmd.exe only, so that it also runs in
# Constrained Language Mode.

# First what must be on this machine, then how to look at it without changing anything.

$ErrorActionPreference = 'Stop'
if ($env:PROCESSOR_ARCHITEW6432) {
    # Management agents start scripts in a 32-bit host, which sees another half of the registry.
    & "$env:SystemRoot\SysNative\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $PSCommandPath
    exit $LASTEXITCODE
}
Set-StrictMode -Version 2.0
$ProgressPreference = 'SilentlyContinue'

$Ring = 'default'
$Directory = 'C:\ProgramData\DockerDesktop'

$Product = 'Docker Desktop'
$Policy = '43a86588f36976a9'

# Every file ends with a line feed, and its lines are joined by one.
$Files = @(
    @{ Name = 'admin-settings.json'; Lines = @(
        '{',
        '  "configurationFileVersion": 2,',
        '  "exposeDockerAPIOnTCP2375": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "disableUpdate": {',
        '    "locked": true,',
        '    "value": true',
        '  },',
        '  "silentModulesUpdate": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "analyticsEnabled": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "blockDockerLoad": {',
        '    "locked": true,',
        '    "value": true',
        '  },',
        '  "displayedOnboarding": {',
        '    "locked": true,',
        '    "value": true',
        '  },',
        '  "desktopTerminalEnabled": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "enableCloud": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "extensionsEnabled": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "enableInference": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "enableDockerAI": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "filesharingAllowedDirectories": [',
        '    {',
        '      "path": "$HOME",',
        '      "sharedByDefault": false',
        '    }',
        '  ],',
        '  "scout": {',
        '    "locked": true,',
        '    "sbomIndexing": true,',
        '    "useBackgroundIndexing": true',
        '  },',
        '  "containersProxy": {',
        '    "locked": true,',
        '    "mode": "manual",',
        '    "http": "",',
        '    "https": "",',
        '    "exclude": [],',
        '    "pac": "",',
        '    "embeddedPac": "var stanchion = \"Docker Desktop network of ring default, 1bacbfec21626b07\"; var deny = {\"*.docker.internal\":1,\"*.localhost\":1,\"4/24/c0a841\":1,\"4/8/00\":1,\"4/8/7f\":1,\"6/128/00000000000000000000000000000000\":1,\"6/128/00000000000000000000000000000001\":1,\"6/64/fdc4f30393240000\":1,\"=docker.for.mac.gateway.internal\":1,\"=docker.for.mac.host.internal\":1,\"=docker.for.mac.http.internal\":1,\"=docker.for.win.gateway.internal\":1,\"=docker.for.win.host.internal\":1,\"=docker.for.win.http.internal\":1,\"=docker.internal\":1,\"=ip6-localhost\":1,\"=ip6-loopback\":1,\"=localhost\":1}; var allow = {}; var proxied = {}; var lengths = [[8,24],[64,128]]; function FindProxyForURL(url, host) { var refuse = \"PROXY reject.docker.internal:1234\"; var to = destination(\"\" + url); if (to.place == \"\") { return refuse; } if (to.name != host && to.place != place(\"\" + host)) { return refuse; } if (listed(deny, to)) { return refuse; } if (!listed(allow, to)) { return refuse; } if (listed(proxied, to)) { return \"DIRECT\"; } return \"DIRECT\"; } function destination(url) { var nowhere = { place: \"\", name: \"\", port: 0 }; var colon = url.indexOf(\":\"); var scheme = url.substring(0, colon).toLowerCase(); if (url.substring(colon, colon + 3) != \":/\" + \"/\") { return nowhere; } if (scheme != \"http\" && scheme != \"https\") { return nowhere; } var name = url.substring(colon + 3); var end = 0; while (end < name.length && \"/?#\".indexOf(name.charAt(end)) < 0) { end = end + 1; } name = name.substring(0, end); var port = scheme == \"https\" ? 443 : 80; var mark = name.charAt(0) == \"[\" ? name.indexOf(\"]\") + 1 : name.indexOf(\":\"); if (mark > 0 && mark < name.length) { if (name.charAt(mark) != \":\") { return nowhere; } port = number(name.substring(mark + 1), 65535); if (port < 1) { return nowhere; } name = name.substring(0, mark); } if (name.indexOf(\":\") >= 0 && name.charAt(0) != \"[\") { return nowhere; } return { place: place(name), name: name, port: port }; } function place(name) { if (name.charAt(0) == \"[\") { if (name.charAt(name.length - 1) != \"]\" || name.indexOf(\":\") < 0) { return \"\"; } name = name.substring(1, name.length - 1); } if (/[^0-9A-Za-z_.:-]/.test(name)) { return \"\"; } name = name.toLowerCase(); if (name.indexOf(\":\") >= 0) { return six(name); } var hex = four(name); if (hex != \"\") { return \"#\" + hex; } if (name.charAt(name.length - 1) == \".\") { name = name.substring(0, name.length - 1); } return isName(name) ? name : \"\"; } function isName(name) { var labels = name.split(\".\"); var last = labels[labels.length - 1]; if (name.length > 253 || !/[^0-9]/.test(last) || last.substring(0, 2) == \"0x\") { return false; } for (var i = 0; i < labels.length; i++) { if (labels[i].length < 1 || labels[i].length > 63) { return false; } } return true; } function four(text) { var parts = text.split(\".\"); var hex = \"\"; if (parts.length != 4) { return \"\"; } for (var i = 0; i < 4; i++) { var part = number(parts[i], 255); if (part < 0) { return \"\"; } hex = hex + (part < 16 ? \"0\" : \"\") + part.toString(16); } return hex; } function six(text) { var colon = text.lastIndexOf(\":\"); if (text.indexOf(\".\") >= 0) { var quad = four(text.substring(colon + 1)); if (quad == \"\") { return \"\"; } text = text.substring(0, colon + 1) + quad.substring(0, 4) + \":\" + quad.substring(4); } var gap = text.indexOf(\"::\"); var left = groups(gap < 0 ? text : text.substring(0, gap)); var right = gap < 0 ? \"\" : groups(text.substring(gap + 2)); var zeros = 32 - left.length - right.length; if (gap < 0 ? zeros != 0 : zeros < 4) { return \"\"; } var hex = left + \"00000000000000000000000000000000\".substring(0, zeros) + right; return \"#\" + (hex.substring(0, 24) == \"00000000000000000000ffff\" ? hex.substring(24) : hex); } function groups(text) { var wrong = \"000000000000000000000000000000000000\"; var hex = \"\"; if (text == \"\") { return \"\"; } var parts = text.split(\":\"); for (var i = 0; i < parts.length; i++) { if (parts[i].length < 1 || parts[i].length > 4 || /[^0-9a-f]/.test(parts[i])) { return wrong; } hex = hex + \"0000\".substring(parts[i].length) + parts[i]; } return hex; } function number(text, most) { if (text.length < 1 || text.length > 5 || /[^0-9]/.test(text)) { return -1; } if (text.charAt(0) == \"0\" && text.length > 1) { return -1; } return Number(text) <= most ? Number(text) : -1; } function listed(table, to) { if (says(table[\"*\"], to.port)) { return true; } if (to.place.charAt(0) == \"#\") { return inside(table, to.place.substring(1), to.port); } if (says(table[\"=\" + to.place], to.port)) { return true; } for (var dot = to.place.indexOf(\".\"); dot >= 0; dot = to.place.indexOf(\".\", dot + 1)) { if (says(table[\"*\" + to.place.substring(dot)], to.port)) { return true; } } return false; } function inside(table, hex, port) { var known = lengths[hex.length == 8 ? 0 : 1]; for (var i = 0; i < known.length; i++) { var whole = Math.floor(known[i] / 4); var rest = known[i] % 4; var prefix = hex.substring(0, whole); if (rest > 0) { var digit = parseInt(hex.charAt(whole), 16); prefix = prefix + (digit - digit % Math.pow(2, 4 - rest)).toString(16); } if (says(table[(hex.length == 8 ? \"4\" : \"6\") + \"/\" + known[i] + \"/\" + prefix], port)) { return true; } } return false; } function says(ports, port) { return ports === 1 || (typeof ports == \"string\" && ports.indexOf(\" \" + port + \" \") >= 0); }",',
        '    "transparentPorts": "*"',
        '  },',
        '  "linuxVM": {',
        '    "dockerDaemonOptions": {',
        '      "locked": true,',
        '      "value": "{}"',
        '    }',
        '  },',
        '  "windowsContainers": {',
        '    "dockerDaemonOptions": {',
        '      "locked": true,',
        '      "value": "{}"',
        '    }',
        '  },',
        '  "kubernetes": {',
        '    "locked": true,',
        '    "enabled": false,',
        '    "showSystemContainers": false',
        '  },',
        '  "portBindingBehavior": {',
        '    "locked": true,',
        '    "value": "local-only-port-binding"',
        '  },',
        '  "enhancedContainerIsolation": {',
        '    "locked": true,',
        '    "value": true',
        '  },',
        '  "allowBetaFeatures": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "enableDockerMCPToolkit": {',
        '    "locked": true,',
        '    "value": false',
        '  }',
        '}'
    ) }
)

# Lists of strings (REG_MULTI_SZ) under HKEY_LOCAL_MACHINE.
$Values = @(
    @{ Key = 'SOFTWARE\Policies\Docker\Docker Desktop'; Name = 'allowedOrgs'; Strings = @('contoso') }
)

# False where Group Policy writes them: then this script only looks.
$WritesValues = $true

# Older ways to say the same. They go once everything above is in place.
$StaleFiles = @(
    'registry.json'
)
$StaleValues = @()

# How to look at a folder that any user may have been at, without changing anything.

# Administrators, SYSTEM, TrustedInstaller. Any other owner can take every right to a thing, whatever its permissions say.
$TrustedOwner = '^O:(BA|SY|S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)G:'

# What stands at a path. The listing of the folder tells, because opening the path would follow a link.
function Get-Kind($Path) {
    $name = Split-Path -Path $Path -Leaf
    $item = Get-ChildItem -LiteralPath (Split-Path -Path $Path) -Force | Where-Object { $_.Name -eq $name }
    if (-not $item) { 'nothing' }
    elseif ($item.Attributes -band 1024) { 'link' }
    elseif ($item.PSIsContainer) { 'folder' }
    else { 'file' }
}

# Owner and permissions as text. Nothing where a user keeps even SYSTEM from looking, and that is not trusted either.
function Get-Sddl($Path) {
    try { (Get-Acl -LiteralPath $Path).Sddl }
    catch { '' }
}

function Test-Owner($Path) {
    (Get-Sddl $Path) -match $TrustedOwner
}

# Is this protected from inheritance, with full access for SYSTEM and Administrators, reading for Users and nothing else?
function Test-Lock($Path, $Inheritance) {
    $wanted = "(A;$Inheritance;FA;;;SY)", "(A;$Inheritance;FA;;;BA)", "(A;$Inheritance;0x1200a9;;;BU)"
    if ((Get-Sddl $Path) -match 'D:P(AI)?(?<Entries>\(.*\))$') {
        $entries = $Matches.Entries -split '(?<=\))(?=\()'
        (Test-Owner $Path) -and -not (Compare-Object $wanted $entries)
    }
    else { $false }
}

# Each Find- function says what is wrong, or nothing. A folder that is not there is not wrong by itself.

function Find-ParentFault {
    $parent = Split-Path -Path $Directory
    if ((Get-Kind $parent) -ne 'folder') { "$parent is not a plain folder" }
    elseif (-not (Test-Owner $parent)) { "$parent does not belong to the system" }
}

function Find-FolderFault {
    $fault = Find-ParentFault
    if ($fault) { return $fault }
    switch (Get-Kind $Directory) {
        'nothing' { }
        'folder' {
            if (-not (Test-Owner $Directory)) { "$Directory belongs to a user" }
            elseif (-not (Test-Lock $Directory 'OICI')) { "$Directory has other permissions" }
        }
        default { "$Directory is a $_" }
    }
}

function Test-Value($Value) {
    $null -ne (Get-ItemProperty -LiteralPath "HKLM:\$($Value.Key)" -Name $Value.Name -ErrorAction SilentlyContinue)
}

# One line of ASCII: the last line of the output is all that a management console shows.
function Write-Report($Text) {
    $line = $Text -replace '[^\x20-\x7e]+', ' '
    Write-Output ($line -replace '^(.{2000}).+$', '$1...')
}

function Get-Text($File) {
    ($File.Lines -join "`n") + "`n"
}

function Find-FileFault($File) {
    $path = "$Directory\$($File.Name)"
    switch (Get-Kind $path) {
        'nothing' { "$path is missing" }
        'file' {
            $text = Get-Text $File
            if (-not (Test-Owner $path)) { "$path belongs to a user" }
            elseif (-not (Test-Lock $path '')) { "$path has other permissions" }
            # A byte-order mark does not show in the text, only in the length.
            elseif ((Get-Item -LiteralPath $path -Force).Length -ne $text.Length) { "$path holds something else" }
            elseif ((Get-Content -LiteralPath $path -Raw -Encoding ASCII) -cne $text) { "$path holds something else" }
        }
        default { "$path is a $_" }
    }
}

function Find-ValueFault($Value) {
    $path = "HKLM\$($Value.Key)\$($Value.Name)"
    if (-not (Test-Value $Value)) { return "$path is missing" }
    $strings = (Get-ItemProperty -LiteralPath "HKLM:\$($Value.Key)" -Name $Value.Name).($Value.Name)
    if ($strings -isnot [string[]]) { "$path is not a REG_MULTI_SZ" }
    elseif (($strings -join "`n") -cne ($Value.Strings -join "`n")) { "$path holds something else" }
}

function Find-Fault {
    foreach ($value in $Values) { Find-ValueFault $value }
    $fault = Find-FolderFault
    if ($fault) { return $fault }
    if ($Files.Count -gt 0 -and (Get-Kind $Directory) -eq 'nothing') { return "$Directory is missing" }
    foreach ($file in $Files) { Find-FileFault $file }
}

function Find-Stale {
    if ((Get-Kind $Directory) -eq 'folder') {
        foreach ($name in $StaleFiles) {
            if ((Get-Kind "$Directory\$name") -ne 'nothing') { "$Directory\$name must go" }
        }
    }
    foreach ($value in $StaleValues) {
        if (Test-Value $value) { "HKLM\$($value.Key)\$($value.Name) must go" }
    }
}

# Other JSON files in the folder are not ours to touch, but one that a user owns is worth a word.
function Write-ForeignFile {
    if ((Get-Kind $Directory) -ne 'folder') { return }
    $ours = @($Files | ForEach-Object { $_.Name })
    Get-ChildItem -LiteralPath $Directory -Force |
        Where-Object { $_.Name -like '*.json' -and $_.Name -notin $ours } |
        Where-Object { ($_.Attributes -band 1024) -or -not (Test-Owner $_.FullName) } |
        ForEach-Object { Write-Report "note: $($_.FullName) is not managed and not an administrator's" }
}

$code = 1
try {
    $kind = Get-Kind $Directory
    $found = @($Values | Where-Object { Test-Value $_ })
    if ($kind -eq 'folder') {
        $found += @($Files | Where-Object { (Get-Kind "$Directory\$($_.Name)") -ne 'nothing' })
    }
    $faults = @(Find-Fault) + @(Find-Stale)
    if ($faults.Count -eq 0) {
        Write-ForeignFile
        $report = "Compliant ring=$Ring policy=$Policy"
        $code = 0
    }
    elseif ($found.Count -eq 0 -and $kind -in 'nothing', 'folder') { $report = 'Absent' }
    else { $report = "Drift: $($faults -join '; ')" }
}
catch {
    $report = "Drift: could not look: $_"
}
Write-Report $report
exit $code
