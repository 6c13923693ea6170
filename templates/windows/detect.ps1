#Requires -Version 5.1
# Detects: says whether this machine holds what the policy says. Changes nothing.
# For Windows PowerShell 5.1 as SYSTEM. Uses cmdlets, icacls.exe, reg.exe and cmd.exe only, so that it also runs in
# Constrained Language Mode.

. ./look.ps1

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
