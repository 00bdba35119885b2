/** Elements from tables of attributes. Text is only ever set as text: nothing that a model or a file said becomes HTML. */
import { LabIcon } from '@jupyterlab/ui-components';
import icon from '../style/orchestra.svg';

export const orchestraIcon = new LabIcon({ name: 'nb-orchestra:orchestra', svgstr: icon });

type Child = Node | string | null | undefined | false;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.filter((child): child is Node | string => !!child));
  return node;
}

export function button(label: string, title: string, act: () => unknown, kind = ''): HTMLButtonElement {
  const node = element('button', { type: 'button', title, class: `orch-button ${kind}`.trim() }, label);
  node.addEventListener('click', () => void act());
  return node;
}

/** Sets a text only where it changed, so that selections and screen readers are left in peace. */
export function say(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
