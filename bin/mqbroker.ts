import { servers } from "../commands/index.js";
import { runProcess } from "../src/main.js";

void runProcess({ name: "mqbroker", style: "upstream", commands: servers, only: "mqbroker" });
