import { execFileSync } from 'node:child_process';

/** Whether the openssl command is there; without it the certificate tests are left out. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
