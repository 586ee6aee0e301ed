export interface FirebaseTables {
  firebase_charger: FirebaseChargerTable;
}

/** What `/chargers/{station_id}` in the Realtime Database holds, as far as its states go. */
export interface FirebaseChargerTable {
  station_id: string;
  /** JSON: a ChargerDocument of firebase/document.ts. */
  document: string;
  /** What happened from then on is not in it. */
  made_at_ms: number;
  acknowledged_at_ms: number;
}
