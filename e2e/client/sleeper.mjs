// A client in a process of its own, so that a test can put it to sleep as a closed lid does. Arguments: url, transports.
// Its parent tells it what to emit by messages, and hears of its events.
import { io } from "@halyard/client";

const [url, transports] = process.argv.slice(2);
const socket = io(url, { transports: transports.split(","), reconnectionDelay: 50, reconnectionDelayMax: 200 });

socket.on("connect", () => process.send(["connect"]));
socket.on("disconnect", (reason) => process.send(["disconnect", reason]));
process.on("message", (numbers) => {
  for (const number of numbers) socket.emit("number", number);
});
