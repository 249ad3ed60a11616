/** The JSON dialect of fastjson 1.x, in which all bodies and configuration files of upstream are written. */
export { type FastjsonObject, type FastjsonValue, parseFastjson } from "./fastjson-parser.js";
export {
  double,
  prettyFastjson,
  prettyFastjson2,
  strictFastjson,
  stringifyFastjson,
} from "./fastjson-writer.js";
