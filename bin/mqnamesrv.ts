import { servers } from "../commands/index.js";
import { runProcess } from "../src/main.js";

void runProcess({ name: "mqnamesrv", style: "upstream", commands: servers, only: "mqnamesrv" });
