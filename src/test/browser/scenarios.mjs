// All scenarios by name. Each gets a World and returns figures; throwing is failing.
import { calls } from './calls.mjs';
import { control } from './control.mjs';
import { network } from './network.mjs';

export const scenarios = { ...calls, ...control, ...network };
