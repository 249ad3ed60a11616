/** The trace of a delivery. Upstream: ConsumeMessageTraceHookImpl. */
import { PropertyName } from "../../message/property-names.js";
import { UniqKeyGenerator } from "../../message/uniq-key.js";
import type { Client } from "../client.js";
import type { ConsumeResult, MessageListener } from "../consume-service.js";
import type { ReceivedMessage } from "../received-message.js";
import type { Trace } from "./trace.js";
import { type ContextCode, ContextCodeOf } from "./trace-record.js";

/** A listener call that takes longer counts as timed out. */
const TIMEOUT_MS = 15 * 60 * 1000;

/** The same listener, with what it is given and what it makes of it traced. */
export function tracedListener(
  listener: MessageListener,
  options: { client: Client; trace: Trace; group: string },
): MessageListener {
  const { client, trace, group } = options;
  const ids = new UniqKeyGenerator({ clock: client.clock });
  return async (messages, context) => {
    const traced = messages.filter(
      ({ properties }) => properties.get(PropertyName.TRACE_ON) !== "false",
    );
    const requestId = ids.next();
    const begin = client.clock.now();
    const about = (message: ReceivedMessage) => ({
      group,
      requestId,
      msgId: message.messageId,
      keys: message.keys,
    });
    trace.add(
      traced.map((message) => ({
        ...about(message),
        type: "SubBefore",
        timestamp: begin,
        regionId: message.properties.get(PropertyName.MSG_REGION) ?? "null",
        retryTimes: message.reconsumeTimes,
      })),
    );
    const after = (isSuccess: boolean, contextCode: ContextCode): void => {
      const timestamp = client.clock.now();
      const costMs = Math.floor((timestamp - begin) / messages.length);
      trace.add(
        traced.map((message) => ({
          ...about(message),
          ...{ type: "SubAfter", timestamp, costMs, isSuccess, contextCode },
        })),
      );
    };
    try {
      const result = await listener(messages, context);
      const isLate = client.clock.now() - begin >= TIMEOUT_MS;
      after(isDone(result), isLate ? ContextCodeOf.TIME_OUT : codeOf(result));
      return result;
    } catch (error) {
      after(false, ContextCodeOf.EXCEPTION);
      throw error;
    }
  };
}

function isDone(result: ConsumeResult | void): boolean {
  return (result ?? "SUCCESS") === "SUCCESS";
}

function codeOf(result: ConsumeResult | void): ContextCode {
  return isDone(result) ? ContextCodeOf.SUCCESS : ContextCodeOf.FAILED;
}
