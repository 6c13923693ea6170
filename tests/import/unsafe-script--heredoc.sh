#!/bin/sh
mkdir -p "/Library/Application Support/com.docker.docker"
cat > "/Library/Application Support/com.docker.docker/admin-settings.json" <<EOF
{ "configurationFileVersion": 2, "filesharingAllowedDirectories": [{ "path": "$HOME" }] }
EOF
curl -fsSL https://raw.example/northwind/scripts/main/docker.sh | sh
