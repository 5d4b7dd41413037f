package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	metrics "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	traces "go.opentelemetry.io/otel/trace/noop"
)

type visitKey struct{}

// visit is what is learnt of a request while it is answered.
type visit struct{ account string }

// visitor notes whose request it is, by his id.
func visitor(ctx context.Context, account string) {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		v.account = account
	}
}

// watched gives each request a span, a line in the log and its place in the histogram of durations. All three know it by its route,
// never by its address: ids make no labels, and what people look for stays with them.
func (s *Server) watched() (func(http.Handler) http.Handler, error) {
	if s.Meters == nil {
		s.Meters = metrics.NewMeterProvider()
	}
	if s.Tracers == nil {
		s.Tracers = traces.NewTracerProvider()
	}
	tracer := s.Tracers.Tracer("bihuan/api")
	duration, err := s.Meters.Meter("bihuan/api").Float64Histogram("http.server.request.duration", metric.WithUnit("s"), metric.WithDescription("页面和接口的应答时间"))
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun, v := time.Now(), &visit{}
			ctx, span := tracer.Start(context.WithValue(r.Context(), visitKey{}, v), "request", trace.WithSpanKind(trace.SpanKindServer))
			r = r.WithContext(ctx)
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				method, route := shape(r)
				status, took := max(ww.Status(), http.StatusOK), time.Since(begun)
				span.SetName(method + " " + route)
				span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route), attribute.Int("http.response.status_code", status),
					attribute.String("request", requestID(ctx)))
				if status >= http.StatusInternalServerError {
					span.SetStatus(codes.Error, "")
				}
				span.End()
				duration.Record(ctx, took.Seconds(), metric.WithAttributes(attribute.String("method", method), attribute.String("route", route),
					attribute.String("status", strconv.Itoa(status/100)+"xx")))
				if hushed(route) {
					return
				}
				s.Log.Log(ctx, weight(r), "request", "method", r.Method, "route", route, "path", addressed(r.URL.Path, route), "status", status,
					"bytes", ww.BytesWritten(), "ms", took.Milliseconds(), "from", middleware.GetClientIP(ctx), "account", v.account, "request", requestID(ctx))
			}()
			next.ServeHTTP(ww, r)
		})
	}, nil
}

// shape is the method and the route of a request that has been answered: nothing that the asker could choose freely.
func shape(r *http.Request) (method, route string) {
	method, route = r.Method, chi.RouteContext(r.Context()).RoutePattern()
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost}, method) {
		method = "other"
	}
	if route == "" || route == "/*" {
		route = "none"
	}
	return method, route
}

// addressed is the address for the log, where it holds nothing but ids: neither the token of a one-time link nor what somebody made up.
func addressed(path, route string) string {
	if route == "none" || strings.HasPrefix(path, "/l/") || strings.HasPrefix(path, "/v/") || strings.HasPrefix(path, "/ics/") {
		return ""
	}
	return path
}

// hushed are the routes of drawing and voting: a line with its time, address and account would say who voted when.
func hushed(route string) bool {
	return strings.HasPrefix(route, "/v/") || strings.HasPrefix(route, "/ballots/{id}/") && (strings.HasSuffix(route, "/draw") || strings.HasSuffix(route, "/vote"))
}

func weight(r *http.Request) slog.Level {
	if strings.HasPrefix(r.URL.Path, "/static/") || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
