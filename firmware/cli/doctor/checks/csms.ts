import { type Check, type Finding, fault, ok, skipped, warning } from '../check.js';
import type { UpgradeOutcome } from '../probes.js';

export const csmsChecks: readonly Check[] = [
  {
    id: 'csms-dns',
    title: 'Central system: name',
    async run({ probes, config }) {
      if (config === null) return skipped('no configuration');
      const { hostname } = new URL(config.csms.url);
      try {
        return ok(`${hostname} is ${(await probes.resolve(hostname.replace(/^\[|\]$/g, ''))).join(', ')}`);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        return fault(
          `${hostname} is not known (${code})`,
          'check csms.url and the network: ip route; cat /etc/resolv.conf',
        );
      }
    },
  },
  {
    id: 'csms-connection',
    title: 'Central system: connection',
    async run({ probes, config, state }): Promise<Finding> {
      if (config === null) return skipped('no configuration');
      const { csms } = config;
      // A second connection with our id would push the first one out.
      if (state?.csms.connected === true) {
        const said = `connected, OCPP ${state.csms.ocppVersion ?? '?'}, ${state.csms.registration}`;
        if (state.csms.registration === 'Accepted') return ok(said);
        return warning(said, `register ${csms.chargePointId} at the central system`);
      }
      const { security } = csms;
      const protocols = csms.ocppVersions.map((version) => `ocpp${version}`);
      const outcome = await probes
        .upgrade({
          url: `${csms.url.replace(/\/$/, '')}/${encodeURIComponent(csms.chargePointId)}`,
          protocols,
          username: csms.chargePointId,
          passwordFile: security.profile === 1 || security.profile === 2 ? security.passwordFile : null,
          rootCertificateFile: security.rootCertificateFile,
          clientCertificateFile: security.profile === 3 ? security.clientCertificateFile : null,
          clientKeyFile: security.profile === 3 ? security.clientKeyFile : null,
          verifyHostname: security.verifyHostname,
        })
        .catch(
          (error: NodeJS.ErrnoException): UpgradeOutcome => ({
            step: 'tls',
            code: error.code ?? 'unknown',
            message: error.message,
          }),
        );
      return explain(outcome, csms.url, csms.chargePointId, protocols);
    },
  },
];

function explain(outcome: UpgradeOutcome, url: string, id: string, protocols: readonly string[]): Finding {
  const { host } = new URL(url);
  switch (outcome.step) {
    case 'tcp':
      return fault(
        `${host} does not take connections (${outcome.code})`,
        outcome.code === 'ECONNREFUSED'
          ? 'is the central system running, and the port right? csms-lite listens on other machines’ behalf only with --host 0.0.0.0'
          : 'check cable, Wi-Fi, firewall and the address: tapwatt config get csms.url',
      );
    case 'tls':
      return fault(
        `TLS with ${host} fails: ${outcome.message}`,
        /EXPIRED|NOT_YET_VALID/.test(outcome.code)
          ? 'check the clock: timedatectl; then the certificate of the central system'
          : 'check csms.security.rootCertificateFile and the other certificate files; openssl s_client -connect HOST:PORT shows the chain',
      );
    case 'http':
      if (outcome.status === 401)
        return fault('the central system refuses the password (401)', `set the same password on both ends for ${id}`);
      if (outcome.status === 404)
        return fault(
          `the central system does not know ${id}, or the path (404)`,
          `register ${id} there; check csms.url: the charge point id is appended to it`,
        );
      return fault(
        `the central system answers ${outcome.status} instead of a WebSocket`,
        'check the path in csms.url; is there a proxy in between?',
      );
    case 'subprotocol':
      return fault(
        `the central system takes none of ${protocols.join(', ')} (answered: ${outcome.protocol ?? 'nothing'})`,
        'tapwatt config set csms.ocppVersions "[\'1.6\']", or enable OCPP-J there',
      );
    case 'done':
      return ok(`reachable, ${outcome.protocol}`);
  }
}
