// The program `podtree`: runs the command that was asked for and turns how it ended into an exit code.
import { failureOf } from './commands/failure.ts';
import { runProgram } from './commands/program.ts';
import { openSession } from './commands/session.ts';

const { session, close } = openSession();
try {
  process.exitCode = await runProgram(process.argv.slice(2), session);
} catch (error) {
  const { code, message } = failureOf(error);
  process.exitCode = code;
  if (message !== undefined && !session.stop.aborted) session.note(message);
} finally {
  close();
}
