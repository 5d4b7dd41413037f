package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// superuser is the cluster's administrator.
const superuser = "postgres"

// newCluster makes an empty cluster at home/postgres and its password at
// home/password. It works in a sibling folder that is renamed at the end, so
// that whatever carries the cluster's name is whole. A cluster that is not
// durable skips syncing its files to disk.
func newCluster(home, bin string, as account, durable bool) error {
	half := filepath.Join(home, "postgres.new")
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	if err := as.ownedFolder(half); err != nil {
		return err
	}
	password, err := writePassword(home, as)
	if err != nil {
		return err
	}
	args := []string{"--pgdata", half, "--username", superuser, "--pwfile", password,
		"--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C.UTF-8"}
	if !durable {
		args = append(args, "--no-sync")
	}
	initdb := serverProgram(bin, "initdb", as, args...)
	initdb.SysProcAttr.Pdeathsig = syscall.SIGKILL // else it would write on beside the next attempt
	var output bytes.Buffer
	initdb.Stdout, initdb.Stderr = &output, &output
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("无法建立数据库：%w\n%s", err, output.String())
	}
	if err := os.Rename(half, filepath.Join(home, "postgres")); err != nil {
		return err
	}
	folder, err := os.Open(home)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// serverProgram prepares one of the Postgres programs, to run as the account
// in a small environment of its own: PG* variables of the caller would bend it.
func serverProgram(bin, name string, as account, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(bin, name), args...)
	c.SysProcAttr = as.attributes()
	c.Dir = "/"
	c.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/"}
	return c
}

// writePassword makes a new superuser password and returns its file, which
// the account owns because initdb reads it.
func writePassword(home string, as account) (string, error) {
	random := make([]byte, 24)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	path := filepath.Join(home, "password")
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := fmt.Fprintln(f, hex.EncodeToString(random)); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return path, as.own(path)
}

// readPassword returns the superuser's password.
func readPassword(home string) (string, error) {
	path := filepath.Join(home, "password")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("读不到数据库口令文件 %s，没有它进不了已有的数据库：%w", path, err)
	}
	return strings.TrimSpace(string(text)), nil
}
