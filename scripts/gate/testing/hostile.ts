/**
 * Hostile stacks, as edits of a real one: each says what somebody tries, and which rule must stop it at which address.
 */

import type { Attempt } from './attempt.ts';
import { BLOCKS } from './block-attempts.ts';
import { REACH } from './reach-attempts.ts';
import { SETTINGS } from './settings-attempts.ts';

export const HOSTILE: readonly Attempt[] = [...SETTINGS, ...BLOCKS, ...REACH];
