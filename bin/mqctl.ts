import { mqctl } from "../commands/index.js";
import { runProcess } from "../src/main.js";

void runProcess({ name: "mqctl", style: "gnu", commands: mqctl });
