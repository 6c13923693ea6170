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
