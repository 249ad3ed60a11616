/** Names of version numbers, as peers announce them. */
export { versionName } from "../../engine/protocol/versions.js";
