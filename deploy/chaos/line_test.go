package chaos

import (
	"io"
	"net"
	"sync"
	"testing"
)

// line carries connections to a port and can be cut: whoever talks loses his connection, whoever calls is hung up on.
type line struct {
	listener net.Listener
	to       int
	mu       sync.Mutex
	isCut    bool
	open     map[net.Conn]bool
}

func newLine(t testing.TB, to int) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &line{listener: l, to: to, open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = l.Close(); n.cut() })
	go n.serve()
	return n
}

func (n *line) address() string { return n.listener.Addr().String() }

func (n *line) serve() {
	for {
		near, err := n.listener.Accept()
		if err != nil {
			return
		}
		go n.carry(near)
	}
}

func (n *line) carry(near net.Conn) {
	far, err := net.Dial("tcp", address(n.to))
	if err != nil {
		_ = near.Close()
		return
	}
	n.mu.Lock()
	n.open[near], n.open[far] = true, true
	cut := n.isCut
	n.mu.Unlock()
	hangUp := sync.OnceFunc(func() {
		_ = near.Close()
		_ = far.Close()
		n.mu.Lock()
		delete(n.open, near)
		delete(n.open, far)
		n.mu.Unlock()
	})
	if cut {
		hangUp()
		return
	}
	go func() { _, _ = io.Copy(far, near); hangUp() }()
	_, _ = io.Copy(near, far)
	hangUp()
}

// cut ends all conversations and allows no new ones.
func (n *line) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.isCut = true
	for c := range n.open {
		_ = c.Close()
	}
}

func (n *line) mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.isCut = false
}
