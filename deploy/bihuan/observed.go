package main

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/worker"

	"github.com/prometheus/client_golang/prometheus"
)

// observed shows to Prometheus what the observer sees. It looks when it is asked, and remembers for some seconds: nothing runs while
// nobody scrapes, and it matters neither how many scrape nor that every process shows the same.
type observed struct {
	observer worker.Observer
	log      *slog.Logger
	mu       sync.Mutex
	at       time.Time // of the last look
	seen     worker.Observation
}

const (
	remembered = 10 * time.Second
	patience   = 8 * time.Second // Prometheus itself waits ten
	auditBack  = time.Hour       // older lines are for audit verify
)

type gauge[T any] struct {
	desc *prometheus.Desc
	of   func(T) float64
}

func newGauge[T any](name, help string, of func(T) float64, labels ...string) gauge[T] {
	return gauge[T]{prometheus.NewDesc("bihuan_"+name, help, labels, nil), of}
}

var (
	registerUp = prometheus.NewDesc("bihuan_register_up", "登记簿是否应答：1 是，0 否", nil, nil)
	engineUp   = prometheus.NewDesc("bihuan_engine_up", "流程引擎是否应答：1 是，0 否", nil, nil)
	running    = prometheus.NewDesc("bihuan_workflows_running", "运行中的流程，按引擎的可见性库所计，晚几秒", nil, nil)
	unattended = prometheus.NewDesc("bihuan_cases_without_workflow", "在办事项比运行中的流程多出的件数；哪几件由 bihuan doctor 逐件核对", nil, nil)

	byChannel = prometheus.NewDesc("bihuan_outbox_stuck_by_channel", "写出一小时以上还没有发出的消息，按渠道", []string{"rehearsal", "channel"}, nil)

	registerGauges = []gauge[register.Health]{
		newGauge("cases_open", "在办事项", func(h register.Health) float64 { return float64(h.Open) }, "rehearsal"),
		newGauge("rungs_unsaid", "到点一分钟以上还没有发出的提醒、催办", func(h register.Health) float64 { return float64(h.Unsaid) }, "rehearsal"),
		newGauge("rungs_unsaid_oldest_seconds", "到点未发的，最久已过的秒数（真实时间）", func(h register.Health) float64 { return h.UnsaidAge.Seconds() }, "rehearsal"),
		newGauge("cases_overslept", "时点已过四分钟以上（演练一分钟）、流程还没有走的在办事项", func(h register.Health) float64 { return float64(h.Overslept) }, "rehearsal"),
		newGauge("cases_overslept_oldest_seconds", "时点已过的，最久已过的秒数（真实时间）", func(h register.Health) float64 { return h.OversleptAge.Seconds() }, "rehearsal"),
		newGauge("intake_stuck", "收到一分钟以上还没有结果的行为", func(h register.Health) float64 { return float64(h.Intake) }, "rehearsal"),
		newGauge("intake_oldest_seconds", "还没有结果的行为，最久已等的秒数", func(h register.Health) float64 { return h.IntakeAge.Seconds() }, "rehearsal"),
		newGauge("digests_late", "工作日九点十分以后，当天的晨报还没有写完的人大", func(h register.Health) float64 { return float64(h.Digests) }, "rehearsal"),
		newGauge("outbox_stuck", "写出一小时以上还没有发出的消息", func(h register.Health) float64 { return float64(h.Outbox) }, "rehearsal"),
		newGauge("outbox_oldest_seconds", "还没有发出的消息，最久已等的秒数", func(h register.Health) float64 { return h.OutboxAge.Seconds() }, "rehearsal"),
		newGauge("audit_unlinked", "两分钟以上没有入链的审计记录，从最后一环往前看一小时", func(h register.Health) float64 { return float64(h.Audit) }, "rehearsal"),
	}
	queueGauges = []gauge[worker.Queue]{
		newGauge("task_queue_backlog", "等待领取的任务，约数；粘滞队列里的不计", func(q worker.Queue) float64 { return float64(q.Backlog) }, "kind"),
		newGauge("task_queue_backlog_oldest_seconds", "等待领取的任务，最久已等的秒数，约数", func(q worker.Queue) float64 { return q.Age.Seconds() }, "kind"),
		newGauge("task_queue_workers", "近几分钟来领取任务的工作进程", func(q worker.Queue) float64 { return float64(q.Pollers) }, "kind"),
	}
)

// Describe names what Collect may show.
func (o *observed) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{registerUp, engineUp, running, unattended, byChannel} {
		ch <- d
	}
	for _, g := range registerGauges {
		ch <- g.desc
	}
	for _, g := range queueGauges {
		ch <- g.desc
	}
}

// Collect shows what was seen; of a side that is away only that it is.
func (o *observed) Collect(ch chan<- prometheus.Metric) {
	seen := o.look()
	show := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	open := 0
	show(registerUp, present(seen.Register != nil))
	for _, h := range seen.Register {
		open += h.Open
		for _, g := range registerGauges {
			show(g.desc, g.of(h), strconv.FormatBool(h.Rehearsal))
		}
		for channel, n := range h.OutboxBy {
			show(byChannel, float64(n), strconv.FormatBool(h.Rehearsal), channel)
		}
	}
	show(engineUp, present(seen.Engine != nil))
	if e := seen.Engine; e != nil {
		if e.RunningErr == nil {
			show(running, float64(e.Running))
		}
		if e.RunningErr == nil && seen.Register != nil {
			show(unattended, max(0, float64(open)-float64(e.Running)))
		}
		for kind, q := range map[string]worker.Queue{"workflow": e.Workflow, "activity": e.Activity} {
			for _, g := range queueGauges {
				if e.QueueErr == nil {
					show(g.desc, g.of(q), kind)
				}
			}
		}
	}
}

func (o *observed) look() worker.Observation {
	o.mu.Lock()
	defer o.mu.Unlock()
	if time.Since(o.at) < remembered {
		return o.seen
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	o.seen = o.observer.Observe(ctx, auditBack)
	o.at = time.Now()
	if err := o.seen.Err(); err != nil {
		o.log.Warn("the observer does not see everything", "error", err)
	}
	return o.seen
}

func present(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
