/** What the grammar in sql92.peggy makes of an expression. */
export type Sql92Node =
  | { kind: "or" | "and"; terms: Sql92Node[] }
  | { kind: "compare"; operator: CompareOperator; left: Sql92Node; right: Sql92Node }
  | { kind: "isNull"; not: boolean; operand: Sql92Node }
  | { kind: "between"; not: boolean; operand: Sql92Node; low: Sql92Node; high: Sql92Node }
  | { kind: "in"; not: boolean; operand: Sql92Node; values: string[] }
  | {
      kind: "search";
      not: boolean;
      operator: "contains" | "startswith" | "endswith";
      operand: Sql92Node;
      sought: string;
    }
  | { kind: "not" | "negate"; operand: Sql92Node }
  | { kind: "literal"; value: string | boolean | null }
  | { kind: "decimal" | "double"; text: string }
  | { kind: "property"; name: string };

export type OrderOperator = ">" | ">=" | "<" | "<=";
export type CompareOperator = "=" | "<>" | OrderOperator;
