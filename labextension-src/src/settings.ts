/** Lab's settings for every kernel: only what a person (or their administrator) has set; the kernel decides the rest. */
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { JSONObject } from '@lumino/coreutils';

/** The keys of schema/plugin.json, which are the kernel's own names (nb_orchestra/notebook/panel_settings.py). */
const OPTIONS = ['share', 'models', 'cache', 'parallel'];

export function kernelSettings(settings: ISettingRegistry.ISettings | null): JSONObject {
  const found: JSONObject = {};
  for (const name of OPTIONS) {
    const value = settings?.composite[name];
    if (typeof value === 'string' ? value.trim() : typeof value === 'number') {
      found[name] = value as string | number;
    }
  }
  return found;
}
