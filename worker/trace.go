package worker

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/trace"
	"go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// Trace carries traces from the page over the engine to Record. The SDK's own interceptor makes the spans; two things are made to fit
// cases, which last for months and record in one loop on behalf of all their acts: the span of a run is a mark at its beginning, for
// else it would be missing until the case ends; and a Record belongs to the trace of the act that it records, or stands alone when the
// case woke by itself. Headers and spans are all that is touched: no command, no event more or less, and nothing at all on replay.
func Trace(tracer trace.Tracer) (interceptor.Interceptor, error) {
	sdk, err := opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{Tracer: tracer, SpanContextKey: spanKey{}, DisableBaggage: true,
		AllowInvalidParentSpans: true, SpanStarter: func(ctx context.Context, t trace.Tracer, name string, opts ...trace.SpanStartOption) trace.Span {
			_, span := t.Start(ctx, name, opts...)
			if strings.HasPrefix(name, "RunWorkflow:") {
				span.End()
			}
			return span
		}})
	return traced{Interceptor: sdk}, err
}

type (
	spanKey struct{}
	// traced is the SDK's interceptor with workflows of our own between.
	traced struct{ interceptor.Interceptor }
	// firstly passes the SDK's interceptor by on replay: what happened then was told then.
	firstly struct {
		interceptor.WorkflowInboundInterceptorBase // through the SDK's
		bare                                       *causes
	}
	// causes knows for one run in whose span the next Record is made.
	causes struct {
		interceptor.WorkflowInboundInterceptorBase
		next, now any // spans as the SDK keeps them; nil: none
	}
	recording struct {
		interceptor.WorkflowOutboundInterceptorBase
		of *causes
	}
)

func (t traced) InterceptWorkflow(ctx workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	c := &causes{}
	c.Next = next
	f := &firstly{bare: c}
	f.Next = t.Interceptor.InterceptWorkflow(ctx, c)
	return f
}

func (f *firstly) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	if workflow.IsReplaying(ctx) {
		return f.bare.ExecuteWorkflow(ctx, in)
	}
	return f.Next.ExecuteWorkflow(ctx, in)
}

func (f *firstly) ExecuteUpdate(ctx workflow.Context, in *interceptor.UpdateInput) (any, error) {
	if workflow.IsReplaying(ctx) {
		return f.bare.ExecuteUpdate(ctx, in)
	}
	return f.Next.ExecuteUpdate(ctx, in)
}

func (c *causes) Init(outbound interceptor.WorkflowOutboundInterceptor) error {
	r := &recording{of: c}
	r.Next = outbound
	return c.Next.Init(r)
}

func (c *causes) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	c.next = ctx.Value(spanKey{})
	return c.Next.ExecuteWorkflow(ctx, in)
}

func (c *causes) ExecuteUpdate(ctx workflow.Context, in *interceptor.UpdateInput) (any, error) {
	c.next = ctx.Value(spanKey{})
	return c.Next.ExecuteUpdate(ctx, in)
}

// ExecuteLocalActivity is Record's first try; the patient one after it has the same cause.
func (r *recording) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	r.of.now, r.of.next = r.of.next, nil
	return r.Next.ExecuteLocalActivity(workflow.WithValue(ctx, spanKey{}, r.of.now), name, args...)
}

func (r *recording) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	return r.Next.ExecuteActivity(workflow.WithValue(ctx, spanKey{}, r.of.now), name, args...)
}
