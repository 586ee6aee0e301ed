import { FILE_TRANSFER_PROTOCOLS } from '../../maintenance/transfer/location.js';
import { BOOLEAN, COUNT, type KeyDefinition, type KeyRow } from './keyDefinition.js';

/**
 * Configuration keys of the security white paper (§7). They belong to no feature profile and are always there. Those
 * that firmware/security keeps itself (AuthorizationKey, SecurityProfile, AdditionalRootCertificateCheck) are owned by
 * it: see `Configuration.own`.
 */

/** CertificateStoreMaxLength: root certificates of both kinds together. */
export const CERTIFICATE_STORE_MAXIMUM = 30;
/** CertificateSignedMaxChainSize: the white paper's own limit. */
export const CERTIFICATE_CHAIN_MAXIMUM = 10_000;

const rows: (KeyRow & { profile?: KeyDefinition['profile'] })[] = [
  {
    name: 'AdditionalRootCertificateCheck',
    section: 'white paper 7.1',
    required: false,
    access: 'R',
    type: BOOLEAN,
    unit: null,
    initial: () => 'false',
    effect: 'none',
    description: 'A new central system root must be signed by the one that it replaces.',
  },
  {
    name: 'AuthorizationKey',
    section: 'white paper 7.2, A00.FR.205',
    required: false,
    access: 'W',
    type: { kind: 'string', maximumLength: 40 },
    unit: null,
    initial: () => '',
    effect: 'none',
    description: 'Basic authentication password: 32 to 40 hexadecimal digits, or 16 to 40 characters. Never shown.',
  },
  {
    name: 'CertificateSignedMaxChainSize',
    section: 'white paper 7.3',
    required: false,
    access: 'R',
    type: COUNT(0, CERTIFICATE_CHAIN_MAXIMUM),
    unit: 'characters',
    initial: () => String(CERTIFICATE_CHAIN_MAXIMUM),
    effect: 'none',
    description: 'Longest certificateChain of CertificateSigned.',
  },
  {
    name: 'CertificateStoreMaxLength',
    section: 'white paper 7.4',
    required: false,
    access: 'R',
    type: COUNT(0, 1000),
    unit: 'certificates',
    initial: () => String(CERTIFICATE_STORE_MAXIMUM),
    effect: 'none',
    description: 'Most root certificates that can be installed.',
  },
  {
    name: 'CpoName',
    section: 'white paper 7.5',
    required: false,
    access: 'RW',
    // ub-organization-name, RFC 5280 appendix A.1.
    type: { kind: 'string', maximumLength: 64 },
    unit: null,
    initial: () => '',
    effect: 'security',
    description: 'Operator, as O in certificate signing requests; must be set before one is made.',
  },
  {
    name: 'SecurityProfile',
    section: 'white paper 7.6, A05',
    required: false,
    access: 'RW',
    type: COUNT(0, 3),
    unit: null,
    initial: () => '0',
    effect: 'none',
    description: 'Security profile: only upwards, and only when what it needs is installed.',
  },
  {
    name: 'SupportedFileTransferProtocols',
    profile: 'FirmwareManagement',
    section: 'white paper N01, L01',
    required: false,
    access: 'R',
    type: { kind: 'list', maximumItems: 8, item: (text) => text },
    unit: null,
    initial: () => FILE_TRANSFER_PROTOCOLS.join(','),
    effect: 'none',
    description: 'Protocols for firmware downloads and for uploads of diagnostics and logs.',
  },
];

export const SECURITY_KEYS: readonly KeyDefinition[] = rows.map((row) => ({
  profile: 'Core',
  rebootRequired: false,
  ...row,
}));
