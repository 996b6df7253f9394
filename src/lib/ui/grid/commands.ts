import type { Command } from './command';
import { editingCommands } from './commands-edit';
import { goingCommands } from './commands-go';
import { lookingCommands } from './commands-look';

export { groups, type Command } from './command';

/** Everything that can be done by a key, by its name. Help, menu and keyboard are all made from this one table. */
export const commands = { ...goingCommands, ...editingCommands, ...lookingCommands };

export const allCommands: readonly Command[] = Object.values(commands);
