/** Lab's settings for every kernel: only what a person (or their administrator) has set; the kernel decides the rest. */
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { JSONObject } from '@lumino/coreutils';

/** The keys of schema/plugin.json, which are the kernel's own names (nb_orchestra/notebook/panel_settings.py). */
const OPTIONS = ['share', 'models', 'roles', 'budget', 'cache', 'parallel'];

export function kernelSettings(settings: ISettingRegistry.ISettings | null): JSONObject {
  const found: JSONObject = {};
  for (const name of OPTIONS) {
    const value = given(settings?.composite[name]);
    if (value !== undefined) {
      found[name] = value;
    }
  }
  return found;
}

/** A value that says something: an empty text, or an object of empty texts, is not set. (A schema without defaults Lab would never save.) */
function given(value: unknown): string | JSONObject | undefined {
  if (typeof value === 'string') {
    return value.trim() || undefined;
  }
  const filled = Object.entries(value ?? {}).filter(([, item]) => typeof item === 'string' && item.trim());
  return filled.length ? Object.fromEntries(filled) : undefined;
}
