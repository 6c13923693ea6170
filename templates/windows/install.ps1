#Requires -Version 5.1
# Installs: puts in place what is missing or different, proves it, and only then takes older mechanisms away.
# For Windows PowerShell 5.1 as SYSTEM. Uses cmdlets, icacls.exe, reg.exe and cmd.exe only, so that it also runs in
# Constrained Language Mode.

. ./look.ps1

. ./lock.ps1

# A new folder gets its name only once it is locked and known to be empty: in ProgramData every user may add files to a
# folder that inherits its permissions, and may be the first to create the final name.
function New-Folder {
    $new = "$Directory.new-$(New-Guid)"
    $null = New-Item -ItemType Directory -Path $new
    try {
        Set-Lock $new '(OI)(CI)'
        if (-not (Test-Lock $new 'OICI')) { throw "the permissions of $new did not change" }
        if (-not (Test-Empty $new)) { throw "refused: a user wrote to $new; remove it and run this again" }
        try { Rename-Item -LiteralPath $new -NewName (Split-Path -Path $Directory -Leaf) }
        catch { $null = $_ } # Somebody was faster. The caller looks again.
    }
    finally {
        # Not Remove-Item: it would ask before it removes a folder that has filled meanwhile.
        if ((Get-Kind $new) -ne 'nothing' -and (Test-Empty $new)) { Invoke-Tool 'cmd.exe' @('/d', '/c', 'rd', $new) }
    }
}

function Test-Empty($Folder) {
    @(Get-ChildItem -LiteralPath $Folder -Force).Count -eq 0
}

function Repair-Folder {
    # Twice, in case a user creates the folder while we do.
    foreach ($attempt in 1, 2) {
        if (Find-ParentFault) { break }
        if (Repair-Permission) { $script:Changes += 'permissions' }
        $kind = Get-Kind $Directory
        if ($kind -eq 'folder' -and -not (Test-Owner $Directory)) {
            # Taking ownership would not help: what the user has open stays open.
            $aside = "$(Split-Path -Path $Directory -Leaf).untrusted-$(New-Guid)"
            try { Rename-Item -LiteralPath $Directory -NewName $aside }
            catch { throw "refused: $Directory belongs to a user and cannot be moved aside; quit $Product and run this again" }
            $script:Changes += "a user's folder is now $aside"
            $kind = 'nothing'
        }
        if ($kind -eq 'nothing' -and $Files.Count -gt 0) { New-Folder }
    }
    # From here on no user can swap the folder or what is in it.
    $fault = Find-FolderFault
    if ($fault) { throw "refused: $fault; find out who made it so, remove it and run this again" }
}

# Written beside its place and renamed over it: a link that was planted there is replaced, not followed, and a user who
# holds the old file open does not hold the new one.
function Publish-File($File) {
    $path = "$Directory\$($File.Name)"
    $new = "$path.new-$(New-Guid)"
    try {
        $null = New-Item -ItemType File -Path $new
        Set-Content -LiteralPath $new -Value (Get-Text $File) -Encoding ASCII -NoNewline
        Set-Lock $new ''
        # A file marked read-only would not let itself be replaced.
        if ((Get-Kind $path) -eq 'file' -and (Get-Item -LiteralPath $path -Force).IsReadOnly) {
            Set-ItemProperty -LiteralPath $path -Name IsReadOnly -Value $false
        }
        Invoke-Tool 'cmd.exe' @('/d', '/c', 'move', '/Y', $new, $path)
    }
    finally {
        if ((Get-Kind $new) -ne 'nothing') { Remove-Item -LiteralPath $new -Force }
    }
    $script:Changes += $File.Name
}

$code = 1
try {
    # The registry first: no user can reach it, whatever stands in the way of the files.
    foreach ($value in $Values) {
        if ($WritesValues -and (Find-ValueFault $value)) {
            Invoke-Tool 'reg.exe' @('add', "HKLM\$($value.Key)", '/v', $value.Name, '/t', 'REG_MULTI_SZ', '/d', ($value.Strings -join '\0'), '/f', '/reg:64')
            $Changes += $value.Name
        }
    }
    Repair-Folder
    foreach ($file in $Files) {
        $kind = Get-Kind "$Directory\$($file.Name)"
        if ($kind -notin 'nothing', 'file') { throw "refused: $Directory\$($file.Name) is a $kind; remove it and run this again" }
    }
    foreach ($file in $Files) {
        if (Find-FileFault $file) { Publish-File $file }
    }

    $faults = @(Find-Fault)
    if ($faults.Count -gt 0) { throw ($faults -join '; ') }
    $stale = @()
    if ((Get-Kind $Directory) -eq 'folder') {
        foreach ($name in $StaleFiles) { $stale += @(Remove-PlainFile $name) }
    }
    foreach ($value in $StaleValues) { $stale += @(Remove-Value $value) }
    foreach ($name in $stale) { $Changes += "$name removed" }
    $faults = @(Find-Stale)
    if ($faults.Count -gt 0) { throw ($faults -join '; ') }

    Write-ForeignFile
    if ($Changes.Count -eq 0) { $report = "unchanged ring=$Ring policy=$Policy" }
    else { $report = "written ring=$Ring policy=${Policy}: $($Changes -join ', ')" }
    $code = 0
}
catch {
    if ("$_" -like 'refused: *') { $report = "$_" }
    else { $report = "failed: $_" }
}
Write-Report $report
exit $code
