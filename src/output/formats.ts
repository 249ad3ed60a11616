/** The formats of every command's output. */
export const FORMATS = ["plain", "table", "json", "jsonl", "yaml", "csv"] as const;
export type Format = (typeof FORMATS)[number];
