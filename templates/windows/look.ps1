# First what must be on this machine, then how to look at it without changing anything.

. ./start.ps1

$Product = '@PRODUCT@'
$Policy = '@POLICY@'

# Every file ends with a line feed, and its lines are joined by one.
$Files = @('@FILES@')

# Lists of strings (REG_MULTI_SZ) under HKEY_LOCAL_MACHINE.
$Values = @('@REGISTRY@')

# False where Group Policy writes them: then this script only looks.
$WritesValues = '@WRITES_REGISTRY@'

# Older ways to say the same. They go once everything above is in place.
$StaleFiles = @('@ABSENT_FILES@')
$StaleValues = @('@ABSENT_VALUES@')

. ./folder.ps1

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
