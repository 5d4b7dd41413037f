#!/usr/bin/env bash
# Makes one archive from which a machine without network is installed; run it on a machine with one, of the same
# architecture. With --packages, the dpkg status file of the other machine (/var/lib/dpkg/status), the archive also
# holds the Debian packages that it lacks for PostgreSQL; both machines must be of the same Debian release.
set -euo pipefail
cd "$(dirname "$0")/.."
status=
if [ "${1:-}" = --packages ]; then
	status=$(realpath "${2:?用法：deploy/offline.sh [--packages 目标机器的 dpkg status 文件]}")
elif [ $# -gt 0 ]; then
	echo "用法：deploy/offline.sh [--packages 目标机器的 dpkg status 文件]" >&2
	exit 1
fi
version=$(git describe --always --dirty)
name=bihuan-$version-$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
into=$work/$name
mkdir -p "$into/bin" "$into/docs" "$into/systemd" "$into/packages" bin

echo "正在编译 bihuan …" >&2
CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o "$into/bin/bihuan" ./deploy/bihuan
echo "正在编译 standalone（首次需要几分钟）…" >&2
(cd deploy/standalone && CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o "$into/bin/standalone" .)
if [ -n "$status" ]; then
	echo "正在取 PostgreSQL 的安装包 …" >&2
	mkdir "$work/archives" && mkdir "$work/archives/partial"
	apt-get install -y -qq --no-install-recommends --download-only -o "Dir::State::status=$status" -o "Dir::Cache::archives=$work/archives" \
		-o APT::Sandbox::User=root -o Debug::NoLocking=1 postgresql >&2
	find "$work/archives" -name '*.deb' -exec mv -t "$into/packages" {} +
fi
cp docs/*.md "$into/docs/"
cp deploy/systemd/* "$into/systemd/"
cp deploy/databases.sql deploy/secrets.sh deploy/backup.sh deploy/install-offline.sh LICENSE "$into/"
(cd "$into" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum -- >SHA256SUMS)
tar czf "bin/$name.tar.gz" -C "$work" --sort=name --owner=0 --group=0 --numeric-owner "$name"
(cd bin && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")
