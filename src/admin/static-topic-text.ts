import type { Rows } from "../cli/define-command.js";
import { boolean, list, text } from "../cli/options.js";
import type { Shape } from "../output/shape.js";
import type { StaticTopicOutcome } from "./static-topic.js";

/** Which topic, and where; upstream says "remapping" of both commands. */
export const staticTopicOptions = {
  clusters: list(
    "-c, --clusters <clusters>",
    "remapping static topic to clusters, comma separated",
  ).completes("cluster"),
  brokers: list(
    "-b, --brokers <brokers>",
    "remapping static topic to brokers, comma separated",
  ).completes("broker"),
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
};

export const mappingOptions = {
  mapFile: text("-mf, --mapFile <file>", "The mapping data file name").completes("file"),
  forceReplace: boolean("-fr, --forceReplace <flag>", "Force replace the old mapping").default(
    false,
  ),
};

export const staticTopicShape: Shape = {
  topic: "string",
  epoch: "integer",
  queues: "integer",
  brokers: ["string"],
  before: "string?",
  after: "string?",
};

/** Upstream's text: which files were written. The one of the new mapping is not called new everywhere. */
export function mappingLines(
  afterwards: "old" | "new",
): (rows: Rows<StaticTopicOutcome>) => AsyncGenerator<string> {
  return async function* plain(rows) {
    for await (const { before, after } of rows) {
      if (before !== null) yield `The old mapping data is written to file ${before}\n`;
      if (after !== null) yield `The ${afterwards} mapping data is written to file ${after}\n`;
    }
  };
}
