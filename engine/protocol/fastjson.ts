/** The JSON dialect of fastjson 1.x, in which all bodies and configuration files of upstream are written. */
export { type FastjsonObject, type FastjsonValue, parseFastjson } from "./fastjson-parser.js";
export {
  double,
  doubleText,
  prettyFastjson,
  prettyFastjson2,
  quoteFastjson,
  strictFastjson,
  stringifyFastjson,
} from "./fastjson-writer.js";
