/** In a browser the platform's own WebSocket is used. */
export const WebSocket: typeof globalThis.WebSocket = globalThis.WebSocket;
export default WebSocket;
