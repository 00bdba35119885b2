/** Numbers and runs as people read them, and what the search and the totals make of a list of runs. Pure. */
import { IRun, isLive } from './wire';

export const STATES: Record<string, { glyph: string; word: string }> = {
  planning: { glyph: '◌', word: 'planning' },
  running: { glyph: '●', word: 'running' },
  waiting: { glyph: '○', word: 'waiting' },
  done: { glyph: '✓', word: 'done' },
  partial: { glyph: '◑', word: 'done in part' },
  failed: { glyph: '✗', word: 'failed' },
  skipped: { glyph: '–', word: 'skipped' },
  cancelled: { glyph: '⊘', word: 'cancelled' },
  interrupted: { glyph: '⊘', word: 'interrupted' }
};

export function moneyText(usd: number | null): string {
  if (usd === null) {
    return 'cost unknown';
  }
  return usd > 0 && usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}

export function secondsText(seconds: number): string {
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const countText = (count: number, word: string): string => `${count.toLocaleString()} ${word}${count === 1 ? '' : 's'}`;

/** "today", "yesterday" or the date, in the reader's own form. */
export function dayText(when: number, now = new Date()): string {
  const day = new Date(when * 1000);
  const age = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  return age === 0 ? 'Today' : age === 1 ? 'Yesterday' : day.toLocaleDateString(undefined, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

export const timeText = (when: number): string => new Date(when * 1000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

/** The last part of a notebook's path. */
export const notebookText = (path: string): string => path.split('/').pop() || 'unknown';

/** The line below a run's title. */
export function aboutRun(run: IRun): string {
  if (isLive(run)) {
    const steps = run.steps ? `${run.done} of ${countText(run.steps, 'step')} done` : 'planning';
    return [steps, run.running && `${run.running} running`, run.asked && 'waits for you', run.cost !== 0 && moneyText(run.cost)].filter(Boolean).join(' · ');
  }
  const cached = run.cached ? `${run.cached} cached` : '';
  return [countText(run.steps, 'step'), cached, secondsText(run.seconds), moneyText(run.cost)].filter(Boolean).join(' · ');
}

/** Every word of the search stands somewhere in the run. */
export function matches(run: IRun, search: string): boolean {
  const text = [run.name, run.goal, run.state, STATES[run.state]?.word ?? '', run.notebook, run.id, dayText(run.when)].join(' ').toLowerCase();
  return search.toLowerCase().split(/\s+/).every(word => text.includes(word));
}

export interface ITotal {
  runs: number;
  cost: number;
  unknown: number;
}

/** Cost by any key of a run, in the order in which the keys appear. */
export function totals(runs: Iterable<IRun>, key: (run: IRun) => string): Map<string, ITotal> {
  const found = new Map<string, ITotal>();
  for (const run of runs) {
    const total = found.get(key(run)) ?? { runs: 0, cost: 0, unknown: 0 };
    found.set(key(run), { runs: total.runs + 1, cost: total.cost + (run.cost ?? 0), unknown: total.unknown + (run.cost === null ? 1 : 0) });
  }
  return found;
}

/** "3 runs · $0.02", and how many of them have no known price. */
export function totalText(total: ITotal): string {
  const cost = total.unknown === total.runs ? 'cost unknown' : moneyText(total.cost);
  return [countText(total.runs, 'run'), cost, total.unknown && total.unknown < total.runs && `${total.unknown} of unknown cost`].filter(Boolean).join(' · ');
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
