const TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]];

/** One client and what it saw. Two of three ask for acknowledgements and retry. */
export class Chatter {
  said = 0;
  connects = 0;
  recovered = 0;
  final = null;
  #acknowledged = [];
  /** Broadcasts since it joined without recovery. */
  #heard = [];
  #gaps = [];
  #doubled = [];

  constructor(connect, url, index) {
    this.index = index;
    this.retries = index % 3 !== 0;
    this.client = connect(url, {
      auth: { index },
      transports: TRANSPORTS[Math.floor(index / 3) % 3],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 300,
      timeout: 1_500,
      ...(this.retries ? { retries: 10_000, ackTimeout: 1_000 } : {}),
    });
    this.client.on("connect", () => this.#joined());
    this.client.on("news", (number) => this.#hear(number));
    this.client.on("final", (count) => (this.final = count));
  }

  get isSettled() {
    return this.client.connected && (!this.retries || this.#acknowledged.length === this.said);
  }

  say() {
    const number = this.said++;
    if (!this.retries) this.client.emit("say", number);
    else this.client.emit("say", number, (error) => error ?? this.#acknowledged.push(number));
  }

  /**
   * @param arrived what the server heard of this client, each with that within which it is in order
   * @returns what does not hold: nobody silent, order, nothing doubled, nothing acknowledged lost, no gap when recovered
   */
  check(arrived, promisesNoGap) {
    const received = arrived.map(({ number }) => number);
    const problems = [];
    const fail = (text) => problems.push(`client ${this.index} (${this.client.io.opts.transports}): ${text}`);
    if (promisesNoGap && this.#gaps.length > 0) fail(`recovered with ${this.#gaps}`);
    if (this.#doubled.length > 0) fail(`broadcast ${this.#doubled}`);
    if (!this.client.connected) fail("is not back");
    if (this.final === null) fail("has not heard the last broadcast");
    if (this.retries) {
      const missing = this.#acknowledged.filter((number) => !received.includes(number));
      if (missing.length > 0) fail(`acknowledged and lost: ${missing}`);
      if (this.#acknowledged.length !== this.said) fail(`${this.said - this.#acknowledged.length} never acknowledged`);
      const firsts = received.filter((number, at) => received.indexOf(number) === at);
      if (firsts.some((number, at) => number !== at)) fail("out of order");
    } else {
      const doubled = received.filter((number, at) => received.indexOf(number) !== at);
      if (doubled.length > 0) fail(`doubled: ${doubled}`);
      // What was on its way when a line was given up may come after what its successor, another socket, has brought.
      for (const [orderedBy, own] of groupByOrder(arrived)) {
        const late = own.filter(({ number }, at) => at > 0 && number <= own[at - 1].number);
        if (late.length > 0) fail(`out of order by ${orderedBy}: ${late.map(({ number }) => number)}`);
      }
    }
    return problems;
  }

  leave() {
    this.client.disconnect();
  }

  #joined() {
    this.connects++;
    if (this.client.recovered) this.recovered++;
    else this.#heard = [];
  }

  #hear(number) {
    const before = this.#heard.at(-1);
    if (before !== undefined && number <= before) this.#doubled.push(`${number} after ${before}`);
    if (before !== undefined && number > before + 1) this.#gaps.push(`gap from ${before} to ${number}`);
    this.#heard.push(number);
  }
}

function groupByOrder(arrived) {
  const groups = new Map();
  for (const one of arrived) groups.set(one.orderedBy, [...(groups.get(one.orderedBy) ?? []), one]);
  return groups;
}
