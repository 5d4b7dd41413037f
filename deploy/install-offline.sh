#!/usr/bin/env bash
# Installs, or upgrades, from the unpacked archive of deploy/offline.sh on a machine without network. It starts nothing
# and leaves alone what is there of settings, passwords and data. With --root it installs below another root folder.
set -euo pipefail
cd "$(dirname "$0")"
root=
case "${1:-}" in
--root) root=$(realpath -m "${2:?用法：install-offline.sh [--root 目录]}") ;;
'') [ "$(id -u)" = 0 ] || { echo "请以 root 运行" >&2; exit 1; } ;;
*) echo "用法：install-offline.sh [--root 目录]" >&2; exit 1 ;;
esac

echo "正在核对校验和 …"
sha256sum --quiet --strict -c SHA256SUMS || { echo "文件与清单不符：请重新拷贝，不要安装" >&2; exit 1; }
unlisted=$(find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | LC_ALL=C comm -23 - <(cut -c67- SHA256SUMS | LC_ALL=C sort))
[ -z "$unlisted" ] || { echo "清单里没有这些文件：$unlisted" >&2; exit 1; }

shopt -s nullglob
packages=(packages/*.deb)
if [ -z "$root" ] && [ ${#packages[@]} -gt 0 ]; then
	echo "正在安装 ${#packages[@]} 个 Debian 安装包 …"
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-download "${packages[@]/#/./}"
fi

if [ -z "$root" ] && systemctl -q is-active bihuan-temporal.service; then
	echo "正在用新程序重放在办事项 …"
	(set -a; . /etc/bihuan/bihuan.env; PGPASSFILE=/etc/bihuan/secrets/login.pgpass exec bin/bihuan replay) ||
		{ echo "新程序接不上在办的事项：没有安装，旧程序照常运行" >&2; exit 1; }
fi

# the running program keeps its old file until it is restarted
place() { # mode, from, to
	install -D -m "$1" "$2" "$root$3.new" && mv -f "$root$3.new" "$root$3"
}
place 755 bin/bihuan /usr/local/bin/bihuan
place 755 bin/standalone /usr/local/bin/standalone
place 755 backup.sh /usr/local/lib/bihuan/backup.sh
place 755 secrets.sh /usr/local/lib/bihuan/secrets.sh
place 644 databases.sql /usr/local/lib/bihuan/databases.sql
for unit in systemd/*.service systemd/*.timer systemd/*.target; do
	place 644 "$unit" "/etc/systemd/system/$(basename "$unit")"
done
place 644 systemd/bihuan-sysusers.conf /etc/sysusers.d/bihuan.conf
for page in docs/*.md; do
	place 644 "$page" "/usr/local/share/doc/bihuan/$(basename "$page")"
done
for conf in "$root"/etc/postgresql/*/main/conf.d; do
	place 644 systemd/postgresql.conf "${conf#"$root"}/bihuan.conf"
done
[ -e "$root/etc/bihuan/bihuan.env" ] || place 644 systemd/bihuan.env /etc/bihuan/bihuan.env
./secrets.sh "$root/etc/bihuan/secrets"
if [ -z "$root" ]; then
	systemd-sysusers bihuan.conf
	systemctl daemon-reload
	if getent group postgres >/dev/null; then
		# databases.sql is run by Postgres' own user, who may set these passwords anyway
		chgrp postgres /etc/bihuan/secrets && chmod 750 /etc/bihuan/secrets
	fi
fi

cat <<'NEXT'
已装好。第一次安装，接着做：
  1. 数据库（Debian 的 PostgreSQL，15 或以上）：
       systemctl restart postgresql
       runuser -u postgres -- env BIHUAN_SECRETS=/etc/bihuan/secrets psql -f /usr/local/lib/bihuan/databases.sql
  2. 看一遍 /etc/bihuan/bihuan.env（地址、https、邮件）。
  3. systemctl enable --now bihuan.target
  4. 建立人大，抄下三名管理员的初始密码：
       set -a; . /etc/bihuan/bihuan.env; PGPASSFILE=/etc/bihuan/secrets/login.pgpass
       bihuan found 名称 --admin 甲 --security 乙 --auditor 丙
  5. 把 /etc/bihuan/secrets 和备份（/var/lib/bihuan/backup）另存到别的机器。
升级：在安装以前先备份（systemctl start bihuan-backup）；安装时已用新程序重放过在办事项，接着
       systemctl restart bihuan-migrate && systemctl restart bihuan-worker@1 && systemctl restart bihuan-worker@2 && systemctl restart bihuan-api
说明在 /usr/local/share/doc/bihuan/operations.md。
NEXT
