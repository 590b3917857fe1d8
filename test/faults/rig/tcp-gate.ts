import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a part and a server and can stop what is sent in either direction. Nothing is lost while it is shut, only late. */
export interface TcpGate {
  readonly port: number;
  /** From now on nothing passes: `up` to the server, `down` back to the part. */
  shut(direction: 'up' | 'down'): void;
  open(): void;
  /** True once something that was sent stands at the gate. */
  readonly isStanding: boolean;
  /** Breaks every connection; what stood at the gate never arrives. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpGate(targetPort: () => number): Promise<TcpGate> {
  const pairs = new Set<{ readonly part: Socket; readonly server: Socket }>();
  const stopped = new Set<'up' | 'down'>();
  const apply = ({ part, server }: { readonly part: Socket; readonly server: Socket }): void => {
    if (stopped.has('up')) part.pause();
    else part.resume();
    if (stopped.has('down')) server.pause();
    else server.resume();
  };
  const listener = createServer((part) => {
    const server = connect(targetPort(), '127.0.0.1');
    const pair = { part, server };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      part.destroy();
      server.destroy();
    };
    for (const socket of [part, server]) socket.on('error', end).on('close', end);
    part.on('data', (data) => server.write(data));
    server.on('data', (data) => part.write(data));
    apply(pair);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    get isStanding() {
      return [...pairs].some(({ part, server }) => (stopped.has('up') && part.readableLength > 0) || (stopped.has('down') && server.readableLength > 0));
    },
    port: (listener.address() as AddressInfo).port,
    shut(direction) {
      stopped.add(direction);
      pairs.forEach(apply);
    },
    open() {
      stopped.clear();
      pairs.forEach(apply);
    },
    cut() {
      for (const { part, server } of pairs) [part, server].forEach((socket) => socket.destroy());
    },
    close: async () => {
      for (const { part, server } of pairs) [part, server].forEach((socket) => socket.destroy());
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
