#!/usr/bin/env bash
# Makes the passwords of an installation in a folder of their own, one a file, and the password files that Postgres'
# clients read (PGPASSFILE). What is there stays as it is.
set -euo pipefail
dir=${1:?用法：deploy/secrets.sh 目录}
umask 077
mkdir -p "$dir"
chmod 700 "$dir"
for name in superuser owner login temporal; do
	[ -s "$dir/$name" ] || head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$dir/$name"
done
rm -f "$dir"/*.pgpass
echo "*:*:*:bihuan:$(cat "$dir/owner")" >"$dir/owner.pgpass"
echo "*:*:*:bihuan_login:$(cat "$dir/login")" >"$dir/login.pgpass"
echo "*:*:*:temporal:$(cat "$dir/temporal")" >"$dir/temporal.pgpass"
cat "$dir/owner.pgpass" "$dir/temporal.pgpass" >"$dir/backup.pgpass"
# the folder keeps others out; a container's user, who is given single files of it, must be able to read them
chmod 444 "$dir"/*
