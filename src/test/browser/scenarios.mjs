// All scenarios by name. Each gets a World and returns figures; throwing is failing.
import { calls } from './calls.mjs';
import { control } from './control.mjs';
import { failure } from './failure.mjs';
import { network } from './network.mjs';

export const scenarios = { ...calls, ...control, ...network, ...failure };

/** What costs a server and is only run by name. */
export const destructive = failure;
