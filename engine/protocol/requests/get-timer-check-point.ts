import { timerCheckpoint } from "../bodies/timer-bodies.js";
import { defineRequest } from "../define-request.js";

/** Where the timer of the master stands, for a slave. Upstream: TimerCheckpoint. */
export const getTimerCheckPoint = defineRequest({
  code: 60,
  name: "GET_TIMER_CHECK_POINT",
  servedBy: "broker",
  since: "5.0.0",
  responseBody: timerCheckpoint,
});
