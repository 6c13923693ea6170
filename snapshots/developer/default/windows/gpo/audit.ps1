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
$Policy = '08fabdcfbfebcec0'

# Every file ends with a line feed, and its lines are joined by one.
$Files = @(
    @{ Name = 'admin-settings.json'; Lines = @(
        '{',
        '  "configurationFileVersion": 2,',
        '  "exposeDockerAPIOnTCP2375": {',
        '    "locked": true,',
        '    "value": false',
        '  },',
        '  "analyticsEnabled": {',
        '    "locked": false,',
        '    "value": false',
        '  },',
        '  "displayedOnboarding": {',
        '    "locked": true,',
        '    "value": true',
        '  },',
        '  "allowBetaFeatures": {',
        '    "locked": false,',
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
$WritesValues = $false

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
