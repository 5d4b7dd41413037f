package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the OS user that the Postgres server runs as. Postgres refuses
// to run as root, so a root standalone lends it the user "postgres".
type account struct {
	uid, gid int
	other    bool // differs from the user of this process
}

// serverAccount returns the account for the Postgres server. It fails when
// this process is root and there is no user "postgres".
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, fmt.Errorf("以 root 启动时需要系统用户 postgres，但没有找到它：请先安装数据库（apt-get install postgresql）")
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, err
	}
	return account{uid: uid, gid: gid, other: true}, nil
}

// attributes lets a process run as the account, in its own process group so
// that a Ctrl-C at the terminal reaches standalone only, which then stops
// everything in order.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a.other {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// canEnter tells whether the account may pass through dir and all its
// parents. The system is asked, since modes alone do not tell: access lists
// and security modules have a say too.
func (a account) canEnter(dir string) bool {
	test := exec.Command("/bin/sh", "-c", `cd "$0"`, dir)
	test.SysProcAttr = a.attributes()
	test.Dir = "/"
	return test.Run() == nil
}

// ownedFolder makes dir, open to the account alone.
func (a account) ownedFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return a.own(dir)
}

// own gives an existing path to the account.
func (a account) own(path string) error {
	if !a.other {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}
