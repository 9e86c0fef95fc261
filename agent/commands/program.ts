// The command line of `podtree`: which commands there are.
import { addAgentCommand } from './agent.ts';
import { type CommandLine, runCommandLine } from './command-line.ts';
import { addConfigCommand } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import type { ExitCode } from './failure.ts';
import { addRecordCommand } from './record.ts';
import { addReplayCommand } from './replay.ts';
import type { Session } from './session.ts';
import { addStartCommand } from './start.ts';
import { addTailCommand } from './tail.ts';
import { addTopCommand } from './top.ts';
import { addTreeCommand } from './tree.ts';
import { addWhyCommand } from './why.ts';

export const PODTREE: CommandLine = {
  name: 'podtree',
  description: 'The live pod tree of a Kubernetes node, and who killed the pause.',
  examples: [
    ["see what is there: the agent's tree", 'podtree tree'],
    ['who killed the pause of this pod?', 'podtree why default/example-pod'],
    ['can this machine run the agent?', 'sudo podtree doctor'],
  ],
  // First what one looks with, then what runs, then what helps.
  commands: [
    addTreeCommand,
    addTopCommand,
    addTailCommand,
    addWhyCommand,
    addAgentCommand,
    addDemoCommand,
    addDoctorCommand,
    addConfigCommand,
    addRecordCommand,
    addReplayCommand,
    addStartCommand,
  ],
};

/** Runs one command line, without the program's name. Throws what failureOf understands. */
export async function runProgram(args: readonly string[], session: Session): Promise<ExitCode> {
  return runCommandLine(PODTREE, args, session);
}
