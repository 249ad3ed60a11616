/**
 * The shape of a record in JSON and YAML, as a command declares it: the JSON Schema that is shipped, and the test of
 * it, derive from this. A question mark behind a word: null when unknown. `time` stands for two keys, `<key>` in ISO
 * 8601 and `<key>Ms` in milliseconds, both null when unknown.
 */
export type Shape =
  | ScalarShape
  | `${ScalarShape}?`
  /** A list. */
  | readonly [Shape]
  | MapShape
  | NullableShape
  /** An object; a key that ends in a question mark may be missing. */
  | { readonly [key: string]: Shape };

export type ScalarShape = "string" | "integer" | "number" | "boolean" | "time" | "any";

/** An object whose keys are data. */
export interface MapShape {
  readonly $map: Shape;
}

export interface NullableShape {
  readonly $nullable: Shape;
}

export const mapOf = (shape: Shape): MapShape => ({ $map: shape });
export const orNull = (shape: Shape): NullableShape => ({ $nullable: shape });
