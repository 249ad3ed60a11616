import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** The repository: tests run from it. */
export const root = process.cwd();

/** Our TypeScript files below some folders, relative to the repository. */
export function sourcesBelow(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => below(join(root, folder))).map((path) => relative(root, path));
}

function below(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "fixtures" ? [] : below(path);
      return /\.tsx?$/.test(entry.name) ? [path] : [];
    });
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2023, true);
}

export interface Import {
  readonly from: string;
  /** A file of ours, relative to the repository, or a package's name. */
  readonly to: string;
  readonly isOurs: boolean;
  /** Gone after compilation. */
  readonly isTypeOnly: boolean;
  readonly isDynamic: boolean;
}

/** All imports of a file, re-exports and dynamic ones included. */
export function importsOf(path: string): Import[] {
  const found: Import[] = [];
  const add = (
    specifier: ts.Expression | undefined,
    traits: Pick<Import, "isTypeOnly" | "isDynamic">,
  ): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const isOurs = specifier.text.startsWith(".");
    const to = isOurs
      ? join(dirname(path), specifier.text).replace(/\.js$/, ".ts")
      : packageOf(specifier.text);
    found.push({ from: path, to, isOurs, ...traits });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, {
        isTypeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
        isDynamic: false,
      });
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, { isTypeOnly: node.isTypeOnly, isDynamic: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], { isTypeOnly: false, isDynamic: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(path));
  return found;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier.split("/")[0] ?? specifier;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
