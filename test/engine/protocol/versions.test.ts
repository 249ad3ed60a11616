import test from "ava";
import { languageCode, languageName } from "../../../engine/protocol/language.js";
import {
  HIGHER_VERSION,
  Version,
  versionName,
  versionOrdinal,
} from "../../../engine/protocol/versions.js";

test("every version that behaviour is keyed on has upstream's ordinal [R-VER-1]", (t) => {
  for (const [name, ordinal] of Object.entries(Version)) t.is(versionOrdinal(name), ordinal, name);
});

const ORDINALS: readonly (readonly [string, number])[] = [
  ["V3_0_0_SNAPSHOT", 0],
  ["V3_1_0", 47],
  ["V3_5_8", 137],
  ["V4_0_0", 213],
  ["V4_1_0", 233],
  ["V4_5_2", 317],
  ["V4_9_7", 407],
  ["V5_1_4", 441],
  ["V5_3_0", 473],
  ["V5_4_0", 493],
  ["HIGHER_VERSION", 612],
];

test("ordinals and names map onto each other", (t) => {
  for (const [name, ordinal] of ORDINALS) {
    t.is(versionName(ordinal), name);
    t.is(versionOrdinal(name), ordinal);
  }
});

test("an ordinal of the future is called HIGHER_VERSION, a negative one is the first", (t) => {
  t.is(versionName(HIGHER_VERSION + 1), "HIGHER_VERSION");
  t.is(versionName(32_767), "HIGHER_VERSION");
  t.is(versionName(-1), "V3_0_0_SNAPSHOT");
});

test("language codes map to names, unknown ones to nothing and to OTHER [R-LANG-1]", (t) => {
  t.is(languageName(0), "JAVA");
  t.is(languageName(9), "GO");
  t.is(languageName(13), "NODE_JS");
  t.is(languageName(99), "");
  t.is(languageCode("RUST"), 12);
  t.is(languageCode("KOTLIN"), 7);
});
