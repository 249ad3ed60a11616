/** How long requests take, from their arrival to their answer. Upstream: RemotingMetricsManager. */
import { Histogram, type Registry } from "prom-client";
import type { Clock } from "../../base/clock.js";
import { requestCodeName } from "../../protocol/request-codes.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { RequestObserver } from "../../remoting/dispatcher.js";

const MILLISECONDS = [1, 3, 5, 7, 10, 100, 1000, 2000, 3000];
/** Requests that wait for messages; others are held only until the disk is done. */
const LONG_POLLING = new Set([11, 361, 200050, 200054, 200055]);

const RESPONSE_NAMES = new Map<number, string>(
  Object.entries(ResponseCode).map(([name, code]) => [code, name.toLowerCase()]),
);

/** Requests without an answer are not measured. */
export function registerRequestMetrics(registry: Registry, clock: Clock): RequestObserver {
  const name = "rocketmq_rpc_latency_milliseconds";
  const latency = new Histogram({
    ...{ name, help: name, registers: [registry], buckets: MILLISECONDS },
    labelNames: ["protocol_type", "request_code", "response_code", "is_long_polling", "result"],
  });
  return ({ code }) => {
    const began = clock.now();
    return (answer, wasHeld) => {
      const labels = {
        protocol_type: "remoting",
        request_code: requestCodeName(code).toLowerCase(),
        response_code: RESPONSE_NAMES.get(answer) ?? String(answer),
        is_long_polling: String(wasHeld && LONG_POLLING.has(code)),
        result: "success",
      };
      latency.observe(labels, clock.now() - began);
    };
  };
}
