import { dateTime, flag, integer, text } from "../cli/options.js";
import { tagHash } from "./consume-queue.js";

/** Which units of queues are listed. */
export const unitOptions = {
  topic: text("-t, --topic <topic>", "only this topic"),
  queue: integer("-q, --queue <id>", "only this queue"),
  tag: text("--tag <tag>", "only units with the hash of this tag"),
  begin: dateTime("--begin <time>", "stored at this time or later"),
  end: dateTime("--end <time>", "stored at this time or earlier"),
};

/** How many, and whether to wait for more. */
export const listingOptions = {
  count: integer("-n, --count <count>", "at most so many units"),
  follow: flag("-f, --follow", "wait for further units until Ctrl-C"),
};

/** Whether a unit is one of those that `unitOptions` ask for. */
export function unitFilter({
  tag,
  begin = -Infinity,
  end = Infinity,
}: {
  tag?: string | undefined;
  begin?: number | undefined;
  end?: number | undefined;
}): (unit: { readonly tagsCode: bigint | number; readonly storeTimestamp: number }) => boolean {
  const hash = tag === undefined ? undefined : tagHash(tag);
  return ({ tagsCode, storeTimestamp }) =>
    (hash === undefined || tagsCode === hash) && storeTimestamp >= begin && storeTimestamp <= end;
}
