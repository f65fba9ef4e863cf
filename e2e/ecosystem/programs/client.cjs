// Runs the client checks: client.cjs <url> [name of the package]. Writes "<n> checks".
const { checkClient } = require("./checks.cjs");
const { io } = require(process.argv[3] ?? "socket.io-client");

checkClient(io, process.argv[2]).then(
  (checks) => {
    console.log(`${checks} checks`);
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
