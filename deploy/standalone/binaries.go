package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// oldestPostgres is the oldest major version that is supported.
const oldestPostgres = 15

// packagedPostgres is where Debian and its kin put each major version.
var packagedPostgres = "/usr/lib/postgresql/*/bin"

// findBinaries returns the folder of the Postgres programs: those of the
// cluster's own major version where a cluster exists, since Postgres cannot
// read another's files, or else the newest installed.
func findBinaries(cluster string) (string, error) {
	wanted := 0
	if text, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION")); err == nil {
		if wanted, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
			return "", fmt.Errorf("读不懂 %s：%w", filepath.Join(cluster, "PG_VERSION"), err)
		}
	}
	best, folder := 0, ""
	consider := func(dir string, version int) {
		if version > best && (version == wanted || wanted == 0 && version >= oldestPostgres) {
			best, folder = version, dir
		}
	}
	dirs, err := filepath.Glob(packagedPostgres)
	if err != nil {
		return "", err
	}
	for _, dir := range dirs {
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err != nil {
			continue
		}
		// a client-only package leaves the folder without the server
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			consider(dir, version)
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		consider(filepath.Dir(path), programVersion(path))
	}
	switch {
	case folder != "":
		return folder, nil
	case wanted != 0:
		return "", fmt.Errorf("%s 中的数据属于 PostgreSQL %d，本机没有这个版本的数据库程序：请安装它（apt-get install postgresql-%d）", cluster, wanted, wanted)
	default:
		return "", fmt.Errorf("没有找到 PostgreSQL %d 或更新版本的数据库程序：请先安装（apt-get install postgresql）", oldestPostgres)
	}
}

var versionNumber = regexp.MustCompile(`\) (\d+)`)

// programVersion asks a Postgres program for its major version; 0 is unknown.
func programVersion(path string) int {
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		return 0
	}
	found := versionNumber.FindSubmatch(out)
	if found == nil {
		return 0
	}
	version, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0
	}
	return version
}
