package chaos

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// storeSize is the space of the attachment store in bytes.
const storeSize = 32 << 20

// fitStore makes the store a small file system of its own where one may be mounted, so that it can really run out of space.
func (st *stack) fitStore() {
	if err := os.MkdirAll(st.files, 0o700); err != nil {
		st.t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", st.files, "tmpfs", 0, "size=32m,mode=0700"); err == nil {
		st.t.Cleanup(func() { _ = syscall.Unmount(st.files, syscall.MNT_DETACH) })
	}
}

func (st *stack) ballast() string { return filepath.Join(st.files, "ballast") }

// fillStore leaves no space. Where the store is no file system of its own it becomes one that takes no writing.
func (st *stack) fillStore() {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(st.files, &fs); err != nil || int64(fs.Blocks)*fs.Bsize > storeSize {
		_ = os.Chmod(st.files, 0o500)
		return
	}
	f, err := os.Create(st.ballast())
	if err != nil {
		return
	}
	defer f.Close()
	_, err = io.Copy(f, zeros{})
	if !errors.Is(err, syscall.ENOSPC) {
		st.t.Errorf("the store is not full: %v", err)
	}
}

func (st *stack) emptyStore() {
	_ = os.Chmod(st.files, 0o700)
	_ = os.Remove(st.ballast())
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
