import type { Maintenance } from '../../../maintenance/maintenance.js';
import type { Security } from '../../../security/security.js';
import type { CompositeSchedule } from '../../../smart-charging/composite.js';
import type { ClearFilter } from '../../../smart-charging/install.js';
import type { ChargingProfile, RateUnit } from '../../../smart-charging/profile.js';
import type { ConnectorRegistry } from '../../../station/connectors.js';
import type { LocalAuthorizationList } from '../../../station/localList.js';
import type { Reservations } from '../../../station/reservations.js';
import type { Configuration } from '../configuration.js';
import type { FeatureProfile } from '../keyDefinition.js';
import type { TriggerRegistry } from '../triggers.js';
import type { VendorRegistry } from '../vendors.js';

/** What handlers may ask of the station. Each is a module of its own. */
export interface HandlerContext {
  configuration: Configuration;
  connectors: ConnectorRegistry;
  /** Profiles that are on. */
  featureProfiles: readonly FeatureProfile[];
  remote: {
    /** @param connectorId null: the station chooses */
    start(idTag: string, connectorId: number | null, profile: ChargingProfile | null): 'Accepted' | 'Rejected';
    stop(transactionId: number): 'Accepted' | 'Rejected';
  };
  availability: {
    /** Of a connector, or 0 for all of them. */
    change(connectorId: number, operative: boolean): 'Accepted' | 'Scheduled' | 'Rejected';
  };
  reset: {
    /** Whether it will be done; `begin` does it, after the answer has gone. */
    request(kind: 'Hard' | 'Soft'): { accepted: boolean; begin: () => void };
  };
  locks: {
    unlock(connectorId: number): Promise<'Unlocked' | 'UnlockFailed' | 'NotSupported'>;
  };
  authorization: {
    /** False when there is no cache. */
    clearCache(): boolean;
  };
  /** Acts only while the SmartCharging profile is on. */
  charging: {
    set(connectorId: number, profile: ChargingProfile): 'Accepted' | 'Rejected';
    clear(filter: ClearFilter): 'Accepted' | 'Unknown';
    /** Null where it cannot be told. */
    composite(connectorId: number, durationS: number, unit: RateUnit | null): CompositeSchedule | null;
  };
  reservations: Pick<Reservations, 'reserve' | 'cancel'>;
  localList: Pick<LocalAuthorizationList, 'version' | 'update'>;
  maintenance: Pick<Maintenance, 'getDiagnostics' | 'getLog' | 'updateFirmware' | 'signedUpdateFirmware'>;
  certificates: Security['certificates'];
  triggers: TriggerRegistry;
  vendors: VendorRegistry;
  /** While Pending, RemoteStart- and RemoteStopTransaction are not allowed (§4.2). */
  isAccepted(): boolean;
}
