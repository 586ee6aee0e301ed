#!/bin/sh
# Installs tapwatt from the archive that this script is in. Needs root and systemd, no network. Running it again
# repairs or upgrades; what you changed in /etc/default stays (the new file is put beside it as .new).
#
#   sudo ./install.sh                install or upgrade
#   ./install.sh --dry-run           say what would be done
#   sudo ./install.sh --uninstall    remove the program; configuration and sessions stay
#   --root DIR                       install below DIR, without services (for images and tests)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dry='' uninstall='' root=''
usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; }
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) dry=yes ;;
    --uninstall) uninstall=yes ;;
    --root) shift; root=${1:?--root needs a directory} ;;
    -h | --help) usage; exit 0 ;;
    *) echo "install.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done
list=$root/usr/lib/tapwatt/installed-files
live='' # services are touched only on the running system
[ -n "$root" ] || [ ! -d /run/systemd/system ] || live=yes
do_it() { if [ -n "$dry" ]; then echo "would: $*"; else "$@"; fi; }
if [ -z "$dry" ] && [ -z "$root" ] && [ "$(id -u)" != 0 ]; then
    echo "install.sh: needs root: sudo $0 (or --dry-run)" >&2
    exit 77
fi
if [ -z "$root" ] && [ "$(dpkg-query -W -f='${db:Status-Abbrev}' tapwatt 2>/dev/null || true)" = 'ii ' ]; then
    echo "install.sh: tapwatt is installed as a Debian package. Use that, or first: sudo apt remove tapwatt" >&2
    exit 1
fi

if [ -n "$uninstall" ]; then
    [ -e "$list" ] || { echo "install.sh: nothing was installed by this script"; exit 0; }
    if [ -n "$live" ]; then
        do_it systemctl stop tapwatt.service || true
        do_it systemctl --quiet disable --now tapwatt.service tapwatt-clock.path tapwatt-update.path || true
    fi
    (cd "${root:-/}" && tr '\n' '\0' <"$list" | xargs -0 ${dry:+echo would:} rm -f)
    do_it rm -rf "$root/usr/lib/tapwatt" "$root/usr/share/tapwatt" "$root/usr/share/doc/tapwatt"
    [ -z "$live" ] || do_it systemctl daemon-reload
    echo "Removed. /etc/tapwatt, /etc/default/tapwatt* and /var/lib/tapwatt (sessions) are kept; delete them by hand."
    exit 0
fi

(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) || {
    echo "install.sh: the archive is damaged: unpack it again, or fetch it again" >&2
    exit 1
}
version=$(cat "$here/VERSION")
previous=''
[ ! -r "$root/usr/lib/tapwatt/firmware/package.json" ] ||
    previous=$(sed -n 's/^ *"version": "\(.*\)",*$/\1/p' "$root/usr/lib/tapwatt/firmware/package.json")
if [ -n "$previous" ] && [ "$previous" != "$version" ] && [ -z "${TAPWATT_ALLOW_DOWNGRADE:-}" ] &&
    [ "$(printf '%s\n%s\n' "$previous" "$version" | sort -V | tail -1)" = "$previous" ]; then
    echo "install.sh: $previous is installed, $version is older and may not be able to read its journal. Nothing was changed." >&2
    echo "install.sh: TAPWATT_ALLOW_DOWNGRADE=1 does it all the same (make a backup first: sudo tapwatt backup FILE)" >&2
    exit 1
fi

echo "tapwatt $version${previous:+ (replaces $previous)} into ${root:-/}"
if [ -n "$live" ] && systemctl is-active --quiet tapwatt.service; then
    do_it mkdir -p /run/tapwatt
    do_it touch /run/tapwatt/start-after-upgrade
    do_it systemctl stop tapwatt.service
fi
new=$(cd "$here/root" && find . \( -type f -o -type l \) | sed 's,^\./,,' | LC_ALL=C sort | grep -vxF "$(sed 's,^/,,' "$here/CONFFILES")")
if [ -n "$dry" ]; then
    # Files that are not there yet or differ.
    sed -n 's,^\([0-9a-f]*  \)root/,\1,p' "$here/SHA256SUMS" |
        (cd "${root:-/}" 2>/dev/null || cd /proc; sha256sum --check --quiet - 2>/dev/null || true) |
        sed "s,^\(.*\): FAILED.*,would: install $root/\1,"
else
    # What the version before had and this one has not.
    if [ -e "$list" ]; then
        printf '%s\n' "$new" | LC_ALL=C comm -13 - "$list" | while read -r name; do rm -f "$root/$name"; done
    fi
    # tar removes a file before it writes the new one: a program that runs keeps what it has open.
    mkdir -p "$root/"
    printf '%s\n' "$new" | tar -C "$here/root" --owner=0 --group=0 -cf - -T - | tar -C "$root/" --no-overwrite-dir -xpf -
    printf '%s\n' "$new" >"$list"
    while read -r name; do
        target=$root$name
        if [ -e "$target" ] && ! cmp -s "$here/root$name" "$target"; then
            echo "$target differs and is kept; the new one is $target.new"
            target=$target.new
        fi
        mkdir -p "$(dirname "$target")"
        cp "$here/root$name" "$target"
    done <"$here/CONFFILES"
fi
if [ -n "$live" ]; then do_it /usr/lib/tapwatt/bin/after-install "$previous"; fi
[ -n "$dry" ] || echo "Done. ${previous:+It was started again if it ran. }First time? sudo tapwatt init"
