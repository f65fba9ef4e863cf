// What programs in CommonJS add to the interfaces of both sides.
import { io, Manager, type ManagerOptions } from "@halyard/client";

declare module "@halyard/client" {
  interface ManagerOptions {
    region?: string;
  }
  interface SocketOptions {
    tenant?: string;
  }
  interface Manager {
    label: string;
  }
  interface ExtendedError {
    status?: number;
  }
  interface SocketReservedEvents {
    renamed: (name: string) => void;
  }
}

const options: Partial<ManagerOptions> = { region: "eu" };
const socket = io("http://x", { ...options, tenant: "a", region: "us" });
socket.on("renamed", (name) => name.trim());
socket.on("connect_error", (error) => error.status?.toFixed());
export const labels: string[] = [new Manager("http://x").label, socket.io.label];
