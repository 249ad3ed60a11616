import type { Shape } from "../output/shape.js";
import { PlainTextError } from "./plain-text-error.js";
import type { Admin } from "./admin.js";
import { decodeText } from "./charset.js";
import {
  type ConsumeMessageDirectlyResult,
  pushMessage,
  pushResultText,
  takesPushes,
} from "./direct-consume.js";
import { messageOf } from "../../engine/base/errors.js";
import { saveBody } from "./message-body-file.js";
import { messageDetails, messageRecord, messageShape } from "./message-text.js";
import type { Message } from "./messages.js";
import { sendOne, sendRecord, type SendResult, sendResultText, sendShape } from "./send.js";
import { messageTracks, type Track, trackText } from "./tracks.js";

/** A message that was looked up, with the file its body is in now and what its consumers did with it. */
export interface FoundMessage {
  kind: "found";
  message: Message;
  bodyPath: string;
  /** The body in the charset asked for. */
  body: string | undefined;
  tracks: Track[];
}

/** What became of a message: shown, pushed to a client, or sent again. */
export type Lookup =
  | FoundMessage
  | { kind: "pushed"; message: Message; result: ConsumeMessageDirectlyResult }
  | { kind: "resent"; originalId: string; message: Message; result: SendResult };

/** Which release's text it is to be. */
interface Release {
  readonly isBefore: (release: string) => boolean;
}

/** Group of the producer that sends a message again. */
const RESEND_GROUP = "ReSendMsgById";
/** What the broker or the producer adds anew. */
const NOT_RESENT: ReadonlySet<string> = new Set(["MIN_OFFSET", "MAX_OFFSET"]);

/** Saves the body of a message and asks who consumed it. */
export async function describe(
  admin: Admin,
  message: Message,
  options: { charset?: string | undefined; copy?: number } = {},
): Promise<FoundMessage> {
  const body =
    options.charset === undefined ? undefined : decodeText(message.body, options.charset);
  // a rehearsal is to leave nothing behind
  const isDry = admin.rehearsal !== undefined;
  const [bodyPath, tracks] = await Promise.all([
    isDry ? "" : saveBody(message, options.copy ?? 0),
    isDry ? [] : messageTracks(admin, message),
  ]);
  return { kind: "found", message, bodyPath, body, tracks };
}

/**
 * Pushes a message to one client of a group. Fails with a text of upstream when the client takes no pushes; releases
 * before 5.0 did not ask.
 */
export async function push(
  admin: Admin,
  message: Message,
  to: { group: string; clientId: string; release: Release },
): Promise<Lookup> {
  if (!to.release.isBefore("5.0.0") && !(await takesPushes(admin, to.group, to.clientId))) {
    throw new PlainTextError(
      `this ${to.clientId} client is not push consumer ,not support direct push \n`,
      {
        kind: "failed",
      },
    );
  }
  return { kind: "pushed", message, result: await pushMessage(admin, message, to) };
}

/** As `push`; for queryMsgByUniqueKey, which says more about a client that is not there. */
export async function pushOrSayWhy(
  admin: Admin,
  message: () => Promise<Message>,
  to: { group: string; clientId: string; release: Release },
): Promise<Lookup> {
  const { group, clientId, release } = to;
  if (release.isBefore("5.0.0")) return push(admin, await message(), to);
  let failure: unknown;
  const takes = await takesPushes(admin, group, clientId).catch((thrown: unknown) => {
    failure = thrown;
    return undefined;
  });
  if (takes !== true) {
    const unknown =
      takes === undefined ? `get consumer runtime info for ${clientId} client failed \n` : "";
    throw new PlainTextError(
      `${unknown}get consumer info failed or this ${clientId} client is not push consumer, not support direct push \n`,
      { kind: "failed", ...(failure === undefined ? {} : { message: messageOf(failure) }) },
    );
  }
  const found = await message();
  return { kind: "pushed", message: found, result: await pushMessage(admin, found, to) };
}

/** Sends a message once more, as it was. */
export async function resend(admin: Admin, message: Message, originalId: string): Promise<Lookup> {
  const properties = Object.fromEntries(
    [...message.properties].filter(([name]) => !NOT_RESENT.has(name)),
  );
  const result = await sendOne(
    admin,
    {
      topic: message.topic,
      body: message.body,
      flag: message.flag,
      waitStoreOk: message.properties.get("WAIT") !== "false",
      properties,
    },
    { group: RESEND_GROUP },
  );
  return { kind: "resent", originalId, message, result };
}

/** What upstream prints: of a push and a second sending one text without a line end. */
export function lookupText(
  lookup: Lookup,
  options: { withOffsetId: boolean; trackEnd: "\n" | ""; release: Release },
): string {
  if (lookup.kind === "pushed") return pushResultText(lookup.result);
  if (lookup.kind === "resent") {
    const withRecallHandle = !options.release.isBefore("5.3.2");
    const result = sendResultText(lookup.result, { withRecallHandle });
    return `prepare resend msg. originalMsgId=${lookup.originalId}${result}`;
  }
  const { message, tracks, bodyPath, body } = lookup;
  const { withOffsetId, trackEnd, release } = options;
  const details = messageDetails(message, { withOffsetId, bodyPath, body, release });
  const consumers =
    tracks.length === 0
      ? "WARN: No Consumer"
      : tracks.map((track) => trackText(track, release) + trackEnd).join("");
  return `${details}\n\n${consumers}`;
}

/** What JSON, YAML and CSV say of a message that was looked up, and of what was done with it. */
export function lookupRecord(lookup: Lookup): unknown {
  const record = messageRecord(lookup.message);
  if (lookup.kind === "pushed") {
    const { order, autoCommit, consumeResult, remark, spentTimeMills } = lookup.result;
    const pushResult = {
      ...{ isOrdered: order, autoCommit, consumeResult },
      ...{ remark: remark ?? null, spentMs: spentTimeMills },
    };
    return { ...record, pushResult };
  }
  if (lookup.kind === "resent") return { ...record, sendResult: sendRecord(lookup.result) };
  const consumers = lookup.tracks.map(({ group, type, exception }) => ({
    ...{ group, type, exception: exception ?? null },
  }));
  return { ...record, bodyPath: lookup.bodyPath, consumers };
}

/** The shape of `lookupRecord`. */
export const lookupShape = {
  ...messageShape,
  "bodyPath?": "string",
  "consumers?": [{ group: "string", type: "string", exception: "string?" }],
  "pushResult?": {
    isOrdered: "boolean",
    autoCommit: "boolean",
    consumeResult: "string",
    remark: "string?",
    spentMs: "integer",
  },
  "sendResult?": sendShape,
} as const satisfies Shape;
