import type { Alert } from '../../activities/alert.ts';
import { steps } from '../runtime/conduct.ts';

/** Tells a person, by mail and by webhook as configured, that an integration starts to need one or runs again; each once. */
export async function operatorAlert(alert: Alert): Promise<{ mailed: boolean; posted: boolean }> {
  const own = steps();
  const [mailed, posted] = await Promise.all([
    own.mailAlert.executeWithOptions({ summary: 'Mail the alert' }, [alert]),
    own.postAlert.executeWithOptions({ summary: 'Post the alert' }, [alert]),
  ]);
  return { mailed, posted };
}
