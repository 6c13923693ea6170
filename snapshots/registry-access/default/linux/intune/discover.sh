#!/bin/sh
# Discovery script of an Intune custom compliance policy: prints one JSON
# object with a value for each setting, `ok` or the fault in plain words.
# Intune runs it as the signed-in user, who can therefore lie to it. It reports
# and cannot repair; what keeps users out is the owner and mode it checks.
set -u
PATH=/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL

# [ -L ] comes before every other test: all others look through a link.
directory_fault() {
    if [ -L "$1" ]; then
        echo 'directory is a link'
    elif [ ! -e "$1" ]; then
        echo 'missing'
    elif [ ! -d "$1" ]; then
        echo 'not a directory'
    else
        # The letters and not the number: an ACL that lets a user write shows
        # as the group's w, whatever the group is.
        case $(stat -c '%u:%A' "$1") in
        0:d????-??-?) ;;
        *) echo 'directory can be changed by users' ;;
        esac
    fi
}

# The content comes last, and only of a regular file: a FIFO would be waited on
# until Intune gives up.
file_fault() {
    if [ -L "$1" ]; then
        echo 'file is a link'
    elif [ -z "$2" ]; then
        [ ! -e "$1" ] || echo 'must not be there'
    elif [ ! -e "$1" ]; then
        echo 'missing'
    elif [ ! -f "$1" ]; then
        echo 'not a file'
    elif [ "$(stat -c '%u:%g:%a' "$1")" != 0:0:644 ]; then
        echo 'wrong owner or mode'
    elif [ "$(stat -c %h "$1")" != 1 ]; then
        echo 'has a second name'
    else
        case $(sha256sum <"$1") in
        "$2 "*) ;;
        *) echo 'wrong content' ;;
        esac
    fi
}

# Only the first fault is told: whoever owns a directory decides what is seen
# below it. A missing directory is no fault of a file that must not be there.
fault() {
    for directory in '/usr' '/usr/share' '/usr/share/docker-desktop' '/usr/share/docker-desktop/registry'; do
        case $1 in
        "$directory"/*)
            found=$(directory_fault "$directory")
            if [ "$found" = missing ] && [ -z "$2" ]; then
                return
            elif [ -n "$found" ]; then
                echo "$found"
                return
            fi
            ;;
        esac
    done
    if [ "$(stat -c '%u:%g:%a' "${1%/*}")" != 0:0:755 ]; then
        echo 'directory has wrong owner or mode'
    else
        file_fault "$1" "$2"
    fi
}

# Name, path and digest of each file. No digest: the file must not be there.
set -- 'DockerDesktopAdminSettings' '/usr/share/docker-desktop/admin-settings.json' 'c4fe2bece832bc3f66ab1b47b3823001b740dcb473cb1baa76ddb09ca10f99da' 'DockerDesktopRegistry' '/usr/share/docker-desktop/registry/registry.json' 'a39b505264e1c045b11312684303c46f8efe29ef2bf43be9c4341087ffdfb6e0'

# Scripts and rules are uploaded apart. This value is in the rules too and tells
# when the two come from different builds.
printf '{"%s":"ring=%s policy=%s"' 'DockerDesktopPolicy' 'default' '6b9ee1fb220f4b2f'
while [ $# -ge 3 ]; do
    found=$(fault "$2" "$3")
    printf ',"%s":"%s"' "$1" "${found:-ok}"
    shift 3
done
printf '}\n'
