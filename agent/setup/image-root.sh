#!/bin/sh
# Inside the build of agent/Dockerfile: collects into /rootfs what the agent's container needs of this system and nothing else, each program with
# the libraries it loads, the copyright of every package it comes from, and that package's entry for scanners (/var/lib/dpkg/status.d, as the
# distroless images have it). No package manager, and a shell only because bpftrace 0.23 starts one to ask a clang for its include paths, and crashes
# when there is none (popen in clang_parser.cpp); that there is no clang is fine.
set -eu

ROOT=/rootfs
PROGRAMS='/usr/bin/bpftrace /usr/bin/catatonit /usr/bin/env /usr/bin/node /usr/bin/sh'

# A file and, where it is a symbolic link, everything on the way to the real one.
copy() {
  [ -e "$ROOT$1" ] && return
  mkdir -p "$ROOT$(dirname "$1")"
  cp -a "$1" "$ROOT$1"
  if [ -L "$1" ]; then
    next=$(readlink "$1")
    case $next in /*) ;; *) next=$(dirname "$1")/$next ;; esac
    copy "$(dirname "$next" | xargs realpath)/$(basename "$next")"
  fi
  record "$1"
}

record() {
  package=$(dpkg-query -S "$1" 2>/dev/null | sed 's/[:,].*//' | head -n 1)
  [ -n "$package" ] || return 0
  [ -e "$ROOT/var/lib/dpkg/status.d/$package" ] && return
  dpkg-query -s "$package" >"$ROOT/var/lib/dpkg/status.d/$package"
  mkdir -p "$ROOT/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$ROOT/usr/share/doc/$package/copyright"
}

mkdir -p "$ROOT/usr/bin" "$ROOT/usr/lib" "$ROOT/usr/lib64" "$ROOT/usr/sbin" "$ROOT/etc" "$ROOT/var/lib/dpkg/status.d" "$ROOT/var/lib/podtree"
# /run becomes the host's; the service account's token is mounted below /var/run, which must not lead there.
mkdir -p "$ROOT/proc" "$ROOT/sys" "$ROOT/dev" "$ROOT/run" "$ROOT/var/run"
mkdir -m 1777 "$ROOT/tmp"
for folder in bin lib lib64 sbin; do ln -s "usr/$folder" "$ROOT/$folder"; done
printf 'root:x:0:0:root:/:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n' >"$ROOT/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$ROOT/etc/group"
cp -L /etc/os-release "$ROOT/etc/os-release"

for program in $PROGRAMS; do
  copy "$program"
  # A static program makes ldd fail, and has nothing to copy.
  libraries=$(ldd "$program" 2>/dev/null || true)
  case $libraries in *'not found'*) printf 'libraries of %s are missing:\n%s\n' "$program" "$libraries" >&2 && exit 1 ;; esac
  for library in $(printf '%s\n' "$libraries" | grep -o '/[^ ]*'); do
    copy "$(dirname "$library" | xargs realpath)/$(basename "$library")"
  done
done
