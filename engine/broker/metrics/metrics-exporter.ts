/**
 * Serves the broker's metrics to Prometheus, when metricsExporterType is PROM; prom-client is loaded then. Upstream:
 * BrokerMetricsManager, PrometheusHttpServer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { messageOf, RocketmqError } from "../../base/errors.js";
import type { Service } from "../../base/service.js";
import type { RequestDispatcher } from "../../remoting/dispatcher.js";
import type { BrokerContext } from "../broker-context.js";

export class MetricsExporter implements Service {
  private readonly context: () => BrokerContext;
  private readonly dispatchers: () => readonly RequestDispatcher[];
  private server: Server | undefined;

  constructor(options: {
    context: () => BrokerContext;
    /** Of the ports that are open. */
    dispatchers: () => readonly RequestDispatcher[];
  }) {
    this.context = options.context;
    this.dispatchers = options.dispatchers;
  }

  async start(): Promise<void> {
    const context = this.context();
    const { config, stats, logger } = context;
    if (config.metricsExporterType === "DISABLE") return;
    if (config.metricsExporterType !== "PROM") {
      logger.warn("metrics are exported to Prometheus only", { asked: config.metricsExporterType });
      return;
    }
    const { createRegistry, registerBrokerMetrics } = await import("./broker-metrics.js");
    const { registerRequestMetrics } = await import("./request-metrics.js");
    const registry = createRegistry({
      cluster: config.brokerClusterName,
      node_type: "broker",
      node_id: config.brokerName,
      ...ownLabels(config.metricsLabel),
    });
    stats.onStored = registerBrokerMetrics(registry, context);
    const observer = registerRequestMetrics(registry, context.clock);
    for (const dispatcher of this.dispatchers()) dispatcher.observer = observer;
    const server = createServer((request, response) => void answer(registry, request, response));
    await listen(server, {
      host: config.metricsPromExporterHost || config.brokerIP1,
      port: config.metricsPromExporterPort,
    });
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    this.context().stats.onStored = undefined;
    for (const dispatcher of this.dispatchers()) dispatcher.observer = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** `name:value` separated by commas; what has no colon is passed over, as upstream does. */
function ownLabels(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair) => pair.split(":"));
  return Object.fromEntries(
    pairs.flatMap(([name = "", value]) =>
      name.trim() === "" || value === undefined ? [] : [[name.trim(), value.trim()]],
    ),
  );
}

function listen(server: Server, place: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new RocketmqError(`metrics are not served: ${messageOf(cause)}`, {
          kind: "failed",
          hint: "choose another metricsPromExporterPort",
          cause,
        }),
      );
    });
    server.listen(place, resolve);
  });
}

/** Any path, as upstream's server does. */
async function answer(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  try {
    const text = await registry.metrics();
    response.writeHead(200, { "content-type": registry.contentType }).end(text);
  } catch (error) {
    response.writeHead(500).end(`${messageOf(error)}\n`);
  }
}
