/**
 * The text of a goal cell: where the magic, its options and its `{names}` stand. Pure: text in, ranges out.
 *
 * The rules are those of nb_orchestra/planning/mentions.py and notebook/options.py; the kernel decides, this only marks.
 */
export const MAGIC = '%%orchestrate';

export type PieceKind = 'magic' | 'name' | 'option' | 'mention';

export interface IPiece {
  kind: PieceKind;
  from: number;
  to: number;
}

/** Beyond this a cell is no goal that the kernel takes, and is not worth the time. */
const LONGEST = 40_000;
const COMMENTS = /^(?:[ \t]*(?:#[^\n]*)?\n)*/;
const LITERAL = /```[^]*?(?:```|$)|`[^`\n]*`|\$\$[^]*?\$\$|(?<![\\\w$])\$(?=\S)[^$\n]*?(?<=\S)\$(?![\w$])|\{\{|\}\}|\{[^{}\n]*\}/g;
const MENTION = /^\s*[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[[^[\]]+\])*\s*$/u;
const LATEX_BEFORE = /(?:\\[A-Za-z]+|[_^$])$/;

/** Where the magic begins, or -1 where the cell is no goal cell. Blank and comment lines may stand above it. */
export function goalStart(text: string): number {
  const start = COMMENTS.exec(text.slice(0, LONGEST))?.[0].length ?? 0;
  const after = text[start + MAGIC.length];
  return text.startsWith(MAGIC, start) && (after === undefined || /\s/.test(after)) ? start : -1;
}

export const isGoal = (text: string): boolean => goalStart(text) >= 0;

/** The pieces that are marked, in order; none where the cell is no goal cell. */
export function pieces(text: string): IPiece[] {
  const start = goalStart(text);
  if (start < 0 || text.length > LONGEST) {
    return [];
  }
  const lineEnd = (text.indexOf('\n', start) + 1 || text.length + 1) - 1;
  return [...lineOf(text, start, lineEnd), ...mentions(text, lineEnd)];
}

/** The mention at a position, without its braces. */
export function mentionAt(text: string, position: number): IPiece | undefined {
  return pieces(text).find(piece => piece.kind === 'mention' && piece.from <= position && position <= piece.to);
}

/** The level of `--share` on the magic's line, or '' where it says none. */
export function shareOf(text: string): string {
  const start = goalStart(text);
  const line = start < 0 ? '' : text.slice(start).split('\n', 1)[0];
  return /\s--share[\s=]+(\w+)/.exec(line)?.[1] ?? '';
}

/** NAME on the magic's line, or ''. */
export function nameOf(text: string): string {
  const piece = pieces(text).find(one => one.kind === 'name');
  return piece ? text.slice(piece.from, piece.to) : '';
}

function lineOf(text: string, start: number, end: number): IPiece[] {
  const found: IPiece[] = [{ kind: 'magic', from: start, to: start + MAGIC.length }];
  const words = /\S+/g;
  words.lastIndex = start + MAGIC.length;
  for (let match = words.exec(text); match && match.index < end; match = words.exec(text)) {
    const first = found.length === 1 && /^[A-Za-z]\w*$/.test(match[0]);
    found.push({ kind: first ? 'name' : 'option', from: match.index, to: match.index + match[0].length });
  }
  return found;
}

function mentions(text: string, start: number): IPiece[] {
  const found: IPiece[] = [];
  for (const match of text.slice(start).matchAll(LITERAL)) {
    const from = start + match.index;
    const inside = match[0].slice(1, -1);
    if (match[0][0] === '{' && MENTION.test(inside) && !LATEX_BEFORE.test(text.slice(Math.max(0, from - 40), from))) {
      found.push({ kind: 'mention', from, to: from + match[0].length });
    }
  }
  return found;
}
