/**
 * Which protocol a request speaks, told by what its client cannot leave out: the target of the JSON protocols, the
 * service it is signed for, the form of the query protocol. What nothing else claims is S3's, as any path may be a
 * bucket's.
 */

import type { Api } from '../api.ts';
import { awsJsonProtocols, unknownTarget } from './aws-json.ts';
import { stsProtocol, unknownAction } from './aws-query.ts';
import type { RestBinding, WireResponse } from './binding.ts';
import { header, type Protocol, type Request } from './protocol.ts';
import { lambdaBinding } from './rest/lambda.ts';
import { pipesBinding } from './rest/pipes.ts';
import { restProtocol } from './rest/rest-protocol.ts';
import { signedService } from './sigv4.ts';

/** The protocol, or the answer to a request that none of them has. */
export type Route = { kind: 'protocol'; protocol: Protocol } | { kind: 'answer'; response: WireResponse };

export function createRouter(
  api: Pick<Api, 'call'>,
  bindings: readonly RestBinding[],
): (request: Request) => Route {
  const targets = awsJsonProtocols(api);
  const sts = stsProtocol(api);
  const rest = new Map<string, Protocol>(
    [lambdaBinding, pipesBinding, ...bindings].map((binding) => [
      binding.service,
      restProtocol(binding, api),
    ]),
  );

  function find(request: Request): Protocol | undefined {
    const target = header(request, 'x-amz-target');
    if (target !== undefined) return targets.get(target.slice(0, target.indexOf('.')));
    const service = signedService(request) ?? unsignedService(request);
    return service === 'sts' ? sts : rest.get(service);
  }

  return (request) => {
    const protocol = find(request);
    if (protocol) return { kind: 'protocol', protocol };
    const isForm = header(request, 'content-type')?.startsWith(FORM_TYPE);
    return { kind: 'answer', response: isForm ? unknownAction(request) : unknownTarget(request) };
  };
}

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Whom an unsigned request most likely meant: that service words its refusal. */
function unsignedService(request: Request): string {
  if (request.path.startsWith('/2015-03-31/')) return 'lambda';
  if (request.path.startsWith('/v1/pipes')) return 'pipes';
  if (header(request, 'content-type')?.startsWith(FORM_TYPE) || request.query.includes('Action='))
    return 'sts';
  return request.method === 'POST' && request.path === '/' ? '' : 's3';
}
