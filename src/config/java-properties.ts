/** The system properties that Apache's scripts hand to Java in JAVA_OPT: `-Dname=value`, quoted or not. */
export function javaProperties(javaOpt: string | undefined): Map<string, string> {
  const words = (javaOpt ?? "").match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const properties = new Map<string, string>();
  for (const word of words) {
    const match = /^-D([^=]+)=(.*)$/s.exec(word.replace(/["']/g, ""));
    if (match !== null) properties.set(match[1] ?? "", match[2] ?? "");
  }
  return properties;
}
