import type { Variant } from "../cli/define-command.js";
import { UsageError } from "../cli/exit-codes.js";
import { integer, long } from "../cli/options.js";
import { type FieldSource, type HexRow, hexRows } from "./hex-dump.js";

const AROUND = 128;
const MOST_AROUND = 1 << 20;

/** The options of a command that can show the bytes of its files. */
export const hexOptions = {
  hex: long("--hex <offset>", "the bytes around this offset, and which field they belong to"),
  around: integer("--around <bytes>", `so many bytes before and behind --hex (${String(AROUND)})`),
};

interface HexOptions {
  hex: number;
  around?: number | undefined;
}

/** Options that say which of several files is meant. */
interface Chosen {
  topic?: string | undefined;
  queue?: number | undefined;
  slots?: number | undefined;
  configFile?: string | undefined;
  commitlog?: string | undefined;
}

/** What a command with `hexOptions` does when --hex is given. `source` finds the files of the path. */
export function hexVariant(source: (path: string, options: Chosen) => FieldSource): Variant {
  return {
    *run(context, options, [path = ""]): Generator<HexRow> {
      const { hex, around = AROUND } = options as HexOptions;
      if (hex < 0) throw new UsageError("--hex: an offset is not negative");
      if (around < 0 || around > MOST_AROUND) {
        throw new UsageError(`--around takes 0 to ${String(MOST_AROUND)} bytes`);
      }
      for (const row of hexRows(source(path, options as Chosen), { offset: hex, around })) {
        if (context.signal.aborted) return;
        yield row;
      }
    },
    columns: [
      {
        header: "",
        key: "isHere",
        type: "boolean",
        text: ({ isHere }: HexRow) => (isHere ? ">" : ""),
      },
      { header: "OFFSET", key: "offset", type: "integer" },
      { header: "RECORD", key: "record", type: "integer?" },
      { header: "FIELD", key: "field" },
      {
        header: "BYTES",
        key: "hex",
        text: ({ hex }: HexRow) => hex.replace(/..(?=.)/g, "$& "),
      },
      { header: "TEXT", key: "text", text: ({ text }: HexRow) => `|${text}|` },
      { header: "VALUE", key: "value", type: "string?", text: ({ value }: HexRow) => value ?? "" },
      { header: "POSITION", key: "position", type: "integer", machineOnly: true },
      { header: "FILE", key: "file", machineOnly: true },
    ],
  };
}
