import { prettyFastjson, prettyFastjson2 } from "../../engine/protocol/fastjson.js";
import type { Compat } from "../cli/compat.js";

/** Where upstream's exports go when nobody says where. */
export const EXPORT_FOLDER = "/tmp/rocketmq/export";

/** How a file is exported. */
export interface ExportHow {
  readonly folder: string;
  /** The text of the file: 5.4 changed how lists are laid out. */
  readonly pretty: (content: unknown) => string;
  /** Is told what is missing or was decided. */
  readonly note: (line: string) => void;
}

export function exportHow(
  { compat, note }: { readonly compat: Compat; readonly note: (line: string) => void },
  folder: string | undefined,
): ExportHow {
  const pretty = compat.isBefore("5.4.0") ? prettyFastjson : prettyFastjson2;
  return { folder: folder ?? EXPORT_FOLDER, pretty, note };
}
