// Runs a command line in this process and turns how it ended into an exit code.
import { failureOf } from './commands/failure.ts';
import { openSession, type Session } from './commands/session.ts';

export async function runMain(name: string, run: (args: readonly string[], session: Session) => Promise<number>): Promise<void> {
  const { session, close } = openSession(name);
  try {
    process.exitCode = await run(process.argv.slice(2), session);
  } catch (error) {
    const { code, message } = failureOf(error);
    process.exitCode = code;
    if (message !== undefined && !session.stop.aborted) session.note(message);
  } finally {
    close();
  }
}
