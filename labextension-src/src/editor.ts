/** Marks in the text of a goal cell (magic, options, `{names}`), wrapped lines, and the hover that says what a `{name}` would send. */
import { Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, DecorationSet, EditorView, Tooltip, ViewPlugin, ViewUpdate, hoverTooltip } from '@codemirror/view';
import { element } from './dom';
import { PieceKind, isGoal, mentionAt, pieces, shareOf } from './goal';
import { Refused } from './link';
import { IDescription } from './wire';

/** Asks the kernel of the notebook in which the editor stands; null where no kernel would know. */
export type Describe = (inside: HTMLElement, mention: string, share: string) => Promise<IDescription> | null;

const MARKS: Record<PieceKind, Decoration> = {
  magic: Decoration.mark({ class: 'orch-magic' }),
  name: Decoration.mark({ class: 'orch-name' }),
  option: Decoration.mark({ class: 'orch-option' }),
  mention: Decoration.mark({ class: 'orch-mention' })
};

export function goalMarks(describe: Describe): Extension {
  return [marked, wrapped, hoverTooltip((view, position) => tooltip(view, position, describe), { hideOnChange: true })];
}

class Marks {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = decorate(view);
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) {
      this.decorations = decorate(update.view);
    }
  }
}

const marked = ViewPlugin.fromClass(Marks, { decorations: marks => marks.decorations });

/** Prose is wrapped and may be spell-checked; code is not. */
const wrapped = EditorView.contentAttributes.compute(['doc'], state =>
  isGoal(state.doc.toString()) ? { class: 'cm-lineWrapping', spellcheck: 'true' } : ({} as Record<string, string>)
);

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const piece of pieces(view.state.doc.toString())) {
    builder.add(piece.from, piece.to, MARKS[piece.kind]);
  }
  return builder.finish();
}

function tooltip(view: EditorView, position: number, describe: Describe): Tooltip | null {
  const text = view.state.doc.toString();
  const piece = mentionAt(text, position);
  if (!piece) {
    return null;
  }
  const mention = text.slice(piece.from + 1, piece.to - 1).trim();
  const asked = describe(view.dom, mention, shareOf(text));
  return asked && { pos: piece.from, end: piece.to, above: true, create: () => ({ dom: described(mention, asked) }) };
}

/** What a mention would send, as a box that fills when the kernel answers. */
export function described(mention: string, asked: Promise<IDescription>): HTMLElement {
  const box = element('div', { class: 'orch-hover', role: 'tooltip' }, element('p', {}, `{${mention}}: asking the kernel…`));
  asked.then(
    told => box.replaceChildren(...explained(mention, told)),
    error => box.replaceChildren(...refused(error))
  );
  return box;
}

function explained(mention: string, told: IDescription): HTMLElement[] {
  const how = told.inline
    ? `{${mention}} stands in the goal itself, as:`
    : `What an outside model would be told of {${mention}} (share: ${told.share}). The built-in engine sends nothing.`;
  const more = told.left ? [element('p', {}, `… and ${told.left.toLocaleString()} more characters`)] : [];
  return [element('p', {}, how), element('pre', {}, told.text), ...more];
}

function refused(error: unknown): HTMLElement[] {
  const hint = error instanceof Refused && error.hint ? [element('p', { class: 'orch-dim' }, error.hint)] : [];
  return [element('p', {}, error instanceof Error ? error.message : String(error)), ...hint];
}
