/** What a charge point id may be (OCPP 2.0.1 identifierString and a little more; no `/`, no space, nothing to escape). */
export const IDENTITY = /^[A-Za-z0-9*\-_=:+|@.]{1,48}$/;
