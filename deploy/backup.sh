#!/usr/bin/env bash
# Backs an installation up into a folder of today's: databases first, then attachments, since attachments are written
# before the register knows of them. Where Postgres is, and the passwords, are told by PGHOST, PGPORT and PGPASSFILE.
set -euo pipefail
to=${1:?用法：backup.sh 存放的目录 附件目录}
files=${2:?用法：backup.sh 存放的目录 附件目录}
keep=${BACKUP_KEEP_DAYS:-14}
umask 077
today=$to/$(date +%Y-%m-%dT%H%M%S)
mkdir -p "$today.partial"
pg_dump -w -h "${PGHOST:-127.0.0.1}" -U bihuan -Fc -f "$today.partial/bihuan.dump" bihuan
for db in temporal temporal_visibility; do
	pg_dump -w -h "${PGHOST:-127.0.0.1}" -U temporal -Fc -f "$today.partial/$db.dump" $db
done
tar cf "$today.partial/files.tar" -C "$files" .
for dump in "$today.partial"/*.dump; do
	pg_restore --list "$dump" >/dev/null
done
(cd "$today.partial" && sha256sum -- * >SHA256SUMS)
mv "$today.partial" "$today"
# only whole backups count, and the newest always stays
find "$to" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??????' -mtime "+$keep" ! -path "$today" -exec rm -rf {} +
echo "备份在 $today"
