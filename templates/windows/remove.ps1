#Requires -Version 5.1
# Removes: takes away every file and registry value that this policy or an older one for Windows may have put in place. An
# emptied file may mean as much as a full one, so the files go. The folder stays: other programs keep files there, and a
# user could create it anew.
# For Windows PowerShell 5.1 as SYSTEM. Uses cmdlets, icacls.exe, reg.exe and cmd.exe only, so that it also runs in
# Constrained Language Mode.

. ./start.ps1

$Names = @('@NAMES@')

# Under HKEY_LOCAL_MACHINE.
$Values = @('@VALUES@')

# False where Group Policy writes the values: they go when its object is unlinked.
$WritesValues = '@WRITES_REGISTRY@'

. ./folder.ps1

. ./lock.ps1

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
