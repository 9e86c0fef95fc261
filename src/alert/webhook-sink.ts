// Posts an alert's event as JSON, signed when there is a secret, so that any program can take it.
import { createHmac } from 'node:crypto';
import { readCertificates } from '../kubernetes/certificates.ts';
import { sendRequest } from '../kubernetes/http-request.ts';
import { hiddenParts } from './hide.ts';
import { judge, type Sink, type SinkContext } from './sink.ts';
import type { WebhookSinkSettings } from './sink-settings.ts';

/** `sha256=` and the HMAC of timestamp, a point, and the body. */
export function signature(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

export function createWebhookSink(settings: WebhookSinkSettings, context: SinkContext): Sink {
  const { name, type, timeoutMs } = settings;
  return {
    name,
    type,
    scope: 'incident',
    async deliver({ event }, key, signal) {
      const body = JSON.stringify(event);
      const timestamp = String(Math.trunc(context.now() / 1000));
      const headers: Record<string, string> = {
        'Content-Type': 'application/json',
        'User-Agent': 'podtree',
        'Idempotency-Key': key,
        'X-Podtree-Timestamp': timestamp,
      };
      const url = typeof settings.url === 'string' ? settings.url : checkedUrl(context.readSecret(settings.url));
      const hidden = [...hiddenParts(url)];
      if (settings.secret !== undefined) {
        const secret = context.readSecret(settings.secret);
        headers['X-Podtree-Signature'] = signature(secret, timestamp, body);
        hidden.push(secret);
      }
      if (settings.token !== undefined) {
        const token = context.readSecret(settings.token);
        headers.Authorization = `Bearer ${token}`;
        hidden.push(token);
      }
      const response = await sendRequest({ method: 'POST', url, headers, body, ca: readCertificates(settings.caFile), timeoutMs, signal });
      return judge(response, context.now(), hidden);
    },
  };
}

/** An address out of a secret, which must not be in the error. */
export function checkedUrl(text: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isUrl) throw new Error('secret: the address that it holds is no http or https URL');
  return text;
}
