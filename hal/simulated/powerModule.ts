/** `stuck-on` takes neither STOP nor limits: only the contactor ends the current. `noisy` reports beside the truth. */
export type PowerModuleMode = 'normal' | 'silent' | 'stuck-on' | 'noisy';
