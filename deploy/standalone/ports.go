package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// host is where everything listens: the stack is for this machine only.
const host = "127.0.0.1"

// temporalPorts is how many ports Temporal takes in a row: frontend,
// history, matching, worker and the frontend's HTTP door.
const temporalPorts = 5

// ports are the first TCP ports of the stack's parts. UI is 0 where there is
// no web UI.
type ports struct {
	postgres, temporal, ui int
}

// address is the loopback address of a port.
func address(port int) string {
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// free tells whether nothing listens on the port.
func free(port int) bool {
	l, err := net.Listen("tcp", address(port))
	if err != nil {
		return false
	}
	l.Close()
	return true
}

// check returns an error that names the first port that is taken and the flag
// that moves it.
func (p ports) check() error {
	type need struct {
		port       int
		part, flag string
	}
	needs := []need{{p.postgres, "数据库", "--postgres-port"}}
	for i := range temporalPorts {
		needs = append(needs, need{p.temporal + i, "Temporal", "--temporal-port"})
	}
	if p.ui != 0 {
		needs = append(needs, need{p.ui, "Temporal 界面", "--ui-port"})
	}
	owner := map[int]need{}
	for _, n := range needs {
		if n.port < 1 || n.port > 65535 {
			return fmt.Errorf("端口 %d（%s）不在 1–65535 之内：请用 %s 换一个", n.port, n.part, n.flag)
		}
		if o, twice := owner[n.port]; twice {
			return fmt.Errorf("端口 %d 同时指定给了%s和%s：请用 %s 换一个", n.port, o.part, n.part, n.flag)
		}
		owner[n.port] = n
		if !free(n.port) {
			if n.flag == "--temporal-port" {
				return fmt.Errorf("端口 %d（%s）已被占用：请用 %s 换一个（从所给端口起连用 %d 个）", n.port, n.part, n.flag, temporalPorts)
			}
			return fmt.Errorf("端口 %d（%s）已被占用：请用 %s 换一个", n.port, n.part, n.flag)
		}
	}
	return nil
}

// freePorts picks ports at random below the range from which Linux serves
// outgoing connections, so that none of these can take one in the meantime.
func freePorts(ui bool) (ports, error) {
	for range 100 {
		first := 20000 + rand.IntN(32000-20000)
		p := ports{postgres: first, temporal: first + 1}
		if ui {
			p.ui = first + 1 + temporalPorts
		}
		if p.check() == nil {
			return p, nil
		}
	}
	return ports{}, fmt.Errorf("在 20000–32000 之间没有找到空闲的端口")
}
