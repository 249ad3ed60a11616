import { CorruptError } from "../base/errors.js";
import type { ExtFields } from "./remoting-command.js";

/**
 * Typed header fields. On the wire every value is a string (spec: remoting 1.2); here each field has a type that
 * encodes and decodes it, and a header's TypeScript type is derived from its fields.
 */
export interface Field<T, Required extends boolean = boolean> {
  readonly kind: string;
  readonly required: Required;
  /** Name on the wire when it differs from the key (upstream's misspellings, the one-letter names of V2). */
  readonly wire: string | undefined;
  encode(value: T): string;
  /** The value, or undefined when the text is none of this type. */
  decode(text: string): T | undefined;
}

export type Fields = Readonly<Record<string, Field<never>>>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyFields = Readonly<Record<string, Field<any>>>;

type ValueOf<F> = F extends Field<infer T> ? T : never;
type RequiredKeys<S extends AnyFields> = {
  [K in keyof S]: S[K]["required"] extends true ? K : never;
}[keyof S];

/** The TypeScript type of a header. */
export type HeaderOf<S extends AnyFields> = {
  -readonly [K in RequiredKeys<S>]: ValueOf<S[K]>;
} & { -readonly [K in Exclude<keyof S, RequiredKeys<S>>]?: ValueOf<S[K]> | undefined };

interface FieldMaker<T> {
  required(wire?: string): Field<T, true>;
  optional(wire?: string): Field<T, false>;
}

function fieldMaker<T>(
  kind: string,
  encode: (value: T) => string,
  decode: (text: string) => T | undefined,
): FieldMaker<T> {
  return {
    required: (wire) => ({ kind, required: true, wire, encode, decode }),
    optional: (wire) => ({ kind, required: false, wire, encode, decode }),
  };
}

const INTEGER = /^[+-]?\d+$/;

export const string = fieldMaker<string>(
  "string",
  (value) => value,
  (text) => text,
);

export const int32 = fieldMaker<number>("int32", String, (text) => {
  const value = INTEGER.test(text) ? Number(text) : NaN;
  return (value | 0) === value ? value : undefined;
});

/** An int64 that is known to stay below 2^53: offsets, sizes, counters, times. */
export const int64 = fieldMaker<number>("int64", String, (text) => {
  const value = INTEGER.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
});

/** An int64 that may be Long.MAX_VALUE, e.g. the end of a time range. */
export const bigint64 = fieldMaker<bigint>("bigint64", String, (text) => {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
});

/** "true" in any case is true, everything else is false (spec: remoting 1.6). */
export const boolean = fieldMaker<boolean>(
  "boolean",
  String,
  (text) => text.toLowerCase() === "true",
);

/** Encodes and decodes one header. */
export interface HeaderCodec<H> {
  readonly fields: AnyFields;
  encode(header: H): ExtFields;
  /** Throws CorruptError when a required field is missing or a present one has the wrong type. */
  decode(ext: ExtFields): H;
}

export function headerCodec<S extends AnyFields>(fields: S): HeaderCodec<HeaderOf<S>> {
  const list = Object.entries(fields).map(([key, field]) => ({
    key,
    wire: field.wire ?? key,
    field,
  }));
  return {
    fields,
    encode(header) {
      const ext: ExtFields = {};
      for (const { key, wire, field } of list) {
        const value = (header as Record<string, unknown>)[key];
        if (value !== undefined && value !== null) ext[wire] = field.encode(value);
      }
      return ext;
    },
    decode(ext) {
      const header: Record<string, unknown> = {};
      for (const { key, wire, field } of list) {
        const text = ext[wire];
        if (text === undefined) {
          if (field.required) throw new CorruptError(`the custom field <${wire}> is null`);
          continue;
        }
        const value: unknown = field.decode(text);
        if (value !== undefined) header[key] = value;
        else if (field.required)
          throw new CorruptError(
            `the custom field <${wire}> is no ${field.kind}: ${text.slice(0, 80)}`,
          );
      }
      return header as HeaderOf<S>;
    },
  };
}
