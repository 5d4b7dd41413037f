package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// sharedHomes is where clusters live whose data folder the server's user
// cannot enter.
var sharedHomes = "/var/lib/bihuan"

// openFolder makes the data folder and returns its absolute path without
// symbolic links, so that one folder has one name.
func openFolder(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := passableFolder(dir); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// passableFolder makes dir such that others may pass through it to the
// cluster but not look around, whatever the umask. An existing folder stays
// as its owner wants it.
func passableFolder(dir string) error {
	if exists(dir) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return err
	}
	return os.Chmod(dir, 0o711)
}

// clusterHome returns the folder that holds the cluster and its password: the
// data folder itself, or one under sharedHomes, named after the data folder,
// where the account cannot enter it. A cluster that already exists is never
// passed over for a new, empty one.
func clusterHome(data string, as account) (string, error) {
	sum := sha256.Sum256([]byte(data))
	elsewhere := filepath.Join(sharedHomes, filepath.Base(filepath.Dir(data))+"-"+hex.EncodeToString(sum[:5]))
	if exists(filepath.Join(elsewhere, "postgres")) {
		progress("数据库在 %s（%s 不便进入）", elsewhere, data)
		return elsewhere, nil
	}
	if as.canEnter(data) {
		return data, nil
	}
	if exists(filepath.Join(data, "postgres")) {
		return "", fmt.Errorf("系统用户 postgres 进不了 %s，而数据已在其中：请恢复上级目录的进入权限（chmod o+x）", data)
	}
	for _, dir := range []string{sharedHomes, elsewhere} {
		if err := passableFolder(dir); err != nil {
			return "", err
		}
	}
	if !as.canEnter(elsewhere) {
		return "", fmt.Errorf("系统用户 postgres 进不了 %s，也进不了 %s：请用 --data 另选目录", data, elsewhere)
	}
	progress("系统用户 postgres 进不了 %s，数据库改放在 %s", data, elsewhere)
	return elsewhere, nil
}

// temporaryFolder makes a folder that the account can enter, and that is the
// caller's to remove.
func temporaryFolder(as account) (string, error) {
	for _, parent := range []string{os.TempDir(), "/tmp"} {
		dir, err := os.MkdirTemp(parent, "bihuan-")
		if err != nil {
			return "", err
		}
		if err := os.Chmod(dir, 0o711); err != nil {
			return "", err
		}
		if as.canEnter(dir) {
			return dir, nil
		}
		if err := os.Remove(dir); err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("系统用户 postgres 进不了临时目录 %s 和 /tmp", os.TempDir())
}

// exists tells whether there is anything at path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
