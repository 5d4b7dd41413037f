package main

import (
	"context"
	"fmt"
	"os"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

const (
	clusterName = "active"
	namespace   = "default"

	// clusterID marks this cluster in Temporal's metadata; it only has to
	// stay the same.
	clusterID = "5b0c8f3e-3d0a-4f0b-9a55-1c1f0f6f4c11"

	// retention is how long the history of a closed workflow is kept.
	retention = 30 * 24 * time.Hour

	// historyShards can never be changed once a cluster exists.
	historyShards = 16

	// taskQueuePartitions lets one busy task queue use all of matching.
	taskQueuePartitions = 16

	// storeConnections and listConnections bound the database connections of
	// each of Temporal's four services, to the main and the visibility
	// database: 120 of the cluster's 200 at most, the rest is the product's.
	storeConnections = 24
	listConnections  = 6
)

// engine is the embedded Temporal server, with its web UI if it has one.
type engine struct {
	server temporal.Server
	ui     *uiserver.Server
}

// createNamespace makes the product's namespace if it is missing.
func createNamespace(at login) error {
	ns, err := sqlite.NewNamespaceConfig(clusterName, namespace, false, nil)
	if err != nil {
		return err
	}
	ns.Detail.Config.Retention.Seconds = int64(retention.Seconds())
	// in spite of its package this works on any store; made through the
	// frontend, a namespace would take ten seconds to become visible
	return sqlite.CreateNamespaces(at.store(1), ns)
}

// newServer makes the server of the services on prepared databases. It writes
// its errors to logPath, or where that is empty to standard error.
func newServer(database login, at ports, logPath string) (temporal.Server, error) {
	if logPath != "" {
		// the server would make its log readable to all
		file, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: "error", OutputFile: logPath}))
	cfg, hosts := serverConfig(database, at)
	services := make([]string, len(at.services))
	for i, name := range at.services {
		services[i] = string(name)
	}
	return temporal.NewServer(
		temporal.WithConfig(cfg),
		temporal.ForServices(services),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(logger),
		temporal.WithDynamicConfigClient(dynamicconfig.StaticClient{
			dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  taskQueuePartitions,
			dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): taskQueuePartitions,
		}),
	)
}

// startTemporal starts the server and returns once its services answer: where
// the frontend is among them, once the namespace can be used.
func startTemporal(ctx context.Context, server temporal.Server, at ports) (*engine, error) {
	e := &engine{server: server}
	if err := server.Start(); err != nil {
		return nil, err
	}
	if at.ui != 0 {
		e.startUI(at)
	}
	if err := awaitServices(ctx, at); err != nil {
		e.stop()
		return nil, err
	}
	return e, nil
}

// serverConfig is the configuration of a cluster of one machine with one host
// for each service, whichever process it runs in.
func serverConfig(database login, at ports) (*config.Config, map[primitives.ServiceName]static.Hosts) {
	frontend := address(at.service(primitives.FrontendService))
	cfg := &config.Config{Services: map[string]config.Service{}}
	cfg.Global.Membership.MaxJoinDuration = 30 * time.Second
	cfg.Global.Membership.BroadcastAddress = host
	cfg.Persistence = config.Persistence{
		NumHistoryShards: historyShards,
		DefaultStore:     "main",
		VisibilityStore:  "visibility",
		DataStores: map[string]config.DataStore{
			"main":       {SQL: database.into(mainDatabase).store(storeConnections)},
			"visibility": {SQL: database.into(visibilityDatabase).store(listConnections)},
		},
	}
	cfg.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
			Enabled: true, InitialFailoverVersion: 1, ClusterID: clusterID,
			RPCAddress: frontend, HTTPAddress: address(at.http()),
		}},
	}
	cfg.DCRedirectionPolicy.Policy = "noop"
	hosts := map[primitives.ServiceName]static.Hosts{}
	for _, name := range allServices {
		rpc := config.RPC{GRPCPort: at.service(name), BindOnIP: host}
		if name == primitives.FrontendService {
			rpc.HTTPPort = at.http()
		}
		cfg.Services[string(name)] = config.Service{RPC: rpc}
		hosts[name] = static.SingleLocalHost(address(rpc.GRPCPort))
	}
	cfg.Archival.History.State, cfg.Archival.Visibility.State = "disabled", "disabled"
	cfg.NamespaceDefaults.Archival.History.State, cfg.NamespaceDefaults.Archival.Visibility.State = "disabled", "disabled"
	cfg.PublicClient.HostPort = frontend
	return cfg, hosts
}

// startUI serves the web UI. The UI server ends the whole process when it
// cannot listen, which is why ports are checked beforehand.
func (e *engine) startUI(at ports) {
	e.ui = uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host: host, Port: at.ui, TemporalGRPCAddress: address(at.temporal), EnableUI: true,
		HideLogs: true, DisableNewsFetch: true, CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	go func(ui *uiserver.Server) { _ = ui.Start() }(e.ui)
}

// awaitServices returns once the services answer.
func awaitServices(ctx context.Context, at ports) error {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Minute, fmt.Errorf("Temporal 在一分钟内没有就绪"))
	defer cancel()
	for _, name := range at.services {
		for {
			last := askService(ctx, at, name)
			if last == nil {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%w：%w", context.Cause(ctx), last)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	return nil
}

// askService asks a service once whether it serves. The frontend is asked for
// what the product needs: that the namespace is known and its workflows can be
// listed.
func askService(ctx context.Context, at ports, name primitives.ServiceName) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if name != primitives.FrontendService {
		return askHealth(ctx, address(at.service(name)))
	}
	c, err := client.NewLazyClient(client.Options{HostPort: address(at.service(name)), Namespace: namespace, Logger: silent{}})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace}); err != nil {
		return err
	}
	_, err = c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: namespace, PageSize: 1})
	return err
}

// askHealth asks the health door that every service has.
func askHealth(ctx context.Context, target string) error {
	c, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer c.Close()
	answer, err := grpc_health_v1.NewHealthClient(c).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		return err
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("%s：%s", target, answer.GetStatus())
	}
	return nil
}

// silent is the log of a client whose errors are returned anyway.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

// stop ends the server, waiting for its open work up to 15 seconds: the
// database holds all that matters.
func (e *engine) stop() {
	if e.ui != nil {
		e.ui.Stop()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = e.server.Stop()
	}()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
	}
}
