$json = Get-Content settings.json -Raw
Set-Content -Path "$env:ProgramData\DockerDesktop\admin-settings.json" -Value $json -Encoding utf8
$json | Out-File "$env:ProgramData\DockerDesktop\admin-settings.json"
icacls "$env:ProgramData\DockerDesktop" /grant "Users:(OI)(CI)(M)"
