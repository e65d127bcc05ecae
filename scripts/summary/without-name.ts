/** A text that names its environment, as any other environment's would be. */

import type { EnvironmentName } from '../../stacks/names.ts';

/** `ordertable-prod` → `ordertable-<environment>`, and no word that only holds the letters. */
export function withoutName(text: string, environment: EnvironmentName): string {
  return text.replace(new RegExp(`(?<![a-z0-9])${environment}(?![a-z0-9])`, 'g'), '<environment>');
}
