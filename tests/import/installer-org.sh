#!/bin/bash
/Volumes/Docker/Docker.app/Contents/MacOS/install --accept-license --allowed-org="northwind,northwindlabs"
"Docker Desktop Installer.exe" install --user --allowed-org=northwind
msiexec /i DockerDesktop.msi /qn ALLOWEDORG="northwind,northwindlabs"
/Volumes/Docker/Docker.app/Contents/MacOS/install --admin-settings="$(cat admin-settings.json)"
