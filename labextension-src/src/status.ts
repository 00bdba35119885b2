/** The item in the status bar: running steps and what they cost so far; a click opens the panel. */
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { element, orchestraIcon, say } from './dom';
import { KernelLink } from './link';
import { countText, moneyText } from './words';

export class RunsStatus extends Widget {
  readonly activeStateChanged = new Signal<this, void>(this);

  constructor(open: () => unknown) {
    super();
    this.addClass('orch-status');
    this.button.addEventListener('click', () => void open());
    this.button.append(orchestraIcon.element({ tag: 'span', stylesheet: 'statusBar' }), this.words);
    this.node.append(this.button);
  }

  get active(): boolean {
    return !!this.words.textContent;
  }

  /** All kernels of all open notebooks. Says nothing where none of them has nb_orchestra. */
  showLinks(links: KernelLink[]): void {
    const ready = links.filter(link => link.presence === 'ready');
    const live = ready.flatMap(link => link.liveRuns);
    const spent = live.length ? live : ready.flatMap(link => [...link.runs.values()]);
    const cost = spent.some(run => run.cost === null) ? null : spent.reduce((sum, run) => sum + (run.cost ?? 0), 0);
    const running = live.reduce((sum, run) => sum + run.running, 0);
    const steps = live.reduce((sum, run) => sum + run.steps, 0);
    const done = live.reduce((sum, run) => sum + run.done, 0);
    const waits = live.some(run => run.asked) ? ['waits for you'] : [];
    const work = live.length ? [`${countText(running, 'step')} running`, `${done}/${steps} done`, ...waits] : [countText(spent.length, 'run')];
    const money = moneyText(cost) + (live.length && cost ? ` of ${moneyText(budget(ready))} a run` : '');
    say(this.words, ready.length ? [...work, money].join(' · ') : '');
    this.button.title = `Orchestra: ${countText(spent.length, live.length ? 'live run' : 'run')} in the open notebooks' kernels. Click for the panel`;
    this.toggleClass('orch-live', live.length > 0);
    this.activeStateChanged.emit();
  }

  private readonly words = element('span', {});
  private readonly button = element('button', { type: 'button', class: 'orch-status-button' });
}

/** The smallest budget of a run among these kernels, USD; null where none says one. */
function budget(links: KernelLink[]): number | null {
  const found = links.flatMap(link => link.options.filter(option => option.name === 'budget').map(option => Number(option.value)));
  return found.length ? Math.min(...found) : null;
}
