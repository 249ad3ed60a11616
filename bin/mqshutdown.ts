import { servers } from "../commands/index.js";
import { runProcess } from "../src/main.js";

void runProcess({ name: "mqshutdown", style: "upstream", commands: servers, only: "mqshutdown" });
