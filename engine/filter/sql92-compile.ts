/**
 * Makes a predicate of a parsed SQL92 expression and refuses what upstream refuses. Upstream: SelectorParser's actions,
 * LogicExpression, ComparisonExpression, UnaryExpression. Three-valued: null is unknown, and only TRUE matches.
 */
import type { CompareOperator, OrderOperator, Sql92Node } from "./sql92-node.js";
import {
  areEqual,
  decimalOf,
  doubleOf,
  negated,
  orderOf,
  type Sql92Number,
  type Sql92Value,
} from "./sql92-value.js";

/** The value of a property; undefined when the message has none of that name. */
export type PropertyLookup = (name: string) => string | undefined;

/** Throws where upstream's evaluation throws: then the message does not match. */
export type Evaluate = (property: PropertyLookup) => Sql92Value;

/** A part of the expression and what upstream's static checks ask about it. */
interface Part {
  evaluate: Evaluate;
  type: "boolean" | "property" | "value";
  /** Present for literals. */
  constant?: Sql92Value;
}

type Compile = (node: Sql92Node) => Part;

/** Operators inside each other; deeper ones would take the stack of the evaluation. */
const MAX_DEPTH = 1000;

/** An expression that upstream's parser refuses. */
export class Sql92Refusal extends Error {}

/** Throws Sql92Refusal. */
export function compileNode(node: Sql92Node): Evaluate {
  return truthOf(partOf(node, 0));
}

function partOf(node: Sql92Node, depth: number): Part {
  if (depth > MAX_DEPTH) throw new Sql92Refusal("There are too many operators inside each other.");
  const compile: Compile = (child) => partOf(child, depth + 1);
  switch (node.kind) {
    case "or":
    case "and":
      return logic(node.kind === "or", node.terms.map(compile).map(truthOf));
    case "compare":
      return comparison(node.operator, compile(node.left), compile(node.right));
    case "isNull": {
      const { evaluate } = compile(node.operand);
      return boolean((property) => (evaluate(property) === null) !== node.not);
    }
    case "between":
      return between(node, compile);
    case "in":
      return among(node, compile(node.operand));
    case "search":
      return search(node, compile(node.operand));
    case "not":
      return not(truthOf(compile(node.operand)));
    case "negate":
      return minus(compile(node.operand));
    case "property":
      return { evaluate: (property) => property(node.name) ?? null, type: "property" };
    case "literal":
      return constant(node.value);
    case "decimal":
      return constant(withinBounds(decimalOf(node.text), node.text));
    case "double":
      return constant(withinBounds(doubleOf(node.text), node.text));
  }
}

function constant(value: Sql92Value): Part {
  const type = value === null || typeof value === "boolean" ? "boolean" : "value";
  return { evaluate: () => value, type, constant: value };
}

function withinBounds(number: Sql92Number | undefined, text: string): Sql92Number {
  if (number === undefined) throw new Sql92Refusal(`${text} is out of bounds.`);
  return number;
}

function boolean(evaluate: Evaluate): Part {
  return { evaluate, type: "boolean" };
}

/** Upstream's asBooleanExpression: a bare property is cast, and text is never TRUE. */
function truthOf({ evaluate, type }: Part): Evaluate {
  if (type === "boolean") return evaluate;
  if (type === "value") throw new Sql92Refusal("Expression will not result in a boolean value.");
  return (property) => (evaluate(property) === null ? null : false);
}

/** Kleene's OR (or AND) of several, from left to right: `decisive` ends it. */
function logic(decisive: boolean, terms: readonly Evaluate[]): Part {
  return boolean((property) => {
    let result: Sql92Value = !decisive;
    for (const term of terms) {
      const value = term(property);
      if (value === decisive) return decisive;
      if (value === null) result = null;
    }
    return result;
  });
}

function not(evaluate: Evaluate): Part {
  return boolean((property) => {
    const value = evaluate(property);
    return value === null ? null : value !== true;
  });
}

function minus({ evaluate }: Part): Part {
  return {
    evaluate(property) {
      const value = evaluate(property);
      return value !== null && typeof value === "object" ? negated(value) : null;
    },
    type: "value",
  };
}

function comparison(operator: CompareOperator, left: Part, right: Part): Part {
  if (operator !== "=" && operator !== "<>") return order(operator, left, right);
  if (left.constant === null || right.constant === null)
    throw new Sql92Refusal("'NULL' cannot be compared.");
  if (typeof left.constant === "boolean" && right.constant !== undefined)
    if (typeof right.constant !== "boolean")
      throw new Sql92Refusal("A boolean cannot be compared with a value.");
  const equal = equality(left.evaluate, right.evaluate);
  return operator === "=" ? boolean(equal) : not(equal);
}

/** Not symmetric: nothing on the left is unknown, nothing on the right alone is unequal. */
function equality(left: Evaluate, right: Evaluate): Evaluate {
  return (property) => {
    const leftValue = left(property);
    const rightValue = right(property);
    if (leftValue === null) return rightValue === null ? true : null;
    return rightValue !== null && areEqual(leftValue, rightValue);
  };
}

const HOLDS: Readonly<Record<OrderOperator, (order: number) => boolean>> = {
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
};

function order(operator: OrderOperator, left: Part, right: Part): Part {
  checkOrdered(left);
  checkOrdered(right);
  const holds = HOLDS[operator];
  return boolean((property) => {
    const leftValue = left.evaluate(property);
    if (leftValue === null) return null;
    const rightValue = right.evaluate(property);
    return rightValue === null ? null : holds(orderOf(leftValue, rightValue));
  });
}

/** Only numbers and properties have an order. */
function checkOrdered({ type, constant: value }: Part): void {
  if (type === "boolean" || typeof value === "string")
    throw new Sql92Refusal("Text and booleans cannot be compared by >, >=, < and <=.");
}

function between(node: Sql92Node & { kind: "between" }, compile: Compile): Part {
  const [operand, low, high] = [compile(node.operand), compile(node.low), compile(node.high)];
  if (node.not) {
    const outside = [order("<", operand, low), order(">", operand, high)];
    return logic(true, outside.map(truthOf));
  }
  const inside = [order(">=", operand, low), order("<=", operand, high)];
  if (low.constant !== undefined && high.constant !== undefined)
    if (orderOf(low.constant, high.constant) > 0)
      throw new Sql92Refusal("Illegal values of between.");
  return logic(false, inside.map(truthOf));
}

function among(node: Sql92Node & { kind: "in" }, { evaluate, type }: Part): Part {
  if (type !== "property") throw new Sql92Refusal("Expected a property for In expression.");
  const values = new Set<Sql92Value>(node.values);
  return boolean((property) => {
    const value = evaluate(property);
    return value === null ? null : values.has(value) !== node.not;
  });
}

/** Also the NOT forms are FALSE for what is no text, and for an empty text sought. */
function search(node: Sql92Node & { kind: "search" }, { evaluate }: Part): Part {
  const { operator, sought } = node;
  const METHODS = { contains: "includes", startswith: "startsWith", endswith: "endsWith" } as const;
  const method = METHODS[operator];
  return boolean((property) => {
    const value = evaluate(property);
    return typeof value === "string" && sought !== "" && value[method](sought) !== node.not;
  });
}
