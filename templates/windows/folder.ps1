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
