import type { Configuration } from '../ocpp/v16/configuration.js';
import type { LightSettings } from '../threads/messages.js';

/** How the indicator signals by BlinkRepeat and LightIntensity; null where there is no light and so no key (1.6 §9). */
export function lightSettings(configuration: Configuration): LightSettings | null {
  const blink = configuration.find('BlinkRepeat');
  if (blink === null) return null;
  const intensity = configuration.find('LightIntensity');
  return { blinkRepeat: Number(blink.value), intensityPercent: intensity === null ? 100 : Number(intensity.value) };
}
