package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"

	"go.temporal.io/server/common/primitives"
)

// host is where everything listens: the stack is for this machine only.
const host = "127.0.0.1"

// allServices are Temporal's, in the order of their ports.
var allServices = []primitives.ServiceName{primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService}

// temporalPorts is how many ports Temporal takes in a row: one for each
// service and one for the frontend's HTTP door.
const temporalPorts = 5

// ports are the first TCP ports of the stack's parts, 0 for a part that this
// process does not run. All processes of one Temporal have the same first
// port; services are those that run in this one.
type ports struct {
	postgres, temporal, ui int
	services               []primitives.ServiceName
}

// service is the port of one of Temporal's services, whichever process runs
// it.
func (p ports) service(name primitives.ServiceName) int {
	return p.temporal + slices.Index(allServices, name)
}

// http is the port of the frontend's HTTP door.
func (p ports) http() int {
	return p.temporal + temporalPorts - 1
}

// listening are the ports that Temporal opens in this process.
func (p ports) listening() []int {
	var all []int
	for _, name := range p.services {
		all = append(all, p.service(name))
	}
	if slices.Contains(p.services, primitives.FrontendService) {
		all = append(all, p.http())
	}
	return all
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
	var needs []need
	if p.postgres != 0 {
		needs = append(needs, need{p.postgres, "数据库", "--postgres-port"})
	}
	for _, port := range p.listening() {
		needs = append(needs, need{port, "Temporal", "--temporal-port"})
	}
	if p.postgres == 0 || p.temporal == 0 {
		// of a part that runs alone the flag has no prefix
		for i := range needs {
			needs[i].flag = "--port"
		}
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
			if n.part == "Temporal" {
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
		p := ports{postgres: first, temporal: first + 1, services: allServices}
		if ui {
			p.ui = first + 1 + temporalPorts
		}
		if p.check() == nil {
			return p, nil
		}
	}
	return ports{}, fmt.Errorf("在 20000–32000 之间没有找到空闲的端口")
}
