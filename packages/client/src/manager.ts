/** Holds one engine connection and the sockets that share it. */
export class Manager {
  readonly uri: string;

  constructor(uri: string) {
    this.uri = uri;
  }
}
