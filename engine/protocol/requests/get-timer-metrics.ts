import { timerMetrics } from "../bodies/timer-bodies.js";
import { defineRequest } from "../define-request.js";

/** Timer messages per topic, for a slave. Upstream: TimerMetrics. */
export const getTimerMetrics = defineRequest({
  code: 61,
  name: "GET_TIMER_METRICS",
  servedBy: "broker",
  since: "5.0.0",
  responseBody: timerMetrics,
});
