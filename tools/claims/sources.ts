import ts from 'typescript';

/** An id found in the code: where it stands, and what it stands on (a declaration, or the title of a test). */
export interface Mention {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** What a file says about claims; a fault is a whole sentence with file and line. */
export interface Reading {
  readonly mentions: readonly Mention[];
  readonly faults: readonly string[];
}

const idPattern = /^[a-z]+(-[a-z0-9]+)+$/;
const tagLine = /^\s*(?:\/\*)?\*+\s*@claims\b/;

/** The `@claims id, id` tags of a source file's doc comments; a list may wrap over lines. */
export function tagsIn(file: string, text: string): Reading {
  if (!text.includes('@claims')) return { mentions: [], faults: [] };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mentions: Mention[] = [];
  const faults: string[] = [];
  const read = new Set<number>();

  const visit = (node: ts.Node): void => {
    for (const tag of docTagsOf(node).filter(({ tagName }) => tagName.text === 'claims')) {
      const line = lineOf(source, tag.getStart());
      read.add(line);
      const { ids, rest } = listOf(ts.getTextOfJSDocComment(tag.comment) ?? '');
      mentions.push(...ids.map((id) => ({ id, file, line, name: nameOf(node) ?? stem(file) })));
      if (rest !== undefined) {
        faults.push(
          `${file}:${line}: @claims holds "${rest}", which is no claim id; write ids with commas between them, and any text above the tag`,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  text.split('\n').forEach((words, index) => {
    if (tagLine.test(words) && !read.has(index + 1)) {
      faults.push(
        `${file}:${index + 1}: @claims stands in a comment that documents nothing; put it into the doc comment of the class or function that realises the claims`,
      );
    }
  });
  return { mentions, faults };
}

/**
 * The ids in the titles of a test file: those of `test` and `it` in all their forms, in one pair of brackets at the end.
 *
 * @param domains the names of the domains; `[network-…` anywhere else in a title was meant as an id
 */
export function titlesIn(file: string, text: string, domains: readonly string[]): Reading {
  const source = ts.createSourceFile(
    file,
    text,
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    true,
  );
  const meantAsId = new RegExp(`\\[[^\\]]*\\b(${domains.join('|')})-`);
  const mentions: Mention[] = [];
  const faults: string[] = [];

  const visit = (node: ts.Node, skipped: boolean): void => {
    const call = ts.isCallExpression(node) ? testCallOf(node) : undefined;
    const skippedHere = skipped || (call?.skipped ?? false);
    if (call?.title !== undefined) {
      const where = `${file}:${lineOf(source, node.getStart())}`;
      const { name, list } = splitTitle(call.title);
      const { ids, rest } = list === undefined ? { ids: [] } : listOf(list);
      if (rest !== undefined) {
        faults.push(
          `${where}: the title ends in [${list}], where "${rest}" is no claim id; write one pair of brackets with ids and commas, [network-cidr-count, network-cidr-range], and keep brackets at the end of a title for that`,
        );
      } else if (domains.length > 0 && meantAsId.test(name)) {
        faults.push(
          `${where}: the title has ids in a bracket that is not closed, or not the only one at its end: "${call.title}"; put all ids into one pair at the end`,
        );
      } else if (skippedHere && ids.length > 0) {
        faults.push(
          `${where}: ${ids.join(', ')} on a test that is skipped, which proves nothing; run it, or take the ids out`,
        );
      } else {
        mentions.push(...ids.map((id) => ({ id, file, line: lineOf(source, node.getStart()), name })));
      }
    }
    ts.forEachChild(node, (child) => visit(child, skippedHere));
  };
  visit(source, false);
  return { mentions, faults };
}

/** The ids of a list, and the first item that is none. */
function listOf(list: string): { ids: string[]; rest?: string } {
  const items = list.split(',').map((item) => item.trim());
  const rest = items.find((item) => !idPattern.test(item));
  return { ids: items.filter((item) => idPattern.test(item)), ...(rest !== undefined && { rest }) };
}

function splitTitle(title: string): { name: string; list?: string } {
  const [, name, list] = /^(.*?)\s*\[([^[\]]*)\]\s*$/s.exec(title) ?? [];
  return name === undefined ? { name: title } : { name, list };
}

interface TestCall {
  /** Absent for `describe`, and where the title is no literal. */
  readonly title?: string;
  readonly skipped: boolean;
}

const skippers = ['skip', 'todo', 'failing'];

/** What a call says, if it is one of jest's `test`, `it` or `describe`; `test.each(rows)` alone has no title yet. */
function testCallOf({ expression, arguments: [first] }: ts.CallExpression): TestCall | undefined {
  const words = wordsOf(expression);
  if (words === undefined) return undefined;
  const skipped = words[0].startsWith('x') || words.some((word) => skippers.includes(word));
  if (/^[fx]?describe$/.test(words[0])) return { skipped };
  if (!/^([fx]?it|x?test)$/.test(words[0]) || first === undefined) return undefined;
  return { title: literalOf(first), skipped };
}

/** `test.only.each(rows)` as `['test', 'only', 'each']`. */
function wordsOf(expression: ts.Expression): string[] | undefined {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isCallExpression(expression)) return wordsOf(expression.expression);
  if (ts.isTaggedTemplateExpression(expression)) return wordsOf(expression.tag);
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const words = wordsOf(expression.expression);
  return words && [...words, expression.name.text];
}

/** The text of a string or template literal, with `…` for what is filled in when the test runs. */
function literalOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
  }
  if (ts.isParenthesizedExpression(node)) return literalOf(node.expression);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [literalOf(node.left), literalOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`;
}

/** The tags of every doc comment before a node; the compiler's own accessor knows only the last comment. */
function docTagsOf(node: ts.Node): readonly ts.JSDocTag[] {
  const { jsDoc = [] } = node as ts.Node & { readonly jsDoc?: readonly ts.JSDoc[] };
  return jsDoc.flatMap(({ tags }) => [...(tags ?? [])]);
}

/** `AlarmTopic`, `AlarmTopic.alarm`, `handlersIn`; nothing for what has no name. */
function nameOf(node: ts.Node): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0].name.getText();
  if (ts.isClassElement(node)) {
    const owner = ts.isClassLike(node.parent) ? node.parent.name?.text : undefined;
    return [owner, node.name?.getText()].filter((part) => part !== undefined).join('.') || undefined;
  }
  const { name } = node as ts.Node & { readonly name?: ts.Node };
  return name?.getText();
}

const lineOf = (source: ts.SourceFile, position: number): number =>
  source.getLineAndCharacterOfPosition(position).line + 1;
const stem = (file: string): string => file.replace(/^.*\/|\.ts$/g, '');
