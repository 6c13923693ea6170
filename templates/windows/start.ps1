$ErrorActionPreference = 'Stop'
if ($env:PROCESSOR_ARCHITEW6432) {
    # Management agents start scripts in a 32-bit host, which sees another half of the registry.
    & "$env:SystemRoot\SysNative\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $PSCommandPath
    exit $LASTEXITCODE
}
Set-StrictMode -Version 2.0
$ProgressPreference = 'SilentlyContinue'

$Ring = '@RING@'
$Directory = '@DIRECTORY@'
