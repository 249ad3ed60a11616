import { mqadmin } from "../commands/index.js";
import { runProcess } from "../src/main.js";

void runProcess({ name: "mqadmin", style: "upstream", commands: mqadmin });
