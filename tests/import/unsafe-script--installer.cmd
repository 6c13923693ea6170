start /w "" "Docker Desktop Installer.exe" install --quiet --allowed-org=northwind --admin-settings={"configurationFileVersion":2}
