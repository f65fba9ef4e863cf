/** Packet types, Socket.IO protocol v5 "Packet types". The binary ones are decoded as EVENT and ACK. */
export const CONNECT = 0;
export const DISCONNECT = 1;
export const EVENT = 2;
export const ACK = 3;
export const CONNECT_ERROR = 4;
export const BINARY_EVENT = 5;
export const BINARY_ACK = 6;
