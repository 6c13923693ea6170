#Requires -Version 5.1
# Removes: takes away every file and registry value that this policy or an older one for Windows may have put in place. An
# emptied file may mean as much as a full one, so the files go. The folder stays: other programs keep files there, and a
# user could create it anew.
# For Windows PowerShell 5.1 as SYSTEM. Uses cmdlets, icacls.exe, reg.exe and cmd.exe only, so that it also runs in
# Constrained Language Mode.

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

$Names = @(
    'admin-settings.json',
    'registry.json'
)

# Under HKEY_LOCAL_MACHINE.
$Values = @(
    @{ Key = 'SOFTWARE\Policies\Docker\Docker Desktop'; Name = 'allowedOrgs' }
)

# False where Group Policy writes the values: they go when its object is unlinked.
$WritesValues = $false

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

# Runs a program of Windows and makes its failure ours.
function Invoke-Tool($Tool, $Arguments) {
    # Under 'Stop' PowerShell 5.1 takes every word that a program writes to stderr for an error of the script.
    $ErrorActionPreference = 'Continue'
    $null = & "$env:SystemRoot\System32\$Tool" $Arguments 2>&1
    if ($LASTEXITCODE -ne 0) { throw "$Tool $Arguments ended with exit code $LASTEXITCODE" }
}

# Owner Administrators, SYSTEM and Administrators full access, Users reading. Accounts by SID, because their names are
# translated. /reset first: /grant:r would leave the entries of other accounts. /L: if a link has taken the place since we
# looked, it is changed and not what it points to.
function Set-Lock($Path, $Inheritance) {
    Invoke-Tool 'icacls.exe' @($Path, '/setowner', '*S-1-5-32-544', '/L', '/Q')
    Invoke-Tool 'icacls.exe' @($Path, '/reset', '/L', '/Q')
    Invoke-Tool 'icacls.exe' @($Path, '/inheritance:r', '/grant:r', "*S-1-5-18:${Inheritance}F", "*S-1-5-32-544:${Inheritance}F", "*S-1-5-32-545:${Inheritance}RX", '/L', '/Q')
}

# Locks the folder of an administrator whose permissions are not ours; true if it had to.
function Repair-Permission {
    if ((Find-ParentFault) -or (Get-Kind $Directory) -ne 'folder') { return $false }
    if (-not (Test-Owner $Directory) -or (Test-Lock $Directory 'OICI')) { return $false }
    Set-Lock $Directory '(OI)(CI)'
    $true
}

# Removes a file of the locked folder and says its name. A link or a folder in its place was not put there by us.
function Remove-PlainFile($Name) {
    $path = "$Directory\$Name"
    $kind = Get-Kind $path
    if ($kind -eq 'nothing') { return }
    if ($kind -ne 'file') { throw "refused: $path is a $kind; remove it and run this again" }
    Remove-Item -LiteralPath $path -Force
    $Name
}

function Remove-Value($Value) {
    if (-not (Test-Value $Value)) { return }
    Invoke-Tool 'reg.exe' @('delete', "HKLM\$($Value.Key)", '/v', $Value.Name, '/f', '/reg:64')
    $Value.Name
}

$Changes = @()

$code = 1
try {
    if ((Get-Kind $Directory) -ne 'nothing') {
        $null = Repair-Permission
        $fault = Find-FolderFault
        if ($fault) { throw "refused: $fault; remove it by hand" }
        foreach ($name in $Names) { $Changes += @(Remove-PlainFile $name) }
    }
    if ($WritesValues) {
        foreach ($value in $Values) { $Changes += @(Remove-Value $value) }
    }
    if ($Changes.Count -eq 0) { $report = "nothing to remove ring=$Ring" }
    else { $report = "removed ring=${Ring}: $($Changes -join ', ')" }
    $code = 0
}
catch {
    if ("$_" -like 'refused: *') { $report = "$_" }
    else { $report = "failed: $_" }
}
Write-Report $report
exit $code
