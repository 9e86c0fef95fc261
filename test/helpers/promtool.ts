// Prometheus' own tool, which knows what metrics and rules have to be like.
import { spawnSync } from 'node:child_process';

/** Why not, or false. */
export function cannotRunPromtool(): string | false {
  return spawnSync('promtool', ['--version']).status === 0 ? false : 'promtool is not installed (Debian package prometheus)';
}
