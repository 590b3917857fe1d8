export type { GatewayDeps, GatewayLog, GatewayOptions, TwentyHook } from './contract.ts';
export { createGateway } from './gateway.ts';
export { startGateway, type RunningGateway } from './server.ts';
export type { TwentyEvent } from './twenty-event.ts';
