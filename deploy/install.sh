#!/usr/bin/env bash
# Installs what the product and its tests need and the machine lacks. As root from Debian's packages; otherwise it says
# what to install.
set -euo pipefail
missing=()
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing+=(postgresql)
if [ "${1:-}" = test ]; then
	command -v chromium >/dev/null || missing+=(chromium)
	command -v systemd-analyze >/dev/null || missing+=(systemd)
	command -v soffice >/dev/null || missing+=(libreoffice-writer-nogui)
	command -v pdftotext >/dev/null || missing+=(poppler-utils)
	[ -n "$(find /usr/share/fonts -iname '*wqy*' -o -iname '*cjk*' 2>/dev/null | head -1)" ] || missing+=(fonts-wqy-microhei)
fi
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" != 0 ]; then
	echo "请先安装：apt-get install ${missing[*]}" >&2
	exit 1
fi
echo "正在安装 ${missing[*]} …" >&2
mkdir -p /etc/postgresql-common && { [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf; }
apt-get update -qq >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
